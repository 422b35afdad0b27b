//! Whether a miniport may indicate.

use std::time::Instant;

use crate::sched::{Condvar, Mutex};

use crate::stop;

/// Whether a miniport may indicate, and how many threads do so now.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    closed: bool,
    running: usize,
}

/// An indication that is under way.
pub(in crate::ndis) struct Pass<'g>(&'g Gate);

impl Gate {
    /// Begins an indication, unless the gate is closed.
    pub fn pass(&self) -> Option<Pass<'_>> {
        let mut state = self.state.lock();
        if state.closed {
            return None;
        }
        state.running += 1;
        Some(Pass(self))
    }

    pub fn open(&self) {
        self.state.lock().closed = false;
    }

    pub fn close(&self) {
        self.state.lock().closed = true;
    }

    /// Waits until no indication is under way. False if one is at that time.
    pub fn wait(&self, until: Instant) -> bool {
        let mut state = self.state.lock();
        while state.running > 0 {
            if !stop::wait_until(&self.ended, &mut state, until) {
                return state.running == 0;
            }
        }
        true
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.running -= 1;
        if state.running == 0 {
            self.0.ended.notify_all();
        }
    }
}
