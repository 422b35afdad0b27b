//! Who waits, by the object that they wait for.
//!
//! A table of its own, not a list in the objects: what is signaled may be freed at once by a thread
//! that was waiting for it, so whoever signals must not touch the object behind that. It may as long as
//! the lock of the object's bucket is held and the bucket has an entry for the object.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::{Mutex, MutexGuard};

use super::{super::object::Object, waiter::Waiter};

const BUCKETS: usize = 256;

static TABLE: [Bucket; BUCKETS] =
    [const { Bucket { users: AtomicUsize::new(0), entries: Mutex::new(Vec::new()) } }; BUCKETS];

/// Some of the objects that are waited for.
#[repr(align(64))]
struct Bucket {
    /// Entries, and threads that are about to look at an object. Each is counted before it looks, so
    /// that who signals first and then finds zero has nobody to release.
    users: AtomicUsize,
    entries: Mutex<Vec<Entry>>,
}

/// A thread that waits for an object.
struct Entry {
    object: Object,
    /// What the wait returns if this object ends it.
    key: usize,
    waiter: Arc<Waiter>,
}

fn bucket_of(object: Object) -> usize {
    // The upper bits of such a product depend on all bits of the address.
    let mixed = (object.address() as u64 >> 3).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 56).unwrap_or_default() % BUCKETS
}

/// True if somebody may be waiting for the object, or about to.
pub(in crate::ke) fn is_waited_for(object: Object) -> bool {
    TABLE[bucket_of(object)].users.load(Ordering::SeqCst) != 0
}

/// An object between two addresses that a thread waits for.
pub(crate) fn waited_within(range: &Range<usize>) -> Option<usize> {
    let in_use = TABLE.iter().filter(|bucket| bucket.users.load(Ordering::SeqCst) != 0);
    in_use.into_iter().find_map(|bucket| {
        let entries = bucket.entries.lock();
        entries.iter().map(|entry| entry.object.address()).find(|object| range.contains(object))
    })
}

/// How many threads wait for the object.
#[cfg(test)]
pub(in crate::ke) fn waiters(object: Object) -> usize {
    let entries = TABLE[bucket_of(object)].entries.lock();
    entries.iter().filter(|entry| entry.object == object).count()
}

/// The buckets of some objects, locked: nobody can change an object that has to do with a wait, nor
/// begin or end a wait.
pub(in crate::ke) struct Locked(Vec<(usize, MutexGuard<'static, Vec<Entry>>)>);

impl Locked {
    pub fn new(objects: &[Object]) -> Self {
        let mut buckets: Vec<_> = objects.iter().map(|&object| bucket_of(object)).collect();
        // Always in the same order, so that two threads cannot wait for each other.
        buckets.sort_unstable();
        buckets.dedup();
        let lock = |bucket: usize| {
            TABLE[bucket].users.fetch_add(1, Ordering::SeqCst);
            (bucket, TABLE[bucket].entries.lock())
        };
        Self(buckets.into_iter().map(lock).collect())
    }

    fn entries(&mut self, object: Object) -> &mut Vec<Entry> {
        let bucket = bucket_of(object);
        let found = self.0.iter_mut().find(|(number, _)| *number == bucket);
        &mut found.expect("only objects are used whose buckets were locked").1
    }

    /// Enters a thread for an object.
    pub fn add(&mut self, object: Object, key: usize, waiter: &Arc<Waiter>) {
        TABLE[bucket_of(object)].users.fetch_add(1, Ordering::SeqCst);
        self.entries(object).push(Entry { object, key, waiter: Arc::clone(waiter) });
    }

    /// Removes all entries of a thread.
    pub fn remove(&mut self, waiter: &Arc<Waiter>) {
        for (bucket, entries) in &mut self.0 {
            let before = entries.len();
            entries.retain(|entry| !Arc::ptr_eq(&entry.waiter, waiter));
            TABLE[*bucket].users.fetch_sub(before - entries.len(), Ordering::SeqCst);
        }
    }

    /// Releases those who wait for an object, as long as it is signaled for them; `pulse` counts as a
    /// signal even if the object has been reset since.
    pub fn offer(&mut self, object: Object, mut pulse: bool) -> Released {
        let mut released = Released::default();
        let entries = self.entries(object);
        let mut at = 0;
        while let Some(entry) = entries.get(at) {
            let waits_for_it =
                entry.object == object && (pulse || object.is_signaled_for(&entry.waiter.thread));
            if waits_for_it && entry.waiter.wants_all() {
                released.to_look.push(Arc::clone(&entry.waiter));
            } else if waits_for_it && entry.waiter.claim() {
                object.release(&entry.waiter.thread);
                pulse &= object.stays_signaled();
                let entry = entries.remove(at);
                TABLE[bucket_of(object)].users.fetch_sub(1, Ordering::SeqCst);
                entry.waiter.finish(entry.key);
                released.to_wake.push(entry.waiter);
                continue;
            }
            at += 1;
        }
        released
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        for (bucket, _) in &self.0 {
            TABLE[*bucket].users.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Who is to be told of a signal once nothing is locked any more.
#[derive(Default)]
#[must_use]
pub(in crate::ke) struct Released {
    /// Threads whose wait is over.
    to_wake: Vec<Arc<Waiter>>,
    /// Threads that wait for this object and others at once.
    to_look: Vec<Arc<Waiter>>,
}

impl Released {
    /// Tells them.
    pub fn wake(self) {
        for waiter in self.to_wake {
            waiter.wake();
        }
        for waiter in self.to_look {
            waiter.look();
        }
    }
}
