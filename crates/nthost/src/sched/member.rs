//! The threads that a scheduler decides about.

use std::{cell::Cell, ptr, sync::Arc};

use super::scheduler::Scheduler;

/// What a thread knows of its scheduler.
pub(super) struct Member {
    pub scheduler: Arc<Scheduler>,
    pub number: usize,
}

thread_local! {
    /// Null while no scheduler decides about this thread.
    static MEMBER: Cell<*const Member> = const { Cell::new(ptr::null()) };
}

/// Does something with what this thread knows of its scheduler, if one decides about it.
#[inline]
pub(super) fn with<R>(use_it: impl FnOnce(&Member) -> R) -> Option<R> {
    let member = MEMBER.get();
    if member.is_null() { None } else { with_scheduled(member, use_it) }
}

#[cold]
fn with_scheduled<R>(member: *const Member, use_it: impl FnOnce(&Member) -> R) -> Option<R> {
    // SAFETY: it was put there by a membership that has not ended.
    let member = unsafe { &*member };
    (!member.scheduler.is_over()).then(|| use_it(member))
}

/// Whether a seed decides when this thread goes on.
pub(crate) fn is_seeded() -> bool {
    with(|_| ()).is_some()
}

/// Another thread may go on here, if a seed wants it. `caller` is where in a driver this is, or zero.
#[inline]
pub(crate) fn point(name: &'static str, caller: usize) {
    with(|member| member.scheduler.point(member.number, name, caller));
}

/// The time for which a scheduler decides about this thread.
pub(super) struct Membership {
    member: Arc<Member>,
}

impl Membership {
    /// This thread is the one with that number. Returns when it is its turn.
    pub fn begin(scheduler: Arc<Scheduler>, number: usize) -> Self {
        scheduler.begin(number);
        Self::enter(scheduler, number)
    }

    fn enter(scheduler: Arc<Scheduler>, number: usize) -> Self {
        let member = Arc::new(Member { scheduler, number });
        MEMBER.set(Arc::as_ptr(&member));
        Self { member }
    }

    /// True if that scheduler decides about it.
    pub fn is_of(&self, scheduler: &Arc<Scheduler>) -> bool {
        Arc::ptr_eq(&self.member.scheduler, scheduler)
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        MEMBER.set(ptr::null());
        self.member.scheduler.end(self.member.number);
    }
}

/// A thread that was not told to the scheduler, for as long as it is inside of the kernel.
pub(crate) struct Guest(#[expect(dead_code, reason = "it is dropped")] Option<Membership>);

impl Guest {
    /// Comes in, unless it is known.
    pub fn enter(scheduler: Option<&Arc<Scheduler>>) -> Self {
        let stranger = scheduler.filter(|scheduler| !scheduler.is_over() && !is_seeded());
        Self(stranger.map(|scheduler| {
            let number = scheduler.begin_stranger();
            Membership::enter(Arc::clone(scheduler), number)
        }))
    }
}
