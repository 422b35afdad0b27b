//! The locks that were initialised or acquired, by address.

use std::{collections::BTreeMap, ops::Range};

use parking_lot::RwLock;

use super::Kind;

/// The locks that were initialised or acquired.
#[derive(Default)]
pub(super) struct Known(RwLock<BTreeMap<usize, Entry>>);

#[derive(Clone, Copy, Default)]
struct Entry {
    /// What it was acquired as.
    used: Option<Kind>,
    /// What it was initialised as.
    initialized: Option<Kind>,
}

impl Known {
    /// Notes what a lock is acquired as. Returns what it was acquired as before, if that was something
    /// else.
    pub fn first_use(&self, address: usize, kind: Kind) -> Option<Kind> {
        let used = self.0.read().get(&address).and_then(|entry| entry.used);
        if used == Some(kind) {
            return None;
        }
        // Another thread may have used it for the first time just now, too.
        let used = self.0.write().entry(address).or_default().used.replace(kind);
        used.filter(|&used| used != kind)
    }

    /// Notes that a lock is initialised. True if it was initialised already.
    pub fn initialize(&self, address: usize, kind: Kind) -> bool {
        let mut locks = self.0.write();
        let entry = locks.entry(address).or_default();
        entry.used = None;
        entry.initialized.replace(kind).is_some()
    }

    /// Takes away all locks between two addresses.
    pub fn forget(&self, range: &Range<usize>) -> Vec<usize> {
        if self.0.read().range(range.clone()).next().is_none() {
            return Vec::new();
        }
        let mut locks = self.0.write();
        let gone: Vec<_> = locks.range(range.clone()).map(|(&address, _)| address).collect();
        for address in &gone {
            locks.remove(address);
        }
        gone
    }
}
