//! Frames that are made up.

mod generator;
mod spec;

use std::time::Duration;

use self::generator::Generator;
use super::{
    super::Frame,
    Progress, Source, SourceError,
    pace::{self, Pace, now},
};

pub use spec::{Checksums, Sizes, Synth, To};

/// Frames that are made up, from the first one on.
pub(super) struct SynthSource {
    generator: Generator,
    spec: Synth,
    pace: Pace,
    next: u64,
    start: Option<u64>,
}

impl Synth {
    /// Frames for an adapter with this address.
    pub(super) fn open(&self, mac: [u8; 6]) -> SynthSource {
        SynthSource {
            generator: Generator::new(self, mac),
            spec: self.clone(),
            pace: Pace::default(),
            next: 0,
            start: None,
        }
    }

    /// The frames that an adapter with this address gets, in this order, but for their times.
    pub fn frames(&self, mac: [u8; 6]) -> impl Iterator<Item = Frame> + use<> {
        let generator = Generator::new(self, mac);
        let count = self.count.unwrap_or(u64::MAX);
        (0..count).map(move |number| generator.frame(number))
    }
}

impl Source for SynthSource {
    fn next(&mut self, frames: &mut Vec<Frame>) -> Result<Progress, SourceError> {
        for taken in 0..self.spec.list {
            if self.spec.count.is_some_and(|count| self.next >= count) {
                return Ok(Progress::End);
            }
            let due = self.due();
            let remaining = self.remaining(due);
            if !remaining.is_zero() {
                if taken == 0 {
                    pace::wait(remaining);
                }
                break;
            }
            let mut frame = self.generator.frame(self.next);
            frame.timestamp = self.spec.time.then(|| self.time(due));
            frames.push(frame);
            self.next += 1;
        }
        Ok(Progress::More)
    }
}

impl SynthSource {
    /// When the next frame is due, in nanoseconds after the first one, if there is a rate.
    fn due(&self) -> Option<u64> {
        let rate = u128::from(self.spec.rate?);
        let due = u128::from(self.next) * 1_000_000_000 / rate;
        u64::try_from(due).ok()
    }

    fn remaining(&mut self, due: Option<u64>) -> Duration {
        due.map_or(Duration::ZERO, |due| self.pace.until(due))
    }

    /// The time of a frame, in nanoseconds since 1970.
    fn time(&mut self, due: Option<u64>) -> u64 {
        let Some(due) = due else { return now() };
        self.start.get_or_insert_with(now).saturating_add(due)
    }
}
