//! What became of everything that was received.

use rx_abi::Stats;

use crate::tallies::Tallies;

/// A counter of a receiver; see the field of [`Stats`] with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of Stats say what they are")]
pub enum Counter {
    Received,
    ReceivedBytes,
    Delivered,
    DeliveredBytes,
    DroppedQueueFull,
    DroppedTooLarge,
    DroppedUnmapped,
    DroppedMalformed,
    DroppedClosed,
    Truncated,
    ControlTruncated,
    Empty,
    Scattered,
    Refused,
    Resumed,
    RetainedCopied,
    Requests,
    RequestsInline,
    RequestsFailed,
    RequestsCancelled,
}

/// The counters of a receiver.
///
/// Whoever takes datagrams from below first adds them to [`Counter::Received`], and only later to what
/// became of them. So a [`snapshot`](Self::snapshot) never sees more leave than came.
#[derive(Debug, Default)]
pub struct Counters(Tallies<{ Counter::RequestsCancelled as usize + 1 }>);

impl Counters {
    /// All at zero.
    #[must_use]
    pub const fn new() -> Self {
        Self(Tallies::new())
    }

    /// Adds `count`.
    pub fn add(&self, counter: Counter, count: u64) {
        self.0.add(counter as usize, count);
    }

    /// The value of a counter.
    #[must_use]
    pub fn get(&self, counter: Counter) -> u64 {
        self.0.get(counter as usize)
    }

    /// All counters, with what is held now as the difference.
    #[must_use]
    pub fn snapshot(&self) -> Stats {
        use Counter as C;
        // What left is looked at before what came.
        let mut stats = Stats {
            delivered: self.get(C::Delivered),
            delivered_bytes: self.get(C::DeliveredBytes),
            dropped_queue_full: self.get(C::DroppedQueueFull),
            dropped_too_large: self.get(C::DroppedTooLarge),
            dropped_unmapped: self.get(C::DroppedUnmapped),
            dropped_malformed: self.get(C::DroppedMalformed),
            dropped_closed: self.get(C::DroppedClosed),
            truncated: self.get(C::Truncated),
            control_truncated: self.get(C::ControlTruncated),
            empty: self.get(C::Empty),
            scattered: self.get(C::Scattered),
            refused: self.get(C::Refused),
            resumed: self.get(C::Resumed),
            retained_copied: self.get(C::RetainedCopied),
            requests: self.get(C::Requests),
            requests_inline: self.get(C::RequestsInline),
            requests_failed: self.get(C::RequestsFailed),
            requests_cancelled: self.get(C::RequestsCancelled),
            ..Stats::default()
        };
        stats.received = self.get(C::Received);
        stats.received_bytes = self.get(C::ReceivedBytes);
        stats.held = stats.received.wrapping_sub(stats.delivered).wrapping_sub(stats.dropped());
        stats
    }
}
