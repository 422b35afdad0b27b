//! Where the code of drivers is, for handlers of signals: without locks.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

/// The images of the process that are loaded. Those that find no place cannot be interrupted.
static IMAGES: [Place; 256] =
    [const { Place { start: AtomicUsize::new(0), end: AtomicUsize::new(0) } }; 256];

struct Place {
    /// Zero if the place is free.
    start: AtomicUsize,
    end: AtomicUsize,
}

/// An image, until this is dropped.
pub(crate) struct Code(Option<&'static Place>);

impl Code {
    pub fn new(range: &Range<usize>) -> Self {
        let place = IMAGES.iter().find(|place| {
            let taken =
                place.start.compare_exchange(0, range.start, Ordering::AcqRel, Ordering::Relaxed);
            taken.is_ok()
        });
        if let Some(place) = place {
            place.end.store(range.end, Ordering::Release);
        }
        Self(place)
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(place) = self.0 {
            place.end.store(0, Ordering::Release);
            place.start.store(0, Ordering::Release);
        }
    }
}

/// True if an address is in a driver's image.
pub(crate) fn is_code(address: usize) -> bool {
    IMAGES.iter().any(|place| {
        let start = place.start.load(Ordering::Acquire);
        start != 0 && (start..place.end.load(Ordering::Acquire)).contains(&address)
    })
}
