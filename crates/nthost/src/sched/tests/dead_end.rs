//! Schedules in which nobody gets anywhere.

use std::{
    cell::UnsafeCell,
    ptr,
    sync::{Arc, Mutex},
};

use super::{STRATEGIES, seeded};
use crate::{
    Kernel, Strategy, Task,
    ke::tests::imports,
    nt::{BOOLEAN, FAST_MUTEX, KEVENT, KPRIORITY, LARGE_INTEGER, NTSTATUS},
    thread,
};

imports! {
    fn KeInitializeGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeAcquireGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeReleaseGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeInitializeEvent(event: *mut KEVENT, kind: i32, state: BOOLEAN);
    fn KeSetEvent(event: *mut KEVENT, increment: KPRIORITY, wait: BOOLEAN) -> i32;
    fn KeWaitForSingleObject(
        object: *mut KEVENT,
        reason: i32,
        mode: i8,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS;
}

/// A mutex, and an event that is set by who has it.
#[derive(Default)]
struct Shared {
    mutex: UnsafeCell<FAST_MUTEX>,
    event: UnsafeCell<KEVENT>,
}

// SAFETY: both are for all threads.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn new_in(kernel: &Kernel) -> Arc<Self> {
        let shared = Arc::new(Self::default());
        thread::enter(kernel.system(), |_| {
            // SAFETY: the memory is valid.
            unsafe { KeInitializeEvent(shared.event.get(), 0, 0) };
            // SAFETY: as above.
            unsafe { KeInitializeGuardedMutex(shared.mutex.get()) };
        });
        shared
    }

    fn with_mutex(&self, code: impl FnOnce()) {
        // SAFETY: the mutex is valid.
        unsafe { KeAcquireGuardedMutex(self.mutex.get()) };
        code();
        // SAFETY: the mutex is valid.
        unsafe { KeReleaseGuardedMutex(self.mutex.get()) };
    }

    fn wait(&self) {
        // SAFETY: the event is valid.
        unsafe { KeWaitForSingleObject(self.event.get(), 0, 0, 0, ptr::null()) };
    }

    fn set(&self) {
        // SAFETY: the event is valid.
        unsafe { KeSetEvent(self.event.get(), 0, 0) };
    }
}

fn spawn(
    kernel: &Kernel,
    shared: &Arc<Shared>,
    code: impl FnOnce(&Shared) + Send + 'static,
) -> Task<()> {
    let (system, shared) = (Arc::clone(kernel.system()), Arc::clone(shared));
    kernel.spawn("driver", move || thread::enter(&system, |_| code(&shared)))
}

/// The rule that two threads break, and what is said of it. One waits for the event, perhaps with the
/// mutex, and the other one sets it with the mutex.
fn dead_end(seed: u64, strategy: Strategy, is_wrong: bool) -> Option<(&'static str, String)> {
    let kernel = seeded(seed, strategy);
    let shared = Shared::new_in(&kernel);
    let waiter = spawn(&kernel, &shared, move |shared| {
        if is_wrong {
            shared.with_mutex(|| shared.wait());
        } else {
            shared.wait();
            shared.with_mutex(|| ());
        }
    });
    let setter = spawn(&kernel, &shared, |shared| shared.with_mutex(|| shared.set()));
    waiter.join();
    setter.join();
    let violations = kernel.violations();
    violations.first().map(|violation| (violation.rule, violation.text.clone()))
}

#[test]
fn waiting_with_what_another_thread_needs_first_is_a_dead_end() {
    for strategy in STRATEGIES {
        let found = (0..100).find_map(|seed| dead_end(seed, strategy, true));
        let (rule, text) = found.unwrap_or_else(|| panic!("{strategy} finds nothing"));
        assert_eq!(rule, "schedule-deadlock");
        assert_eq!(text.matches(" waits for an object since Ke").count(), 2, "{text}");
        assert!(text.contains("KeAcquireGuardedMutex"), "{text}");
        let found = (0..100).find_map(|seed| dead_end(seed, strategy, false));
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
