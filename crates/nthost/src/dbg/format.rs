//! The format strings of `DbgPrint`.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/debugger/calling-dbgprint-and-dbgprintex)

use std::{
    ffi::{CStr, c_char},
    fmt::Write,
    slice,
};

use crate::nt::{ANSI_STRING, UNICODE_STRING};

/// How many arguments of a call are read.
const LISTED: usize = 10;

/// The arguments of a format, in the order in which it uses them.
pub(super) enum Arguments {
    /// Those of a call, as many as are read.
    Listed { values: [u64; LISTED], next: usize },
    /// A `va_list`.
    At(*const u64),
}

impl Arguments {
    pub fn listed(values: [u64; LISTED]) -> Self {
        Self::Listed { values, next: 0 }
    }

    pub fn at(list: *const u64) -> Self {
        Self::At(list)
    }

    /// The next argument; zero behind the last that is read.
    ///
    /// # Safety
    ///
    /// There is one.
    unsafe fn next(&mut self) -> u64 {
        match self {
            Self::Listed { values, next } => {
                *next += 1;
                values.get(*next - 1).copied().unwrap_or_default()
            }
            Self::At(list) => {
                let at = *list;
                // SAFETY: by the contract an argument is there.
                *list = unsafe { at.add(1) };
                // SAFETY: as above.
                unsafe { at.read() }
            }
        }
    }
}

/// What stands between `%` and the letter.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags of the format")]
struct Spec {
    left: bool,
    zeros: bool,
    sign: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
    /// The size was given as 64 bits.
    wide: bool,
    /// `w`: of 16-bit characters.
    text_wide: bool,
}

/// Prints `format` with its arguments.
///
/// # Safety
///
/// The arguments are what the format wants.
pub(super) unsafe fn format(format: &[u8], mut arguments: Arguments) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(percent) = rest.iter().position(|&byte| byte == b'%') {
        out.push_str(&String::from_utf8_lossy(&rest[..percent]));
        rest = &rest[percent + 1..];
        // SAFETY: the contract is the same.
        let (spec, letter, behind) = unsafe { parse(rest, &mut arguments) };
        rest = behind;
        match letter {
            None | Some(b'%') => out.push('%'),
            Some(letter) => {
                // SAFETY: by the contract an argument for this letter is next.
                let text = unsafe { convert(&spec, letter, &mut arguments) };
                pad(&mut out, &spec, &text);
            }
        }
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

/// Reads what follows a `%`.
///
/// # Safety
///
/// As for [`format`].
unsafe fn parse<'f>(format: &'f [u8], arguments: &mut Arguments) -> (Spec, Option<u8>, &'f [u8]) {
    let mut spec = Spec::default();
    let mut rest = format;
    let mut in_precision = false;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'-' => spec.left = true,
            b'+' => spec.sign = true,
            b'#' => spec.alternate = true,
            b' ' | b'h' => {}
            b'0' if spec.width == 0 && !in_precision => spec.zeros = true,
            b'0'..=b'9' => {
                let digit = usize::from(byte - b'0');
                let number =
                    if in_precision { spec.precision.get_or_insert(0) } else { &mut spec.width };
                *number = (*number * 10 + digit).min(4096);
            }
            b'.' => {
                in_precision = true;
                spec.precision = Some(0);
            }
            b'*' => {
                // SAFETY: by the contract a width is next.
                let value = unsafe { arguments.next() };
                let value = usize::from(u16::try_from(value & 0xffff_ffff).unwrap_or_default());
                if in_precision { spec.precision = Some(value) } else { spec.width = value }
            }
            b'I' => match rest {
                [b'6', b'4', behind @ ..] => (spec.wide, rest) = (true, behind),
                [b'3', b'2', behind @ ..] => rest = behind,
                _ => spec.wide = true,
            },
            b'l' => {
                if let [b'l', behind @ ..] = rest {
                    (spec.wide, rest) = (true, behind);
                }
                spec.text_wide = true;
            }
            b'w' => spec.text_wide = true,
            b'z' | b't' | b'j' => spec.wide = true,
            letter => return (spec, Some(letter), rest),
        }
    }
    (spec, None, rest)
}

/// The text for one argument, before it is padded.
///
/// # Safety
///
/// The next argument is what the letter wants.
unsafe fn convert(spec: &Spec, letter: u8, arguments: &mut Arguments) -> String {
    // SAFETY: by the contract.
    let value = unsafe { arguments.next() };
    let unsigned = if spec.wide { value } else { value & 0xffff_ffff };
    match letter {
        b'd' | b'i' => {
            #[expect(clippy::cast_possible_truncation, reason = "the argument is an int")]
            let signed = if spec.wide {
                value.cast_signed()
            } else {
                i64::from((value as u32).cast_signed())
            };
            let sign = if signed < 0 {
                "-"
            } else if spec.sign {
                "+"
            } else {
                ""
            };
            format!("{sign}{}", digits(spec, &signed.unsigned_abs().to_string()))
        }
        b'u' => digits(spec, &unsigned.to_string()),
        b'x' => prefixed(spec, "0x", digits(spec, &format!("{unsigned:x}"))),
        b'X' => prefixed(spec, "0X", digits(spec, &format!("{unsigned:X}"))),
        b'o' => digits(spec, &format!("{unsigned:o}")),
        b'p' | b'P' => format!("{value:016X}"),
        b'c' | b'C' => {
            let code = u32::try_from(value & 0xffff).unwrap_or_default();
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).to_string()
        }
        // SAFETY: by the contract the argument is a string of the kind that the letter wants.
        b's' | b'S' => unsafe { string(spec, spec.text_wide || letter == b'S', value) },
        // SAFETY: by the contract the argument is the address of a counted string.
        b'Z' => unsafe { counted(spec.text_wide, value) },
        other => format!("%{}", char::from(other)),
    }
}

