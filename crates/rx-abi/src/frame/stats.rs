//! The counters of readers and of adapters.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Output of [`IOCTL_FRAME_STATS`](crate::IOCTL_FRAME_STATS), about one reader since it was opened.
///
/// Counters only grow, but for those that say what there is now. A frame is a NET_BUFFER.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct FrameStats {
    /// Frames of its adapters that the reader was offered while it was open.
    pub offered: u64,
    /// Of these, those that its filter did not take.
    pub filtered: u64,
    /// Those that were put into its queue.
    pub accepted: u64,
    /// Their captured bytes.
    pub accepted_bytes: u64,
    /// Dropped because the queue was full.
    pub dropped_queue_full: u64,
    /// Dropped because they can never fit into the queue.
    pub dropped_too_large: u64,
    /// Dropped because there was no memory.
    pub dropped_no_memory: u64,
    /// Dropped because memory of the frame could not be mapped.
    pub dropped_unmapped: u64,
    /// Dropped because its MDLs hold less than its length.
    pub dropped_malformed: u64,
    /// Of those that were accepted, those that reads returned.
    pub delivered: u64,
    /// Their captured bytes.
    pub delivered_bytes: u64,
    /// Those that wait for a read now.
    pub held: u64,
    /// Those that were kept and could no longer be read when a read came, or when they were to be copied.
    pub lost: u64,
    /// Those that waited when the reader ended with nobody to read them.
    pub flushed: u64,
    /// Frames of which only a part was captured.
    pub truncated: u64,
    /// Frames that lay in more than one MDL.
    pub scattered: u64,
    /// Frames that are in lists that are kept now.
    pub retained: u64,
    /// The most that were at once.
    pub retained_most: u64,
    /// Frames of lists that were kept, and copied because of their age or of a limit.
    pub retained_copied: u64,
    /// Bytes of the queue that are in use now.
    pub queue_used: u64,
    /// The most bytes of the queue that were in use.
    pub queue_used_most: u64,
    /// Adapters that the reader gets frames of now.
    pub adapters: u64,
    /// How often an adapter refused the packet filter that this reader and others ask for.
    pub filter_failures: u64,
}

impl FrameStats {
    /// The sum of all that was dropped before it got into the queue.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped_queue_full
            + self.dropped_too_large
            + self.dropped_no_memory
            + self.dropped_unmapped
            + self.dropped_malformed
    }

    /// The causes of drops, each with a name as commands print it and how many there were.
    #[must_use]
    pub const fn drops(&self) -> [(&'static str, u64); 6] {
        [
            ("queue-full", self.dropped_queue_full),
            ("too-large", self.dropped_too_large),
            ("no-memory", self.dropped_no_memory),
            ("unmapped", self.dropped_unmapped),
            ("malformed", self.dropped_malformed),
            ("lost", self.lost),
        ]
    }

    /// True if what was offered is exactly what became of it. While frames are received, a snapshot need
    /// not add up; when nothing moves it does.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        self.offered == self.filtered + self.accepted + self.dropped()
            && self.accepted == self.delivered + self.held + self.lost + self.flushed
    }
}

/// Output of [`IOCTL_ADAPTER_STATS`](crate::IOCTL_ADAPTER_STATS), about one adapter since the driver was
/// bound to it first. Counters go on when the adapter comes back.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct AdapterStats {
    /// How often NDIS called the driver with lists.
    pub indications: u64,
    /// Lists that it was called with.
    pub lists: u64,
    /// Those that were lent for the time of the call (`NDIS_RECEIVE_FLAGS_RESOURCES`).
    pub lists_loaned: u64,
    /// Those that were the driver's own, and were given back.
    pub lists_returned: u64,
    /// Those that are the driver's own now.
    pub lists_held: u64,
    /// Frames in these lists.
    pub frames: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Frames that were offered to at least one reader.
    pub offered: u64,
    /// Frames that came while the binding was not running.
    pub dropped_paused: u64,
    /// Frames that came while there was no reader.
    pub dropped_no_reader: u64,
    /// Lists without a frame and frames without memory; they are counted as frames.
    pub dropped_malformed: u64,
    /// How often the driver was bound to the adapter.
    pub binds: u64,
    /// How often NDIS restarted the binding.
    pub restarts: u64,
    /// How often NDIS paused the binding.
    pub pauses: u64,
    /// Requests (OIDs) that failed.
    pub oid_failures: u64,
    /// Received frames that the adapter dropped for want of descriptors, as it says itself; zero if it
    /// does not tell.
    pub adapter_discards: u64,
    /// Bits of the packet filter that is set now.
    pub packet_filter: u64,
    /// Readers that get frames of the adapter now.
    pub readers: u64,
}

impl AdapterStats {
    /// True if what was indicated is exactly what became of it. While frames are received, a snapshot need
    /// not add up; when nothing moves it does.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        let dropped = self.dropped_paused + self.dropped_no_reader + self.dropped_malformed;
        self.frames == self.offered + dropped
            && self.lists == self.lists_loaned + self.lists_returned + self.lists_held
    }
}
