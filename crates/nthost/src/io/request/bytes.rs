//! Memory that requests work on.

use std::{borrow::Cow, ffi::c_void, ptr, slice, sync::Arc};

use crate::{
    mm::{Region, Want},
    nt::{NTSTATUS, STATUS_INVALID_PARAMETER},
    thread,
};

/// Memory that a request works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes {
    start: *mut u8,
    length: usize,
    /// It is what a program says, which may be wrong: it is probed before it is used.
    is_probed: bool,
}

// SAFETY: whoever makes one promises that it may be used until the request ends, on any thread.
unsafe impl Send for Bytes {}
// SAFETY: as above.
unsafe impl Sync for Bytes {}

impl Bytes {
    pub fn of(bytes: &mut [u8]) -> Self {
        Self { start: bytes.as_mut_ptr(), length: bytes.len(), is_probed: false }
    }

    /// Bytes that are only read. A driver that gets them in a request that says so does not write.
    pub fn read_only(bytes: &[u8]) -> Self {
        Self { start: bytes.as_ptr().cast_mut(), length: bytes.len(), is_probed: false }
    }

    /// Bytes that a driver has.
    pub fn at(start: *mut c_void, length: u32) -> Self {
        Self { start: start.cast(), length: length as usize, is_probed: false }
    }

    /// What a program says is memory of its own.
    pub fn probed(address: usize, length: u32) -> Self {
        Self { start: address as *mut u8, length: length as usize, is_probed: true }
    }

    /// The same without its length, if a program has given no address.
    pub fn or_nothing(self) -> Self {
        if self.is_probed && self.start.is_null() { Self { length: 0, ..self } } else { self }
    }

    pub fn is_empty(self) -> bool {
        self.length == 0
    }

    pub fn room(self) -> usize {
        self.length
    }

    /// # Errors
    ///
    /// `STATUS_INVALID_PARAMETER` if it is more than a request can say.
    pub fn length(self) -> Result<u32, NTSTATUS> {
        u32::try_from(self.length).map_err(|_| STATUS_INVALID_PARAMETER)
    }

    /// What a driver sees as the address: null where there is nothing, unless a program has said
    /// otherwise.
    pub fn address(self) -> *mut c_void {
        if self.length == 0 && !self.is_probed { ptr::null_mut() } else { self.start.cast() }
    }

    /// What is there.
    ///
    /// # Errors
    ///
    /// `STATUS_ACCESS_VIOLATION` if a program may not read it.
    ///
    /// # Safety
    ///
    /// What is not probed may be read as long as the result is used.
    pub unsafe fn fetch<'a>(self) -> Result<Cow<'a, [u8]>, NTSTATUS> {
        if self.length == 0 {
            return Ok(Cow::Borrowed(&[]));
        }
        if self.is_probed {
            let fetched = thread::system().mm.users.fetch(self.start as usize, self.length);
            return fetched.map(Cow::Owned);
        }
        // SAFETY: by the contract.
        Ok(Cow::Borrowed(unsafe { slice::from_raw_parts(self.start, self.length) }))
    }

    /// Looks whether a program may do that there, and keeps the memory, where it is to be probed.
    ///
    /// # Errors
    ///
    /// `STATUS_ACCESS_VIOLATION` if it may not.
    pub fn pin(self, want: Want) -> Result<Option<Arc<Region>>, NTSTATUS> {
        if self.length == 0 || !self.is_probed {
            return Ok(None);
        }
        thread::system().mm.users.pin(self.start as usize, self.length, want).map(Some)
    }

    /// Copies a result there: `pinned` is what [`pin`](Self::pin) returned.
    ///
    /// # Errors
    ///
    /// `STATUS_ACCESS_VIOLATION` if a program may not write it any more.
    ///
    /// # Safety
    ///
    /// So many bytes may be written there, unless they are probed.
    pub unsafe fn put(self, bytes: &[u8], pinned: Option<&Region>) -> Result<(), NTSTATUS> {
        if let Some(region) = pinned {
            return region.deliver(self.start as usize, bytes);
        }
        // SAFETY: by the contract.
        unsafe { self.start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }
}
