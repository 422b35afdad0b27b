//! Deadlock detection: who holds which locks, and in which order threads acquire them.
//!
//! Functions that acquire and release locks tell this module. It knows a lock by its address, from when
//! it is first initialised or acquired until its memory is freed.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/deadlock-detection)

mod graph;
mod held;
mod known;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::{
    io,
    ke::{object::check_resident, thread::ThreadObject},
    nt::KIRQL,
    thread,
    verifier::{self, Check, catalogue::locks as rules},
};

use graph::Graph;
pub(crate) use held::HeldLocks;
use held::{Found, Held};
use known::Known;

/// What a lock is, as far as its functions do not mix with those of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    SpinLock,
    QueuedSpinLock,
    ReaderWriterSpinLock,
    NdisLock,
    FastMutex,
    GuardedMutex,
    Mutex,
    Resource,
    PushLock,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::SpinLock => "spin lock",
            Self::QueuedSpinLock => "queued spin lock",
            Self::ReaderWriterSpinLock => "reader/writer spin lock",
            Self::NdisLock => "reader/writer lock of NDIS",
            Self::FastMutex => "fast mutex",
            Self::GuardedMutex => "guarded mutex",
            Self::Mutex => "mutex",
            Self::Resource => "resource",
            Self::PushLock => "push lock",
        }
    }

    /// True if its holder runs at `DISPATCH_LEVEL`.
    const fn is_spin_lock(self) -> bool {
        matches!(
            self,
            Self::SpinLock | Self::QueuedSpinLock | Self::ReaderWriterSpinLock | Self::NdisLock
        )
    }

    /// True if a thread that has it may acquire it again.
    const fn allows_recursion(self, held: Access, wanted: Access) -> bool {
        match self {
            Self::Mutex => true,
            Self::Resource => {
                matches!((held, wanted), (Access::Exclusive, _) | (_, Access::Shared))
            }
            Self::PushLock | Self::NdisLock => {
                matches!((held, wanted), (Access::Shared, Access::Shared))
            }
            _ => false,
        }
    }
}

/// For whom a holder keeps a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Exclusive,
    Shared,
}

/// How a function acquires or releases a lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lock {
    pub address: usize,
    pub kind: Kind,
    pub access: Access,
}

impl Lock {
    pub const fn exclusive(address: usize, kind: Kind) -> Self {
        Self { address, kind, access: Access::Exclusive }
    }
}

/// What is known of the locks of a kernel.
#[derive(Default)]
pub(crate) struct Locks {
    known: Known,
    graph: Graph,
}

/// Notes a rule that the thread broke with a lock.
#[cold]
fn broken(check: &'static Check, lock: usize, other: usize, text: &str) {
    let me = thread::current(thread::Thread::address);
    check.broken_with(
        [lock as u64, other as u64, me as u64],
        format!("{} {text}", verifier::caller()),
    );
}

/// The thread is about to acquire a lock and waits for it if need be. False if it must not: it would
/// wait for itself.
pub(crate) fn acquiring(lock: Lock) -> bool {
    let held = thread::current(|thread| thread.object.held.all());
    if let Some(mine) = held.iter().find(|held| held.lock.address == lock.address) {
        let allowed = lock.kind.allows_recursion(mine.lock.access, lock.access);
        if !allowed {
            let text = format!("acquires what its thread holds already, the {}", describe(mine));
            broken(rules::RECURSION, lock.address, 0, &text);
        }
        return allowed;
    }
    check_kind(lock);
    if !held.is_empty() {
        check_order(lock, &held);
    }
    true
}

/// Locks are acquired in one order by all threads.
fn check_order(lock: Lock, held: &[Held]) {
    let found =
        thread::current(|thread| thread.system.ke.locks.graph.acquiring(held, lock.address));
    let Some(cycle) = found else { return };
    let steps = thread::current(|thread| cycle.describe(&thread.system));
    let (name, address) = (lock.kind.name(), lock.address);
    let text = format!(
        "{} acquires the {name} at {address:#x} in another order than before",
        verifier::caller()
    );
    rules::ORDER.broken_after([0x1001, address as u64, 0, 0], text, steps);
}

