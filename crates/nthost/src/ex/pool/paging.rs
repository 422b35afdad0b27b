//! Paged pool, which a thread at `DISPATCH_LEVEL` must not touch.
//!
//! It is paged out whenever a thread raises its level that far: nobody can touch it until a thread below
//! that level tries to, and faults, and has the pages of that block paged in. So a thread at
//! `DISPATCH_LEVEL` faults, unless another one has touched the block meanwhile. A thread below it never
//! notices. Windows' verifier empties working sets to the same end.

use std::sync::atomic::Ordering::Relaxed;

use super::{
    space,
    special::{self, PAGING},
};
use crate::{nt::DISPATCH_LEVEL, thread};

/// Pages all paged pool of the kernel out that this thread is inside of, before the thread is at
/// `DISPATCH_LEVEL`.
pub(crate) fn page_out() {
    thread::current(|thread| {
        let special = &thread.system.ex.pool.special;
        if special.is_paged_in.load(Relaxed) {
            special.page_out();
        }
    });
}

/// Pages a block in that a thread has faulted in, if that is all that is wrong. For the handler of the
/// fault: it waits for nothing that the thread itself could have.
pub(crate) fn page_in(address: usize) -> bool {
    let Some(mut arena) = space::contents_around(address) else { return false };
    let arena = &mut *arena;
    let Some(is_paged_in) = &arena.is_paged_in else { return false };
    let Some((&start, entry)) = arena.blocks.range(..=address).next_back() else { return false };
    let pages = special::pages(start, entry.block.size);
    let is_at_dispatch = thread::is(|thread| thread.irql.get() >= DISPATCH_LEVEL);
    if !pages.contains(&address) || !entry.has_memory || (is_at_dispatch && entry.locks == 0) {
        return false;
    }
    is_paged_in.store(true, Relaxed);
    space::protect(pages.start, pages.len(), true)
}

/// The pages that a block of paged pool lies in are locked, or not any more: they stay where they are.
pub(crate) fn lock(address: usize, is_locked: bool) {
    let Some(mut arena) = space::contents_of_run(address) else { return };
    let Some((&start, entry)) = arena.blocks.range_mut(..=address).next_back() else { return };
    if address < start + entry.block.size {
        entry.locks = if is_locked { entry.locks + 1 } else { entry.locks.saturating_sub(1) };
    }
}

impl special::Special {
    fn page_out(&self) {
        let _paging = PAGING.lock();
        if self.is_paged_in.swap(false, Relaxed) {
            for run in self.paged_runs() {
                space::protect(run.start(), run.length(), false);
            }
        }
    }
}
