//! What a seeded schedule has decided.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// What a seeded schedule has decided so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Two schedules are the same if these are.
    pub hash: u64,
    /// How often it was decided who goes on.
    pub decisions: u64,
    /// How often another thread went on.
    pub switches: u64,
    /// How many threads there were.
    pub threads: usize,
    /// True if threads took part that the scheduler did not know: it decides about them too, but not when
    /// they come.
    pub has_strangers: bool,
}

/// One decision of a seeded schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The thread that came to a point where others may go on.
    pub thread: usize,
    /// That point: the function that was called, or what it waits for.
    pub point: &'static str,
    /// The thread that went on.
    pub next: usize,
}

impl Trace {
    /// Adds a decision.
    pub(super) fn add(&mut self, thread: usize, point: &str, next: usize) {
        self.decisions += 1;
        self.switches += u64::from(thread != next);
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.hash);
        hasher.write_usize(thread);
        hasher.write(point.as_bytes());
        hasher.write_usize(next);
        self.hash = hasher.finish();
    }
}
