//! Faults of the processor, and what stops Windows at once.

use crate::verifier::check::checks;

checks! {
    /// A driver does not stop the system itself.
    BUG_CHECK = 700, "bug-check", HOSTED,
        "ddi/wdm/nf-wdm-kebugcheckex";
    /// Nothing raises an exception at `PASSIVE_LEVEL` on a system thread that nothing handles.
    EXCEPTION = 701, "exception", windows_any(0x7E),
        "debugger/bug-check-0x7e--system-thread-exception-not-handled";
    /// Nothing raises an exception that nothing handles in what a driver does for a program.
    EXCEPTION_IN_SERVICE = 702, "exception-in-service", windows_any(0x3B),
        "debugger/bug-check-0x3b--system-service-exception";
    /// Nothing raises an exception at `DISPATCH_LEVEL`.
    EXCEPTION_AT_DISPATCH = 703, "exception-at-dispatch", windows_any(0x1E),
        "debugger/bug-check-0x1e--kmode-exception-not-handled";
}
