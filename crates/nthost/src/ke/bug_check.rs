//! Stopping the system.

use crate::{
    export::{Export, exports},
    guest::Exit,
    nt::{
        APC_LEVEL, HIGH_LEVEL, NTSTATUS, PASSIVE_LEVEL, STATUS_ACCESS_VIOLATION,
        STATUS_DATATYPE_MISALIGNMENT,
    },
    thread, verifier,
};

/// Ends what the driver does on this thread: one of the kernel's own goes on without it. On another one
/// nothing else can be done than to end the process.
fn stop(rule: &'static str, page: &'static str, text: String) -> ! {
    let exit = thread::current(|thread| thread.exit.get());
    if exit.is_null() {
        eprintln!("nthost: {text}");
        std::process::abort();
    }
    verifier::report(rule, page, text);
    // SAFETY: the call that set it is under way on this thread; the callers have nothing to drop.
    unsafe { Exit::leave(exit) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kebugcheckex)
unsafe extern "efiapi" fn KeBugCheckEx(
    code: u32,
    first: usize,
    second: usize,
    third: usize,
    fourth: usize,
) -> ! {
    stop(
        "bug-check",
        "https://learn.microsoft.com/en-us/windows-hardware/drivers/debugger/bug-check-code-reference2",
        format!(
            "{} stopped the system with the bug check {code:#x} \
             ({first:#x}, {second:#x}, {third:#x}, {fourth:#x})",
            verifier::caller(),
        ),
    )
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kebugcheck)
unsafe extern "efiapi" fn KeBugCheck(code: u32) -> ! {
    // SAFETY: the contract is the same.
    unsafe { KeBugCheckEx(code, 0, 0, 0, 0) }
}

/// Raises an exception for the driver. There are none here, so that the driver is stopped.
pub(crate) fn raise(status: NTSTATUS) -> ! {
    stop(
        "exception",
        "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/handling-exceptions",
        format!(
            "{} raised an exception with the status {}, which nothing handles",
            verifier::caller(),
            crate::Status::new(status),
        ),
    )
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exraisestatus)
unsafe extern "efiapi" fn ExRaiseStatus(status: NTSTATUS) -> ! {
    raise(status)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exraiseaccessviolation)
unsafe extern "efiapi" fn ExRaiseAccessViolation() -> ! {
    raise(STATUS_ACCESS_VIOLATION)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exraisedatatypemisalignment)
unsafe extern "efiapi" fn ExRaiseDatatypeMisalignment() -> ! {
    raise(STATUS_DATATYPE_MISALIGNMENT)
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExRaiseAccessViolation: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ExRaiseDatatypeMisalignment: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    ExRaiseStatus: PASSIVE_LEVEL..=APC_LEVEL;
    KeBugCheck: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeBugCheckEx: PASSIVE_LEVEL..=HIGH_LEVEL;
};
