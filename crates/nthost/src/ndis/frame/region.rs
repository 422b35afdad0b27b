//! Memory that is lent to drivers.

use std::{
    ptr::{self, NonNull},
    slice,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

use crate::mm::PAGE;

/// The most guard pages of a process: the system limits how many parts its memory may have.
pub(super) const MOST_GUARDS: usize = 12_000;

/// How many there are.
static GUARDS: AtomicUsize = AtomicUsize::new(0);

/// The most regions of a process that are closed at once, for the same reason.
const MOST_CLOSED: usize = 6_000;

/// How many are.
static CLOSED: AtomicUsize = AtomicUsize::new(0);

/// Whole pages of memory that a driver may have as well.
///
/// Nothing here holds a reference to it while a driver runs: it is read and written by copying.
///
/// # Invariants
///
/// `base` is the beginning of a mapping of `length` bytes, with another page behind them that cannot be
/// touched if `guarded` is set; if `closed` is, nobody can touch it. Only this value unmaps it.
pub(super) struct Region {
    base: NonNull<u8>,
    length: usize,
    guarded: bool,
    closed: bool,
}

// SAFETY: it is memory; who has the value uses it.
unsafe impl Send for Region {}
// SAFETY: a shared reference gives out addresses only, and reads what is not written meanwhile by the
// rules of who owns the list.
unsafe impl Sync for Region {}

impl Region {
    /// At least so many bytes, all zero.
    pub fn new(bytes: usize) -> Self {
        Self::map(bytes, false)
    }

    /// The same, with a page behind them that nobody can touch, unless there are too many already.
    pub fn guarded(bytes: usize) -> Self {
        let more = |guards| (guards < MOST_GUARDS).then_some(guards + 1);
        Self::map(bytes, GUARDS.fetch_update(Relaxed, Relaxed, more).is_ok())
    }

    fn map(bytes: usize, guarded: bool) -> Self {
        let length = bytes.max(1).next_multiple_of(PAGE);
        let all = length + if guarded { PAGE } else { 0 };
        let (protection, flags) =
            (ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE | MapFlags::NORESERVE);
        // SAFETY: a new mapping, wherever there is room, takes nothing away from anybody.
        let base = unsafe { mmap_anonymous(ptr::null_mut(), all, protection, flags) };
        let base = base.expect("there is room for the frames of an adapter").cast::<u8>();
        if guarded {
            let guard = base.wrapping_add(length).cast();
            // SAFETY: it is the last page of the new mapping, which nobody uses.
            let done = unsafe { mprotect(guard, PAGE, MprotectFlags::empty()) };
            done.expect("there is room for a guard page");
        }
        Self {
            base: NonNull::new(base).expect("a mapping is not at zero"),
            length,
            guarded,
            closed: false,
        }
    }

    /// Bytes that can be used.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The address of what lies at `at`.
    pub fn at<T>(&self, at: usize) -> *mut T {
        debug_assert!(at <= self.length);
        self.base.as_ptr().wrapping_add(at).cast()
    }

    fn check(&self, at: usize, bytes: usize) {
        assert!(at.checked_add(bytes).is_some_and(|end| end <= self.length), "outside of a region");
    }

    /// Writes a value.
    pub fn write<T: Copy>(&mut self, at: usize, value: T) {
        self.check(at, size_of::<T>());
        // SAFETY: it is inside of the mapping, which is this value's own.
        unsafe { self.at::<T>(at).write_unaligned(value) };
    }

    /// Writes bytes.
    pub fn copy(&mut self, at: usize, bytes: &[u8]) {
        self.check(at, bytes.len());
        // SAFETY: it is inside of the mapping, which is this value's own and no slice lies in.
        unsafe { self.at::<u8>(at).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }

    /// Writes the same byte several times.
    pub fn fill(&mut self, at: usize, bytes: usize, value: u8) {
        self.check(at, bytes);
        // SAFETY: it is inside of the mapping, which is this value's own.
        unsafe { self.at::<u8>(at).write_bytes(value, bytes) };
    }

    /// True if all of these bytes have this value.
    pub fn holds(&self, at: usize, bytes: usize, value: u8) -> bool {
        self.check(at, bytes);
        // SAFETY: it is inside of the mapping, which nobody may write to by the contract of who asks.
        let bytes = unsafe { slice::from_raw_parts(self.at::<u8>(at), bytes) };
        // What is equal to itself, moved by one, is all the same.
        bytes.first().is_none_or(|&first| first == value && bytes[1..] == bytes[..bytes.len() - 1])
    }

    /// Lets nobody touch the memory. False if too much is closed already.
    pub fn close(&mut self) -> bool {
        let more = |closed| (closed < MOST_CLOSED).then_some(closed + 1);
        if !self.closed && CLOSED.fetch_update(Relaxed, Relaxed, more).is_ok() {
            self.closed = true;
            self.protect(MprotectFlags::empty());
        }
        self.closed
    }

    /// Lets everybody touch the memory again.
    pub fn open(&mut self) {
        if std::mem::take(&mut self.closed) {
            CLOSED.fetch_sub(1, Relaxed);
            self.protect(MprotectFlags::READ | MprotectFlags::WRITE);
        }
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: usize) -> bool {
        address.checked_sub(self.base.as_ptr() as usize).is_some_and(|at| at < self.length)
    }

    fn protect(&mut self, flags: MprotectFlags) {
        // SAFETY: the mapping is this value's own. Who touches it while it is closed is to fault.
        let done = unsafe { mprotect(self.base.as_ptr().cast(), self.length, flags) };
        done.expect("there is room to protect a mapping");
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if self.closed {
            CLOSED.fetch_sub(1, Relaxed);
        }
        if self.guarded {
            GUARDS.fetch_sub(1, Relaxed);
        }
        let all = self.length + if self.guarded { PAGE } else { 0 };
        // SAFETY: the mapping is this value's own.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), all) };
        debug_assert!(unmapped.is_ok());
    }
}
