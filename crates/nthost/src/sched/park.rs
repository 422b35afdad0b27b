//! Waiting until another thread says so.

use std::{
    sync::Arc,
    thread::{self, Thread},
    time::Instant,
};

use super::{member, scheduler::Scheduler};
use crate::stop::TICK;

/// A thread, for those who tell it to go on.
pub(crate) struct Parker {
    host: Thread,
    member: Option<(Arc<Scheduler>, usize)>,
}

impl Parker {
    /// This thread.
    pub fn current() -> Self {
        let member = member::with(|member| (Arc::clone(&member.scheduler), member.number));
        Self { host: thread::current(), member }
    }

    /// Tells the thread to go on.
    pub fn unpark(&self) {
        if let Some((scheduler, number)) = &self.member {
            scheduler.unpark(*number);
        }
        self.host.unpark();
    }
}

/// Waits until [`Parker::unpark`] is called for this thread or has been, or until then. It may return at
/// other times, too.
pub(crate) fn park(what: &'static str, until: Option<Instant>) {
    let parked = member::with(|member| {
        let until = until.map(|until| member.scheduler.nanoseconds(until));
        member.scheduler.park(member.number, what, until);
    });
    if parked.is_none() {
        let left = until.map_or(TICK, |until| until.saturating_duration_since(Instant::now()));
        thread::park_timeout(left.min(TICK));
    }
}
