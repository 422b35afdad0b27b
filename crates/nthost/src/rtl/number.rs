//! Numbers as text.

use super::strings::put;
use crate::{
    export::{Export, exports},
    nt::{
        NTSTATUS, PASSIVE_LEVEL, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
        UNICODE_STRING,
    },
};

/// The digit that a unit is.
fn digit(unit: u16, base: u32) -> Option<u32> {
    char::from_u32(unit.into())?.to_digit(base)
}

/// Finds the base of a number whose prefix says it, and what follows the prefix.
fn base_of(text: &[u16]) -> (u32, &[u16]) {
    let prefixes = [(b'x', 16), (b'o', 8), (b'b', 2)];
    let found = prefixes.into_iter().find_map(|(letter, base)| {
        Some((base, text.strip_prefix(&[u16::from(b'0'), u16::from(letter)])?))
    });
    found.unwrap_or((10, text))
}

/// The number that a text begins with, modulo 2^32; zero if it begins with none.
fn parse(text: &[u16], base: u32) -> Option<u32> {
    let start = text.iter().position(|&unit| unit > u16::from(b' ')).unwrap_or(text.len());
    let text = &text[start..];
    let minus = text.first() == Some(&u16::from(b'-'));
    let plus = text.first() == Some(&u16::from(b'+'));
    let text = if minus || plus { &text[1..] } else { text };
    let (base, digits) = match base {
        0 => base_of(text),
        2 | 8 | 10 | 16 => (base, text),
        _ => return None,
    };
    let digits = digits.iter().map_while(|&unit| digit(unit, base));
    let value = digits.fold(0_u32, |value, digit| value.wrapping_mul(base).wrapping_add(digit));
    Some(if minus { value.wrapping_neg() } else { value })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlunicodestringtointeger)
unsafe extern "efiapi" fn RtlUnicodeStringToInteger(
    string: *const UNICODE_STRING,
    base: u32,
    value: *mut u32,
) -> NTSTATUS {
    // SAFETY: the driver passes a valid string.
    let string = unsafe { &*string };
    // SAFETY: as before.
    let text = unsafe { string.units() };
    if text.is_empty() {
        return STATUS_INVALID_PARAMETER;
    }
    let Some(number) = parse(text, base) else { return STATUS_INVALID_PARAMETER };
    // SAFETY: the driver passes a place for the number.
    unsafe { value.write(number) };
    STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlintegertounicodestring)
unsafe extern "efiapi" fn RtlIntegerToUnicodeString(
    value: u32,
    base: u32,
    string: *mut UNICODE_STRING,
) -> NTSTATUS {
    let text = match base {
        0 | 10 => format!("{value}"),
        2 => format!("{value:b}"),
        8 => format!("{value:o}"),
        16 => format!("{value:X}"),
        _ => return STATUS_INVALID_PARAMETER,
    };
    let units: Vec<_> = text.encode_utf16().collect();
    // SAFETY: the driver passes a valid string.
    let string = unsafe { &mut *string };
    // SAFETY: as before.
    if unsafe { put(string, 0, &units) } { STATUS_SUCCESS } else { STATUS_BUFFER_OVERFLOW }
}

pub(crate) const EXPORTS: &[Export] = exports! {
    RtlIntegerToUnicodeString: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    RtlUnicodeStringToInteger: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, base: u32) -> (NTSTATUS, i64) {
        let units: Vec<_> = text.encode_utf16().collect();
        let string = UNICODE_STRING::of(&units);
        let mut value = 99;
        // SAFETY: the string is valid.
        let status = unsafe { RtlUnicodeStringToInteger(&raw const string, base, &raw mut value) };
        (status, value.cast_signed().into())
    }

    #[test]
    fn reads_what_the_documentation_lists() {
        let examples = [
            ("123", 10, 123),
            ("-345", 10, -345),
            ("xyz", 10, 0),
            ("+678abc", 10, 678),
            ("+678abc", 16, 6_785_724),
            ("007", 10, 7),
            ("789", 8, 7),
            ("FGH", 16, 15),
            (" ", 10, 0),
            ("0x1f", 0, 31),
            (" -0b101", 0, -5),
            ("0o17", 0, 15),
            ("42", 0, 42),
        ];
        for (text, base, value) in examples {
            assert_eq!(read(text, base), (STATUS_SUCCESS, value), "{text:?} to base {base}");
        }
        assert_eq!(read("", 10), (STATUS_INVALID_PARAMETER, 99));
        assert_eq!(read("1", 3), (STATUS_INVALID_PARAMETER, 99));
    }

    #[test]
    fn writes_what_fits() {
        let mut buffer = [7_u16; 8];
        let mut string =
            UNICODE_STRING { Length: 0, MaximumLength: 16, Buffer: buffer.as_mut_ptr() };
        let place = &raw mut string;
        // SAFETY: the string is valid.
        assert_eq!(unsafe { RtlIntegerToUnicodeString(0xbeef, 16, place) }, STATUS_SUCCESS);
        let written: Vec<_> = "BEEF\0".encode_utf16().collect();
        assert_eq!(buffer[..5], written);
        // SAFETY: as before.
        let status = unsafe { RtlIntegerToUnicodeString(0x1ff, 2, place) };
        assert_eq!(status, STATUS_BUFFER_OVERFLOW);
        // SAFETY: as before.
        let status = unsafe { RtlIntegerToUnicodeString(1, 7, place) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
        assert_eq!(buffer[5..], [7; 3]);
    }
}
