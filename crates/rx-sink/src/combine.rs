//! Work that many may ask for, and one does at a time.

use core::sync::atomic::{AtomicU8, Ordering};

const IDLE: u8 = 0;
const BUSY: u8 = 1;
const AGAIN: u8 = 2;

/// Lets one of all who ask for work at the same time do it, without making the others wait.
///
/// Whoever asks while the work is under way has it done once more after that, by the one who does it: so
/// what was true when it was asked for is taken into account.
#[derive(Debug, Default)]
pub struct Combiner(AtomicU8);

impl Combiner {
    /// A combiner that is idle.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU8::new(IDLE))
    }

    /// Has `work` done, by this call or by the one that is doing it.
    pub fn run(&self, mut work: impl FnMut()) {
        if self.0.swap(AGAIN, Ordering::AcqRel) != IDLE {
            return;
        }
        loop {
            // An exchange, and not a store, takes part in the order of all who ask: what one did who
            // asked before it is seen by the work.
            self.0.swap(BUSY, Ordering::AcqRel);
            work();
            let done = self.0.compare_exchange(BUSY, IDLE, Ordering::AcqRel, Ordering::Acquire);
            if done.is_ok() {
                return;
            }
        }
    }
}
