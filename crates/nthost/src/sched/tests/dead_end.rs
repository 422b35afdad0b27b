//! Schedules in which nobody gets anywhere.

use std::sync::{Arc, Mutex};

use super::{STRATEGIES, seeded};
use crate::{
    Kernel, Strategy, Task,
    ke::tests::imports,
    nt::{KIRQL, KSPIN_LOCK},
    thread,
};

imports! {
    fn KeAcquireSpinLockRaiseToDpc(lock: *mut KSPIN_LOCK) -> KIRQL;
    fn KeAcquireSpinLockAtDpcLevel(lock: *mut KSPIN_LOCK);
    fn KeReleaseSpinLockFromDpcLevel(lock: *mut KSPIN_LOCK);
    fn KeReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL);
}

/// Two locks, which threads acquire in this order or the other.
type Locks = Arc<[Mutex<KSPIN_LOCK>; 2]>;

fn address(locks: &Locks, index: usize) -> *mut KSPIN_LOCK {
    &raw mut *locks[index].lock().unwrap()
}

/// Acquires both locks, and releases them.
fn acquire_both(kernel: &Kernel, locks: &Locks, first: usize) -> Task<()> {
    let (system, locks) = (Arc::clone(kernel.system()), Arc::clone(locks));
    kernel.spawn("driver", move || {
        thread::enter(&system, |_| {
            let (first, second) = (address(&locks, first), address(&locks, 1 - first));
            // SAFETY: it is a lock.
            let level = unsafe { KeAcquireSpinLockRaiseToDpc(first) };
            // SAFETY: as above.
            unsafe { KeAcquireSpinLockAtDpcLevel(second) };
            // SAFETY: as above.
            unsafe { KeReleaseSpinLockFromDpcLevel(second) };
            // SAFETY: as above.
            unsafe { KeReleaseSpinLock(first, level) };
        });
    })
}

/// The rule that two threads break, and what is said of it.
fn dead_end(seed: u64, strategy: Strategy, orders: [usize; 2]) -> Option<(&'static str, String)> {
    let kernel = seeded(seed, strategy);
    let locks = Locks::default();
    orders.map(|first| acquire_both(&kernel, &locks, first)).into_iter().for_each(Task::join);
    let violations = kernel.violations();
    violations.first().map(|violation| (violation.rule, violation.text.clone()))
}

#[test]
fn locks_in_two_orders_are_a_dead_end() {
    for strategy in STRATEGIES {
        let found = (0..100).find_map(|seed| dead_end(seed, strategy, [0, 1]));
        let (rule, text) = found.unwrap_or_else(|| panic!("{strategy} finds nothing"));
        assert_eq!(rule, "schedule-deadlock");
        let waits = text.matches("waits for a spin lock at").count();
        assert_eq!(waits, 2, "{text}");
        assert!(text.contains("since KeAcquireSpinLockAtDpcLevel"), "{text}");
        let found = (0..100).find_map(|seed| dead_end(seed, strategy, [0, 0]));
        assert_eq!(found, None);
    }
}

#[test]
fn a_thread_that_looks_again_and_again_in_vain_is_a_dead_end() {
    let kernel = seeded(1, Strategy::RandomWalk);
    let (system, count) = (Arc::clone(kernel.system()), Arc::new(Mutex::new(0_u64)));
    let looks = Arc::clone(&count);
    let task = kernel.spawn("driver", move || {
        thread::enter(&system, |_| {
            while !crate::stop::is_stopped() {
                *looks.lock().unwrap() += 1;
                crate::sched::yield_now();
            }
        });
    });
    task.join();
    let rules: Vec<_> = kernel.violations().iter().map(|violation| violation.rule).collect();
    assert_eq!(rules, ["schedule-endless"]);
    assert!(*count.lock().unwrap() > 1000);
}
