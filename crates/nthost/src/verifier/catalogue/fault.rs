//! Faults of the processor, and what stops Windows at once.

use crate::verifier::check::checks;

checks! {
    /// A driver touches nothing beyond the end of a block of pool.
    BEYOND_POOL = 12, "pool-touch-beyond", windows_any(0xD6),
        "debugger/bug-check-0xd6--driver-page-fault-beyond-end-of-allocation";
    /// A driver gives the kernel no buffer that is longer than its block of pool.
    BEYOND_POOL_BY_KERNEL = 12, "pool-touch-beyond-by-kernel", windows_any(0xCD),
        "debugger/bug-check-0xcd--page-fault-beyond-end-of-allocation";
    /// A driver does not touch a block of pool that it has freed.
    FREED_POOL = 13, "pool-touch-freed", windows_any(0xD5),
        "debugger/bug-check-0xd5--driver-page-fault-in-freed-special-pool";
    /// A driver gives the kernel no block of pool that it has freed.
    FREED_POOL_BY_KERNEL = 13, "pool-touch-freed-by-kernel", windows_any(0xCC),
        "debugger/bug-check-0xcc--page-fault-in-freed-special-pool";
    /// At `DISPATCH_LEVEL` and above, a driver touches only memory that is there and not pageable.
    AT_DISPATCH = 41, "page-fault-at-dispatch", windows_any(0xD1),
        "debugger/bug-check-0xd1--driver-irql-not-less-or-equal";
    /// At `DISPATCH_LEVEL` and above, a driver gives the kernel only memory that is there and not pageable.
    AT_DISPATCH_BY_KERNEL = 41, "page-fault-at-dispatch-by-kernel", windows_any(0xA),
        "debugger/bug-check-0xa--irql-not-less-or-equal";
    /// What a driver and its compiler check themselves holds: lists, cookies on the stack, indexes, reference
    /// counts.
    FAIL_FAST = 60, "fail-fast", windows_any(0x139),
        "debugger/bug-check-0x139--kernel-security-check-failure";
    /// A DPC is done soon: Windows allows it 20 s.
    DPC_TIME = 54, "dpc-time", windows(0x133, 0),
        "debugger/bug-check-0x133-dpc-watchdog-violation";
    /// A driver does not stay at `DISPATCH_LEVEL`: Windows allows it 2 min.
    DISPATCH_TIME = 54, "dispatch-time", windows(0x133, 1),
        "debugger/bug-check-0x133-dpc-watchdog-violation";
    /// A driver runs on the stack of its thread, and on no other one.
    OTHER_STACK = 58, "stack-switched", windows(0xC4, 0x91),
        "ddi/ntddk/nf-ntddk-keexpandkernelstackandcallout";
    /// Nothing of a driver is called or touched once it is unloaded.
    UNLOADED = 104, "unloaded-image", windows_any(0xCE),
        "debugger/bug-check-0xce--driver-unloaded-without-cancelling-pending-operations";
    /// A driver touches memory only where there is some.
    PAGE_FAULT = 116, "page-fault", windows_any(0x50),
        "debugger/bug-check-0x50--page-fault-in-nonpaged-area";
    /// A driver does not stop the system itself.
    BUG_CHECK = 700, "bug-check", HOSTED,
        "ddi/wdm/nf-wdm-kebugcheckex";
    /// On a system thread, nothing raises an exception that nothing handles: null pointers, divisions by zero,
    /// breakpoints, `ExRaiseStatus`.
    EXCEPTION = 701, "exception", windows_any(0x7E),
        "debugger/bug-check-0x7e--system-thread-exception-not-handled";
    /// In what a driver does for a program, nothing raises an exception that nothing handles.
    EXCEPTION_IN_SERVICE = 702, "exception-in-service", windows_any(0x3B),
        "debugger/bug-check-0x3b--system-service-exception";
    /// At `DISPATCH_LEVEL` and above, nothing raises an exception.
    EXCEPTION_AT_DISPATCH = 703, "exception-at-dispatch", windows_any(0x1E),
        "debugger/bug-check-0x1e--kmode-exception-not-handled";
    /// A driver does not write to its own code or constants, nor to other memory that is only to be read.
    READ_ONLY = 704, "write-to-read-only", windows_any(0xBE),
        "debugger/bug-check-0xbe--attempted-write-to-readonly-memory";
    /// A driver executes no data.
    NO_EXECUTE = 705, "execute-data", windows_any(0xFC),
        "debugger/bug-check-0xfc---attempted-execute-of-noexecute-memory";
    /// A driver does with the stack of its thread: 24 KiB, of which the kernel needs a part.
    STACK = 706, "stack-overflow", windows(0x7F, 8),
        "debugger/bug-check-0x7f--unexpected-kernel-mode-trap";
}
