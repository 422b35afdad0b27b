//! Watching calls of drivers that may never return.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    ke,
    sched::{self, Condvar, Mutex},
    thread,
};

/// What a report does that a call takes too long.
type Report = Box<dyn FnOnce() + Send>;

/// Calls of drivers that are watched.
#[derive(Default)]
pub(super) struct Watchdog(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// By the time when each is reported; the numbers tell apart what has the same time.
    calls: BTreeMap<(Instant, u64), Report>,
    number: u64,
    started: bool,
    stopped: bool,
}

/// Runs `code`, which calls a driver. Once it has taken longer than `patience`, `report` says so, in
/// another thread, as the call may never return.
pub(crate) fn watch<R>(
    patience: Duration,
    report: impl FnOnce() + Send + 'static,
    code: impl FnOnce() -> R,
) -> R {
    let watchdog = Arc::clone(&thread::system().ndis.watchdog.0);
    let key = watchdog.begin(sched::now() + patience, Box::new(report));
    let result = code();
    watchdog.state.lock().calls.remove(&key);
    result
}

impl Watchdog {
    /// Ends the thread that watches.
    pub fn stop(&self) {
        self.0.state.lock().stopped = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn begin(self: &Arc<Self>, when: Instant, report: Report) -> (Instant, u64) {
        let mut state = self.state.lock();
        state.number += 1;
        let key = (when, state.number);
        state.calls.insert(key, report);
        let is_first = state.calls.first_key_value().is_some_and(|(first, _)| *first == key);
        if !state.started && !state.stopped {
            state.started = true;
            let shared = Arc::clone(self);
            ke::thread::spawn(&thread::system(), "ndis watchdog", move || shared.run())
                .expect("the machine has room for another thread");
        }
        drop(state);
        if is_first {
            self.changed.notify_all();
        }
        key
    }

    fn run(&self) {
        let mut state = self.state.lock();
        while !state.stopped {
            let now = sched::now();
            let first = state.calls.first_key_value().map(|(key, _)| *key);
            match first {
                Some((when, number)) if when <= now => {
                    let late = state.calls.remove(&(when, number));
                    state.unlocked(|| {
                        if let Some(report) = late {
                            report();
                        }
                    });
                }
                Some((when, _)) => drop(self.changed.wait_until(&mut state, when)),
                None => self.changed.wait(&mut state),
            }
        }
    }
}
