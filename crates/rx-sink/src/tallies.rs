//! Counters that many count with at once.

use core::sync::atomic::{AtomicU64, Ordering};

/// So many counters of 64 bits.
#[derive(Debug)]
pub struct Tallies<const N: usize>([AtomicU64; N]);

impl<const N: usize> Tallies<N> {
    /// All at zero.
    #[must_use]
    pub const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; N])
    }

    /// Adds to a counter. Adding nothing costs nothing.
    #[inline]
    pub fn add(&self, counter: usize, count: u64) {
        if let Some(counter) = self.0.get(counter)
            && count > 0
        {
            counter.fetch_add(count, Ordering::AcqRel);
        }
    }

    /// Takes off a counter that says what there is now.
    #[inline]
    pub fn subtract(&self, counter: usize, count: u64) {
        if let Some(counter) = self.0.get(counter)
            && count > 0
        {
            counter.fetch_sub(count, Ordering::AcqRel);
        }
    }

    /// Sets a counter to zero. Returns what it was.
    pub fn take(&self, counter: usize) -> u64 {
        self.0.get(counter).map_or(0, |counter| counter.swap(0, Ordering::AcqRel))
    }

    /// The value of a counter.
    #[must_use]
    pub fn get(&self, counter: usize) -> u64 {
        self.0.get(counter).map_or(0, |counter| counter.load(Ordering::Acquire))
    }
}

impl<const N: usize> Default for Tallies<N> {
    fn default() -> Self {
        Self::new()
    }
}
