//! Copies as a driver makes them, and nothing else.

use std::{hint::black_box, time::Instant};

use crate::measure::each;

/// Copies of payloads, one behind the other into as much memory as a queue.
pub struct Copies {
    from: Vec<Vec<u8>>,
    to: Vec<u8>,
    step: usize,
    at: usize,
}

impl Copies {
    /// Copies of `list` payloads of so many bytes in turns, to places that are `step` bytes apart in a queue
    /// of so many bytes.
    pub fn new(bytes: usize, list: usize, step: usize, queue: usize) -> Self {
        Self { from: vec![vec![0x5a; bytes]; list], to: vec![1; queue], step, at: 0 }
    }

    /// Makes so many; nanoseconds for each.
    pub fn run(&mut self, count: u64) -> f64 {
        let from = self.from.iter().cycle();
        let start = Instant::now();
        for (from, _) in from.zip(0..count) {
            if self.at + self.step > self.to.len() {
                self.at = 0;
            }
            black_box(&mut self.to[self.at..self.at + from.len()]).copy_from_slice(black_box(from));
            self.at += self.step;
        }
        each(start.elapsed(), count)
    }
}
