//! The queue of a receiver.

use core::{
    ptr::NonNull,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering, fence},
};

use rx_abi::RecordHeader;
use rx_sink::{Combiner, Memory, Ring};
use wdm::{Event, PoolBox, PoolBytes, ReadQueue, Reset, Result, Status};

use crate::{TAG, retain::Retention};

/// Records that wait for reads, and reads that wait for records.
pub struct Queue {
    pub ring: Ring<PoolMemory>,
    pub reads: ReadQueue,
    /// Brings both together.
    pub serving: Combiner,
    /// Dropped since the last record was written.
    lost: AtomicU64,
    /// What would fill the queue waits until less than so many bytes are in use; zero if nothing waits.
    starved: AtomicUsize,
    /// Wakes the thread that works for the queue.
    pub wake: Event,
    /// Lists that are kept, in the mode that keeps them.
    pub retention: Option<PoolBox<Retention>>,
}

/// Memory of a ring, and of a table.
pub struct PoolMemory(PoolBytes);

impl PoolMemory {
    pub const fn new(bytes: PoolBytes) -> Self {
        Self(bytes)
    }
}

// SAFETY: it owns a block of pool, which is aligned to 16.
unsafe impl Memory for PoolMemory {
    fn base(&self) -> NonNull<u8> {
        self.0.start()
    }

    fn len(&self) -> usize {
        self.0.length()
    }
}

impl Queue {
    /// A queue of `bytes` bytes, which are rounded up to a power of two.
    #[inline(never)]
    pub fn new(bytes: u32, retention: Option<PoolBox<Retention>>) -> Result<PoolBox<Self>> {
        let bytes = bytes.checked_next_power_of_two().ok_or(Status::INVALID_PARAMETER)? as usize;
        let size = Ring::<PoolMemory>::memory_size(bytes).ok_or(Status::INVALID_PARAMETER)?;
        let memory = PoolMemory(PoolBytes::try_new(size, TAG)?);
        let this = Self {
            ring: Ring::new(bytes, memory).ok_or(Status::INVALID_PARAMETER)?,
            reads: ReadQueue::new(TAG)?,
            serving: Combiner::new(),
            lost: AtomicU64::new(0),
            starved: AtomicUsize::new(0),
            wake: Event::new(Reset::ByWait, TAG)?,
            retention,
        };
        PoolBox::try_new(this, TAG)
    }

    /// Size of the record of a datagram, if the queue can ever hold it.
    pub fn record_size(&self, payload: usize) -> Option<u32> {
        let size = RecordHeader::datagram_size(payload);
        size.filter(|&size| size as usize <= self.ring.capacity())
    }

    /// True if lists that are kept are to be copied.
    pub fn has_lists_to_copy(&self) -> bool {
        self.retention.as_ref().is_some_and(|retention| retention.has_lists_to_copy())
    }

    /// True above the mark at which no more is accepted where it can be refused.
    pub fn is_nearly_full(&self) -> bool {
        self.ring.used() > self.ring.capacity() / 4 * 3
    }

    /// True below the mark at which what was refused is asked for again.
    pub fn is_nearly_empty(&self) -> bool {
        self.ring.used() <= self.low_mark()
    }

    fn low_mark(&self) -> usize {
        self.ring.capacity() / 4
    }

    /// Notes that something waits for the queue to become nearly empty, with room for `size` bytes. The
    /// thread is woken when it is.
    pub fn starve(&self, size: u32) {
        let most = self.ring.capacity().saturating_sub(size as usize).min(self.low_mark());
        self.starved.store(most.saturating_add(1), Ordering::Relaxed);
        self.wake_if_room();
    }

    /// Nothing waits any more.
    pub fn sate(&self) {
        self.starved.store(0, Ordering::Relaxed);
    }

    fn has_room_for_starved(&self) -> bool {
        self.ring.used() < self.starved.load(Ordering::Relaxed)
    }

    /// True, once, if something waits and there is room.
    pub fn take_room(&self) -> bool {
        self.has_room_for_starved() && self.starved.swap(0, Ordering::AcqRel) != 0
    }

    /// Wakes the thread if something waits for room, and there is.
    pub fn wake_if_room(&self) {
        // Of one who gives room back and one who begins to wait for it at the same time, at least one
        // sees what the other did.
        fence(Ordering::SeqCst);
        if self.has_room_for_starved() {
            self.wake.set();
        }
    }

    /// Notes that so many were dropped.
    pub fn add_lost(&self, count: u64) {
        if count > 0 {
            self.lost.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// How many were dropped since this was asked for last.
    pub fn take_lost(&self) -> u32 {
        if self.lost.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        u32::try_from(self.lost.swap(0, Ordering::Relaxed)).unwrap_or(u32::MAX)
    }
}
