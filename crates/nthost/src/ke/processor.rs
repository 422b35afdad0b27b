//! The processors of the hosted machine.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{nt::MAXIMUM_PROC_PER_GROUP, sched::RawMutex};

/// The processors, all in one group. A thread at `DISPATCH_LEVEL` holds one.
pub(crate) struct Processors {
    held: Box<[RawMutex]>,
    next: AtomicU32,
}

impl Processors {
    pub fn new(count: u32) -> Self {
        let held = (0..count.clamp(1, MAXIMUM_PROC_PER_GROUP)).map(|_| RawMutex::new()).collect();
        Self { held, next: AtomicU32::new(0) }
    }

    /// How many there are: at most 64.
    pub fn count(&self) -> u32 {
        u32::try_from(self.held.len()).unwrap_or(u32::MAX)
    }

    /// One for a new thread, each in turn.
    pub fn next(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed) % self.count()
    }

    /// Takes one of the processors in `affinity`, a bit for each, where zero stands for all:
    /// `preferred` if it is free, else another free one, else `preferred` when it becomes free.
    pub fn acquire(&self, preferred: u32, affinity: u64) -> u32 {
        let is_allowed = |processor: u32| affinity == 0 || affinity >> processor & 1 != 0;
        if is_allowed(preferred) && self.held[preferred as usize].try_lock() {
            return preferred;
        }
        let count = self.count();
        let in_turn = (0..count).map(|offset| (preferred + offset) % count);
        for processor in in_turn.clone().filter(|&processor| is_allowed(processor)) {
            if self.held[processor as usize].try_lock() {
                return processor;
            }
        }
        let processor = in_turn.clone().find(|&processor| is_allowed(processor));
        let processor = processor.unwrap_or(preferred);
        self.held[processor as usize].lock();
        processor
    }

    /// Gives a processor back that this thread took.
    pub fn release(&self, processor: u32) {
        // SAFETY: the caller took it with `acquire`, which locked it.
        unsafe { self.held[processor as usize].unlock() };
    }
}
