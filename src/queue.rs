//! The queue of a receiver.

use core::sync::atomic::{AtomicUsize, Ordering, fence};

use rx_abi::RecordHeader;
use rx_sink::Outlet;
use wdm::{Event, PoolBox, Reset, Result};

use crate::{TAG, retain::Retention};

/// Records that wait for reads, and what else has to do with that.
pub struct Queue {
    pub outlet: Outlet,
    /// What would fill the queue waits until less than so many bytes are in use; zero if nothing waits.
    starved: AtomicUsize,
    /// Wakes the thread that works for the queue.
    pub wake: Event,
    /// Lists that are kept, in the mode that keeps them.
    pub retention: Option<PoolBox<Retention>>,
}

impl Queue {
    /// A queue of `bytes` bytes, which are rounded up to a power of two.
    #[inline(never)]
    pub fn new(bytes: u32, retention: Option<PoolBox<Retention>>) -> Result<PoolBox<Self>> {
        let this = Self {
            outlet: Outlet::new(bytes, TAG)?,
            starved: AtomicUsize::new(0),
            wake: Event::new(Reset::ByWait, TAG)?,
            retention,
        };
        PoolBox::try_new(this, TAG)
    }

    /// Size of the record of a datagram, if the queue can ever hold it.
    pub fn record_size(&self, payload: usize) -> Option<u32> {
        let size = RecordHeader::datagram_size(payload);
        size.filter(|&size| size as usize <= self.outlet.ring.capacity())
    }

    /// True above the mark at which no more is accepted where it can be refused.
    pub fn is_nearly_full(&self) -> bool {
        self.outlet.ring.used() > self.outlet.ring.capacity() / 4 * 3
    }

    /// True below the mark at which what was refused is asked for again.
    pub fn is_nearly_empty(&self) -> bool {
        self.outlet.ring.used() <= self.low_mark()
    }

    fn low_mark(&self) -> usize {
        self.outlet.ring.capacity() / 4
    }

    /// Notes that something waits for the queue to become nearly empty, with room for `size` bytes. The
    /// thread is woken when it is.
    pub fn starve(&self, size: u32) {
        let most = self.outlet.ring.capacity().saturating_sub(size as usize).min(self.low_mark());
        self.starved.store(most.saturating_add(1), Ordering::Relaxed);
        self.wake_if_room();
    }

    /// Nothing waits any more.
    pub fn sate(&self) {
        self.starved.store(0, Ordering::Relaxed);
    }

    fn has_room_for_starved(&self) -> bool {
        self.outlet.ring.used() < self.starved.load(Ordering::Relaxed)
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
}
