//! How lists, buffers and their memory are made.

use fastrand::Rng;

/// How lists, buffers and their memory are made.
#[derive(Clone, Debug, Default)]
pub struct DataSettings {}

impl DataSettings {
    /// Chooses behaviours.
    pub(super) fn random(_rng: &mut Rng) -> Self {
        Self {}
    }
}
