//! What a handle gets when its program asks for it, and loses when it is closed.

use core::{
    cell::UnsafeCell,
    mem,
    sync::atomic::{AtomicU8, Ordering},
};

use crate::{Result, Status};

const NEW: u8 = 0;
const BUSY: u8 = 1;
const OPEN: u8 = 2;
const CLOSED: u8 = 3;

/// A place in the state of a handle for a value that is made once, by a request, while others may make requests and
/// the handle may be closed. After a failure it can be tried again.
///
/// IRQL: any.
///
/// # Invariants
///
/// The value is written by the one who has made the state busy, before it is open, and is never written again:
/// it is there when the state is open, and for nobody but that one when it is closed.
pub struct Opening<T> {
    state: AtomicU8,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: by the invariant one thread writes the value, and only then others get references to it.
unsafe impl<T: Send + Sync> Sync for Opening<T> {}

impl<T> Opening<T> {
    /// Without a value.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(NEW), value: UnsafeCell::new(None) }
    }

    fn change(&self, from: u8, to: u8) -> Result {
        let changed = self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed);
        changed.map(drop).map_err(|_| Status::INVALID_DEVICE_STATE)
    }

    /// The value.
    ///
    /// # Safety
    ///
    /// The state is or was open.
    unsafe fn value(&self) -> Option<&T> {
        // SAFETY: by the contract and the invariant it is not written any more.
        unsafe { &*self.value.get() }.as_ref()
    }

    /// The value, from when it was made until the handle is closed.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_DEVICE_STATE` if there is none.
    pub fn get(&self) -> Result<&T> {
        if self.state.load(Ordering::Acquire) != OPEN {
            return Err(Status::INVALID_DEVICE_STATE);
        }
        // SAFETY: the state is open.
        unsafe { self.value() }.ok_or(Status::INVALID_DEVICE_STATE)
    }

    /// Begins to make the value. If what is returned is dropped, it can be tried again.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_DEVICE_STATE` if it was made or is being made, or the handle was closed.
    pub fn begin(&self) -> Result<Begun<'_, T>> {
        self.change(NEW, BUSY)?;
        // INVARIANT: one thread makes it busy.
        Ok(Begun(self))
    }

    /// The value, if it was made, whether the handle is closed or not: the caller is the only one who has the place.
    pub const fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// The handle is closed: nobody gets the value any more. Returns it to the one caller who has to end it; if it is
    /// being made meanwhile, [`Begun::finish`] does.
    pub fn close(&self) -> Option<&T> {
        let before = self.state.swap(CLOSED, Ordering::AcqRel);
        if before != OPEN {
            return None;
        }
        // SAFETY: the state was open.
        unsafe { self.value() }
    }
}

impl<T> Default for Opening<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The value of an [`Opening`] is being made.
///
/// # Invariants
///
/// This value has made the state busy.
pub struct Begun<'o, T>(&'o Opening<T>);

impl<'o, T> Begun<'o, T> {
    /// Puts the value there.
    ///
    /// # Errors
    ///
    /// Returns the value to the caller, who has to end it, if the handle was closed meanwhile.
    pub fn finish(self, value: T) -> core::result::Result<&'o T, &'o T> {
        let opening = self.0;
        mem::forget(self);
        // SAFETY: by the invariants nobody else uses it while the state is busy, or closed before it was open.
        let place = unsafe { &mut *opening.value.get() };
        let value = &*place.insert(value);
        if opening.change(BUSY, OPEN).is_ok() { Ok(value) } else { Err(value) }
    }
}

impl<T> Drop for Begun<'_, T> {
    fn drop(&mut self) {
        // A handle that was closed meanwhile stays closed.
        let _: Result = self.0.change(BUSY, NEW);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{
        sync::atomic::{AtomicU32, Ordering},
        thread,
    };

    use super::Opening;
    use crate::Status;

    const REFUSED: Status = Status::INVALID_DEVICE_STATE;

    #[test]
    fn it_is_made_once() {
        let opening = Opening::new();
        assert_eq!(opening.get(), Err(REFUSED));
        let begun = opening.begin().unwrap();
        assert_eq!(opening.begin().err(), Some(REFUSED));
        drop(begun);
        assert_eq!(opening.begin().unwrap().finish(7), Ok(&7));
        assert_eq!(opening.get(), Ok(&7));
        assert_eq!(opening.begin().err(), Some(REFUSED));
        assert_eq!(opening.close(), Some(&7));
        assert_eq!((opening.close(), opening.get()), (None, Err(REFUSED)));
        let mut opening = opening;
        assert_eq!(opening.get_mut(), Some(&mut 7));
    }

    #[test]
    fn what_is_closed_stays_closed() {
        let opening = Opening::new();
        let begun = opening.begin().unwrap();
        assert_eq!(opening.close(), None);
        assert_eq!(begun.finish(7), Err(&7));
        assert_eq!((opening.get(), opening.begin().err()), (Err(REFUSED), Some(REFUSED)));

        let opening = Opening::<u32>::new();
        let begun = opening.begin().unwrap();
        assert_eq!(opening.close(), None);
        drop(begun);
        assert_eq!(opening.begin().err(), Some(REFUSED));
    }

    #[test]
    fn one_of_many_ends_what_was_made() {
        for round in 0..500 {
            let (opening, ended) = (Opening::new(), AtomicU32::new(0));
            let end = |_: &u32| ended.fetch_add(1, Ordering::Relaxed);
            let open = || {
                let finished = opening.begin().map(|begun| begun.finish(round));
                if let Ok(Err(closed)) = finished {
                    end(closed);
                }
                u32::from(finished.is_ok())
            };
            let made: u32 = thread::scope(|threads| {
                let openers = [threads.spawn(open), threads.spawn(open)];
                threads.spawn(|| opening.close().map(end));
                threads.spawn(|| opening.close().map(end));
                openers.into_iter().map(|opener| opener.join().unwrap()).sum()
            });
            assert!(made <= 1);
            assert_eq!(ended.into_inner(), made);
        }
    }
}
