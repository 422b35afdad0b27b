//! The adapters of frames.

use std::io;

use crate::{Adapter, Capture, Device};

/// Adapters by the numbers that frames name them by; asks the driver for those that have come since.
pub struct Adapters<'c, D> {
    capture: &'c Capture<D>,
    known: Vec<Adapter>,
}

impl<'c, D: Device> Adapters<'c, D> {
    pub fn new(capture: &'c Capture<D>, known: Vec<Adapter>) -> Self {
        Self { capture, known }
    }

    pub fn capture(&self) -> &'c Capture<D> {
        self.capture
    }

    /// An adapter, and its place among all that are known. A place stays what it is.
    pub fn find(&mut self, number: u32) -> io::Result<(usize, &Adapter)> {
        if self.place(number).is_none() {
            let now = self.capture.adapters().map_err(io::Error::other)?;
            for adapter in now {
                if self.place(adapter.number).is_none() {
                    self.known.push(adapter);
                }
            }
        }
        let place = self.place(number);
        let found = place.and_then(|place| Some((place, self.known.get(place)?)));
        found.ok_or_else(|| io::Error::other(format!("there is no adapter of number {number}")))
    }

    fn place(&self, number: u32) -> Option<usize> {
        self.known.iter().position(|adapter| adapter.number == number)
    }

    /// All that are known.
    pub fn known(&self) -> &[Adapter] {
        &self.known
    }
}
