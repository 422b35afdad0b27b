//! Split headers are read after the indication, when the miniport may have taken them back.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    chain::{List, pieces},
    sample::{Binding, Lab, Sample},
};
use crate::ndis::{Frame, Geometry};

/// The bytes of the header.
const HEADER: u32 = 42;

/// The driver: it keeps a list, and copies its frame later.
#[derive(Default)]
struct Keeps {
    wrong: bool,
    list: Mutex<Option<List>>,
    /// The bytes of its MDLs, each where the driver has mapped them.
    mapped: Mutex<Vec<&'static [u8]>>,
    /// A copy of those that are headers.
    header: Mutex<Vec<u8>>,
}

impl Keeps {
    /// Copies the frame that it has kept.
    fn read(&self) -> Vec<u8> {
        let mapped = self.mapped.lock();
        if self.wrong { mapped.concat() } else { [&**self.header.lock(), mapped[1]].concat() }
    }
}

impl Sample for Keeps {
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        assert!(!lent && binding.is_running(), "there is room for one list");
        let buffer = first.buffers().next().expect("it has one");
        let mapped: Vec<_> = pieces(buffer.data().CurrentMdl.cast()).collect();
        assert_eq!(mapped.len(), 2, "the header and the data");
        *self.header.lock() = mapped[0].to_vec();
        *self.mapped.lock() = mapped;
        *self.list.lock() = Some(first);
    }

    fn pause(&self, binding: &Binding) {
        if let Some(list) = self.list.lock().take() {
            binding.give_back(list);
        }
    }
}

fn sent() -> Frame {
    let data = (0..200).map(|byte| byte | 1).collect::<Vec<u8>>();
    let mut frame = Frame { geometry: Geometry::Split { header: HEADER }, ..Frame::from(data) };
    frame.data[..6].fill(0xff);
    frame
}

fn is_read_as_sent(wrong: bool) -> bool {
    let driver = Arc::new(Keeps { wrong, ..Keeps::default() });
    let lab = Lab::new(&driver);
    assert_eq!(lab.link.indicate(&[sent()]).taken, 1);
    let read = driver.read();
    assert_eq!(read[HEADER as usize..], sent().data[HEADER as usize..], "the data stays");
    assert_eq!(lab.finish(), (vec![], vec![]));
    read == sent().data
}

#[test]
fn headers_that_are_read_late_are_wrong() {
    assert!(!is_read_as_sent(true));
}

#[test]
fn headers_that_were_copied_are_right() {
    assert!(is_read_as_sent(false));
}
