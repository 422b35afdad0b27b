//! Memory of frames that have been indicated, for those that come.

use std::cell::RefCell;

use super::super::Frame;

/// The most that is kept.
const KEPT: usize = 256;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty vector with room for so many bytes.
pub(super) fn room(length: usize) -> Vec<u8> {
    let mut room = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
    room.reserve(length);
    room
}

/// A copy of these bytes.
pub(super) fn copy(bytes: &[u8]) -> Vec<u8> {
    let mut copy = room(bytes.len());
    copy.extend_from_slice(bytes);
    copy
}

/// Takes the memory of frames that nobody needs any more. They must have come from this thread, or there
/// is nobody who would use it.
pub(super) fn keep(frames: &mut Vec<Frame>) {
    SPARE.with_borrow_mut(|spare| {
        for mut frame in frames.drain(..) {
            if spare.len() < KEPT {
                frame.data.clear();
                spare.push(frame.data);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{copy, keep};

    #[test]
    fn frames_get_the_memory_of_those_before() {
        let first = copy(&[1; 1000]);
        let place = first.as_ptr();
        keep(&mut vec![first.into()]);
        let second = copy(&[2; 60]);
        assert_eq!((second.as_ptr(), second.len()), (place, 60));
    }
}
