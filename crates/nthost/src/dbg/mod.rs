//! What drivers print.

mod format;

use std::{
    collections::VecDeque,
    ffi::{CStr, c_char},
};

use crate::{
    export::{Export, exports},
    nt::{HIGH_LEVEL, NTSTATUS, PASSIVE_LEVEL, STATUS_SUCCESS},
    sched::Mutex,
    thread,
};

use format::Arguments;

/// The most lines that are kept for those who ask; the oldest goes first.
const MOST_LINES: usize = 65_536;

/// A line that a driver printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugLine {
    /// Number of the component, such as 77 for `DPFLTR_IHVDRIVER_ID`.
    pub component: u32,
    /// Its level; 0 is an error, 3 is information.
    pub level: u32,
    /// What it printed.
    pub text: String,
}

/// What was printed and not asked for yet.
#[derive(Default)]
pub(crate) struct DebugLog(Mutex<VecDeque<DebugLine>>);

impl DebugLog {
    /// Adds a line.
    pub fn add(&self, line: DebugLine) {
        let mut lines = self.0.lock();
        if lines.len() == MOST_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// Takes the oldest line.
    pub fn take(&self) -> Option<DebugLine> {
        self.0.lock().pop_front()
    }
}

/// `DPFLTR_DEFAULT_ID` and `DPFLTR_INFO_LEVEL`, which `DbgPrint` prints with.
const DEFAULT: (u32, u32) = (101, 3);

/// # Safety
///
/// `format` is a string that ends with zero, and the arguments are what it wants.
unsafe fn print(source: (u32, u32), format: *const c_char, arguments: Arguments) -> NTSTATUS {
    // SAFETY: the contract is the same.
    let format = unsafe { CStr::from_ptr(format) };
    // SAFETY: the contract is the same.
    let text = unsafe { format::format(format.to_bytes(), arguments) };
    let (component, level) = source;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    thread::system().debug.add(DebugLine { component, level, text });
    STATUS_SUCCESS
}

/// Arguments behind those that are read here are not printed: more than a driver would use.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-dbgprint)
#[rustfmt::skip]
unsafe extern "efiapi" fn DbgPrint(
    format: *const c_char,
    a0: u64, a1: u64, a2: u64, a3: u64, a4: u64, a5: u64, a6: u64, a7: u64, a8: u64, a9: u64,
) -> NTSTATUS {
    // SAFETY: the driver passed a format and its arguments.
    unsafe { print(DEFAULT, format, Arguments::listed([a0, a1, a2, a3, a4, a5, a6, a7, a8, a9])) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-dbgprintex)
#[rustfmt::skip]
unsafe extern "efiapi" fn DbgPrintEx(
    component: u32, level: u32, format: *const c_char,
    a0: u64, a1: u64, a2: u64, a3: u64, a4: u64, a5: u64, a6: u64, a7: u64, a8: u64, a9: u64,
) -> NTSTATUS {
    let arguments = Arguments::listed([a0, a1, a2, a3, a4, a5, a6, a7, a8, a9]);
    // SAFETY: the driver passed a format and its arguments.
    unsafe { print((component, level), format, arguments) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-vdbgprintex)
unsafe extern "efiapi" fn vDbgPrintEx(
    component: u32,
    level: u32,
    format: *const c_char,
    arguments: *const u64,
) -> NTSTATUS {
    // SAFETY: on x64 a `va_list` is the address of the arguments, each in eight bytes.
    unsafe { print((component, level), format, Arguments::at(arguments)) }
}

pub(crate) const EXPORTS: &[Export] = exports! {
    DbgPrint: PASSIVE_LEVEL..=HIGH_LEVEL;
    DbgPrintEx: PASSIVE_LEVEL..=HIGH_LEVEL;
    vDbgPrintEx: PASSIVE_LEVEL..=HIGH_LEVEL;
};
