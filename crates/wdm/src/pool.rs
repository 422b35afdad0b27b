//! Kernel pool.

use core::{
    mem::ManuallyDrop,
    ops::{Deref, DerefMut},
    ptr::{self, NonNull},
};

use wdk_sys::ntddk::ExFreePool;

use crate::{
    Result,
    allocate::{self, Content},
};

/// What a block of pool that is smaller than a page is aligned to, in bytes.
const POOL_ALIGNMENT: usize = 16;

/// A block of at least a page is aligned to a page.
const PAGE: usize = 4096;

/// The four letters or digits that tools such as PoolMon know an allocation by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(u32);

impl Tag {
    /// The number that Windows takes.
    pub(crate) const fn value(self) -> u32 {
        self.0
    }

    /// The tag with these characters, in the order in which tools show them.
    ///
    /// # Panics
    ///
    /// If one of them is not a printable ASCII character, or none is a letter or digit: Windows
    /// rejects such tags. Use it for constants, so that this is found at compile time.
    #[must_use]
    pub const fn new(characters: [u8; 4]) -> Self {
        let (mut i, mut letters) = (0, 0);
        while i < characters.len() {
            assert!(characters[i].is_ascii_graphic() || characters[i] == b' ');
            letters += characters[i].is_ascii_alphanumeric() as usize;
            i += 1;
        }
        assert!(letters > 0);
        Self(u32::from_le_bytes(characters))
    }
}

/// A value in nonpaged pool that is owned and freed on drop.
///
/// IRQL: `DISPATCH_LEVEL` or below, also for the drop, unless the value's own drop asks for less.
///
/// # Invariants
///
/// The pointer is to a valid value. Unless `T` has size zero it lies in a block of nonpaged pool of its
/// own, which `allocate` returned and nobody else frees.
#[repr(transparent)]
pub struct PoolBox<T>(NonNull<T>);

// SAFETY: a `PoolBox` owns its value as a `Box` does, and pool can be freed on any thread.
unsafe impl<T: Send> Send for PoolBox<T> {}
// SAFETY: as above; sharing it shares the value.
unsafe impl<T: Sync> Sync for PoolBox<T> {}

impl<T> PoolBox<T> {
    /// Moves `value` into nonpaged pool.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool2)
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no pool left; `value` is dropped.
    pub fn try_new(value: T, tag: Tag) -> Result<Self> {
        const { assert!(align_of::<T>() <= PAGE) };
        let block = Self::allocate(tag)?;
        // SAFETY: the block is large enough, aligned and ours.
        unsafe { block.write(value) };
        // INVARIANT: the value was just written into a block of its own.
        Ok(Self(block))
    }

    /// A block for a `T`; dangling where `T` has size zero, since Windows refuses empty requests.
    fn allocate(tag: Tag) -> Result<NonNull<T>> {
        if size_of::<T>() == 0 {
            return Ok(NonNull::dangling());
        }
        let least = if align_of::<T>() > POOL_ALIGNMENT { PAGE } else { 0 };
        allocate::nonpaged(size_of::<T>().max(least), tag, Content::Any).map(NonNull::cast)
    }

    /// Moves the value out and frees its block.
    #[must_use]
    pub fn into_inner(self) -> T {
        let this = ManuallyDrop::new(self);
        // SAFETY: by the invariant the value is valid; it is not used or dropped here again.
        let value = unsafe { this.0.read() };
        // SAFETY: the value was moved out, and `this` is not used again.
        unsafe { Self::free(this.0) };
        value
    }

    /// Gives the value up to the caller as a pointer that [`PoolBox::from_raw`] takes back.
    #[must_use]
    pub fn into_raw(self) -> NonNull<T> {
        ManuallyDrop::new(self).0
    }

    /// Takes back what [`PoolBox::into_raw`] gave up.
    ///
    /// # Safety
    ///
    /// `value` came from `into_raw`, and was not taken back before.
    #[must_use]
    pub unsafe fn from_raw(value: NonNull<T>) -> Self {
        // INVARIANT: what held for the box that gave up the value holds for this one.
        Self(value)
    }
}

impl<T> PoolBox<T> {
    /// Frees the block of a box.
    ///
    /// # Safety
    ///
    /// `block` is that of a box that is gone, and its value was dropped or moved out.
    unsafe fn free(block: NonNull<T>) {
        if size_of::<T>() > 0 {
            // SAFETY: by the invariant of the box the block is one of pool.
            unsafe { ExFreePool(block.as_ptr().cast()) };
        }
    }
}

impl<T> Deref for PoolBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: by the invariant the value is valid.
        unsafe { self.0.as_ref() }
    }
}

impl<T> DerefMut for PoolBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: by the invariant the value is valid, and `self` is borrowed mutably.
        unsafe { self.0.as_mut() }
    }
}

impl<T> Drop for PoolBox<T> {
    fn drop(&mut self) {
        // SAFETY: by the invariant the value is valid, and nobody uses it after its owner's drop.
        unsafe { ptr::drop_in_place(self.0.as_ptr()) };
        // SAFETY: the value was dropped just now, and the box is gone after this.
        unsafe { Self::free(self.0) };
    }
}
