//! Buffers of strings that the library allocates for a driver.

use core::ffi::c_void;

use crate::ex::pool::{self, Kind, Wanted};

/// `Strg`
const TAG: u32 = u32::from_le_bytes(*b"Strg");

/// Allocates a buffer in paged pool; null if there is no memory.
pub(super) fn allocate(bytes: usize) -> *mut c_void {
    pool::allocate(bytes, TAG, Wanted { kind: Kind::Paged, ..Wanted::default() })
}

/// Frees a buffer, which may be one that the driver allocated itself.
///
/// # Safety
///
/// Nobody uses the buffer any more.
pub(super) unsafe fn free(buffer: *mut c_void) {
    // SAFETY: the caller says so.
    unsafe { pool::free(buffer, None) };
}
