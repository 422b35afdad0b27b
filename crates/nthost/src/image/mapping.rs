//! A range of memory with protections of its own.

use std::{ffi::c_void, io, ptr, slice};

use rustix::mm::{self, Advice, MapFlags, MprotectFlags, ProtFlags};

/// The size of a page, in bytes, which is that of x64 Windows too.
pub(super) const PAGE: usize = 4096;

/// Memory that was mapped for this value, and is never unmapped.
///
/// # Invariants
///
/// `base` is the address of `size` mapped bytes.
pub(super) struct Mapping {
    base: *mut u8,
    size: usize,
}

// SAFETY: the memory may be used on any thread; who writes to it is its users' concern.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `size` bytes of zeros, rounded up to pages, that can be read and written.
    pub fn new(size: usize) -> io::Result<Self> {
        let size = size.next_multiple_of(PAGE);
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping of anonymous memory at an address of the system's choice touches no
        // memory that is in use.
        let base = unsafe { mm::mmap_anonymous(ptr::null_mut(), size, access, MapFlags::PRIVATE) }?;
        // INVARIANT: it was just mapped.
        Ok(Self { base: base.cast(), size })
    }

    pub fn base(&self) -> usize {
        self.base as usize
    }

    pub fn size(&self) -> usize {
        self.size
    }

    /// Writes bytes at an offset, while the mapping can be written.
    ///
    /// # Panics
    ///
    /// If they do not fit.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        assert!(offset.checked_add(bytes.len()).is_some_and(|end| end <= self.size));
        // SAFETY: the offset is within the mapping.
        let to = unsafe { self.base.add(offset) };
        // SAFETY: by the invariant and the check above so many bytes are there, and no other
        // reference to them exists.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }

    /// Reads bytes at an offset; `None` if it is not within the mapping.
    pub fn read<const N: usize>(&self, offset: usize) -> Option<[u8; N]> {
        let end = offset.checked_add(N)?;
        // SAFETY: by the invariant so many bytes are there.
        let all = unsafe { slice::from_raw_parts(self.base, self.size) };
        all.get(offset..end)?.try_into().ok()
    }

    /// A copy of all bytes, while nobody writes to them.
    pub fn copy(&self) -> Box<[u8]> {
        // SAFETY: by the invariant so many bytes are there.
        unsafe { slice::from_raw_parts(self.base, self.size) }.into()
    }

    /// Sets the protection of the pages from `offset` on.
    pub fn protect(&self, offset: usize, size: usize, access: MprotectFlags) -> io::Result<()> {
        assert!(offset.is_multiple_of(PAGE) && offset <= self.size && size <= self.size - offset);
        // SAFETY: the pages are within the mapping.
        let start: *mut c_void = unsafe { self.base.add(offset) }.cast();
        // SAFETY: the pages are ours, and what they hold is used as their new protection allows.
        unsafe { mm::mprotect(start, size.next_multiple_of(PAGE), access) }?;
        Ok(())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // A failure leaves the memory as it is, which only delays the fault that it is there for.
        let _ = self.protect(0, self.size, MprotectFlags::empty());
        // SAFETY: the mapping is ours, and nothing in it is used any more.
        let _ = unsafe { mm::madvise(self.base.cast(), self.size, Advice::LinuxDontNeed) };
    }
}
