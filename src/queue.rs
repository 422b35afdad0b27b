//! The queue of a receiver.

use core::{
    ptr::NonNull,
    sync::atomic::{AtomicBool, AtomicU64, Ordering, fence},
};

use rx_abi::RecordHeader;
use rx_sink::{Combiner, Memory, Ring};
use wdm::{Event, PoolBytes, ReadQueue, Reset, Result, Status};

use crate::TAG;

/// Records that wait for reads, and reads that wait for records.
pub struct Queue {
    pub ring: Ring<RingMemory>,
    pub reads: ReadQueue,
    /// Brings both together.
    pub serving: Combiner,
    /// Dropped since the last record was written.
    lost: AtomicU64,
    /// What would fill the queue has to wait until it is emptier.
    starved: AtomicBool,
    /// Wakes the thread that works for the queue.
    pub wake: Event,
}

/// Memory of a ring.
pub struct RingMemory(PoolBytes);

// SAFETY: it owns a block of pool, which is aligned to 16.
unsafe impl Memory for RingMemory {
    fn base(&self) -> NonNull<u8> {
        self.0.start()
    }

    fn len(&self) -> usize {
        self.0.length()
    }
}

impl Queue {
    /// A queue of `bytes` bytes, which are rounded up to a power of two.
    pub fn new(bytes: u32) -> Result<Self> {
        let bytes = bytes.checked_next_power_of_two().ok_or(Status::INVALID_PARAMETER)? as usize;
        let size = Ring::<RingMemory>::memory_size(bytes).ok_or(Status::INVALID_PARAMETER)?;
        let memory = RingMemory(PoolBytes::try_new(size, TAG)?);
        Ok(Self {
            ring: Ring::new(bytes, memory).ok_or(Status::INVALID_PARAMETER)?,
            reads: ReadQueue::new(TAG)?,
            serving: Combiner::new(),
            lost: AtomicU64::new(0),
            starved: AtomicBool::new(false),
            wake: Event::new(Reset::ByWait, TAG)?,
        })
    }

    /// Size of the record of a datagram, if the queue can ever hold it.
    pub fn record_size(&self, payload: usize) -> Option<u32> {
        let size = RecordHeader::datagram_size(payload);
        size.filter(|&size| size as usize <= self.ring.capacity())
    }

    /// True above the mark at which no more is accepted where it can be refused.
    pub fn is_nearly_full(&self) -> bool {
        self.ring.used() > self.ring.capacity() / 4 * 3
    }

    /// True below the mark at which what was refused is asked for again.
    pub fn is_nearly_empty(&self) -> bool {
        self.ring.used() <= self.ring.capacity() / 4
    }

    /// Notes that something waits for the queue to become emptier; the thread is woken when it is.
    pub fn starve(&self) {
        self.starved.store(true, Ordering::Relaxed);
        self.wake_if_room();
    }

    /// True, once, if something waits and the queue is emptier now.
    pub fn take_room(&self) -> bool {
        self.is_nearly_empty() && self.starved.swap(false, Ordering::AcqRel)
    }

    /// Wakes the thread if something waits for room, and there is.
    pub fn wake_if_room(&self) {
        // Of one who gives room back and one who begins to wait for it at the same time, at least one
        // sees what the other did.
        fence(Ordering::SeqCst);
        if self.starved.load(Ordering::Relaxed) && self.is_nearly_empty() {
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
