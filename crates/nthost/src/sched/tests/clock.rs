//! The clock of a seeded schedule, and its settings.

use std::time::{Duration, Instant};

use super::seeded;
use crate::{
    BuildError, Kernel, Schedule, Strategy,
    ke::tests::imports,
    nt::{BOOLEAN, KPROCESSOR_MODE, KernelMode, LARGE_INTEGER, NTSTATUS},
    thread,
    wsk::{Network, Synthetic},
};

imports! {
    fn KeDelayExecutionThread(
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        interval: *const LARGE_INTEGER,
    ) -> NTSTATUS;
    fn KeQueryInterruptTime() -> u64;
    fn KeQuerySystemTime(time: *mut LARGE_INTEGER);
    fn KeStallExecutionProcessor(microseconds: u32);
}

/// Units of 100 ns.
const HOUR: i64 = 36_000_000_000;

fn delay(units: i64) {
    let interval = LARGE_INTEGER { QuadPart: -units };
    // SAFETY: it is an interval.
    unsafe { KeDelayExecutionThread(KernelMode, 0, &raw const interval) };
}

fn interrupt_time() -> u64 {
    // SAFETY: it may be called anywhere.
    unsafe { KeQueryInterruptTime() }
}

fn system_time() -> i64 {
    let mut time = LARGE_INTEGER::default();
    // SAFETY: the place is there.
    unsafe { KeQuerySystemTime(&raw mut time) };
    // SAFETY: all bytes are a number.
    unsafe { time.QuadPart }
}

#[test]
fn hours_pass_at_once_while_nobody_can_run() {
    let start = Instant::now();
    let kernel = seeded(1, Strategy::RandomWalk);
    let (interrupt, system) = thread::enter(kernel.system(), |_| {
        let before = (interrupt_time(), system_time());
        delay(100 * HOUR);
        // SAFETY: it may be called anywhere.
        unsafe { KeStallExecutionProcessor(1000) };
        (interrupt_time() - before.0, system_time() - before.1)
    });
    let hours = 100 * HOUR + 10_000;
    assert!((hours..hours + 1000).contains(&system), "{system} units passed");
    assert!(interrupt.abs_diff(system.cast_unsigned()) < 1000);
    assert!(start.elapsed() < Duration::from_hours(1));
}

#[test]
fn threads_wake_in_the_order_of_their_times() {
    for seed in 0..20 {
        let kernel = seeded(seed, Strategy::RandomWalk);
        let sleep = |hours: i64| {
            let system = kernel.system().clone();
            kernel.spawn("sleeper", move || {
                thread::enter(&system, |_| {
                    delay(hours * HOUR);
                    interrupt_time()
                })
            })
        };
        let tasks = [3, 1, 2].map(sleep);
        let [third, first, second] = tasks.map(crate::Task::join);
        assert!(first < second && second < third, "seed {seed}");
    }
}

#[test]
fn the_network_of_the_machine_follows_no_seed() {
    let schedule = Schedule::Seeded { seed: 0, strategy: Strategy::RandomWalk };
    let error = Kernel::builder().schedule(schedule).build().err();
    assert_eq!(error, Some(BuildError::SeededHostNetwork));
}

#[test]
fn a_thread_is_under_one_schedule_at_a_time() {
    let kernel = seeded(1, Strategy::RandomWalk);
    let schedule = Schedule::Seeded { seed: 0, strategy: Strategy::RandomWalk };
    let network = || Network::Synthetic(Synthetic::new());
    let second = || Kernel::builder().network(network()).schedule(schedule).build();
    assert_eq!(second().err(), Some(BuildError::SeededTwice));
    drop(kernel);
    assert!(second().is_ok());
    let free = Kernel::builder().network(network()).build().unwrap();
    assert_eq!(free.trace(), None);
    assert_eq!(free.spawn("free", || 7).join(), 7);
}
