//! Which threads have waited for a while, and for what: for reports.

use std::{sync::Arc, time::Instant};

use parking_lot::Mutex;

use crate::{ke::object::Object, sched, stack, system::System, thread};

/// The threads of a kernel that have waited for a while.
#[derive(Default)]
pub(in crate::ke) struct Waiting(Mutex<Vec<Entry>>);

struct Entry {
    thread: usize,
    /// What it waits for.
    what: String,
    since: Instant,
    /// The calls of drivers that led there.
    stack: Vec<usize>,
}

/// A thread is known to wait, until this is dropped.
pub(super) struct Known {
    system: Arc<System>,
    thread: usize,
}

/// Notes that this thread waits for some objects; for none if only for time.
pub(super) fn note(objects: &[Object]) -> Known {
    let (system, thread) =
        thread::current(|thread| (Arc::clone(&thread.system), thread.object.id()));
    let addresses = objects.iter().map(|object| format!("{:#x}", object.address()));
    let what = match objects {
        [] => "time".to_owned(),
        _ => format!("the object at {}", addresses.collect::<Vec<_>>().join(" and ")),
    };
    let entry = Entry { thread, what, since: sched::now(), stack: stack::walk() };
    system.ke.waiting.0.lock().push(entry);
    Known { system, thread }
}

impl Drop for Known {
    fn drop(&mut self) {
        let mut entries = self.system.ke.waiting.0.lock();
        if let Some(last) = entries.iter().rposition(|entry| entry.thread == self.thread) {
            entries.remove(last);
        }
    }
}

/// What the threads of drivers wait for, in sentences with their stacks.
pub(crate) fn describe(system: &System) -> Vec<String> {
    let entries = system.ke.waiting.0.lock();
    let sentence = |entry: &Entry| {
        let Entry { thread, what, since, stack } = entry;
        let time = sched::now().saturating_duration_since(*since);
        let frames = system.lines(stack);
        format!("thread {thread} has waited for {what} for {time:.1?}, in{frames}")
    };
    entries.iter().filter(|entry| !entry.stack.is_empty()).map(sentence).collect()
}
