//! What NDIS, miniports and filters do where the documentation leaves them a choice.

mod control;
mod data;
mod receive;

use fastrand::Rng;

pub use control::{Answer, Binds, Completion, ControlSettings, Level, Unbinding};
pub use data::{DataSettings, Failures};
pub use receive::{
    FilterKind, Headers, Lending, Lent, ReceiveLevel, ReceiveSettings, Returns, Sends, Sharing,
};

/// How NDIS, an adapter and the filters over it behave where the documentation leaves them a choice, or
/// says nothing.
///
/// A driver is right only if it is right under every value. The default is what Windows most likely
/// does; [`random`](Self::random) chooses.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Registration, bindings, events, requests, status.
    pub control: ControlSettings,
    /// How frames get to protocols and back.
    pub receive: ReceiveSettings,
    /// How lists, buffers and their memory are made.
    pub data: DataSettings,
    /// Where chance begins. The same seed gives the same decisions in the same order.
    pub seed: u64,
    /// The seed that all of it was chosen by, if one was: for reports.
    pub chosen_by: Option<u64>,
}

impl Settings {
    /// Chooses behaviours, the same for the same seed.
    ///
    /// It does not choose those that keep a right driver from working at all.
    #[must_use]
    pub fn random(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        Self {
            control: ControlSettings::random(&mut rng),
            receive: ReceiveSettings::random(&mut rng),
            data: DataSettings::random(&mut rng),
            seed: rng.u64(..),
            chosen_by: Some(seed),
        }
    }
}

/// One of several, by chance.
fn pick<T: Clone>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())].clone()
}
