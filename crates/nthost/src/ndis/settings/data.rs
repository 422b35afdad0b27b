//! How lists, buffers and their memory are made.

use std::num::NonZeroU32;

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
    /// Which allocations of lists, net buffers, pools and other objects of NDIS fail. Counts for the whole
    /// kernel.
    pub allocations: Failures,
}

/// Which of many things fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Failures {
    /// None.
    #[default]
    Never,
    /// Each of so many.
    Every(NonZeroU32),
    /// After the first `after`, the next `count`; then none.
    Some {
        /// How many do not fail at first.
        after: u32,
        /// How many then fail.
        count: u32,
    },
}

impl Failures {
    /// Whether that happens for the one with this number, from 0 on.
    pub(in crate::ndis) fn happens(self, number: u32) -> bool {
        match self {
            Self::Never => false,
            Self::Every(every) => number % every == every.get() - 1,
            Self::Some { after, count } => {
                number.checked_sub(after).is_some_and(|more| more < count)
            }
        }
    }
}

impl Default for DataSettings {
    fn default() -> Self {
        Self {
            geometry: Geometry::Single,
            guarded: true,
            mapped: true,
            poison: Poison::default(),
            watch_bytes: true,
            allocations: Failures::Never,
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
            allocations: Failures::Never,
        }
    }
}
