//! Threads of the host that a scheduler decides about.

use std::{
    cell::RefCell,
    sync::Arc,
    thread::{self, JoinHandle},
};

use super::{
    member::{self, Membership},
    scheduler::Scheduler,
};
use crate::system::System;

/// A thread that is about to be made.
pub(crate) struct Ticket(Option<Entered>);

struct Entered {
    scheduler: Arc<Scheduler>,
    number: usize,
    came: bool,
}

impl Ticket {
    /// For a thread of this kernel. The thread that makes it calls this, and the new one
    /// [`run`](Self::run).
    pub fn new(system: &System, name: &str, is_program: bool) -> Self {
        let scheduler = system.scheduler.as_ref().filter(|scheduler| !scheduler.is_over());
        Self(scheduler.map(|scheduler| {
            let number = scheduler.add(name, is_program);
            Entered { scheduler: Arc::clone(scheduler), number, came: false }
        }))
    }

    /// What another thread waits for the end of this one with.
    pub fn ending(&self) -> Ending {
        Ending(self.0.as_ref().map(|entered| entered.number))
    }

    /// Runs what the new thread is to do.
    pub fn run<R>(mut self, code: impl FnOnce() -> R) -> R {
        let _member = self.0.as_mut().map(|entered| {
            entered.came = true;
            Membership::begin(Arc::clone(&entered.scheduler), entered.number)
        });
        code()
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if !self.came {
            self.scheduler.forget(self.number);
        }
    }
}

/// The end of a thread, for those who wait for it.
#[derive(Clone, Copy)]
pub(crate) struct Ending(Option<usize>);

impl Ending {
    /// Waits until the thread has ended, but for what the host does then.
    pub fn wait(self) {
        if let Some(number) = self.0 {
            member::with(|member| member.scheduler.join(member.number, number));
        }
    }
}

thread_local! {
    /// Keeps the thread that made a kernel under its scheduler.
    static MADE_A_KERNEL: RefCell<Option<Membership>> = const { RefCell::new(None) };
}

/// This thread makes a kernel with that scheduler, which decides about it from now on until it is over.
/// False if another one does.
pub(crate) fn adopt_maker(scheduler: &Arc<Scheduler>) -> bool {
    if member::is_seeded() {
        return false;
    }
    MADE_A_KERNEL.with_borrow_mut(|kept| {
        // That of a kernel that is gone ends first.
        kept.take();
        let number = scheduler.add("program", true);
        *kept = Some(Membership::begin(Arc::clone(scheduler), number));
    });
    true
}

/// The kernel is gone: what this thread does is no concern of its scheduler any more.
pub(crate) fn release_maker(scheduler: &Arc<Scheduler>) {
    MADE_A_KERNEL.with_borrow_mut(|kept| drop(kept.take_if(|one| one.is_of(scheduler))));
}

/// A thread of a program that does something with a kernel. Made by
/// [`Kernel::spawn`](crate::Kernel::spawn).
#[must_use = "nobody waits for its end"]
pub struct Task<T> {
    thread: JoinHandle<T>,
    ending: Ending,
}

impl<T> Task<T> {
    /// Waits for its end, and returns what it returned.
    ///
    /// # Panics
    ///
    /// If it panicked.
    #[allow(clippy::must_use_candidate, reason = "most return nothing")]
    pub fn join(self) -> T {
        self.ending.wait();
        match self.thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl<T> std::fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}

/// Starts a thread of a program.
pub(crate) fn run_task<T: Send + 'static>(
    system: &Arc<System>,
    name: &str,
    code: impl FnOnce() -> T + Send + 'static,
) -> Task<T> {
    let ticket = Ticket::new(system, name, true);
    let ending = ticket.ending();
    let thread = thread::Builder::new().name(name.to_owned()).spawn(move || ticket.run(code));
    Task { thread: thread.expect("the host makes a thread"), ending }
}
