//! Counting users of something that ends, or pauses.

use core::sync::atomic::{AtomicUsize, Ordering};

/// Set while users are let in; the bits above it count them.
const OPEN: usize = 1;
const ONE: usize = 2;
/// So many users that there can be no more.
const MANY: usize = usize::MAX / 4;

/// One word that lets users in or keeps them out, and counts those inside. Unlike a rundown reference it can
/// be opened again.
///
/// # Invariants
///
/// The bits above the lowest count those who entered and did not leave.
pub struct Gate(AtomicUsize);

impl Gate {
    /// A gate that is closed, without users.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// Lets users in from here on.
    pub fn open(&self) {
        self.0.fetch_or(OPEN, Ordering::Release);
    }

    /// Enters with `count` users, all or none. True if they were let in: each has to [leave](Self::leave).
    #[must_use]
    pub fn enter(&self, count: usize) -> bool {
        let add = |now: usize| {
            let users = count.checked_add(now / ONE).filter(|&users| users < MANY)?;
            (now & OPEN != 0).then_some((users * ONE) | OPEN)
        };
        self.0.fetch_update(Ordering::Acquire, Ordering::Relaxed, add).is_ok()
    }

    /// Takes off `count` users who entered. True if they were the last ones and the gate is closed: whoever
    /// closed it waits to be told, once.
    ///
    /// After this the gate may not exist any more, if the answer is false.
    #[must_use]
    pub fn leave(&self, count: usize) -> bool {
        count > 0 && self.0.fetch_sub(count * ONE, Ordering::AcqRel) == count * ONE
    }

    /// Keeps new users out. True if some are still inside, and one of them will be told to be the last.
    #[must_use]
    pub fn close(&self) -> bool {
        let before = self.0.fetch_and(!OPEN, Ordering::AcqRel);
        before & OPEN != 0 && before != OPEN
    }

    /// True if users are let in at this moment.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.load(Ordering::Acquire) & OPEN != 0
    }

    /// How many users are inside at this moment.
    #[must_use]
    pub fn users(&self) -> usize {
        self.0.load(Ordering::Relaxed) / ONE
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
