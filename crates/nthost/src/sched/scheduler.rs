//! Letting one thread run at a time.

use std::{
    sync::{
        OnceLock, Weak,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Mutex, MutexGuard};

use super::{
    plan::Strategy,
    report,
    state::{Next, Slot, State, Wait},
    trace::{Decision, Trace},
};
use crate::system::System;

/// Nobody's turn.
const NOBODY: usize = usize::MAX;

/// Decides about the threads of a kernel.
pub(crate) struct Scheduler {
    state: Mutex<State>,
    /// The number of the thread that runs.
    turn: AtomicUsize,
    /// What the clock shows, in nanoseconds since `base`.
    time: AtomicU64,
    base: Instant,
    /// All run as the host likes: the kernel ends.
    over: AtomicBool,
    system: OnceLock<Weak<System>>,
}

impl Scheduler {
    pub fn new(seed: u64, strategy: Strategy, records: bool) -> Self {
        let mut state = State::new(seed, strategy);
        state.record = records.then(Vec::new);
        Self {
            state: Mutex::new(state),
            turn: AtomicUsize::new(NOBODY),
            time: AtomicU64::new(0),
            base: Instant::now(),
            over: AtomicBool::new(false),
            system: OnceLock::new(),
        }
    }

    /// Tells it the kernel whose threads these are.
    pub fn set_system(&self, system: Weak<System>) {
        // It is told once.
        self.system.set(system).ok();
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// The time that drivers see.
    pub fn now(&self) -> Instant {
        self.base + self.elapsed()
    }

    /// The time since the beginning.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.time.load(Ordering::Relaxed))
    }

    /// A time as the clock counts it.
    pub fn nanoseconds(&self, time: Instant) -> u64 {
        let since = time.saturating_duration_since(self.base);
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }

    pub fn trace(&self) -> Trace {
        self.state.lock().trace.clone()
    }

    /// Takes the decisions, if they are recorded.
    pub fn decisions(&self) -> Vec<Decision> {
        self.state.lock().record.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Enters a thread that is about to come.
    pub fn add(&self, name: &str, is_program: bool) -> usize {
        self.state.lock().add(name.to_owned(), is_program)
    }

    /// Takes a thread out again that never came.
    pub fn forget(&self, number: usize) {
        self.state.lock().slots.retain(|slot| slot.number != number);
    }

    /// This thread is the one with that number. Returns when it is its turn.
    pub fn begin(&self, number: usize) {
        let mut state = self.state.lock();
        if let Some(slot) = state.slot(number) {
            slot.host = Some(thread::current());
        }
        if self.turn.load(Ordering::Relaxed) == NOBODY {
            self.pass(state, number, "its beginning", false);
        } else {
            drop(state);
        }
        self.await_turn(number);
    }

    /// A thread that the scheduler did not know comes in.
    pub fn begin_stranger(&self) -> usize {
        let mut state = self.state.lock();
        state.trace.has_strangers = true;
        let name = thread::current().name().unwrap_or("a thread of the program").to_owned();
        let number = state.add(name, true);
        drop(state);
        self.begin(number);
        number
    }

    /// The thread ends, or leaves the kernel for good.
    pub fn end(&self, number: usize) {
        let mut state = self.state.lock();
        state.slots.retain(|slot| slot.number != number);
        state.wake(gone_key(number), usize::MAX);
        self.pass(state, number, "its end", true);
    }

    /// Waits until a thread has ended.
    pub fn join(&self, me: usize, number: usize) {
        loop {
            let mut state = self.state.lock();
            if state.slot(number).is_none() || self.is_over() {
                return;
            }
            state
                .wait(me, Wait { what: "the end of a thread", key: gone_key(number), until: None });
            self.pass_and_wait(state, me, "the end of a thread");
        }
    }

    /// The thread has come to a point where others may go on.
    pub fn point(&self, me: usize, point: &'static str, caller: usize) {
        let mut state = self.state.lock();
        if let Some(slot) = state.slot(me) {
            slot.last = (point, caller);
        }
        state.tick(me, false);
        self.pass(state, me, point, false);
        self.await_turn(me);
    }

    /// The thread cannot do anything useful before others do.
    pub fn give_way(&self, me: usize, point: &'static str) {
        let mut state = self.state.lock();
        state.tick(me, true);
        self.pass(state, me, point, true);
        self.await_turn(me);
    }

    /// Waits. Returns true if the time came first.
    pub(super) fn wait(&self, me: usize, wait: Wait) -> bool {
        let mut state = self.state.lock();
        state.tick(me, false);
        state.wait(me, wait);
        self.pass_and_wait(state, me, wait.what);
        let mut state = self.state.lock();
        state.slot(me).is_some_and(|slot| std::mem::take(&mut slot.timed_out))
    }

    /// Waits until somebody tells this thread to go on, or has already.
    pub fn park(&self, me: usize, what: &'static str, until: Option<u64>) {
        let mut state = self.state.lock();
        if state.slot(me).is_some_and(|slot| std::mem::take(&mut slot.token)) {
            return;
        }
        state.tick(me, false);
        state.wait(me, Wait { what, key: park_key(me), until });
        self.pass_and_wait(state, me, what);
        if let Some(slot) = self.state.lock().slot(me) {
            slot.token = false;
        }
    }

    /// Tells a thread to go on.
    pub fn unpark(&self, number: usize) {
        let mut state = self.state.lock();
        if let Some(slot) = state.slot(number) {
            if slot.wait.is_some_and(|wait| wait.key == park_key(number)) {
                slot.wait = None;
            } else {
                slot.token = true;
            }
        }
        self.resume(state);
    }

    /// Ends waits for `key`, at most so many.
    pub fn wake(&self, key: usize, most: usize) -> usize {
        let mut state = self.state.lock();
        let woken = state.wake(key, most);
        if woken > 0 {
            self.resume(state);
        }
        woken
    }

    /// Somebody can run who could not, and it may be nobody's turn.
    fn resume(&self, state: MutexGuard<'_, State>) {
        if self.turn.load(Ordering::Relaxed) == NOBODY {
            self.pass(state, NOBODY, "a stranger", false);
        }
    }

    /// Decides who goes on, and tells that thread.
    fn pass(
        &self,
        mut state: MutexGuard<'_, State>,
        me: usize,
        point: &'static str,
        gives_way: bool,
    ) {
        if self.is_over() {
            return;
        }
        let next = state.decide(me, point, gives_way);
        self.time.store(state.time, Ordering::Relaxed);
        match next {
            Next::Thread(_) if state.is_endless() => self.give_up(state, &report::ENDLESS),
            Next::Deadlock => self.give_up(state, &report::DEADLOCK),
            Next::Nobody => self.turn.store(NOBODY, Ordering::Release),
            Next::Thread(next) => {
                self.turn.store(next, Ordering::Release);
                if next != me
                    && let Some(host) = state.slot(next).and_then(|slot| slot.host.as_ref())
                {
                    host.unpark();
                }
            }
        }
    }

    fn pass_and_wait(&self, state: MutexGuard<'_, State>, me: usize, point: &'static str) {
        self.pass(state, me, point, false);
        self.await_turn(me);
    }

    fn await_turn(&self, me: usize) {
        while self.turn.load(Ordering::Acquire) != me && !self.is_over() {
            thread::park();
        }
    }

    /// Lets all go, and reports that nobody gets anywhere.
    fn give_up(&self, mut state: MutexGuard<'_, State>, how: &report::How) {
        let slots = self.release(&mut state);
        drop(state);
        if let Some(system) = self.system.get().and_then(Weak::upgrade) {
            report::report(&system, how, &slots);
        }
    }

    /// Lets all threads run as the host likes. The clock stands still.
    pub fn finish(&self) {
        self.release(&mut self.state.lock());
    }

    /// Lets all go, and returns what there was of them.
    fn release(&self, state: &mut State) -> Vec<Slot> {
        self.over.store(true, Ordering::Release);
        let slots = std::mem::take(&mut state.slots);
        for host in slots.iter().filter_map(|slot| slot.host.as_ref()) {
            host.unpark();
        }
        slots
    }
}

/// What waits for the end of a thread are known by: no address.
fn gone_key(number: usize) -> usize {
    usize::MAX - 2 * number
}

/// What a thread that is parked is known by: no address.
fn park_key(number: usize) -> usize {
    usize::MAX - 2 * number - 1
}