/// A lock is used with functions of one kind only. Locks on the stack of the thread are not the ones
/// that lay there before.
fn check_kind(lock: Lock) {
    let Lock { address, kind, .. } = lock;
    if io::stack_range().contains(&address) {
        return;
    }
    let other = thread::current(|thread| thread.system.ke.locks.known.first_use(address, kind));
    if let Some(other) = other {
        let text = format!(
            "acquires the lock at {address:#x} as a {}, which was used as a {} before",
            kind.name(),
            other.name()
        );
        broken(rules::WRONG_ACQUIRE, address, 0, &text);
    }
}

/// The thread has acquired a lock, at the level that it had before.
pub(crate) fn acquired(lock: Lock, level: KIRQL) {
    thread::current(|thread| {
        thread.object.held.add(Held { lock, level, caller: thread.caller.get(), times: 1 });
    });
}

/// The thread has acquired a lock without waiting for it.
pub(crate) fn tried(lock: Lock, level: KIRQL) {
    check_kind(lock);
    acquired(lock, level);
}

/// The thread is about to release a lock. Returns the level from before it was acquired; none if the
/// thread does not hold it.
pub(crate) fn releasing(lock: Lock, owner: impl FnOnce() -> usize) -> Option<KIRQL> {
    let Lock { address, kind, access } = lock;
    let found = thread::current(|thread| thread.object.held.remove(address));
    let (held, above) = match found {
        Found::Held(held, above) => (held, above),
        Found::Not => {
            not_held(lock, owner());
            return None;
        }
    };
    if held.lock.kind != kind || held.lock.access != access {
        let text = format!(
            "releases the lock at {address:#x} as a {} ({access:?}) that it acquired as a {} ({:?})",
            kind.name(),
            held.lock.kind.name(),
            held.lock.access
        );
        broken(rules::WRONG_RELEASE, address, 0, &text);
    } else if let Some(above) = above.filter(|_| kind.is_spin_lock()) {
        let text = format!(
            "releases the {} at {address:#x} before that at {above:#x}, which it acquired later",
            kind.name()
        );
        broken(rules::OUT_OF_ORDER, address, above, &text);
    }
    Some(held.level)
}

#[cold]
pub(crate) fn not_held(lock: Lock, owner: usize) {
    let Lock { address, kind, .. } = lock;
    let name = kind.name();
    if owner == 0 {
        let text = format!("releases the {name} at {address:#x}, which nobody holds");
        broken(rules::NOT_HELD, address, 0, &text);
    } else {
        let text = format!("releases the {name} at {address:#x}, which another thread holds");
        broken(rules::OTHER_THREAD, address, owner, &text);
    }
}

/// A lock is released with a function that leaves the level as it is, after it was acquired with one
/// that raised it.
pub(crate) fn level_kept(lock: Lock, before: KIRQL) {
    let name = lock.kind.name();
    let text = format!(
        "releases the {name} at {:#x} and stays at DISPATCH_LEVEL, where the function that acquired it \
         came from IRQL {before}",
        lock.address
    );
    broken(rules::WRONG_RELEASE, lock.address, 0, &text);
}

/// A queue handle is released that holds no lock.
pub(crate) fn handle_is_empty(handle: usize) {
    let text = format!("releases the queue handle at {handle:#x}, which holds no lock");
    broken(rules::NOT_HELD, handle, 0, &text);
}

/// A thread releases a lock for another one, as it may if the functions of the lock say so.
pub(crate) fn released_for(thread: &ThreadObject, address: usize) {
    thread.held.remove(address);
}

/// A lock is initialised. Locks on the stack of the thread may be initialised again: what lay there
/// before is gone.
pub(crate) fn initialized(address: usize, kind: Kind) {
    if io::stack_range().contains(&address) {
        return;
    }
    check_resident(address);
    let was_known =
        thread::current(|thread| thread.system.ke.locks.known.initialize(address, kind));
    if was_known {
        let text = format!("initialises the {} at {address:#x} again", kind.name());
        broken(rules::INITIALIZED_TWICE, address, 0, &text);
    }
}

