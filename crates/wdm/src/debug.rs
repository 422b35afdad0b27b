//! Lines for the kernel debugger.

use core::sync::atomic::{AtomicU8, Ordering};

use crate::Status;

/// Bytes of a [`Line`], with the terminating zero. `DbgPrintEx` cuts what is longer than 512.
const CAPACITY: usize = 256;

/// A line of text that is put together without allocation and without a path that can panic.
///
/// What does not fit is cut off.
///
/// # Invariants
///
/// `length < CAPACITY`, and `bytes[length..]` are zero.
#[derive(Clone, Debug)]
pub struct Line {
    bytes: [u8; CAPACITY],
    length: usize,
}

/// What a [`Line`] can be put together from.
pub trait Print {
    /// Appends `self` to `line`.
    fn print(&self, line: &mut Line);
}

impl Line {
    /// An empty line.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: [0; CAPACITY], length: 0 }
    }

    /// The text so far, without the terminating zero.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Appends the bytes that still fit, and the terminating zero.
    pub(crate) fn push(&mut self, text: &[u8]) {
        for &byte in text {
            // The last byte stays zero.
            let Some(place) =
                self.bytes.get_mut(self.length).filter(|_| self.length < CAPACITY - 1)
            else {
                return;
            };
            *place = byte;
            self.length += 1;
        }
    }

    /// Appends `value` with at least `digits` digits of `base`, which is 10 or 16.
    #[expect(clippy::cast_possible_truncation, reason = "a digit is less than 16")]
    fn push_number(&mut self, mut value: u64, base: u64, digits: usize) {
        let mut text = [b'0'; 20];
        let mut used = 0;
        for place in text.iter_mut().rev() {
            if value == 0 && used >= digits {
                break;
            }
            let digit = b"0123456789ABCDEF".get((value % base) as usize);
            *place = digit.copied().unwrap_or(b'?');
            value /= base;
            used += 1;
        }
        self.push(text.get(text.len() - used..).unwrap_or_default());
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}

impl Print for &str {
    fn print(&self, line: &mut Line) {
        line.push(self.as_bytes());
    }
}

impl Print for u64 {
    fn print(&self, line: &mut Line) {
        line.push_number(*self, 10, 1);
    }
}

impl Print for u32 {
    fn print(&self, line: &mut Line) {
        u64::from(*self).print(line);
    }
}

impl Print for u16 {
    fn print(&self, line: &mut Line) {
        u64::from(*self).print(line);
    }
}

impl Print for usize {
    fn print(&self, line: &mut Line) {
        (*self as u64).print(line);
    }
}

/// The symbol, or the value in hexadecimal.
impl Print for Status {
    fn print(&self, line: &mut Line) {
        if let Some(name) = self.name() {
            line.push(name.as_bytes());
        } else {
            line.push(b"NTSTATUS 0x");
            line.push_number(u64::from(self.to_raw().cast_unsigned()), 16, 8);
        }
    }
}

/// How important a line is. By default Windows shows errors only.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/reading-and-filtering-debugging-messages)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Level {
    /// `DPFLTR_ERROR_LEVEL`
    Error = 0,
    /// `DPFLTR_WARNING_LEVEL`
    Warning = 1,
    /// `DPFLTR_INFO_LEVEL`
    Info = 3,
}

impl Level {
    /// The value of `TRACE_LEVEL_…` that says the same: 2 for errors, 3 for warnings, 4 for all else.
    #[must_use]
    pub const fn trace_level(self) -> u8 {
        match self {
            Self::Error => 2,
            Self::Warning => 3,
            Self::Info => 4,
        }
    }
}

/// `TRACE_LEVEL_VERBOSE`, the highest level, and what drivers say at first.
pub const HIGHEST_LEVEL: u8 = 5;

/// What [`level`] is.
static LEVEL: AtomicU8 = AtomicU8::new(HIGHEST_LEVEL);

/// How much the driver says, as a `TRACE_LEVEL_…`: 0 for nothing, then critical, errors, warnings, information,
/// and 5 for everything. It holds for lines for the debugger, and whoever traces asks for it too.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/trace-level)
#[must_use]
pub fn level() -> u8 {
    LEVEL.load(Ordering::Relaxed)
}

/// Sets the [`level`].
pub fn set_level(level: u8) {
    LEVEL.store(level.min(HIGHEST_LEVEL), Ordering::Relaxed);
}

/// Prints a line to the kernel debugger as a message of a network driver (`DPFLTR_IHVNETWORK_ID`), unless the
/// [`level`] is below that of the line.
///
/// IRQL: any at which interrupts are enabled, that is up to `DIRQL`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-dbgprintex)
#[cfg(windows)]
pub fn print(level: Level, line: &Line) {
    if level.trace_level() > self::level() {
        return;
    }
    // SAFETY: DbgPrintEx takes as many arguments as its format asks for; `%s` asks for one string that
    // ends with a zero, which a `Line` does by its invariant.
    unsafe {
        wdk_sys::ntddk::DbgPrintEx(
            wdk_sys::_DPFLTR_TYPE::DPFLTR_IHVNETWORK_ID.cast_unsigned(),
            level as u32,
            c"%s\n".as_ptr(),
            line.bytes.as_ptr(),
        )
    };
}

/// Prints a line to the kernel debugger: a [`Level`], then any number of values that are
/// [`Print`].
///
/// IRQL: as for [`print`].
///
/// ```ignore
/// wdm::debug_print!(Info, "wskrx: bound to port ", port);
/// ```
#[cfg(windows)]
#[macro_export]
macro_rules! debug_print {
    ($level:ident, $($part:expr),+ $(,)?) => {{
        let mut line = $crate::debug::Line::new();
        $( $crate::debug::Print::print(&$part, &mut line); )+
        $crate::debug::print($crate::debug::Level::$level, &line);
    }};
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{CAPACITY, Line, Print};
    use crate::Status;

    fn line(parts: &[&dyn Print]) -> Line {
        let mut line = Line::new();
        for part in parts {
            part.print(&mut line);
        }
        line
    }

    #[test]
    fn puts_parts_together() {
        let line = line(&[&"a ", &0_u32, &" ", &u64::MAX, &" ", &7_u16, &" ", &Status::CANCELLED]);
        assert_eq!(line.as_bytes(), b"a 0 18446744073709551615 7 STATUS_CANCELLED");
    }

    #[test]
    fn a_status_without_symbol_is_a_number() {
        let line = line(&[&Status::from_raw(0x0000_0ABC)]);
        assert_eq!(line.as_bytes(), b"NTSTATUS 0x00000ABC");
    }

    #[test]
    fn is_cut_where_it_is_full_and_ends_with_zero() {
        let line = line(&[&"x".repeat(CAPACITY).as_str(), &1_u32]);
        assert_eq!(line.as_bytes(), "x".repeat(CAPACITY - 1).as_bytes());
        assert_eq!(line.bytes.last(), Some(&0));
    }
}
