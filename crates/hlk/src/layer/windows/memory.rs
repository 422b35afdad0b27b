//! Memory whose protection changes.

use std::ptr;

use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_NOACCESS, PAGE_READONLY, PAGE_READWRITE,
    VirtualAlloc, VirtualFree, VirtualProtect,
};

use crate::layer::{Memory, Protection};

const PAGE: usize = 4096;

/// Whole pages.
///
/// # Invariants
///
/// `start` is memory of VirtualAlloc, `length` bytes.
pub(super) struct Pages {
    start: *mut u8,
    length: usize,
}

// SAFETY: the memory may be used on any thread; what is in it does not matter.
unsafe impl Send for Pages {}
// SAFETY: as above.
unsafe impl Sync for Pages {}

impl Pages {
    pub fn new(length: usize) -> Result<Self, String> {
        let length = length.max(1).next_multiple_of(PAGE);
        // SAFETY: the system chooses where it is.
        let start =
            unsafe { VirtualAlloc(ptr::null(), length, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE) };
        if start.is_null() {
            return Err(std::io::Error::last_os_error().to_string());
        }
        // INVARIANT: it was allocated just now.
        Ok(Self { start: start.cast(), length })
    }
}

impl Memory for Pages {
    fn address(&self) -> usize {
        self.start as usize
    }

    fn len(&self) -> usize {
        self.length
    }

    fn protect(&self, protection: Protection) {
        let flags = match protection {
            Protection::NoAccess => PAGE_NOACCESS,
            Protection::ReadOnly => PAGE_READONLY,
            Protection::ReadWrite => PAGE_READWRITE,
        };
        let mut before = 0;
        // SAFETY: by the invariant these are pages of our own, which are used by their address only.
        unsafe { VirtualProtect(self.start.cast(), self.length, flags, &raw mut before) };
    }

    fn write(&self, offset: usize, bytes: &[u8]) {
        assert!(offset + bytes.len() <= self.length, "it is inside of the memory");
        let to = self.start.wrapping_add(offset);
        // SAFETY: by the invariant, and what is written to can be.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: by the invariant, and no request of this program uses it any more.
        unsafe { VirtualFree(self.start.cast(), 0, MEM_RELEASE) };
    }
}