/// A lock whose contents say that it was never initialised is acquired.
pub(crate) fn uninitialized(address: usize, kind: Kind) {
    let text = format!("acquires the {} at {address:#x}, which is not initialised", kind.name());
    broken(rules::UNINITIALIZED, address, 0, &text);
}

/// Memory is about to be freed: the locks in it are locks no longer. Reports those that a thread holds.
///
/// Outside of a kernel there are none.
pub(crate) fn forget(range: &Range<usize>) {
    let mut locks = Vec::new();
    thread::is(|thread| {
        locks = thread.system.ke.locks.known.forget(range);
        thread.system.ke.locks.graph.forget(&locks);
        true
    });
    for address in locks {
        let held = thread::current(|thread| thread.object.held.remove(address));
        if let Found::Held(held, _) = held {
            let text = format!("frees what its thread holds, the {}", describe(&held));
            broken(rules::FREED_HELD, address, 0, &text);
        }
    }
}

/// A request is completed: its driver must not hold a spin lock.
pub(crate) fn check_completion() {
    let Some(held) = thread::current(|thread| thread.object.held.spin_lock()) else { return };
    let text = format!("completes a request and holds the {}", describe(&held));
    rules::COMPLETED_UNDER_SPIN_LOCK.broken_by_caller(&text);
}

/// The level of the thread is lowered to one that a spin lock does not allow.
pub(crate) fn check_lowered(level: KIRQL) {
    let Some(held) = thread::current(|thread| thread.object.held.spin_lock()) else { return };
    let text = format!("lowers the IRQL to {level} and holds the {}", describe(&held));
    rules::LOWERED_UNDER_SPIN_LOCK.broken_by_caller(&text);
}

fn describe(held: &Held) -> String {
    let Held { lock: Lock { address, kind, .. }, caller, .. } = held;
    let since = thread::system().describe(*caller);
    format!("{} at {address:#x} since {since}", kind.name())
}

/// The thread has a lock in another way from now on.
pub(crate) fn converted(lock: Lock) {
    thread::current(|thread| thread.object.held.convert(lock));
}

/// How many mutexes the thread owns.
pub(crate) fn mutexes() -> usize {
    thread::current(|thread| thread.object.held.mutexes())
}

/// True if the thread owns more mutexes than that, which it does no longer then.
pub(crate) fn drop_mutexes(more_than: usize) -> bool {
    let take = || thread::current(|thread| thread.object.held.take_mutex(more_than));
    std::iter::from_fn(take).count() > 0
}

/// How many spin locks the thread holds.
pub(crate) fn spin_locks() -> usize {
    thread::current(|thread| thread.object.held.spin_locks())
}

/// A routine has returned, which was called when the thread held so many spin locks.
pub(crate) fn check_returned(routine: usize, before: usize) {
    while spin_locks() > before {
        let Some(held) = thread::current(|thread| thread.object.held.take_spin_lock()) else {
            return;
        };
        let check = match held.lock.kind {
            Kind::QueuedSpinLock => rules::QUEUED_SPIN_LOCK_KEPT,
            _ => rules::SPIN_LOCK_KEPT,
        };
        check.broken_by(routine, &format!("returned and holds the {}", describe(&held)));
    }
}

/// A thread of a driver has ended.
pub(crate) fn check_end(thread: &ThreadObject, routine: usize) {
    for held in thread.held.take() {
        let name = crate::thread::system().describe(routine);
        let text = format!("the thread of {name} ended and holds the {}", describe(&held));
        let (me, lock) = (thread.address() as u64, held.lock.address as u64);
        match held.lock.kind {
            Kind::Mutex => rules::MUTEX_AT_THREAD_END.broken_at([me, lock, 0, 0], text),
            _ => rules::THREAD_ENDS.broken_with([me, 0, 0], text),
        }
    }
}
