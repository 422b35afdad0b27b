//! Growing arrays in pool.

use core::{
    marker::PhantomData,
    ops::Deref,
    ptr::{self, NonNull},
    slice,
};

use crate::{PoolBytes, Result, Status, Tag};

/// Room for so many values at first.
const FIRST: usize = 4;

/// Values one behind the other in nonpaged pool. As `alloc::vec::Vec`, but growing can fail.
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop, unless that of the values asks for less.
///
/// # Invariants
///
/// The first `length` values of `memory`, which is aligned for them, are valid and this array's.
pub struct PoolVec<T> {
    memory: Option<PoolBytes>,
    length: usize,
    tag: Tag,
    values: PhantomData<T>,
}

// SAFETY: it owns its values as an array does.
unsafe impl<T: Send> Send for PoolVec<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for PoolVec<T> {}

impl<T> PoolVec<T> {
    /// No values, and no memory.
    #[must_use]
    pub const fn new(tag: Tag) -> Self {
        const { assert!(align_of::<T>() <= 16 && size_of::<T>() > 0) };
        Self { memory: None, length: 0, tag, values: PhantomData }
    }

    /// No values, and room for `count`.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left.
    pub fn with_room(count: usize, tag: Tag) -> Result<Self> {
        let mut this = Self::new(tag);
        if count > 0 {
            this.grow_to(count)?;
        }
        Ok(this)
    }

    fn room(&self) -> usize {
        self.memory.as_ref().map_or(0, PoolBytes::length) / size_of::<T>()
    }

    fn start(&self) -> NonNull<T> {
        self.memory.as_ref().map_or(NonNull::dangling(), |memory| memory.start().cast())
    }

    /// Copies of values.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left.
    pub fn copied(values: &[T], tag: Tag) -> Result<Self>
    where
        T: Clone,
    {
        let mut copies = Self::with_room(values.len(), tag)?;
        copies.try_extend(values)?;
        Ok(copies)
    }

    /// Moves the values to memory with room for `count`, which is not less than there are.
    fn grow_to(&mut self, count: usize) -> Result {
        let bytes = count.checked_mul(size_of::<T>()).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        let memory = PoolBytes::try_new(bytes, self.tag)?;
        let (from, to) = (self.start(), memory.start().cast::<T>());
        // SAFETY: both are valid for so many values, and in different blocks. The old ones are not used again.
        unsafe { ptr::copy_nonoverlapping(from.as_ptr(), to.as_ptr(), self.length) };
        // INVARIANT: the values were moved.
        self.memory = Some(memory);
        Ok(())
    }

    /// Appends a value.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left; `value` is dropped.
    pub fn try_push(&mut self, value: T) -> Result {
        if self.length == self.room() {
            self.grow_to(self.length.saturating_mul(2).max(FIRST))?;
        }
        // SAFETY: there is room for one more value.
        let place = unsafe { self.start().add(self.length) };
        // SAFETY: as above; nothing is there.
        unsafe { place.write(value) };
        self.length += 1;
        Ok(())
    }

    /// Appends copies of values.
    ///
    /// # Errors
    ///
    /// As [`try_push`](Self::try_push).
    pub fn try_extend(&mut self, values: &[T]) -> Result
    where
        T: Clone,
    {
        values.iter().try_for_each(|value| self.try_push(value.clone()))
    }

    /// Removes the values that `wanted` is false for; others keep their order.
    pub fn retain(&mut self, mut wanted: impl FnMut(&T) -> bool) {
        let (count, start) = (self.length, self.start());
        // What is behind the end is not dropped, should `wanted` or a drop not return.
        self.length = 0;
        for index in 0..count {
            // SAFETY: there are so many values.
            let value = unsafe { start.add(index) };
            // SAFETY: the value is valid, and this array's.
            if !wanted(unsafe { value.as_ref() }) {
                // SAFETY: as above; it is not used again.
                unsafe { value.drop_in_place() };
                continue;
            }
            // SAFETY: it is not behind the value.
            let to = unsafe { start.add(self.length) };
            // SAFETY: the place is valid for a value, and what was there is moved or dropped.
            unsafe { ptr::copy(value.as_ptr(), to.as_ptr(), 1) };
            self.length += 1;
        }
    }
}

impl<T> Deref for PoolVec<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: by the invariant so many values are valid.
        unsafe { slice::from_raw_parts(self.start().as_ptr(), self.length) }
    }
}

impl<T> AsMut<[T]> for PoolVec<T> {
    fn as_mut(&mut self) -> &mut [T] {
        // SAFETY: as for `deref`, and this is borrowed mutably.
        unsafe { slice::from_raw_parts_mut(self.start().as_ptr(), self.length) }
    }
}

impl<T> AsRef<[T]> for PoolVec<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T> Drop for PoolVec<T> {
    fn drop(&mut self) {
        let values = ptr::slice_from_raw_parts_mut(self.start().as_ptr(), self.length);
        // SAFETY: by the invariant the values are valid, and nobody uses them after this.
        unsafe { ptr::drop_in_place(values) };
    }
}