fn digits(spec: &Spec, number: &str) -> String {
    let least = spec.precision.unwrap_or_default();
    format!("{number:0>least$}")
}

fn prefixed(spec: &Spec, prefix: &str, digits: String) -> String {
    if spec.alternate { format!("{prefix}{digits}") } else { digits }
}

fn pad(out: &mut String, spec: &Spec, text: &str) {
    let width = spec.width;
    // Writing to a string does not fail.
    let _ = if spec.left {
        write!(out, "{text:<width$}")
    } else if spec.zeros && spec.precision.is_none() {
        let (sign, number) = text.strip_prefix('-').map_or(("", text), |number| ("-", number));
        let width = width.saturating_sub(sign.len());
        write!(out, "{sign}{number:0>width$}")
    } else {
        write!(out, "{text:>width$}")
    };
}

/// How many characters there are before the one that is zero, or `most`.
///
/// # Safety
///
/// So many characters can be read, and the zero if it is reached.
unsafe fn length<C: Copy + Default + PartialEq>(start: *const C, most: usize) -> usize {
    let mut length = 0;
    while length < most {
        // SAFETY: by the contract.
        let at = unsafe { start.add(length) };
        // SAFETY: by the contract.
        if unsafe { at.read() } == C::default() {
            break;
        }
        length += 1;
    }
    length
}

/// # Safety
///
/// `address` is null or that of a string that ends with zero, or has as many characters as are printed.
unsafe fn string(spec: &Spec, wide: bool, address: u64) -> String {
    if address == 0 {
        return "(null)".into();
    }
    let most = spec.precision.unwrap_or(usize::MAX);
    if wide {
        let start = address as *const u16;
        // SAFETY: by the contract each character before the end can be read.
        let length = unsafe { length(start, most) };
        // SAFETY: as above.
        return String::from_utf16_lossy(unsafe { slice::from_raw_parts(start, length) });
    }
    let start = address as *const c_char;
    if spec.precision.is_none() {
        // SAFETY: by the contract it ends with zero.
        return unsafe { CStr::from_ptr(start) }.to_string_lossy().into_owned();
    }
    // SAFETY: by the contract each character before the end can be read.
    let length = unsafe { length(start, most) };
    // SAFETY: as above.
    String::from_utf8_lossy(unsafe { slice::from_raw_parts(start.cast(), length) }).into_owned()
}

/// # Safety
///
/// `address` is null or that of a `UNICODE_STRING`, or else of a `ANSI_STRING`.
unsafe fn counted(wide: bool, address: u64) -> String {
    if wide {
        // SAFETY: by the contract.
        let Some(text) = (unsafe { (address as *const UNICODE_STRING).as_ref() }) else {
            return "(null)".into();
        };
        if text.Buffer.is_null() {
            return String::new();
        }
        // SAFETY: the buffer of such a string has so many bytes.
        let text = unsafe { slice::from_raw_parts(text.Buffer, usize::from(text.Length) / 2) };
        return String::from_utf16_lossy(text);
    }
    // SAFETY: by the contract.
    let Some(text) = (unsafe { (address as *const ANSI_STRING).as_ref() }) else {
        return "(null)".into();
    };
    if text.Buffer.is_null() {
        return String::new();
    }
    // SAFETY: the buffer of such a string has so many bytes.
    let text = unsafe { slice::from_raw_parts(text.Buffer.cast(), usize::from(text.Length)) };
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Arguments, format};

    fn print(text: &str, arguments: &[u64]) -> String {
        let mut values = [0; 10];
        values[..arguments.len()].copy_from_slice(arguments);
        // SAFETY: each test passes what its format wants.
        unsafe { format(text.as_bytes(), Arguments::listed(values)) }
    }

    #[test]
    fn prints_numbers() {
        assert_eq!(print("%d %i", &[0xffff_ffff, 7]), "-1 7");
        assert_eq!(print("%u|%5u|%-5u|%05d", &[1, 2, 3, 0xffff_fffe]), "1|    2|3    |-0002");
        assert_eq!(
            print("%x %#X %08lx %I64x", &[255, 255, 1, 1 << 40]),
            "ff 0XFF 00000001 10000000000"
        );
        assert_eq!(print("%p", &[0x1234]), "0000000000001234");
        assert_eq!(print("%*d%%", &[4, 9]), "   9%");
        assert_eq!(print("%lld %llu", &[u64::MAX, u64::MAX]), "-1 18446744073709551615");
    }

    #[test]
    fn prints_text() {
        let wide: Vec<u16> = "wide\0".encode_utf16().collect();
        let (narrow, wide) = (c"narrow".as_ptr() as u64, wide.as_ptr() as u64);
        assert_eq!(print("%s %ws %S %ls", &[narrow, wide, wide, wide]), "narrow wide wide wide");
        assert_eq!(print("%.3s|%8s|%c", &[narrow, narrow, 65]), "nar|  narrow|A");
        assert_eq!(print("%s", &[0]), "(null)");
    }

    #[test]
    fn keeps_what_it_does_not_know() {
        assert_eq!(print("100%", &[]), "100%");
        assert_eq!(print("%", &[]), "%");
    }
}
