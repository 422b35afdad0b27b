//! What is cut and what is dropped is not counted.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;

use super::{
    chain::List,
    sample::{Binding, Lab, Sample},
};
use crate::ndis::Frame;

/// Frames that wait for a reader, at most.
const QUEUE: usize = 4;

/// The driver: it queues frames, and a reader with a small buffer takes them.
#[derive(Default)]
struct Queues {
    wrong: bool,
    queue: Mutex<VecDeque<Vec<u8>>>,
    counters: Mutex<Counters>,
}

/// What the driver says that has become of frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counters {
    read: u64,
    dropped: u64,
    cut: u64,
}

impl Sample for Queues {
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        let frames = first.chain().flat_map(List::buffers).map(super::chain::Buffer::frame);
        for frame in frames {
            let mut queue = self.queue.lock();
            queue.push_back(frame);
            if queue.len() > QUEUE {
                queue.pop_front();
                self.counters.lock().dropped += u64::from(!self.wrong);
            }
        }
        if !lent {
            binding.give_back(first);
        }
    }
}

impl Queues {
    /// A reader takes the oldest frame into so many bytes.
    fn read(&self, room: usize) -> Option<Vec<u8>> {
        let mut frame = self.queue.lock().pop_front()?;
        let mut counters = self.counters.lock();
        counters.read += 1;
        counters.cut += u64::from(!self.wrong && frame.len() > room);
        frame.truncate(room);
        Some(frame)
    }
}

/// What the driver says about six frames, of which a reader sees four, all of them cut.
fn says(wrong: bool) -> Counters {
    let driver = Arc::new(Queues { wrong, ..Queues::default() });
    let lab = Lab::new(&driver);
    let frames = vec![Frame::from(vec![0xff; 60]); QUEUE + 2];
    assert_eq!(lab.link.indicate(&frames).taken, QUEUE + 2);
    assert_eq!(lab.link.report().frames, QUEUE as u64 + 2);
    let read: Vec<_> = std::iter::from_fn(|| driver.read(32)).collect();
    assert!(read.len() == QUEUE && read.iter().all(|frame| frame.len() == 32));
    assert_eq!(lab.finish(), (vec![], vec![]));
    *driver.counters.lock()
}

#[test]
fn what_is_lost_silently_does_not_add_up() {
    let Counters { read, dropped, cut } = says(true);
    assert_ne!(read + dropped, QUEUE as u64 + 2, "indicated is read and dropped");
    assert_eq!(cut, 0);
}

#[test]
fn what_is_counted_adds_up() {
    assert_eq!(says(false), Counters { read: 4, dropped: 2, cut: 4 });
}
