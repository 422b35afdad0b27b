//! What has happened to something that a report is about.

use std::collections::VecDeque;

use crate::{sched::Mutex, thread};

/// How many events are remembered.
const REMEMBERED: usize = 12;

/// What has happened to something, and where the driver was then.
#[derive(Default)]
pub(super) struct History(Mutex<VecDeque<(&'static str, usize)>>);

impl History {
    /// Remembers an event that the driver has caused.
    pub fn note_call(&self, event: &'static str) {
        self.add(event, thread::current(|thread| thread.caller.get()));
    }

    /// Remembers an event that NDIS has caused.
    pub fn note(&self, event: &'static str) {
        self.add(event, 0);
    }

    fn add(&self, event: &'static str, caller: usize) {
        let mut events = self.0.lock();
        if events.len() >= REMEMBERED {
            events.pop_front();
        }
        events.push_back((event, caller));
    }

    /// All that is remembered, the oldest first.
    pub fn tell(&self) -> String {
        let system = thread::system();
        let tell = |&(event, caller): &(&str, usize)| match caller {
            0 => event.to_owned(),
            caller => format!("{event} at {}", system.describe(caller)),
        };
        self.0.lock().iter().map(tell).collect::<Vec<_>>().join(", ")
    }
}
