//! A frame is copied from the beginning of its MDLs, and all of them: offset and length are ignored.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    chain::{Buffer, List, pieces},
    sample::{Binding, Lab, Sample},
};
use crate::ndis::{Frame, Geometry, Pieces};

/// The driver: it copies frames.
#[derive(Default)]
struct Copies {
    wrong: bool,
    frames: Mutex<Vec<Vec<u8>>>,
}

impl Copies {
    fn copy(&self, buffer: Buffer) -> Vec<u8> {
        if self.wrong {
            pieces(buffer.data().MdlChain.cast()).flatten().copied().collect()
        } else {
            buffer.frame()
        }
    }
}

impl Sample for Copies {
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        let buffers = first.chain().flat_map(List::buffers);
        self.frames.lock().extend(buffers.map(|buffer| self.copy(buffer)));
        if !lent {
            binding.give_back(first);
        }
    }
}

fn copied(wrong: bool, geometry: Geometry) -> Vec<u8> {
    let driver = Arc::new(Copies { wrong, ..Copies::default() });
    let lab = Lab::new(&driver);
    lab.link.indicate(&[Frame { geometry, ..Frame::from(sent()) }]);
    assert_eq!(lab.finish(), (vec![], vec![]));
    driver.frames.lock().pop().expect("one has come")
}

fn sent() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..100).collect();
    bytes[..6].fill(0xff);
    bytes
}

/// Two ways to begin inside of an MDL.
fn geometries() -> [Geometry; 2] {
    let pieces = Pieces { lengths: vec![40, 0, 70], offset: 10, at_end: false };
    [Geometry::Offset(32), Geometry::Pieces(pieces)]
}

#[test]
fn bytes_that_are_no_part_of_the_frame_are_copied() {
    for geometry in geometries() {
        let copied = copied(true, geometry);
        assert_ne!(copied, sent());
        assert!(copied.len() > sent().len(), "memory around the frame gets out");
    }
}

#[test]
fn with_offset_and_length_the_frame_is_copied() {
    for geometry in geometries() {
        assert_eq!(copied(false, geometry), sent());
    }
}
