//! The lock is released between dequeuing a frame and copying it.

use std::{
    collections::VecDeque,
    sync::{Arc, mpsc},
    thread,
};

use parking_lot::Mutex;

use super::{
    chain::List,
    sample::{Binding, Lab, Sample},
};
use crate::ndis::Frame;

/// The driver: it queues frames, and processors hand them to a reader.
#[derive(Default)]
struct Queues {
    wrong: bool,
    queue: Mutex<VecDeque<Vec<u8>>>,
    /// The lengths of the frames, as the reader gets them.
    reader: Mutex<Vec<usize>>,
}

impl Sample for Queues {
    fn receive(&self, binding: &Binding, first: List, lent: bool) {
        let frames = first.chain().flat_map(List::buffers).map(super::chain::Buffer::frame);
        self.queue.lock().extend(frames);
        if !lent {
            binding.give_back(first);
        }
    }
}

impl Queues {
    /// A processor hands the oldest frame over. `between` happens in between, unless a lock keeps it out.
    fn serve(&self, between: impl FnOnce()) {
        let mut queue = self.queue.lock();
        let Some(frame) = queue.pop_front() else { return };
        if self.wrong {
            drop(queue);
            between();
            self.reader.lock().push(frame.len());
        } else {
            self.reader.lock().push(frame.len());
            drop(queue);
            between();
        }
    }
}

/// The order in which a reader gets frames of 60, 61 and 62 bytes.
fn order(wrong: bool) -> Vec<usize> {
    let driver = Arc::new(Queues { wrong, ..Queues::default() });
    let lab = Lab::new(&driver);
    let frames: Vec<_> = (60..63).map(|length| Frame::from(vec![0xff; length])).collect();
    assert_eq!(lab.link.indicate(&frames).taken, 3);
    thread::scope(|scope| {
        let (begun, begins) = mpsc::channel();
        let (done, ends) = mpsc::channel();
        let slow = &driver;
        scope.spawn(move || {
            slow.serve(|| {
                begun.send(()).unwrap();
                ends.recv().unwrap();
            });
        });
        begins.recv().unwrap();
        driver.serve(|| {});
        driver.serve(|| {});
        done.send(()).unwrap();
    });
    assert_eq!(lab.finish(), (vec![], vec![]));
    driver.reader.lock().clone()
}

#[test]
fn two_processors_change_the_order() {
    assert_eq!(order(true), [61, 62, 60]);
}

#[test]
fn with_the_lock_held_they_do_not() {
    assert_eq!(order(false), [60, 61, 62]);
}
