//! Copying, filling and comparing memory: what compilers call, and its names in the library.
//!
//! Page of all: [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlmovememory)

use core::{ffi::c_void, slice};

use crate::{
    export::{Export, exports},
    nt::{HIGH_LEVEL, PASSIVE_LEVEL},
    verifier::{self, catalogue::pool as rules},
};

/// Compilers call it for what is copied to where it is already, too.
unsafe extern "efiapi" fn memcpy(
    destination: *mut c_void,
    source: *const c_void,
    length: usize,
) -> *mut c_void {
    let distance = destination.addr().abs_diff(source.addr());
    if distance < length && distance != 0 {
        overlap(destination, source, length);
    }
    // SAFETY: the contract is the same.
    unsafe { memmove(destination, source, length) }
}

#[cold]
fn overlap(destination: *mut c_void, source: *const c_void, length: usize) {
    let (to, from) = (destination.addr(), source.addr());
    let text = format!(
        "{} copies {length} bytes from {from:#x} to {to:#x}, which overlap",
        verifier::caller()
    );
    rules::COPY_OVERLAP.broken_with([to as u64, from as u64, length as u64], text);
}

unsafe extern "efiapi" fn memmove(
    destination: *mut c_void,
    source: *const c_void,
    length: usize,
) -> *mut c_void {
    // SAFETY: the driver passes memory of that length on both sides.
    unsafe { destination.cast::<u8>().copy_from(source.cast(), length) };
    destination
}

unsafe extern "efiapi" fn memset(
    destination: *mut c_void,
    value: i32,
    length: usize,
) -> *mut c_void {
    let [byte, ..] = value.to_le_bytes();
    // SAFETY: the driver passes memory of that length.
    unsafe { destination.cast::<u8>().write_bytes(byte, length) };
    destination
}

unsafe extern "efiapi" fn memcmp(one: *const c_void, other: *const c_void, length: usize) -> i32 {
    if length == 0 {
        return 0;
    }
    // SAFETY: the driver passes memory of that length.
    let one = unsafe { slice::from_raw_parts(one.cast::<u8>(), length) };
    // SAFETY: as before.
    let other = unsafe { slice::from_raw_parts(other.cast::<u8>(), length) };
    one.cmp(other) as i32
}

unsafe extern "efiapi" fn RtlCopyMemory(
    destination: *mut c_void,
    source: *const c_void,
    length: usize,
) {
    // SAFETY: the contract is the same.
    unsafe { memcpy(destination, source, length) };
}

unsafe extern "efiapi" fn RtlMoveMemory(
    destination: *mut c_void,
    source: *const c_void,
    length: usize,
) {
    // SAFETY: the contract is the same.
    unsafe { memmove(destination, source, length) };
}

unsafe extern "efiapi" fn RtlFillMemory(destination: *mut c_void, length: usize, value: i32) {
    // SAFETY: the contract is the same.
    unsafe { memset(destination, value, length) };
}

unsafe extern "efiapi" fn RtlZeroMemory(destination: *mut c_void, length: usize) {
    // SAFETY: the contract is the same.
    unsafe { memset(destination, 0, length) };
}

/// How many bytes are the same before the first that differs.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcomparememory)
unsafe extern "efiapi" fn RtlCompareMemory(
    one: *const c_void,
    other: *const c_void,
    length: usize,
) -> usize {
    if length == 0 {
        return 0;
    }
    // SAFETY: the driver passes memory of that length.
    let one = unsafe { slice::from_raw_parts(one.cast::<u8>(), length) };
    // SAFETY: as before.
    let other = unsafe { slice::from_raw_parts(other.cast::<u8>(), length) };
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlCompareMemory: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlCopyMemory: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlFillMemory: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlMoveMemory: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlZeroMemory: PASSIVE_LEVEL..=HIGH_LEVEL;
    memcmp: PASSIVE_LEVEL..=HIGH_LEVEL;
    memcpy: PASSIVE_LEVEL..=HIGH_LEVEL;
    memmove: PASSIVE_LEVEL..=HIGH_LEVEL;
    memset: PASSIVE_LEVEL..=HIGH_LEVEL;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_within_itself() {
        let mut bytes = *b"abcdef";
        let start: *mut c_void = bytes.as_mut_ptr().cast();
        // SAFETY: both ranges are within the array.
        let result = unsafe { memmove(start.wrapping_byte_add(2), start, 4) };
        assert_eq!(result, start.wrapping_byte_add(2));
        assert_eq!(&bytes, b"ababcd");
    }

    #[test]
    fn fills() {
        let mut bytes = [1_u8; 4];
        let start: *mut c_void = bytes.as_mut_ptr().cast();
        // SAFETY: the range is within the array.
        unsafe { RtlFillMemory(start, 3, 0x107) };
        // SAFETY: as before.
        unsafe { RtlZeroMemory(start, 1) };
        assert_eq!(bytes, [0, 7, 7, 1]);
    }

    #[test]
    fn compares() {
        let (one, other): (*const c_void, *const c_void) =
            (b"abc".as_ptr().cast(), b"abd".as_ptr().cast());
        // SAFETY: there are three bytes on both sides.
        assert_eq!(unsafe { memcmp(one, other, 3) }, -1);
        // SAFETY: as before.
        assert_eq!(unsafe { memcmp(one, other, 2) }, 0);
        // SAFETY: as before.
        assert_eq!(unsafe { RtlCompareMemory(one, other, 3) }, 2);
        // SAFETY: nothing is read.
        assert_eq!(unsafe { RtlCompareMemory(one, core::ptr::null(), 0) }, 0);
    }

    #[test]
    fn copying_between_what_overlaps_is_reported() {
        let system = std::sync::Arc::new(crate::system::System::new(1));
        crate::thread::enter(&system, |_| {
            let mut bytes = *b"abcdef";
            let start: *mut c_void = bytes.as_mut_ptr().cast();
            for (to, length) in [(3, 3), (0, 6)] {
                // SAFETY: both ranges are within the array.
                unsafe { memcpy(start.wrapping_byte_add(to), start, length) };
            }
            assert!(system.verifier.violations().is_empty());
            // SAFETY: as before.
            unsafe { memcpy(start.wrapping_byte_add(2), start, 3) };
            let violations = system.verifier.violations();
            assert_eq!(violations.len(), 1);
            let address = start.addr() as u64;
            assert_eq!(violations[0].parameters, [0xF0, address + 2, address, 3]);
        });
    }
}
