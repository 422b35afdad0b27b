//! What NDIS does in other threads than that of the caller.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use crate::{ke, system::System, thread};

type Task = Box<dyn FnOnce() + Send>;

/// Has `task`, which may wait, done in a thread of its own.
pub(super) fn spawn(task: impl FnOnce() + Send + 'static) {
    ke::thread::spawn(&thread::system(), "ndis", task)
        .expect("the machine has room for another thread");
}

/// Tasks that do not wait, which one thread does one after the other.
#[derive(Default)]
pub(super) struct Tasks {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// What is to be done, and when.
    tasks: VecDeque<(Instant, Task)>,
    started: bool,
    stopped: bool,
}

impl Tasks {
    /// Has `task` done once `delay` has passed.
    pub fn run(&self, system: &Arc<System>, delay: Duration, task: impl FnOnce() + Send + 'static) {
        let mut queue = self.queue.lock();
        queue.tasks.push_back((Instant::now() + delay, Box::new(task)));
        if !queue.started && !queue.stopped {
            queue.started = true;
            ke::thread::spawn(system, "ndis tasks", || thread::system().ndis.tasks.work())
                .expect("the machine has room for another thread");
        }
        drop(queue);
        self.changed.notify_all();
    }

    /// Ends the thread once it has done what is due.
    pub fn stop(&self) {
        self.queue.lock().stopped = true;
        self.changed.notify_all();
    }

    fn work(&self) {
        while let Some(task) = self.next() {
            task();
        }
    }

    /// Waits for the next task.
    fn next(&self) -> Option<Task> {
        let mut queue = self.queue.lock();
        loop {
            let now = Instant::now();
            if let Some(due) = queue.tasks.iter().position(|(when, _)| *when <= now) {
                return queue.tasks.remove(due).map(|(_, task)| task);
            }
            if queue.stopped {
                return None;
            }
            match queue.tasks.iter().map(|(when, _)| *when).min() {
                Some(when) => drop(self.changed.wait_until(&mut queue, when)),
                None => self.changed.wait(&mut queue),
            }
        }
    }
}
