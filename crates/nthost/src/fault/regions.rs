//! Memory that nobody may touch, or not now, and why.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use parking_lot::RwLock;

use crate::verifier::Check;

/// What it means that something touched an address.
pub(crate) struct Meaning {
    /// The rule that was broken.
    pub check: &'static Check,
    /// What is there, for a sentence: `a block of pool that ... has freed`.
    pub what: String,
    /// What has happened to it, the oldest first.
    pub history: Vec<String>,
}

/// Says what is at an address; nothing if it may be touched.
type Describe = Box<dyn Fn(usize) -> Option<Meaning> + Send + Sync>;

struct Region {
    end: usize,
    describe: Describe,
}

/// The regions of the process by where they begin. They do not overlap.
static REGIONS: RwLock<BTreeMap<usize, Region>> = RwLock::new(BTreeMap::new());

/// A region that is known, until this is dropped.
#[must_use]
pub(crate) struct Registered(usize);

/// Says what it means if something faults in memory that is `range`. `describe` is called on the thread that
/// has faulted, which may hold locks: it waits for none for long.
pub(crate) fn register(
    range: Range<usize>,
    describe: impl Fn(usize) -> Option<Meaning> + Send + Sync + 'static,
) -> Registered {
    let region = Region { end: range.end, describe: Box::new(describe) };
    let before = REGIONS.write().insert(range.start, region);
    debug_assert!(before.is_none(), "regions do not overlap");
    Registered(range.start)
}

impl Drop for Registered {
    fn drop(&mut self) {
        REGIONS.write().remove(&self.0);
    }
}

/// What it means that something faulted at an address, if it is in a region.
pub(super) fn meaning(address: usize) -> Option<Meaning> {
    let regions = REGIONS.try_read_for(Duration::from_secs(1))?;
    let (_, region) = regions.range(..=address).next_back()?;
    (address < region.end).then(|| (region.describe)(address))?
}
