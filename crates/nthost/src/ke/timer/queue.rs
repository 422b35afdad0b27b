//! The timers that are set, and the thread that lets them expire.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    ke::{
        dpc, event,
        object::Object,
        thread::{Role, spawn},
    },
    nt::{KDPC, KTIMER},
    sched::{self, Condvar, Mutex},
    system::System,
};

/// The timers of a kernel.
#[derive(Default)]
pub(in crate::ke) struct Timers {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// By the time when they expire, and a number that tells those of the same time apart.
    by_time: BTreeMap<(Instant, u64), Armed>,
    by_address: HashMap<Timer, (Instant, u64)>,
    set_so_far: u64,
    is_served: bool,
    ends: bool,
}

/// A timer of a driver, which is valid as long as it is set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Timer(pub *mut KTIMER);

/// A timer that is set.
#[derive(Clone, Copy)]
struct Armed {
    timer: Timer,
    /// What is queued when it expires, or null.
    dpc: *mut KDPC,
    /// From one expiration to the next, or zero.
    period: Duration,
}

// SAFETY: timers are changed under the lock of the queue only.
unsafe impl Send for Timer {}
// SAFETY: as above; a DPC may be queued by any thread.
unsafe impl Send for Armed {}

impl State {
    fn add(&mut self, armed: Armed, due: Instant) {
        self.set_so_far += 1;
        let key = (due, self.set_so_far);
        self.by_time.insert(key, armed);
        self.by_address.insert(armed.timer, key);
    }

    fn remove(&mut self, timer: Timer) -> bool {
        let key = self.by_address.remove(&timer);
        key.is_some_and(|key| self.by_time.remove(&key).is_some())
    }

    /// Lets a timer expire that was removed: under the lock of the queue, so that a timer that has been
    /// cancelled is not touched any more.
    fn expire(&mut self, armed: Armed, due: Instant) {
        let Armed { timer, dpc, period } = armed;
        if !period.is_zero() {
            // What is late is not made up for.
            let next = due + period;
            self.add(armed, next.max(sched::now()));
        }
        // SAFETY: a timer begins with the head of an object.
        event::signal(unsafe { Object::new(timer.0.cast()) });
        if !dpc.is_null() {
            // SAFETY: the driver passed a DPC with the timer.
            unsafe { dpc::insert(dpc, Role::TimerDpc, std::ptr::null_mut(), std::ptr::null_mut()) };
        }
    }
}

impl Timers {
    /// Sets a timer, whose memory `fill` changes first. True if it was set already.
    pub(super) fn set(
        &self,
        system: &Arc<System>,
        timer: Timer,
        due: Option<Instant>,
        period: Duration,
        fill: impl FnOnce(),
    ) -> bool {
        let mut state = self.state.lock();
        let was_set = state.remove(timer);
        fill();
        // A time so far away that the host cannot tell it does not come.
        let far = || sched::now() + Duration::from_hours(24 * 365 * 100);
        // SAFETY: the driver passes a timer, which `fill` has written to.
        let KTIMER { Dpc: dpc, .. } = unsafe { timer.0.read() };
        state.add(Armed { timer, dpc, period }, due.unwrap_or_else(far));
        let is_served = std::mem::replace(&mut state.is_served, true);
        drop(state);
        if is_served {
            self.changed.notify_one();
        } else {
            let inside = Arc::clone(system);
            spawn(system, "timers", move || inside.ke.timers.serve())
                .expect("the host makes a thread");
        }
        was_set
    }

    /// Cancels a timer. True if it was set.
    pub(super) fn cancel(&self, timer: Timer) -> bool {
        self.state.lock().remove(timer)
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.state.lock().by_address.contains_key(&timer)
    }

    /// The timers that are set, with the addresses of the routines of their DPCs, or zero.
    pub fn routines(&self) -> Vec<(usize, usize)> {
        let state = self.state.lock();
        let routine = |armed: &Armed| {
            // SAFETY: its DPC, if it has one, is valid as long as it is set.
            let dpc = unsafe { armed.dpc.as_ref() };
            let routine = dpc.and_then(|dpc| dpc.DeferredRoutine);
            (armed.timer.0.addr(), routine.map_or(0, |routine| routine as usize))
        };
        state.by_time.values().map(routine).collect()
    }

    /// The timers that are set, by their addresses.
    pub fn running(&self) -> Vec<usize> {
        self.state.lock().by_address.keys().map(|timer| timer.0.addr()).collect()
    }

    /// A timer that is set and lies between two addresses.
    pub fn within(&self, range: &Range<usize>) -> Option<usize> {
        let state = self.state.lock();
        state.by_address.keys().map(|timer| timer.0.addr()).find(|timer| range.contains(timer))
    }

    /// The DPC of a timer that is set, if it lies between two addresses.
    pub fn dpc_within(&self, range: &Range<usize>) -> Option<usize> {
        let state = self.state.lock();
        state.by_time.values().map(|armed| armed.dpc.addr()).find(|dpc| range.contains(dpc))
    }

    /// Tells the thread to end.
    pub fn end(&self) {
        self.state.lock().ends = true;
        self.changed.notify_all();
    }

    /// What the thread does.
    fn serve(&self) {
        let mut state = self.state.lock();
        while !state.ends {
            let Some((&(due, number), &armed)) = state.by_time.first_key_value() else {
                self.changed.wait(&mut state);
                continue;
            };
            if due > sched::now() {
                self.changed.wait_until(&mut state, due);
                continue;
            }
            state.by_time.remove(&(due, number));
            state.by_address.remove(&armed.timer);
            state.expire(armed, due);
        }
    }
}
