//! Only the first net buffer and the first MDL are looked at.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    chain::{List, pieces},
    sample::{Binding, Lab, Sample},
};
use crate::ndis::{Frame, Geometry, Pieces};

/// A header of Ethernet.
const HEADER: usize = 14;

/// The driver: it notes the frames that it gets.
#[derive(Default)]
struct Notes {
    wrong: bool,
    frames: Mutex<Vec<Vec<u8>>>,
}

impl Sample for Notes {
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        for list in first.chain() {
            let some = if self.wrong { 1 } else { usize::MAX };
            for buffer in list.buffers().take(some) {
                let first_piece = pieces(buffer.data().CurrentMdl.cast()).next();
                if self.wrong && first_piece.is_none_or(|piece| piece.len() < HEADER) {
                    continue;
                }
                self.frames.lock().push(buffer.frame());
            }
        }
        if !lent {
            binding.give_back(first);
        }
    }
}

/// Two lists: one in two small pieces, and one with three buffers.
fn frames() -> Vec<Frame> {
    let pieces = Pieces { lengths: vec![6, 8], ..Pieces::default() };
    let scattered = Frame { geometry: Geometry::Pieces(pieces), ..Frame::from(vec![0xff; 60]) };
    let more_buffers = vec![vec![0xff; 62], vec![0xff; 63]];
    vec![scattered, Frame { more_buffers, ..Frame::from(vec![0xff; 61]) }]
}

fn lengths(wrong: bool) -> Vec<usize> {
    let driver = Arc::new(Notes { wrong, ..Notes::default() });
    let lab = Lab::new(&driver);
    lab.link.indicate(&frames());
    assert_eq!(lab.finish(), (vec![], vec![]));
    driver.frames.lock().iter().map(Vec::len).collect()
}

#[test]
fn looking_at_the_first_only_loses_frames() {
    assert_eq!(lengths(true), [61]);
}

#[test]
fn looking_at_all_finds_all() {
    assert_eq!(lengths(false), [60, 61, 62, 63]);
}
