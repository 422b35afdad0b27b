//! Calling drivers.

use std::ptr;

use crate::{
    guest::{Exit, Left},
    ke::{deadlock, irql, region::Regions},
    ndis,
    nt::{DISPATCH_LEVEL, KIRQL},
    overtime::Kind,
    sched, stack, stop, thread,
    verifier::catalogue::{irp::LEVEL_AT_RETURN, locks as rules},
};

/// What a routine of a driver is called for, which says what it must leave as it was.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Dpc,
    TimerDpc,
    WorkItem,
    Thread,
    /// A routine of the driver object, with a name for reports.
    Driver(&'static str),
    /// Anything else, with a name for reports.
    Callback(&'static str),
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::Dpc => "the DPC routine",
            Self::TimerDpc => "the DPC routine of a timer",
            Self::WorkItem => "the work item",
            Self::Thread => "the thread routine",
            Self::Driver(name) | Self::Callback(name) => name,
        }
    }
}

/// What a routine may change of its thread, and has to leave as it was.
#[derive(Clone, Copy)]
struct Before {
    level: KIRQL,
    regions: Regions,
    spin_locks: usize,
    mutexes: usize,
}

impl Before {
    fn new() -> Self {
        let (level, regions) = thread::current(|thread| (thread.irql.get(), thread.regions.get()));
        Self { level, regions, spin_locks: deadlock::spin_locks(), mutexes: deadlock::mutexes() }
    }

    /// Looks at how a routine has left the thread, and puts it back to what it was.
    fn check(self, role: Role, address: usize) {
        deadlock::check_returned(address, self.spin_locks);
        let (level, regions) =
            thread::current(|thread| (thread.irql.get(), thread.regions.replace(self.regions)));
        if level != self.level {
            irql::lower(self.level);
            irql::raise(self.level);
            self.level_changed(level, role, address);
        }
        // Mutexes keep APCs away too. Those of a thread that ends are looked at then.
        let keeps_mutex = match role {
            Role::Dpc | Role::TimerDpc | Role::WorkItem => deadlock::drop_mutexes(self.mutexes),
            Role::Thread | Role::Driver(_) | Role::Callback(_) => false,
        };
        if regions != self.regions || keeps_mutex {
            self.regions_changed(regions, role, address);
        }
    }

    fn level_changed(self, level: KIRQL, role: Role, address: usize) {
        let name = thread::system().describe(address);
        let text = format!(
            "{} {name} was called at IRQL {} and returned at {level}",
            role.name(),
            self.level
        );
        match role {
            Role::WorkItem => {
                rules::WORK_ITEM_LEVEL.broken_at([address as u64, level.into(), 0, 0], text);
            }
            Role::Driver(_) => LEVEL_AT_RETURN.broken(text),
            _ => {
                let values = u64::from(level) << 16 | u64::from(self.level) << 8 | 2;
                rules::CALLBACK_LEVEL.broken_at([values, address as u64, 0, 0], text);
            }
        }
    }

    fn regions_changed(self, regions: Regions, role: Role, address: usize) {
        let name = thread::system().describe(address);
        let text = format!("{} {name} did not leave all regions that it entered", role.name());
        let (before, after) = (self.regions.disable_count(), regions.disable_count());
        let address = address as u64;
        match role {
            Role::Dpc => rules::REGION_KEPT_BY_DPC.broken_with([address, before, after], text),
            Role::TimerDpc => {
                rules::REGION_KEPT_BY_TIMER.broken_with([address, before, after], text);
            }
            Role::WorkItem => {
                rules::REGION_KEPT_BY_WORK_ITEM.broken_at([address, 0, after, 1], text);
            }
            Role::Thread => rules::REGION_KEPT_BY_THREAD.broken_at([0, after, 0, 0], text),
            Role::Driver(_) | Role::Callback(_) if regions.has_more_critical(self.regions) => {
                rules::CRITICAL_REGION_KEPT.broken(text);
            }
            Role::Driver(_) | Role::Callback(_) => rules::GUARDED_REGION_KEPT.broken(text),
        }
    }
}

/// Calls a routine of a driver, for which the thread is there, and looks at how it left the thread. Once
/// the system has stopped, nothing is called.
///
/// # Safety
///
/// `code` has nothing to drop.
pub(crate) unsafe fn call(role: Role, address: usize, code: impl FnOnce()) -> Left {
    let before = Before::new();
    sched::point(role.name(), address);
    // SAFETY: the contract is the same.
    let left = unsafe { enter(true, code) };
    sched::point("a return of the driver", address);
    if !stop::is_stopped() {
        before.check(role, address);
    }
    left
}

/// Calls a routine of a driver as [`ask`] does, and looks at how it left the thread.
///
/// # Safety
///
/// `code` has nothing to drop.
pub(crate) unsafe fn ask_as<R>(
    role: Role,
    address: usize,
    otherwise: R,
    code: impl FnOnce() -> R,
) -> R {
    let before = Before::new();
    // SAFETY: the contract is the same.
    let answer = unsafe { ask(otherwise, code) };
    if !stop::is_stopped() {
        before.check(role, address);
    }
    answer
}

/// Calls a routine of a driver that answers. Where it is left without an answer, or the system has
/// stopped, the answer is `otherwise`.
///
/// # Safety
///
/// `code` has nothing to drop.
pub(crate) unsafe fn ask<R>(otherwise: R, code: impl FnOnce() -> R) -> R {
    let mut answer = otherwise;
    // SAFETY: the contract is the same.
    unsafe { enter(false, || answer = code()) };
    answer
}

/// Runs code of a driver, which can be left; not if the system has stopped.
///
/// # Safety
///
/// `code` has nothing to drop.
unsafe fn enter(may_exit: bool, code: impl FnOnce()) -> Left {
    if stop::is_stopped() {
        return Left::Exited;
    }
    let mut exit = Exit::default();
    let exit = &raw mut exit;
    let (level, regions, outer) = thread::current(|thread| {
        let outer = (thread.exit.replace(exit), thread.may_exit.replace(may_exit));
        let returns = thread.returns.replace(ptr::null_mut());
        let called = (!returns.is_null()).then(|| returns.addr());
        let depth = thread.depth.enter(exit.addr(), called);
        let level = thread.irql.get();
        let is_first = thread.turn.kind() == Kind::None;
        if is_first {
            thread.turn.set(match level {
                _ if thread.is_in_dpc.get() => Kind::Dpc,
                DISPATCH_LEVEL.. => Kind::Dispatch,
                _ => Kind::Driver,
            });
        }
        (level, thread.regions.get(), (outer, returns, depth, is_first))
    });
    // SAFETY: it is valid and used by nobody else but through `Exit::leave`.
    let exit = unsafe { &mut *exit };
    // SAFETY: by the contract there is nothing to drop, neither in a driver's frames.
    let left = stack::into_driver(|| unsafe { exit.call(code) });
    ndis::returned_to((&raw const outer) as usize);
    thread::current(|thread| {
        let ((exit, may_exit), returns, depth, is_first) = outer;
        if is_first {
            thread.turn.set(Kind::None);
        }
        thread.depth.leave(&depth);
        thread.exit.set(exit);
        thread.may_exit.set(may_exit);
        thread.returns.set(returns);
        if stop::is_stopped() {
            // What the driver had raised or entered is left with it.
            thread.regions.set(regions);
            irql::lower(level);
            irql::raise(level);
            stop::abandon(thread);
        }
    });
    left
}
