//! The queues of DPCs, and the threads that serve them.

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
    ke::{
        irql,
        thread::{Role, call, spawn},
    },
    nt::{DISPATCH_LEVEL, KDPC, PASSIVE_LEVEL},
    sched::{self, Condvar, Latch, Mutex},
    system::System,
    thread,
};

/// The queues of all processors.
pub(in crate::ke) struct Queues(Box<[Queue]>);

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    entries: VecDeque<Entry>,
    /// The thread that serves the queue has been made.
    is_served: bool,
    /// The thread is to end.
    ends: bool,
}

/// What is to be run at `DISPATCH_LEVEL`.
enum Entry {
    /// What it is run as is either a DPC or that of a timer.
    Driver(Dpc, Role),
    Kernel(Box<dyn FnOnce() + Send>),
}

/// A DPC of a driver, which is valid as long as it is queued.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Dpc(pub *mut KDPC);

// SAFETY: a DPC is run on any thread.
unsafe impl Send for Dpc {}

impl Dpc {
    /// Null while the DPC is not queued.
    fn mark(&self) -> &AtomicPtr<std::ffi::c_void> {
        // SAFETY: the DPC is valid.
        let mark = unsafe { &raw mut (*self.0).DpcData };
        // SAFETY: as above, and all change it in this way.
        unsafe { AtomicPtr::from_ptr(mark) }
    }

    /// Runs the routine of a DPC that has just been taken out of the queue.
    fn run(self, role: Role) {
        // SAFETY: it is valid until it is marked as not queued.
        let value = unsafe { self.0.read() };
        self.mark().store(ptr::null_mut(), Ordering::Release);
        let Some(routine) = value.DeferredRoutine else { return };
        let (context, first, second) =
            (value.DeferredContext, value.SystemArgument1, value.SystemArgument2);
        // SAFETY: the routine and what it is given are the driver's.
        let code = || unsafe { routine(self.0, context, first, second) };
        thread::current(|thread| thread.is_in_dpc.set(true));
        // SAFETY: there is nothing to drop.
        unsafe { call(role, routine as usize, code) };
        thread::current(|thread| thread.is_in_dpc.set(false));
    }
}

impl Queues {
    pub fn new(processors: u32) -> Self {
        Self((0..processors).map(|_| Queue::default()).collect())
    }

    /// DPCs that are queued, with the addresses of their routines.
    pub fn routines(&self) -> Vec<(usize, usize)> {
        let mut dpcs = Vec::new();
        for queue in &self.0 {
            for entry in &queue.state.lock().entries {
                if let Entry::Driver(dpc, _) = entry {
                    // SAFETY: it is valid as long as it is queued.
                    let routine = unsafe { (*dpc.0).DeferredRoutine };
                    dpcs.push((dpc.0.addr(), routine.map_or(0, |routine| routine as usize)));
                }
            }
        }
        dpcs
    }

    /// A queued DPC that lies between two addresses.
    pub fn within(&self, range: &Range<usize>) -> Option<usize> {
        self.0.iter().find_map(|queue| {
            let address = |entry: &Entry| match entry {
                Entry::Driver(dpc, _) => Some(dpc.0.addr()),
                Entry::Kernel(_) => None,
            };
            let state = queue.state.lock();
            state.entries.iter().filter_map(address).find(|dpc| range.contains(dpc))
        })
    }

    /// Tells the threads to end.
    pub fn end(&self) {
        for queue in &self.0 {
            queue.state.lock().ends = true;
            queue.changed.notify_all();
        }
    }
}

/// Adds an entry to the queue of a processor; false if the kernel is shut down.
fn add(system: &Arc<System>, processor: u32, is_first: bool, entry: Entry) -> bool {
    let queue = &system.ke.dpcs.0[processor as usize];
    let mut state = queue.state.lock();
    if state.ends {
        return false;
    }
    if is_first {
        state.entries.push_front(entry);
    } else {
        state.entries.push_back(entry);
    }
    let is_served = std::mem::replace(&mut state.is_served, true);
    drop(state);
    if is_served {
        queue.changed.notify_one();
        return true;
    }
    let inside = Arc::clone(system);
    let name = format!("DPC {processor}");
    spawn(system, &name, move || serve(&inside, processor)).expect("the host makes a thread");
    true
}

/// Queues a DPC for a processor. False if it is queued already.
pub(super) fn insert(
    dpc: Dpc,
    role: Role,
    processor: u32,
    is_first: bool,
    fill: impl FnOnce(),
) -> bool {
    let system = thread::system();
    let processor = processor % system.processors.count();
    let queue = (&raw const system.ke.dpcs.0[processor as usize]).cast_mut().cast();
    let mark = dpc.mark();
    if mark.compare_exchange(ptr::null_mut(), queue, Ordering::AcqRel, Ordering::Relaxed).is_err() {
        return false;
    }
    fill();
    let is_queued = add(&system, processor, is_first, Entry::Driver(dpc, role));
    if !is_queued {
        mark.store(ptr::null_mut(), Ordering::Release);
    }
    sched::point("a queued DPC", 0);
    is_queued
}

/// Takes a DPC out of its queue. False if it is in none.
pub(super) fn remove(dpc: Dpc) -> bool {
    for queue in &thread::system().ke.dpcs.0 {
        let mut state = queue.state.lock();
        let is_it = |entry: &Entry| matches!(entry, Entry::Driver(other, _) if *other == dpc);
        if let Some(at) = state.entries.iter().position(is_it) {
            state.entries.remove(at);
            dpc.mark().store(ptr::null_mut(), Ordering::Release);
            return true;
        }
    }
    false
}

/// Runs `code` on a processor at `DISPATCH_LEVEL`, on the thread of its DPCs and after those that are
/// queued. False if the kernel is shut down.
pub(crate) fn run(
    system: &Arc<System>,
    processor: u32,
    code: impl FnOnce() + Send + 'static,
) -> bool {
    add(system, processor % system.processors.count(), false, Entry::Kernel(Box::new(code)))
}

/// True if a DPC is queued.
pub(crate) fn is_queued(dpc: *mut KDPC) -> bool {
    !Dpc(dpc).mark().load(Ordering::Acquire).is_null()
}

/// True while this thread runs a DPC of a driver.
pub(crate) fn is_in_dpc() -> bool {
    thread::current(|thread| thread.is_in_dpc.get())
}

/// Waits until all DPCs have run that are queued now.
pub(crate) fn flush(system: &Arc<System>) {
    let latch = Latch::default();
    for processor in 0..system.processors.count() {
        let is_served = system.ke.dpcs.0[processor as usize].state.lock().is_served;
        if is_served {
            let hold = latch.hold();
            run(system, processor, move || drop(hold));
        }
    }
    latch.wait();
}

/// What the thread of a queue does.
fn serve(system: &Arc<System>, processor: u32) {
    let queue = &system.ke.dpcs.0[processor as usize];
    thread::current(|thread| {
        thread.affinity.set(1 << processor);
        thread.processor.set(processor);
    });
    loop {
        let mut state = queue.state.lock();
        while state.entries.is_empty() && !state.ends {
            queue.changed.wait(&mut state);
        }
        if state.entries.is_empty() {
            return;
        }
        drop(state);
        irql::raise(DISPATCH_LEVEL);
        // A DPC that a driver removes while the processor is busy is not run.
        let next = || queue.state.lock().entries.pop_front();
        while let Some(entry) = next() {
            match entry {
                Entry::Driver(dpc, role) => dpc.run(role),
                Entry::Kernel(code) => code(),
            }
        }
        irql::lower(PASSIVE_LEVEL);
    }
}
