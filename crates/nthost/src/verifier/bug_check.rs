//! What Windows calls its bug checks, and what their parameters say.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/debugger/bug-check-code-reference2)

/// The bug checks that checks have, and some that drivers stop the system with.
const NAMES: &[(u32, &str)] = &[
    (0x01, "APC_INDEX_MISMATCH"),
    (0x0A, "IRQL_NOT_LESS_OR_EQUAL"),
    (0x0C, "MAXIMUM_WAIT_OBJECTS_EXCEEDED"),
    (0x0F, "SPIN_LOCK_ALREADY_OWNED"),
    (0x10, "SPIN_LOCK_NOT_OWNED"),
    (0x11, "THREAD_NOT_MUTEX_OWNER"),
    (0x18, "REFERENCE_BY_POINTER"),
    (0x19, "BAD_POOL_HEADER"),
    (0x1E, "KMODE_EXCEPTION_NOT_HANDLED"),
    (0x20, "KERNEL_APC_PENDING_DURING_EXIT"),
    (0x2A, "INCONSISTENT_IRP"),
    (0x35, "NO_MORE_IRP_STACK_LOCATIONS"),
    (0x36, "DEVICE_REFERENCE_COUNT_NOT_ZERO"),
    (0x3B, "SYSTEM_SERVICE_EXCEPTION"),
    (0x44, "MULTIPLE_IRP_COMPLETE_REQUESTS"),
    (0x48, "CANCEL_STATE_IN_COMPLETED_IRP"),
    (0x4A, "IRQL_GT_ZERO_AT_SYSTEM_SERVICE"),
    (0x50, "PAGE_FAULT_IN_NONPAGED_AREA"),
    (0x76, "PROCESS_HAS_LOCKED_PAGES"),
    (0x7C, "BUGCODE_NDIS_DRIVER"),
    (0x7E, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"),
    (0x7F, "UNEXPECTED_KERNEL_MODE_TRAP"),
    (0x8E, "KERNEL_MODE_EXCEPTION_NOT_HANDLED"),
    (0x93, "INVALID_KERNEL_HANDLE"),
    (0x96, "INVALID_WORK_QUEUE_ITEM"),
    (0xB8, "ATTEMPTED_SWITCH_FROM_DPC"),
    (0xBE, "ATTEMPTED_WRITE_TO_READONLY_MEMORY"),
    (0xBF, "MUTEX_ALREADY_OWNED"),
    (0xC1, "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION"),
    (0xC2, "BAD_POOL_CALLER"),
    (0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION"),
    (0xC5, "DRIVER_CORRUPTED_EXPOOL"),
    (0xC6, "DRIVER_CAUGHT_MODIFYING_FREED_POOL"),
    (0xC7, "TIMER_OR_DPC_INVALID"),
    (0xC8, "IRQL_UNEXPECTED_VALUE"),
    (0xC9, "DRIVER_VERIFIER_IOMANAGER_VIOLATION"),
    (0xCB, "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS"),
    (0xCC, "PAGE_FAULT_IN_FREED_SPECIAL_POOL"),
    (0xCD, "PAGE_FAULT_BEYOND_END_OF_ALLOCATION"),
    (0xCE, "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS"),
    (0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
    (0xD2, "BUGCODE_ID_DRIVER"),
    (0xD4, "SYSTEM_SCAN_AT_RAISED_IRQL_CAUGHT_IMPROPER_DRIVER_UNLOAD"),
    (0xD5, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL"),
    (0xD6, "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION"),
    (0xE1, "WORKER_THREAD_RETURNED_AT_BAD_IRQL"),
    (0xE2, "MANUALLY_INITIATED_CRASH"),
    (0xE3, "RESOURCE_NOT_OWNED"),
    (0xE4, "WORKER_INVALID"),
    (0xFC, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY"),
    (0x11B, "DRIVER_RETURNED_HOLDING_CANCEL_LOCK"),
    (0x11F, "INVALID_DRIVER_HANDLE"),
    (0x121, "DRIVER_VIOLATION"),
    (0x125, "NMR_INVALID_STATE"),
    (0x126, "NETIO_INVALID_POOL_CALLER"),
    (0x132, "RESOURCE_OWNER_POINTER_INVALID"),
    (0x133, "DPC_WATCHDOG_VIOLATION"),
    (0x139, "KERNEL_SECURITY_CHECK_FAILURE"),
    (0x153, "KERNEL_LOCK_ENTRY_LEAKED_ON_THREAD_TERMINATION"),
    (0x15E, "BUGCODE_NDIS_DRIVER_LIVE_DUMP"),
    (0x4000_008A, "THREAD_TERMINATE_HELD_MUTEX"),
];

/// The name of a bug check.
pub(crate) fn name(bug_check: u32) -> Option<&'static str> {
    NAMES.iter().find(|(number, _)| *number == bug_check).map(|(_, name)| *name)
}

/// What the four parameters of a bug check say, as far as that is always the same; empty where it is not.
pub(crate) const fn parameters(bug_check: u32) -> [&'static str; 4] {
    match bug_check {
        0x0A | 0xD1 => [
            "the address that was accessed",
            "the IRQL",
            "how: 0 read, 1 write, 8 execute",
            "the instruction",
        ],
        0x50 | 0xCC | 0xCD | 0xCE | 0xD5 | 0xD6 => [
            "the address that was accessed",
            "how: 0 read, 1 write, 8 execute",
            "the instruction",
            "",
        ],
        0x1E | 0x3B | 0x7E | 0x8E => ["the status of the exception", "the instruction", "", ""],
        0x7F => ["the number of the processor's exception; 8 is a stack without room", "", "", ""],
        0xBE | 0xFC => ["the address that was accessed", "", "", ""],
        0x139 => ["what was found wrong", "", "", ""],
        0x44 | 0x48 | 0x35 => ["the IRP", "", "", ""],
        0x7C | 0xC1 | 0xC2 | 0xC4 | 0xC7 | 0xC9 | 0xE4 => ["which mistake it is", "", "", ""],
        _ => ["", "", "", ""],
    }
}

#[cfg(test)]
mod tests {
    use super::name;
    use crate::{Code, checks};

    #[test]
    fn the_bug_checks_of_all_checks_have_names() {
        for check in checks() {
            if let Code::Windows { bug_check, .. } = check.code {
                assert!(name(bug_check).is_some(), "{bug_check:#x} of {}", check.rule);
            }
        }
    }
}
