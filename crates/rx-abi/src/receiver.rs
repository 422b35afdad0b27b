//! Receivers, as the driver lists them.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::{Endpoint, Stats};

/// The beginning of the output of [`IOCTL_RECEIVERS`](crate::IOCTL_RECEIVERS); as many [`Receiver`]s follow
/// as there are and fit.
///
/// All of it is of one moment in which no receiver comes or goes: each is among those that there are, or
/// among those that have ended.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct ReceiverList {
    /// How many follow.
    pub count: u32,
    /// How many there are.
    pub total: u32,
    /// How many have ended since the driver started.
    pub ended: u64,
    /// The counters of those, as [`Stats::of_ended`] leaves them, put together by [`Stats::merge`].
    pub ended_stats: Stats,
}

/// A receiver, from when it is bound until the last of its handle is gone.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct Receiver {
    /// The number that events name it by: another one for each receiver since the driver started.
    pub number: u32,
    /// Id of the process that bound it.
    pub process: u32,
    /// Number of a [`Mode`](crate::Mode).
    pub mode: u32,
    /// Zero.
    pub reserved: u32,
    /// When it was bound, in nanoseconds since 1970-01-01 00:00 UTC.
    pub time: u64,
    /// The local address.
    pub local: Endpoint,
    /// Its counters.
    pub stats: Stats,
}
