//! The locks that a thread holds.

use parking_lot::Mutex;

use super::{Kind, Lock};
use crate::nt::KIRQL;

/// A lock that a thread holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub lock: Lock,
    /// The level from before it was acquired.
    pub level: KIRQL,
    /// Where it was acquired.
    pub caller: usize,
    /// How often it was acquired.
    pub times: u32,
}

/// The locks that a thread holds, in the order in which it acquired them.
#[derive(Default)]
pub(crate) struct HeldLocks(Mutex<Vec<Held>>);

/// What was found of a lock that is released.
pub(super) enum Found {
    /// It was held; and a spin lock that was acquired later, if there is one.
    Held(Held, Option<usize>),
    Not,
}

impl HeldLocks {
    pub(super) fn all(&self) -> Vec<Held> {
        self.0.lock().clone()
    }

    /// Adds a lock, or counts one that is there.
    pub(super) fn add(&self, held: Held) {
        let mut locks = self.0.lock();
        match locks.iter_mut().find(|known| known.lock.address == held.lock.address) {
            Some(known) => known.times += 1,
            None => locks.push(held),
        }
    }

    /// Takes a lock away that is released.
    pub(super) fn remove(&self, address: usize) -> Found {
        let mut locks = self.0.lock();
        let Some(at) = locks.iter().rposition(|held| held.lock.address == address) else {
            return Found::Not;
        };
        if locks[at].times > 1 {
            locks[at].times -= 1;
            return Found::Held(locks[at], None);
        }
        let above = locks[at + 1..].iter().rfind(|held| held.lock.kind.is_spin_lock());
        let above = above.map(|held| held.lock.address);
        Found::Held(locks.remove(at), above)
    }

    /// Changes how a lock is held.
    pub(super) fn convert(&self, lock: Lock) {
        let mut locks = self.0.lock();
        if let Some(held) = locks.iter_mut().find(|held| held.lock.address == lock.address) {
            held.lock = lock;
        }
    }

    /// Takes the last mutex away if there are more than so many.
    pub(super) fn take_mutex(&self, more_than: usize) -> Option<Held> {
        let mut locks = self.0.lock();
        let is_mutex = |held: &Held| held.lock.kind == Kind::Mutex;
        if locks.iter().filter(|held| is_mutex(held)).count() <= more_than {
            return None;
        }
        let at = locks.iter().rposition(is_mutex)?;
        Some(locks.remove(at))
    }

    /// How many mutexes there are.
    pub fn mutexes(&self) -> usize {
        self.0.lock().iter().filter(|held| held.lock.kind == Kind::Mutex).count()
    }

    /// True if there is a mutex.
    pub fn has_mutex(&self) -> bool {
        self.mutexes() > 0
    }

    /// How many spin locks there are.
    pub(super) fn spin_locks(&self) -> usize {
        self.0.lock().iter().filter(|held| held.lock.kind.is_spin_lock()).count()
    }

    /// The last spin lock.
    pub(super) fn spin_lock(&self) -> Option<Held> {
        self.0.lock().iter().rfind(|held| held.lock.kind.is_spin_lock()).copied()
    }

    /// Takes the last spin lock away.
    pub(super) fn take_spin_lock(&self) -> Option<Held> {
        let mut locks = self.0.lock();
        let at = locks.iter().rposition(|held| held.lock.kind.is_spin_lock())?;
        Some(locks.remove(at))
    }

    /// Takes all away.
    pub(super) fn take(&self) -> Vec<Held> {
        std::mem::take(&mut self.0.lock())
    }
}
