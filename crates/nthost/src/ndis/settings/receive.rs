//! How frames get to protocols and back.

use fastrand::Rng;

/// How frames get to protocols and back.
#[derive(Clone, Debug, Default)]
pub struct ReceiveSettings {}

impl ReceiveSettings {
    /// Chooses behaviours.
    pub(super) fn random(_rng: &mut Rng) -> Self {
        Self {}
    }
}
