//! Strings of another kind: UTF-16 and the code page of the system, which is 1252 here.

use super::{buffer, case};
use crate::{
    export::{Export, exports},
    low_resources::denies,
    nt::{
        ANSI_STRING, APC_LEVEL, BOOLEAN, FALSE, NTSTATUS, PASSIVE_LEVEL, STATUS_BUFFER_OVERFLOW,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER_2, STATUS_NO_MEMORY,
        STATUS_SUCCESS, UNICODE_STRING,
    },
};

/// The characters of the code page from 0x80 on that are not those of Unicode.
const OWN: [u16; 32] = [
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
];

fn to_unit(byte: u8) -> u16 {
    let own = byte.checked_sub(0x80).and_then(|index| OWN.get(usize::from(index)));
    own.copied().unwrap_or(u16::from(byte))
}

/// The byte for a unit, or a question mark if there is none.
fn to_byte(unit: u16) -> u8 {
    if let Some(byte) = u8::try_from(unit).ok().filter(|&byte| to_unit(byte) == unit) {
        return byte;
    }
    let own = (0x80..).zip(OWN).find(|(_, own)| *own == unit);
    own.map_or(b'?', |(byte, _)| byte)
}

/// Makes `destination` hold `units`, with a terminator.
///
/// # Safety
///
/// `destination` is valid, and so is its buffer unless one is to be allocated. `units` are not in it.
pub(super) unsafe fn fill(
    destination: *mut UNICODE_STRING,
    units: &[u16],
    allocate: BOOLEAN,
) -> NTSTATUS {
    let Ok(size) = u16::try_from(size_of_val(units) + size_of::<u16>()) else {
        return STATUS_INVALID_PARAMETER_2;
    };
    // SAFETY: the caller says so.
    let destination = unsafe { &mut *destination };
    if allocate != FALSE {
        destination.Buffer = buffer::allocate(size.into()).cast();
        destination.MaximumLength = size;
        if destination.Buffer.is_null() {
            return STATUS_NO_MEMORY;
        }
    } else if size > destination.MaximumLength {
        return STATUS_BUFFER_OVERFLOW;
    }
    destination.Length = size - 2;
    // SAFETY: the caller says so, or it was allocated just now; it is large enough.
    unsafe { destination.Buffer.copy_from_nonoverlapping(units.as_ptr(), units.len()) };
    // SAFETY: as before, with the terminator.
    unsafe { destination.Buffer.wrapping_add(units.len()).write_unaligned(0) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlansistringtounicodestring)
unsafe extern "efiapi" fn RtlAnsiStringToUnicodeString(
    destination: *mut UNICODE_STRING,
    source: *const ANSI_STRING,
    allocate: BOOLEAN,
) -> NTSTATUS {
    if allocate != 0 && denies("RtlAnsiStringToUnicodeString") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid string.
    let source = unsafe { &*source };
    // SAFETY: as before.
    let bytes = unsafe { source.bytes() };
    let units: Vec<_> = bytes.iter().map(|&byte| to_unit(byte)).collect();
    // SAFETY: the driver passes a valid string.
    unsafe { fill(destination, &units, allocate) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlunicodestringtoansistring)
unsafe extern "efiapi" fn RtlUnicodeStringToAnsiString(
    destination: *mut ANSI_STRING,
    source: *const UNICODE_STRING,
    allocate: BOOLEAN,
) -> NTSTATUS {
    if allocate != 0 && denies("RtlUnicodeStringToAnsiString") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid string.
    let source = unsafe { &*source };
    // SAFETY: as before.
    let units = unsafe { source.units() };
    let mut bytes: Vec<_> = units.iter().map(|&unit| to_byte(unit)).collect();
    bytes.push(0);
    let Ok(size) = u16::try_from(bytes.len()) else { return STATUS_INVALID_PARAMETER_2 };
    // SAFETY: the driver passes a valid string.
    let destination = unsafe { &mut *destination };
    if allocate != FALSE {
        destination.Buffer = buffer::allocate(size.into()).cast();
        destination.MaximumLength = size;
        if destination.Buffer.is_null() {
            return STATUS_NO_MEMORY;
        }
    } else if size > destination.MaximumLength {
        return STATUS_BUFFER_OVERFLOW;
    }
    destination.Length = size - 1;
    let place = destination.Buffer.cast::<u8>();
    // SAFETY: the driver passes a valid string, or it was allocated just now; it is large enough.
    unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-rtlupcaseunicodestring)
unsafe extern "efiapi" fn RtlUpcaseUnicodeString(
    destination: *mut UNICODE_STRING,
    source: *const UNICODE_STRING,
    allocate: BOOLEAN,
) -> NTSTATUS {
    if allocate != 0 && denies("RtlUpcaseUnicodeString") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the driver passes a valid string.
    let source = unsafe { &*source };
    // SAFETY: as before.
    let units = unsafe { source.units() };
    let units: Vec<_> = units.iter().map(|&unit| case::upcase(unit)).collect();
    // SAFETY: the driver passes a valid string.
    unsafe { fill(destination, &units, allocate) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlfreeunicodestring)
unsafe extern "efiapi" fn RtlFreeUnicodeString(string: *mut UNICODE_STRING) {
    // SAFETY: the driver passes a valid string.
    let before = unsafe { string.replace(UNICODE_STRING::default()) };
    if !before.Buffer.is_null() {
        // SAFETY: the driver does not use it any more.
        unsafe { buffer::free(before.Buffer.cast()) };
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlfreeansistring)
unsafe extern "efiapi" fn RtlFreeAnsiString(string: *mut ANSI_STRING) {
    // SAFETY: the driver passes a valid string.
    let before = unsafe { string.replace(ANSI_STRING::default()) };
    if !before.Buffer.is_null() {
        // SAFETY: the driver does not use it any more.
        unsafe { buffer::free(before.Buffer.cast()) };
    }
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlAnsiStringToUnicodeString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlFreeAnsiString: PASSIVE_LEVEL..=APC_LEVEL;
    RtlFreeUnicodeString: PASSIVE_LEVEL..=APC_LEVEL;
    RtlUnicodeStringToAnsiString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlUpcaseUnicodeString: PASSIVE_LEVEL..=APC_LEVEL;
};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{ex, nt::TRUE, system::System, thread};

    fn ansi(bytes: &mut [u8]) -> ANSI_STRING {
        let length = u16::try_from(bytes.len()).unwrap();
        ANSI_STRING { Length: length, MaximumLength: length, Buffer: bytes.as_mut_ptr().cast() }
    }

    fn in_kernel(test: impl FnOnce()) {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| test());
        assert!(system.verifier.violations().is_empty());
        assert!(ex::leftovers(&system).is_empty());
    }

    #[test]
    fn all_bytes_come_back() {
        for byte in 0..=u8::MAX {
            assert_eq!(to_byte(to_unit(byte)), byte);
        }
        assert_eq!([0x416, 0x80, 0x20ac].map(to_byte), [b'?', b'?', 0x80]);
    }

    #[test]
    fn converts_to_new_buffers() {
        in_kernel(|| {
            let mut text = *b"a\x80";
            let source = ansi(&mut text);
            let mut wide = UNICODE_STRING::default();
            // SAFETY: both strings are valid.
            let status =
                unsafe { RtlAnsiStringToUnicodeString(&raw mut wide, &raw const source, TRUE) };
            assert_eq!((status, wide.Length, wide.MaximumLength), (STATUS_SUCCESS, 4, 6));
            // SAFETY: the string was made above.
            assert_eq!(unsafe { wide.to_string_lossy() }, "a€");
            let mut upper = UNICODE_STRING::default();
            // SAFETY: both strings are valid.
            let status = unsafe { RtlUpcaseUnicodeString(&raw mut upper, &raw const wide, TRUE) };
            assert_eq!(status, STATUS_SUCCESS);
            // SAFETY: as before.
            assert_eq!(unsafe { upper.to_string_lossy() }, "A€");
            let mut narrow = ANSI_STRING::default();
            // SAFETY: as before.
            let status =
                unsafe { RtlUnicodeStringToAnsiString(&raw mut narrow, &raw const wide, TRUE) };
            assert_eq!((status, narrow.Length, narrow.MaximumLength), (STATUS_SUCCESS, 2, 3));
            // SAFETY: as before.
            assert_eq!(unsafe { narrow.bytes() }, text);
            // SAFETY: nobody uses the strings any more.
            unsafe { RtlFreeUnicodeString(&raw mut wide) };
            // SAFETY: as before.
            unsafe { RtlFreeUnicodeString(&raw mut upper) };
            // SAFETY: as before.
            unsafe { RtlFreeAnsiString(&raw mut narrow) };
            // SAFETY: an empty string may be freed.
            unsafe { RtlFreeAnsiString(&raw mut narrow) };
            assert!(wide.Buffer.is_null() && narrow.Buffer.is_null());
        });
    }

    #[test]
    fn terminators_need_room() {
        in_kernel(|| {
            let mut text = *b"ab";
            let source = ansi(&mut text);
            let mut buffer = [7_u16; 3];
            let mut wide =
                UNICODE_STRING { Length: 0, MaximumLength: 4, Buffer: buffer.as_mut_ptr() };
            // SAFETY: both strings are valid.
            let mut convert = || unsafe {
                wide.MaximumLength += 1;
                RtlAnsiStringToUnicodeString(&raw mut wide, &raw const source, FALSE)
            };
            assert_eq!((convert(), convert()), (STATUS_BUFFER_OVERFLOW, STATUS_SUCCESS));
            assert_eq!(buffer, [97, 98, 0]);
        });
    }

    #[test]
    fn strings_have_a_largest_size() {
        in_kernel(|| {
            let mut text = vec![b'a'; 0x7fff];
            let source = ansi(&mut text);
            let mut wide = UNICODE_STRING::default();
            // SAFETY: both strings are valid.
            let status =
                unsafe { RtlAnsiStringToUnicodeString(&raw mut wide, &raw const source, TRUE) };
            assert_eq!((status, wide.Buffer.is_null()), (STATUS_INVALID_PARAMETER_2, true));
        });
    }
}
