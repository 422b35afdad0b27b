//! Registration, bindings, events, requests and status.

use fastrand::Rng;

/// Registration, bindings, events, requests and status.
#[derive(Clone, Debug, Default)]
pub struct ControlSettings {}

impl ControlSettings {
    /// Chooses behaviours.
    pub(super) fn random(_rng: &mut Rng) -> Self {
        Self {}
    }
}
