//! What is done in a thread of its own, in order.

use std::{collections::VecDeque, sync::Arc};

use crate::{
    ke,
    ndis::adapter::Adapter,
    sched::{Condvar, Mutex},
    thread,
};

/// What a thread does for an adapter, one after the other, once there is something to do.
pub(in crate::ndis) struct Later<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    name: &'static str,
    find: fn(&Adapter) -> &Self,
    work: fn(&Arc<Adapter>, T),
}

struct State<T> {
    waiting: VecDeque<T>,
    started: bool,
    busy: bool,
    stopped: bool,
}

impl<T: Send + 'static> Later<T> {
    /// Something that is found in an adapter by `find`, and does `work`.
    pub fn new(
        name: &'static str,
        find: fn(&Adapter) -> &Self,
        work: fn(&Arc<Adapter>, T),
    ) -> Self {
        let state = State { waiting: VecDeque::new(), started: false, busy: false, stopped: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), name, find, work }
    }

    /// Has something done.
    pub fn push(&self, adapter: &Arc<Adapter>, item: T) {
        let mut state = self.state.lock();
        state.waiting.push_back(item);
        if !state.started && !state.stopped {
            state.started = true;
            let (adapter, find) = (Arc::clone(adapter), self.find);
            ke::thread::spawn(&thread::system(), self.name, move || find(&adapter).run(&adapter))
                .expect("the machine has room for another thread");
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Takes out what waits and is to be taken.
    pub fn take(&self, mut take: impl FnMut(&T) -> bool) -> Vec<T> {
        let mut state = self.state.lock();
        let (taken, left): (VecDeque<_>, _) = state.waiting.drain(..).partition(|item| take(item));
        state.waiting = left;
        taken.into()
    }

    /// Whether nothing waits or is being done.
    pub fn is_idle(&self) -> bool {
        let state = self.state.lock();
        state.waiting.is_empty() && !state.busy
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.state.lock().stopped = true;
        self.changed.notify_all();
    }

    fn run(&self, adapter: &Arc<Adapter>) {
        while let Some(item) = self.next() {
            (self.work)(adapter, item);
        }
    }

    fn next(&self) -> Option<T> {
        let mut state = self.state.lock();
        state.busy = false;
        loop {
            if state.stopped {
                return None;
            }
            if let Some(item) = state.waiting.pop_front() {
                state.busy = true;
                return Some(item);
            }
            self.changed.wait(&mut state);
        }
    }
}
