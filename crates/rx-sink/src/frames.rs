//! What became of the frames of a reader, and of those of an adapter.

use rx_abi::{AdapterStats, FrameStats};

use crate::tallies::Tallies;

/// A counter of a reader; see the field of [`FrameStats`] with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of FrameStats say what they are")]
pub enum FrameCounter {
    Offered,
    Filtered,
    Accepted,
    AcceptedBytes,
    DroppedQueueFull,
    DroppedTooLarge,
    DroppedNoMemory,
    DroppedUnmapped,
    DroppedMalformed,
    Delivered,
    DeliveredBytes,
    Held,
    Lost,
    Flushed,
    Truncated,
    Scattered,
    RetainedCopied,
    FilterFailures,
}

/// The counters of a reader.
///
/// Each is counted on its own, what is held, too: so that it shows when something was counted twice, or not at
/// all.
#[derive(Debug, Default)]
pub struct FrameCounters(Tallies<{ FrameCounter::FilterFailures as usize + 1 }>);

impl FrameCounters {
    /// All at zero.
    #[must_use]
    pub const fn new() -> Self {
        Self(Tallies::new())
    }

    /// Adds `count`.
    #[inline]
    pub fn add(&self, counter: FrameCounter, count: u64) {
        self.0.add(counter as usize, count);
    }

    /// The value of a counter.
    #[must_use]
    pub fn get(&self, counter: FrameCounter) -> u64 {
        self.0.get(counter as usize)
    }

    /// So many frames of those that are held are held no more, but are counted by `counter`.
    #[inline]
    pub fn release(&self, counter: FrameCounter, count: u64) {
        self.0.add(counter as usize, count);
        self.0.subtract(FrameCounter::Held as usize, count);
    }

    /// Nobody will read what is held.
    pub fn flush(&self) {
        let held = self.0.take(FrameCounter::Held as usize);
        self.add(FrameCounter::Flushed, held);
    }

    /// All counters; what the queue and the lists that are kept say is zero.
    #[must_use]
    pub fn snapshot(&self) -> FrameStats {
        use FrameCounter as C;
        FrameStats {
            // What left is looked at before what came.
            delivered: self.get(C::Delivered),
            delivered_bytes: self.get(C::DeliveredBytes),
            lost: self.get(C::Lost),
            flushed: self.get(C::Flushed),
            held: self.get(C::Held),
            accepted: self.get(C::Accepted),
            accepted_bytes: self.get(C::AcceptedBytes),
            dropped_queue_full: self.get(C::DroppedQueueFull),
            dropped_too_large: self.get(C::DroppedTooLarge),
            dropped_no_memory: self.get(C::DroppedNoMemory),
            dropped_unmapped: self.get(C::DroppedUnmapped),
            dropped_malformed: self.get(C::DroppedMalformed),
            filtered: self.get(C::Filtered),
            offered: self.get(C::Offered),
            truncated: self.get(C::Truncated),
            scattered: self.get(C::Scattered),
            retained_copied: self.get(C::RetainedCopied),
            filter_failures: self.get(C::FilterFailures),
            ..FrameStats::default()
        }
    }
}

/// A counter of an adapter; see the field of [`AdapterStats`] with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of AdapterStats say what they are")]
pub enum AdapterCounter {
    Indications,
    Lists,
    ListsLoaned,
    ListsReturned,
    ListsHeld,
    Frames,
    Bytes,
    Offered,
    DroppedPaused,
    DroppedNoReader,
    DroppedMalformed,
    Binds,
    Restarts,
    Pauses,
    OidFailures,
}

/// The counters of an adapter, each counted on its own.
#[derive(Debug, Default)]
pub struct AdapterCounters(Tallies<{ AdapterCounter::OidFailures as usize + 1 }>);

impl AdapterCounters {
    /// All at zero.
    #[must_use]
    pub const fn new() -> Self {
        Self(Tallies::new())
    }

    /// Adds `count`.
    #[inline]
    pub fn add(&self, counter: AdapterCounter, count: u64) {
        self.0.add(counter as usize, count);
    }

    /// So many lists that were held were returned.
    pub fn returned(&self, lists: u64) {
        self.0.add(AdapterCounter::ListsReturned as usize, lists);
        self.0.subtract(AdapterCounter::ListsHeld as usize, lists);
    }

    /// All counters; what the adapter itself says is zero.
    #[must_use]
    pub fn snapshot(&self) -> AdapterStats {
        use AdapterCounter as C;
        let get = |counter: C| self.0.get(counter as usize);
        AdapterStats {
            lists_loaned: get(C::ListsLoaned),
            lists_returned: get(C::ListsReturned),
            lists_held: get(C::ListsHeld),
            offered: get(C::Offered),
            dropped_paused: get(C::DroppedPaused),
            dropped_no_reader: get(C::DroppedNoReader),
            dropped_malformed: get(C::DroppedMalformed),
            indications: get(C::Indications),
            lists: get(C::Lists),
            frames: get(C::Frames),
            bytes: get(C::Bytes),
            binds: get(C::Binds),
            restarts: get(C::Restarts),
            pauses: get(C::Pauses),
            oid_failures: get(C::OidFailures),
            ..AdapterStats::default()
        }
    }
}
