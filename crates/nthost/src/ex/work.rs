//! Work items, and the threads that do the work.

use std::{
    collections::VecDeque,
    ops::Range,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicPtr, Ordering},
    },
};

use crate::{
    ex::pool,
    export::{Export, exports},
    ke::thread::{Role, call, spawn},
    nt::{DISPATCH_LEVEL, LIST_ENTRY, PASSIVE_LEVEL, WORK_QUEUE_ITEM, WORK_QUEUE_TYPE},
    sched::{self, Condvar, Mutex},
    system::System,
    thread,
    verifier::{
        self,
        catalogue::{locks::WORK_ITEM_PAGEABLE, pool as rules},
    },
};

/// The most threads that do work. Work that waits for other work needs one more than it would.
const MOST_WORKERS: usize = 64;

/// Something to do, and the address of the work item of a driver that says so, or zero.
struct Work {
    item: usize,
    run: Box<dyn FnOnce() + Send>,
}

/// The work of a kernel that is to be done.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    workers: usize,
    idle: usize,
    ends: bool,
}

impl Queue {
    /// How much work has not begun.
    pub fn waiting(&self) -> usize {
        self.state.lock().waiting.len()
    }

    /// A work item that is queued and lies between two addresses.
    pub fn within(&self, range: &Range<usize>) -> Option<usize> {
        let state = self.state.lock();
        state.waiting.iter().map(|work| work.item).find(|item| range.contains(item))
    }

    /// Tells the threads to end when all work is done.
    pub fn end(&self) {
        self.state.lock().ends = true;
        self.changed.notify_all();
    }

    /// What a thread does.
    fn serve(&self) {
        let mut state = self.state.lock();
        loop {
            if let Some(work) = state.waiting.pop_front() {
                drop(state);
                (work.run)();
                state = self.state.lock();
            } else if state.ends {
                return;
            } else {
                state.idle += 1;
                self.changed.wait(&mut state);
                state.idle -= 1;
            }
        }
    }
}

/// Has `work` done at `PASSIVE_LEVEL` by a thread of the kernel's own. It may wait. At any level up to
/// `DISPATCH_LEVEL`.
pub(crate) fn queue(system: &Arc<System>, work: impl FnOnce() + Send + 'static) {
    queue_item(system, 0, work);
}

/// The same for a work item of a driver, at the address `item`.
pub(crate) fn queue_item(system: &Arc<System>, item: usize, work: impl FnOnce() + Send + 'static) {
    let queue = &system.ex.work;
    let mut state = queue.state.lock();
    state.waiting.push_back(Work { item, run: Box::new(work) });
    // Each idle thread takes one.
    if state.waiting.len() <= state.idle || state.workers == MOST_WORKERS {
        drop(state);
        queue.changed.notify_one();
        sched::point("queued work", 0);
        return;
    }
    state.workers += 1;
    let name = format!("worker {}", state.workers);
    drop(state);
    let inside = Arc::clone(system);
    spawn(system, &name, move || inside.ex.work.serve()).expect("the host makes a thread");
    sched::point("queued work", 0);
}

/// A work item of a driver, which is valid until its routine runs.
struct Item(*mut WORK_QUEUE_ITEM);

// SAFETY: a work item is run on any thread.
unsafe impl Send for Item {}

impl Item {
    /// Null while the item is not queued, as `ExInitializeWorkItem` makes it.
    fn mark(&self) -> &AtomicPtr<LIST_ENTRY> {
        // SAFETY: the item is valid.
        let mark = unsafe { &raw mut (*self.0).List.Flink };
        // SAFETY: as above, and all change it in this way.
        unsafe { AtomicPtr::from_ptr(mark) }
    }

    fn run(self) {
        // SAFETY: the item is valid until the routine runs.
        let WORK_QUEUE_ITEM { WorkerRoutine: routine, Parameter: parameter, .. } =
            unsafe { self.0.read() };
        self.mark().store(ptr::null_mut(), Ordering::Release);
        let Some(routine) = routine else { return };
        // SAFETY: the routine and its parameter are the driver's.
        let code = || unsafe { routine(parameter) };
        // SAFETY: there is nothing to drop.
        unsafe { call(Role::WorkItem, routine as usize, code) };
    }
}

/// All queues are one: the host schedules as it likes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exqueueworkitem)
unsafe extern "efiapi" fn ExQueueWorkItem(item: *mut WORK_QUEUE_ITEM, _kind: WORK_QUEUE_TYPE) {
    if pool::is_pageable(&thread::system(), item.addr()) {
        let text = format!("{} queues a work item in pageable memory", verifier::caller());
        WORK_ITEM_PAGEABLE.broken_with([item.addr() as u64, 0, 0], text);
    }
    let item = Item(item);
    let mark = item.mark();
    let queued = item.0.cast();
    if mark.compare_exchange(ptr::null_mut(), queued, Ordering::AcqRel, Ordering::Relaxed).is_err()
    {
        let text = format!("{} queues a work item that is queued already", verifier::caller());
        rules::WORK_QUEUED_TWICE.broken_with([queued.addr() as u64, 0, 0], text);
        return;
    }
    queue_item(&thread::system(), queued.addr(), move || item.run());
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExQueueWorkItem: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
