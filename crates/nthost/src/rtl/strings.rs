//! Counted strings: making, copying, comparing and appending.

use core::{ffi::c_char, slice};

use super::case;
use crate::{
    export::{Export, exports},
    nt::{
        ANSI_STRING, APC_LEVEL, BOOLEAN, FALSE, HIGH_LEVEL, NTSTATUS, PASSIVE_LEVEL,
        STATUS_BUFFER_TOO_SMALL, STATUS_NAME_TOO_LONG, STATUS_SUCCESS, UNICODE_STRING,
        UNICODE_STRING_MAX_BYTES,
    },
};

/// Bytes of a UTF-16 unit.
const UNIT: u16 = 2;

/// How many units there are before the terminator.
///
/// # Safety
///
/// `text` is valid for reads up to and with a terminator.
pub(super) unsafe fn length(text: *const u16) -> usize {
    let mut units = 0;
    // SAFETY: the caller says so, and all units before were none.
    while unsafe { text.wrapping_add(units).read_unaligned() } != 0 {
        units += 1;
    }
    units
}

/// Puts units at `at` in the buffer of a string, and a terminator if there is room. Returns whether
/// all fit; if not, nothing changes.
///
/// # Safety
///
/// The buffer of `string` is valid for writes of its maximum length, and `units` are not in it.
pub(super) unsafe fn put(string: &mut UNICODE_STRING, at: u16, units: &[u16]) -> bool {
    let end = u16::try_from(size_of_val(units)).ok().and_then(|size| at.checked_add(size));
    let Some(end) = end.filter(|&end| end <= string.MaximumLength) else { return false };
    let place = string.Buffer.wrapping_byte_add(at.into());
    // SAFETY: the caller says so, and they end within the buffer.
    unsafe { place.copy_from(units.as_ptr(), units.len()) };
    string.Length = end;
    if string.MaximumLength - end >= UNIT {
        // SAFETY: there is room for one more.
        unsafe { string.Buffer.wrapping_byte_add(end.into()).write_unaligned(0) };
    }
    true
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlinitunicodestring)
unsafe extern "efiapi" fn RtlInitUnicodeString(string: *mut UNICODE_STRING, text: *const u16) {
    const MOST: u16 = UNICODE_STRING_MAX_BYTES - UNIT;
    // SAFETY: the contract is the same.
    if unsafe { RtlInitUnicodeStringEx(string, text) } == STATUS_NAME_TOO_LONG {
        let cut = UNICODE_STRING {
            Length: MOST,
            MaximumLength: UNICODE_STRING_MAX_BYTES,
            Buffer: text.cast_mut(),
        };
        // SAFETY: the driver passes a place for a string.
        unsafe { string.write(cut) };
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-wdmlibrtlinitunicodestringex)
unsafe extern "efiapi" fn RtlInitUnicodeStringEx(
    string: *mut UNICODE_STRING,
    text: *const u16,
) -> NTSTATUS {
    let mut new = UNICODE_STRING::default();
    if !text.is_null() {
        // SAFETY: the driver passes a terminated text.
        let bytes = u16::try_from(unsafe { length(text) } * usize::from(UNIT)).ok();
        let Some(bytes) = bytes.filter(|&bytes| bytes <= UNICODE_STRING_MAX_BYTES - UNIT) else {
            return STATUS_NAME_TOO_LONG;
        };
        new =
            UNICODE_STRING { Length: bytes, MaximumLength: bytes + UNIT, Buffer: text.cast_mut() };
    }
    // SAFETY: the driver passes a place for a string.
    unsafe { string.write(new) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlinitstring)
unsafe extern "efiapi" fn RtlInitString(string: *mut ANSI_STRING, text: *const c_char) {
    let mut new = ANSI_STRING::default();
    if !text.is_null() {
        // SAFETY: the driver passes a terminated text.
        let bytes = unsafe { core::ffi::CStr::from_ptr(text) }.count_bytes();
        let bytes = u16::try_from(bytes).unwrap_or(u16::MAX).min(u16::MAX - 1);
        new =
            ANSI_STRING { Length: bytes, MaximumLength: bytes + 1, Buffer: text.cast_mut().cast() };
    }
    // SAFETY: the driver passes a place for a string.
    unsafe { string.write(new) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlinitansistring)
unsafe extern "efiapi" fn RtlInitAnsiString(string: *mut ANSI_STRING, text: *const c_char) {
    // SAFETY: the contract is the same.
    unsafe { RtlInitString(string, text) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlinitutf8string)
unsafe extern "efiapi" fn RtlInitUTF8String(string: *mut ANSI_STRING, text: *const c_char) {
    // SAFETY: the contract is the same.
    unsafe { RtlInitString(string, text) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcopyunicodestring)
unsafe extern "efiapi" fn RtlCopyUnicodeString(
    destination: *mut UNICODE_STRING,
    source: *const UNICODE_STRING,
) {
    // SAFETY: the driver passes a valid string.
    let destination = unsafe { &mut *destination };
    // SAFETY: the driver passes a valid string or null.
    let source = unsafe { source.as_ref() };
    // SAFETY: as before.
    let units = source.map_or(&[][..], |source| unsafe { source.units() });
    let room = usize::from(destination.MaximumLength / UNIT);
    let fits = units.get(..room).unwrap_or(units);
    // SAFETY: the buffers belong to valid strings.
    unsafe { put(destination, 0, fits) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlcompareunicodestring)
unsafe extern "efiapi" fn RtlCompareUnicodeString(
    one: *const UNICODE_STRING,
    other: *const UNICODE_STRING,
    ignore_case: BOOLEAN,
) -> i32 {
    // SAFETY: the driver passes a valid string.
    let one = unsafe { &*one };
    // SAFETY: as before.
    let one = unsafe { one.units() };
    // SAFETY: as before.
    let other = unsafe { &*other };
    // SAFETY: as before.
    let other = unsafe { other.units() };
    case::compare(one, other, ignore_case != FALSE) as i32
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlequalunicodestring)
unsafe extern "efiapi" fn RtlEqualUnicodeString(
    one: *const UNICODE_STRING,
    other: *const UNICODE_STRING,
    ignore_case: BOOLEAN,
) -> BOOLEAN {
    // SAFETY: the contract is the same.
    (unsafe { RtlCompareUnicodeString(one, other, ignore_case) } == 0).into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-rtlprefixunicodestring)
unsafe extern "efiapi" fn RtlPrefixUnicodeString(
    prefix: *const UNICODE_STRING,
    string: *const UNICODE_STRING,
    ignore_case: BOOLEAN,
) -> BOOLEAN {
    // SAFETY: the driver passes a valid string.
    let wanted = unsafe { (*prefix).Length };
    // SAFETY: as before.
    let string = unsafe { string.read() };
    if string.Length < wanted {
        return FALSE;
    }
    let start = UNICODE_STRING { Length: wanted, ..string };
    // SAFETY: the beginning of a valid string is one.
    unsafe { RtlEqualUnicodeString(prefix, &raw const start, ignore_case) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlupcaseunicodechar)
unsafe extern "efiapi" fn RtlUpcaseUnicodeChar(unit: u16) -> u16 {
    case::upcase(unit)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlappendunicodetostring)
unsafe extern "efiapi" fn RtlAppendUnicodeToString(
    destination: *mut UNICODE_STRING,
    text: *const u16,
) -> NTSTATUS {
    if text.is_null() {
        return STATUS_SUCCESS;
    }
    // SAFETY: the driver passes a terminated text.
    let count = unsafe { length(text) };
    // SAFETY: that is how long it is.
    let units = unsafe { slice::from_raw_parts(text, count) };
    // SAFETY: the driver passes a valid string.
    unsafe { append(destination, units) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlappendunicodestringtostring)
unsafe extern "efiapi" fn RtlAppendUnicodeStringToString(
    destination: *mut UNICODE_STRING,
    source: *const UNICODE_STRING,
) -> NTSTATUS {
    // SAFETY: the driver passes a valid string.
    let source = unsafe { &*source };
    // SAFETY: as before.
    let units = unsafe { source.units() };
    // SAFETY: as before.
    unsafe { append(destination, units) }
}

/// # Safety
///
/// `destination` is a valid string.
unsafe fn append(destination: *mut UNICODE_STRING, units: &[u16]) -> NTSTATUS {
    // SAFETY: the caller says so.
    let destination = unsafe { &mut *destination };
    // SAFETY: the caller says so.
    let fits = unsafe { put(destination, destination.Length, units) };
    if fits { STATUS_SUCCESS } else { STATUS_BUFFER_TOO_SMALL }
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlAppendUnicodeStringToString: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlAppendUnicodeToString: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlCompareUnicodeString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlCopyUnicodeString: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlEqualUnicodeString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlInitAnsiString: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlInitString: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlInitUTF8String: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlInitUnicodeString: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlInitUnicodeStringEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    RtlPrefixUnicodeString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlUpcaseUnicodeChar: PASSIVE_LEVEL..=APC_LEVEL;
};

#[cfg(test)]
mod tests {
    use core::ptr;

    use super::*;
    use crate::nt::TRUE;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// An empty string with room for so many units.
    fn empty(buffer: &mut [u16]) -> UNICODE_STRING {
        let string = UNICODE_STRING::of(buffer);
        UNICODE_STRING { Length: 0, Buffer: buffer.as_mut_ptr(), ..string }
    }

    #[test]
    fn strings_are_made_of_terminated_ones() {
        let mut string = UNICODE_STRING::default();
        let text = units("abc\0");
        // SAFETY: the text is terminated.
        unsafe { RtlInitUnicodeString(&raw mut string, text.as_ptr()) };
        assert_eq!((string.Length, string.MaximumLength), (6, 8));
        // SAFETY: null is allowed.
        unsafe { RtlInitUnicodeString(&raw mut string, ptr::null()) };
        assert_eq!((string.MaximumLength, string.Buffer.is_null()), (0, true));

        let mut bytes = ANSI_STRING::default();
        // SAFETY: the text is terminated.
        unsafe { RtlInitAnsiString(&raw mut bytes, c"abc".as_ptr()) };
        assert_eq!((bytes.Length, bytes.MaximumLength), (3, 4));
        // SAFETY: null is allowed.
        unsafe { RtlInitUTF8String(&raw mut bytes, ptr::null()) };
        assert_eq!(bytes.MaximumLength, 0);
    }

    #[test]
    fn texts_may_be_too_long() {
        let mut text = vec![1_u16; 0x8000];
        *text.last_mut().unwrap() = 0;
        let mut string = UNICODE_STRING::default();
        // SAFETY: the text is terminated.
        let status = unsafe { RtlInitUnicodeStringEx(&raw mut string, text.as_ptr()) };
        assert_eq!((status, string.Length), (STATUS_NAME_TOO_LONG, 0));
        // SAFETY: as before.
        unsafe { RtlInitUnicodeString(&raw mut string, text.as_ptr()) };
        assert_eq!((string.Length, string.MaximumLength), (65532, 65534));
        let mut text = vec![1_i8; 0x1_0000];
        *text.last_mut().unwrap() = 0;
        let mut string = ANSI_STRING::default();
        // SAFETY: as before.
        unsafe { RtlInitString(&raw mut string, text.as_ptr().cast()) };
        assert_eq!((string.Length, string.MaximumLength), (0xfffe, 0xffff));
    }

    #[test]
    fn copies_what_fits() {
        let (mut buffer, text) = ([7_u16; 4], units("abcdef"));
        let mut string = empty(&mut buffer);
        let source = UNICODE_STRING::of(&text);
        // SAFETY: both strings are valid.
        unsafe { RtlCopyUnicodeString(&raw mut string, &raw const source) };
        // SAFETY: as before.
        assert_eq!(unsafe { string.to_string_lossy() }, "abcd");
        let source = UNICODE_STRING::of(&text[..2]);
        // SAFETY: as before.
        unsafe { RtlCopyUnicodeString(&raw mut string, &raw const source) };
        assert_eq!(string.Length, 4);
        // SAFETY: null is allowed.
        unsafe { RtlCopyUnicodeString(&raw mut string, ptr::null()) };
        assert_eq!((string.Length, string.MaximumLength), (0, 8));
        assert_eq!(buffer[1..], [u16::from(b'b'), 0, u16::from(b'd')]);
    }

    #[test]
    fn appends_all_or_nothing() {
        let mut buffer = [7_u16; 5];
        let mut string = empty(&mut buffer);
        let text = units("ab\0");
        // SAFETY: the string is valid and the text is terminated.
        let append = |string| unsafe { RtlAppendUnicodeToString(string, text.as_ptr()) };
        let results = [(); 3].map(|()| append(&raw mut string));
        assert_eq!(results, [STATUS_SUCCESS, STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL]);
        let one = UNICODE_STRING::of(&text[..1]);
        // SAFETY: both strings are valid.
        let status = unsafe { RtlAppendUnicodeStringToString(&raw mut string, &raw const one) };
        assert_eq!(status, STATUS_SUCCESS);
        // SAFETY: null is allowed.
        let status = unsafe { RtlAppendUnicodeToString(&raw mut string, ptr::null()) };
        assert_eq!(status, STATUS_SUCCESS);
        assert_eq!(buffer, *units("ababa"));
    }

    #[test]
    fn compares_with_and_without_case() {
        let (one, other) = (units("\\Device\\A"), units("\\device\\b"));
        let (one, other) = (UNICODE_STRING::of(&one), UNICODE_STRING::of(&other));
        // SAFETY: both strings are valid.
        let compare =
            |case| unsafe { RtlCompareUnicodeString(&raw const one, &raw const other, case) };
        assert_eq!((compare(TRUE), compare(FALSE)), (-1, -1));
        let prefix = UNICODE_STRING { Length: 16, ..other };
        // SAFETY: as before.
        let starts =
            |case| unsafe { RtlPrefixUnicodeString(&raw const prefix, &raw const one, case) };
        assert_eq!((starts(TRUE), starts(FALSE)), (TRUE, FALSE));
        // SAFETY: as before.
        let equal = unsafe { RtlEqualUnicodeString(&raw const prefix, &raw const one, TRUE) };
        assert_eq!(equal, FALSE);
        // SAFETY: any unit may be passed.
        assert_eq!(unsafe { RtlUpcaseUnicodeChar(0xe4) }, 0xc4);
    }
}
