//! Values that are read without waiting, and replaced as a whole.

use core::{
    marker::PhantomData,
    ops::Deref,
    ptr::NonNull,
    sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering},
};

use crate::{Event, Mutex, Passive, PoolBox, Reset, Result, Tag};

/// A value that many may read at once, at `DISPATCH_LEVEL` too, while somebody replaces it. Who reads never
/// waits; who replaces it waits for those who still read the value of before.
///
/// Readers are counted on one of two sides, and whoever waits for them sends those that come later to the other
/// side, so that it waits for none of them.
///
/// # Invariants
///
/// - The pointer is to a value from `PoolBox::into_raw`, which is this place's.
/// - A reader is counted on a side from before it looked at the pointer until it reads the value no more. So
///   who has replaced the pointer and has then seen both sides empty, one after the other, knows that nobody
///   reads the value of before.
pub struct Published<T> {
    value: AtomicPtr<T>,
    side: AtomicUsize,
    readers: [AtomicUsize; 2],
    /// Somebody waits for a side to become empty.
    waiting: AtomicBool,
    /// Tells whoever waits that a side may be empty.
    left: Event,
    /// One waits at a time.
    writer: Mutex<()>,
    owned: PhantomData<PoolBox<T>>,
}

// SAFETY: it shares the value, and hands it from thread to thread.
unsafe impl<T: Send + Sync> Send for Published<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Published<T> {}

impl<T: Send + Sync> Published<T> {
    /// A place with a value.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left; `value` is dropped.
    pub fn new(value: PoolBox<T>, tag: Tag) -> Result<Self> {
        let (left, writer) = (Event::new(Reset::ByWait, tag)?, Mutex::new((), tag)?);
        Ok(Self {
            value: AtomicPtr::new(value.into_raw().as_ptr()),
            side: AtomicUsize::new(0),
            readers: [const { AtomicUsize::new(0) }; 2],
            waiting: AtomicBool::new(false),
            left,
            writer,
            owned: PhantomData,
        })
    }

    /// The value of this moment, which stays as long as the guard exists. Who holds a guard does not wait.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, also for the drop of the guard.
    #[inline]
    pub fn read(&self) -> Reading<'_, T> {
        let [first, second] = &self.readers;
        let readers = if self.side.load(Ordering::SeqCst) == 0 { first } else { second };
        readers.fetch_add(1, Ordering::SeqCst);
        // SAFETY: by the invariant the pointer is to a value, which is not freed while this reader is counted.
        let value = unsafe { NonNull::new_unchecked(self.value.load(Ordering::SeqCst)) };
        // INVARIANT: the reader is counted.
        Reading { place: self, readers, value }
    }

    /// Replaces the value. Returns the one of before, which nobody reads any more.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Hold no guard of a reader.
    pub fn replace(&self, value: PoolBox<T>, irql: &Passive) -> PoolBox<T> {
        let before = self.value.swap(value.into_raw().as_ptr(), Ordering::SeqCst);
        self.wait_for_readers(irql);
        // SAFETY: by the invariant it is not null.
        let before = unsafe { NonNull::new_unchecked(before) };
        // SAFETY: by the invariant it came from `into_raw`, and nobody reads it any more.
        unsafe { PoolBox::from_raw(before) }
    }

    /// Waits until all who read when this was called read no more.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Hold no guard of a reader.
    pub fn wait_for_readers(&self, irql: &Passive) {
        let _one = self.writer.lock(irql);
        for _ in &self.readers {
            let side = self.side.fetch_xor(1, Ordering::SeqCst);
            let Some(readers) = self.readers.get(side) else { return };
            // Of the last reader that leaves and this, one sees what the other did.
            self.waiting.store(true, Ordering::SeqCst);
            while readers.load(Ordering::SeqCst) != 0 {
                self.left.wait(irql);
            }
            self.waiting.store(false, Ordering::SeqCst);
        }
    }
}

impl<T> Drop for Published<T> {
    fn drop(&mut self) {
        // SAFETY: by the invariant it came from `into_raw`; nobody borrows the place, so that nobody reads.
        drop(NonNull::new(*self.value.get_mut()).map(|value| unsafe { PoolBox::from_raw(value) }));
    }
}

/// A value that is being read.
///
/// # Invariants
///
/// It is counted in `readers`, which is one of the sides of `place`.
#[must_use]
pub struct Reading<'p, T> {
    place: &'p Published<T>,
    readers: &'p AtomicUsize,
    value: NonNull<T>,
}

impl<T> Deref for Reading<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: by the invariant of the place the value is not freed while the reader is counted.
        unsafe { self.value.as_ref() }
    }
}

impl<T> Drop for Reading<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let before = self.readers.fetch_sub(1, Ordering::SeqCst);
        if before == 1 && self.place.waiting.load(Ordering::SeqCst) {
            self.place.left.set();
        }
    }
}
