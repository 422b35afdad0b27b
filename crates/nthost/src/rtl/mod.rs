//! The run-time library.

pub(crate) mod case;
pub(crate) mod security;
