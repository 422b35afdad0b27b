//! The counters of a receiver.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, transmute};

/// Output of [`IOCTL_STATS`](crate::IOCTL_STATS), about one receiver since it was bound.
///
/// At any moment `received` is the sum of `delivered`, `held` and all of `dropped_…`.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct Stats {
    /// Datagrams that the driver took from WSK.
    pub received: u64,
    /// Their payload in bytes.
    pub received_bytes: u64,
    /// Datagrams that reads returned.
    pub delivered: u64,
    /// Their payload in bytes, as captured.
    pub delivered_bytes: u64,
    /// Datagrams that wait for a read.
    pub held: u64,
    /// Dropped because the queue was full.
    pub dropped_queue_full: u64,
    /// Dropped because they can never fit into the queue.
    pub dropped_too_large: u64,
    /// Dropped because memory of the datagram could not be mapped.
    pub dropped_unmapped: u64,
    /// Dropped because what WSK handed over was not a whole datagram.
    pub dropped_malformed: u64,
    /// Dropped because reception ended before a read asked for them.
    pub dropped_closed: u64,
    /// Datagrams whose payload was cut.
    pub truncated: u64,
    /// Datagrams of which the transport could not tell all.
    pub control_truncated: u64,
    /// Datagrams without payload.
    pub empty: u64,
    /// Datagrams that lay in more than one MDL.
    pub scattered: u64,
    /// How often the driver refused a list because the queue was nearly full.
    pub refused: u64,
    /// How often it asked for lists again after that.
    pub resumed: u64,
    /// Datagrams that are retained now.
    pub retained: u64,
    /// The most datagrams that were retained at once.
    pub retained_most: u64,
    /// Retained datagrams that were copied because of their age or of a limit.
    pub retained_copied: u64,
    /// Requests (IRPs) that were handed to WSK.
    pub requests: u64,
    /// Requests that WSK completed before the call returned.
    pub requests_inline: u64,
    /// Requests that failed, other than by being cancelled.
    pub requests_failed: u64,
    /// Requests that were cancelled.
    pub requests_cancelled: u64,
    /// Bytes of the queue that are in use.
    pub queue_used: u64,
    /// The most bytes of the queue that were in use.
    pub queue_used_most: u64,
}

impl Stats {
    /// The sum of all that was dropped.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped_queue_full
            + self.dropped_too_large
            + self.dropped_unmapped
            + self.dropped_malformed
            + self.dropped_closed
    }

    /// The causes of drops, each with a name as commands print it and how many there were.
    #[must_use]
    pub const fn drops(&self) -> [(&'static str, u64); 5] {
        [
            ("queue-full", self.dropped_queue_full),
            ("too-large", self.dropped_too_large),
            ("unmapped", self.dropped_unmapped),
            ("malformed", self.dropped_malformed),
            ("closed", self.dropped_closed),
        ]
    }

    /// True if what was received is exactly what became of it.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        self.received == self.delivered + self.dropped() + self.held
    }

    /// What the counters of a receiver become when it has ended: what it held was dropped, and its queue is
    /// gone.
    #[must_use]
    pub const fn of_ended(self) -> Self {
        let dropped_closed = self.dropped_closed.wrapping_add(self.held);
        Self { held: 0, dropped_closed, retained: 0, queue_used: 0, ..self }
    }

    /// The counters of two receivers, or of two groups of them: their sums, and of each `…_most` the larger
    /// one.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let most = (
            self.retained_most.max(other.retained_most),
            self.queue_used_most.max(other.queue_used_most),
        );
        let (mut sums, others): (Counters, Counters) = (transmute!(self), transmute!(other));
        for (sum, other) in sums.iter_mut().zip(others) {
            *sum = sum.wrapping_add(other);
        }
        let (retained_most, queue_used_most) = most;
        Self { retained_most, queue_used_most, ..transmute!(sums) }
    }
}

/// All counters, one behind the other.
type Counters = [u64; size_of::<Stats>() / size_of::<u64>()];
