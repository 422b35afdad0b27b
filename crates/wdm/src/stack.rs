//! A list that many add to, and one takes as a whole.

use core::{
    marker::PhantomData,
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};

use crate::PoolBox;

/// A value that can be on a [`Stack`].
///
/// # Safety
///
/// `link` always returns the address of the same member of the value, which the implementor uses for
/// nothing else.
pub unsafe trait Linked: Sized {
    /// Where the stack keeps its pointer to the next value.
    fn link(this: NonNull<Self>) -> NonNull<Link<Self>>;
}

/// A place for the pointer to the next value of a stack.
pub struct Link<T>(*mut T);

// SAFETY: a link is used by the owner of its value only, wherever that is.
unsafe impl<T: Send> Send for Link<T> {}
// SAFETY: nothing can be done with a shared link.
unsafe impl<T: Send> Sync for Link<T> {}

impl<T> Link<T> {
    /// A link that is not used.
    #[must_use]
    pub const fn new() -> Self {
        Self(ptr::null_mut())
    }
}

impl<T> Default for Link<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Values in pool that wait for one who takes them all. Adding takes neither memory nor a lock.
///
/// IRQL: any; the drop as that of the values.
///
/// # Invariants
///
/// The pointer, and those in the links behind it, are to values from `PoolBox::into_raw`.
pub struct Stack<T: Linked>(AtomicPtr<T>, PhantomData<PoolBox<T>>);

// SAFETY: values go through a stack from one thread to another, and are not shared while they are on it.
unsafe impl<T: Linked + Send> Sync for Stack<T> {}

impl<T: Linked> Stack<T> {
    /// Without values.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()), PhantomData)
    }

    /// Adds a value. True if it is the only one.
    pub fn push(&self, value: PoolBox<T>) -> bool {
        let value = value.into_raw();
        let link = T::link(value);
        let mut first = self.0.load(Ordering::Relaxed);
        loop {
            // SAFETY: the link is that of a value that is ours until it is on the stack.
            unsafe { link.write(Link(first)) };
            let pushed = self.0.compare_exchange_weak(
                first,
                value.as_ptr(),
                Ordering::Release,
                Ordering::Relaxed,
            );
            match pushed {
                Ok(_) => return first.is_null(),
                Err(now) => first = now,
            }
        }
    }

    /// Takes all values, in the order in which they were added.
    pub fn take(&self) -> Taken<T> {
        let mut next = NonNull::new(self.0.swap(ptr::null_mut(), Ordering::Acquire));
        // The last that was added comes first; turn the list around.
        let mut first = ptr::null_mut();
        while let Some(value) = next {
            let link = T::link(value);
            // SAFETY: by the invariant the value is valid, and it was taken off with the list.
            next = NonNull::new(unsafe { link.read() }.0);
            // SAFETY: as above.
            unsafe { link.write(Link(first)) };
            first = value.as_ptr();
        }
        Taken { first, owned: PhantomData }
    }
}

impl<T: Linked> Default for Stack<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Linked> Drop for Stack<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// Values that were taken from a [`Stack`].
///
/// # Invariants
///
/// As for the stack.
pub struct Taken<T: Linked> {
    first: *mut T,
    owned: PhantomData<PoolBox<T>>,
}

impl<T: Linked> Iterator for Taken<T> {
    type Item = PoolBox<T>;

    fn next(&mut self) -> Option<PoolBox<T>> {
        let value = NonNull::new(self.first)?;
        // SAFETY: by the invariant the value is valid and ours.
        self.first = unsafe { T::link(value).read() }.0;
        // SAFETY: by the invariant it came from `into_raw`, and it was just taken off the list.
        Some(unsafe { PoolBox::from_raw(value) })
    }
}

impl<T: Linked> Drop for Taken<T> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}
