//! What drivers see of NDIS.
//!
//! [`driver`] is a small protocol driver; the other modules use it as a driver's author would, each for
//! one part of the documentation.

mod binding;
pub(in crate::ndis) mod driver;
