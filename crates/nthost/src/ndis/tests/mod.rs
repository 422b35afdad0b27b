//! What drivers see of NDIS.
//!
//! [`driver`] is a small protocol driver; the other modules use it as a driver's author would, each for
//! one part of the documentation.

mod binding;
mod defects;
pub(in crate::ndis) mod driver;
mod events;
mod names;
mod random;
mod receiving;
mod registering;
mod removal;
mod requests;
mod status;

use super::{ControlSettings, Settings};

/// The default, with a change.
fn control(change: impl FnOnce(&mut ControlSettings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings.control);
    settings
}
