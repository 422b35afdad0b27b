//! What is measured, clocks, and what to make of many measurements on a machine that does other things, too.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use nix::time::{ClockId, clock_gettime};
use nthost::{Builder, Guards, Kernel, Pool};

/// A kernel without what is only there to find mistakes in drivers.
pub fn kernel() -> Builder {
    Kernel::builder().guards(Guards::Off).pool(Pool::Plain)
}

/// The value in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Nanoseconds for each of `count`.
#[expect(clippy::cast_precision_loss, reason = "figures have three digits")]
pub fn each(time: Duration, count: u64) -> f64 {
    time.as_nanos() as f64 / count as f64
}

/// Time on processors, from a moment on.
pub struct Work {
    clock: ClockId,
    start: Duration,
}

impl Work {
    /// Of all threads of this program.
    pub fn of_program() -> Self {
        Self::of(ClockId::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// Of this thread.
    pub fn of_thread() -> Self {
        Self::of(ClockId::CLOCK_THREAD_CPUTIME_ID)
    }

    fn of(clock: ClockId) -> Self {
        Self { clock, start: read(clock) }
    }

    /// How much it was so far.
    pub fn done(&self) -> Duration {
        read(self.clock).saturating_sub(self.start)
    }
}

fn read(clock: ClockId) -> Duration {
    clock_gettime(clock).expect("Linux has the clock").into()
}

/// Nanoseconds for reading the clock.
pub fn clock() -> f64 {
    const COUNT: u32 = 10_000;
    let start = Instant::now();
    for _ in 0..COUNT {
        black_box(Instant::now());
    }
    each(start.elapsed(), COUNT.into())
}
