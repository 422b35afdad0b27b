//! `tap:NAME`.

use std::fmt;

use crate::ndis::source::{SpecError, options};

/// A TAP device, which is made if it does not exist. Frames that this machine sends on it are received;
/// frames that drivers send arrive at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Its name.
    pub device: String,
}

impl Tap {
    const KIND: &'static str = "tap";

    /// A device of this name.
    #[must_use]
    pub fn new(device: impl Into<String>) -> Self {
        Self { device: device.into() }
    }

    pub(in crate::ndis::source) fn parse(device: String) -> Result<Self, SpecError> {
        if device.is_empty() {
            return Err(SpecError::Nameless { kind: Self::KIND, example: "tap:tap0" });
        }
        Ok(Self::new(device))
    }
}

impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tap:{}", options::escape(&self.device))
    }
}
