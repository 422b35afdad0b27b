//! Stopping the system.

use crate::{
    export::{Export, exports},
    ke::irql,
    nt::{
        APC_LEVEL, DISPATCH_LEVEL, HIGH_LEVEL, KernelMode, NTSTATUS, PASSIVE_LEVEL,
        STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT,
    },
    stop, thread,
    verifier::{
        self, Check,
        catalogue::fault::{BUG_CHECK, EXCEPTION, EXCEPTION_AT_DISPATCH, EXCEPTION_IN_SERVICE},
    },
};

/// Leaves the driver that has stopped the system.
fn leave() -> ! {
    stop::leave();
    // Nobody has called a driver on this thread, so that it was a part of the kernel that did this.
    eprintln!("nthost: the kernel stopped itself: {:?}", thread::system().stop.get());
    std::process::abort();
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kebugcheckex)
unsafe extern "efiapi" fn KeBugCheckEx(
    code: u32,
    first: usize,
    second: usize,
    third: usize,
    fourth: usize,
) -> ! {
    let parameters = [first, second, third, fourth].map(|parameter| parameter as u64);
    let text = format!("{} stopped the system", verifier::caller());
    BUG_CHECK.ends_with(code, parameters, text);
    leave()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kebugcheck)
unsafe extern "efiapi" fn KeBugCheck(code: u32) -> ! {
    // SAFETY: the contract is the same.
    unsafe { KeBugCheckEx(code, 0, 0, 0, 0) }
}

/// The check for an exception that nothing handles, by where this thread is.
pub(crate) fn exception() -> &'static Check {
    let is_for_program = thread::current(|thread| thread.previous_mode.get()) != KernelMode;
    match irql::current() {
        DISPATCH_LEVEL.. => EXCEPTION_AT_DISPATCH,
        _ if is_for_program => EXCEPTION_IN_SERVICE,
        _ => EXCEPTION,
    }
}

/// Raises an exception for the driver. There are none here, so that the driver is stopped.
pub(crate) fn raise(status: NTSTATUS) -> ! {
    let text = format!(
        "{} raised an exception with the status {}, which nothing handles",
        verifier::caller(),
        crate::Status::new(status),
    );
    let code = u64::from(status.cast_unsigned());
    let place = thread::current(|thread| thread.caller.get()) as u64;
    exception().ends([code, place, 0, 0], text);
    leave()
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
