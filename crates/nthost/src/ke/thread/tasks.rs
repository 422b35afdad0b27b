//! Threads that do what is not done in the thread of the caller.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use super::spawn;
use crate::{
    sched::{self, Condvar, Mutex},
    system::System,
};

type Task = Box<dyn FnOnce() + Send>;

/// Tasks that one thread does one after the other, which starts when there is the first one.
pub(crate) struct Tasks {
    /// What the thread is called.
    name: &'static str,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
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
    /// None so far; the thread is called so.
    pub fn new(name: &'static str) -> Self {
        Self { name, shared: Arc::default() }
    }

    /// Has `task` done once `delay` has passed.
    pub fn run(&self, system: &Arc<System>, delay: Duration, task: impl FnOnce() + Send + 'static) {
        let mut queue = self.shared.queue.lock();
        queue.tasks.push_back((sched::now() + delay, Box::new(task)));
        if !queue.started && !queue.stopped {
            queue.started = true;
            let shared = Arc::clone(&self.shared);
            spawn(system, self.name, move || shared.work())
                .expect("the machine has room for another thread");
        }
        drop(queue);
        self.shared.changed.notify_all();
        sched::point("a task for later", 0);
    }

    /// Ends the thread once it has done what is due.
    pub fn stop(&self) {
        self.shared.queue.lock().stopped = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn work(&self) {
        while let Some(task) = self.next() {
            task();
        }
    }

    /// Waits for the next task.
    fn next(&self) -> Option<Task> {
        let mut queue = self.queue.lock();
        loop {
            let now = sched::now();
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
