//! How lists, buffers and their memory are made.

use fastrand::Rng;

use super::pick;
use crate::ndis::{Geometry, Poison};

/// How lists, buffers and their memory are made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DataSettings {
    /// How the bytes of frames lie in memory that do not say so themselves.
    pub geometry: Geometry,
    /// Right behind the last slot of out-of-band information that this version of NDIS has, there is a
    /// page that nobody can touch: a driver that reads a later one ends the process with a fault. (The
    /// first 12,000 lists of a process have one.)
    pub guarded: bool,
    /// MDLs are mapped when a driver gets them, so that mapping them cannot fail.
    pub mapped: bool,
    /// What becomes of the memory of lists that a driver may not use any more.
    pub poison: Poison,
    /// Whether drivers change the bytes of frames is watched, too, not only what describes them.
    pub watch_bytes: bool,
}

impl Default for DataSettings {
    fn default() -> Self {
        Self {
            geometry: Geometry::Single,
            guarded: true,
            mapped: true,
            poison: Poison::Fill,
            watch_bytes: true,
        }
    }
}

impl DataSettings {
    /// Chooses behaviours.
    pub(super) fn random(rng: &mut Rng) -> Self {
        Self {
            geometry: pick(rng, &[Geometry::Single, Geometry::Random, Geometry::Random]),
            guarded: rng.bool(),
            mapped: rng.bool(),
            poison: pick(rng, &[Poison::Fill, Poison::Protect]),
            watch_bytes: rng.bool(),
        }
    }
}
