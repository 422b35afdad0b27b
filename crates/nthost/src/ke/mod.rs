//! The kernel proper: interrupt request levels, processors, locks, waits, timers, DPCs, threads.

mod affinity;
pub(crate) mod bug_check;
pub(crate) mod deadlock;
pub(crate) mod dpc;
pub(crate) mod event;
pub(crate) mod irql;
mod mutex;
mod object;
pub(crate) mod processor;
pub(crate) mod region;
mod semaphore;
pub(crate) mod spin_lock;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod thread;
pub(crate) mod time;
pub(crate) mod timer;
pub(crate) mod wait;

use std::ops::Range;

use crate::{
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, PASSIVE_LEVEL},
    system::System,
    verifier::{Check, catalogue::unload as rules},
};

use irql::{KeGetCurrentIrql, KeLowerIrql, KeRaiseIrqlToDpcLevel, KfLowerIrql, KfRaiseIrql};
use time::{KeQueryPerformanceCounter, KeStallExecutionProcessor};

/// The state of this component.
pub(crate) struct State {
    dpcs: dpc::Queues,
    driver_threads: thread::DriverThreads,
    locks: deadlock::Locks,
    timers: timer::Timers,
    waiting: wait::Waiting,
    workers: thread::Workers,
}

impl State {
    pub fn new(processors: u32) -> Self {
        Self {
            dpcs: dpc::Queues::new(processors),
            driver_threads: thread::DriverThreads::default(),
            locks: deadlock::Locks::default(),
            timers: timer::Timers::default(),
            waiting: wait::Waiting::default(),
            workers: thread::Workers::default(),
        }
    }

    /// A timer that is set and lies between two addresses.
    pub fn timers_within(&self, range: &Range<usize>) -> Option<usize> {
        self.timers.within(range)
    }

    /// A DPC that is queued, or will be when a timer expires, and lies between two addresses.
    pub fn dpcs_within(&self, range: &Range<usize>) -> Option<usize> {
        self.dpcs.within(range).or_else(|| self.timers.dpc_within(range))
    }

    /// Ends timers and DPCs, and waits for all threads that [`thread::spawn`] made. Other components
    /// tell theirs to end before.
    pub fn shutdown(&self) {
        self.timers.end();
        self.dpcs.end();
        self.workers.join();
    }
}

/// What drivers have left behind, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let threads = system.ke.driver_threads.running();
    let threads = threads
        .into_iter()
        .map(|(id, routine)| format!("the thread {id} of {} runs", system.describe(routine)));
    let dpcs = system.ke.dpcs.routines().into_iter();
    let dpcs = dpcs.map(|(_, routine)| format!("a DPC of {} is queued", system.describe(routine)));
    let timers = system.ke.timers.running();
    let timers = timers.into_iter().map(|timer| format!("the timer at {timer:#x} is set"));
    threads.chain(dpcs).chain(timers).collect()
}

/// Reports timers, DPCs and threads whose code or memory goes away with a driver.
pub(crate) fn check_unloaded(system: &System, code: &Range<usize>) {
    for (id, routine) in system.ke.driver_threads.running() {
        if code.contains(&routine) {
            let name = system.describe(routine);
            let text = format!("the thread {id} of {name} runs while its driver is unloaded");
            rules::THREAD_LEFT.broken_at([routine as u64, 0, 0, 0], text);
        }
    }
    for (timer, routine) in system.ke.timers.routines() {
        let what = format!("the timer at {timer:#x}, which is set,");
        check_object(system, code, rules::TIMER_LEFT, &what, timer, routine);
    }
    for (dpc, routine) in system.ke.dpcs.routines() {
        let what = format!("the DPC at {dpc:#x}, which is queued,");
        check_object(system, code, rules::DPC_LEFT, &what, dpc, routine);
    }
}

/// Reports a timer or a DPC in the image of a driver that is unloaded, or with a routine there.
fn check_object(
    system: &System,
    code: &Range<usize>,
    check: &'static Check,
    what: &str,
    address: usize,
    routine: usize,
) {
    let (start, end) = (code.start as u64, code.end as u64);
    if code.contains(&address) {
        let text = format!("{what} is in a driver that is unloaded");
        check.broken_with([address as u64, start, end], text);
    } else if code.contains(&routine) {
        let text = format!("{what} has the routine {}", system.describe(routine));
        rules::DPC_ROUTINE_LEFT.broken_with([routine as u64, start, end], text);
    }
}

/// The tables of the functions of this component.
pub(crate) const TABLES: &[&[Export]] = &[
    LEVELS,
    affinity::EXPORTS,
    bug_check::EXPORTS,
    dpc::EXPORTS,
    event::EXPORTS,
    mutex::EXPORTS,
    region::EXPORTS,
    semaphore::EXPORTS,
    spin_lock::EXPORTS,
    thread::EXPORTS,
    time::EXPORTS,
    timer::EXPORTS,
    wait::EXPORTS,
];

const LEVELS: &[Export] = exports! {
    KeRaiseIrqlToDpcLevel: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeGetCurrentIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeLowerIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KfLowerIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KfRaiseIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
};

/// The tables of the functions that are in the hardware abstraction layer too.
pub(crate) const HAL_TABLES: &[&[Export]] = &[HAL];

const HAL: &[Export] = exports! {
    KeGetCurrentIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryPerformanceCounter: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeStallExecutionProcessor: PASSIVE_LEVEL..=HIGH_LEVEL;
    KfLowerIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
    KfRaiseIrql: PASSIVE_LEVEL..=HIGH_LEVEL;
};
