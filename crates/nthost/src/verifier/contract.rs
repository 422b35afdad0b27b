//! Which rule says at what levels a function may be called.

mod ndis;

use super::{
    Check,
    catalogue::{irp, irql, locks},
};

/// Functions with a rule of their own, which Windows has a number for.
const CONTRACTS: &[(&Check, &[&str])] = &[
    (irql::RELEASE_SPIN_LOCK, &["KeReleaseSpinLock", "KfReleaseSpinLock"]),
    (irql::ACQUIRE_AT_DPC_LEVEL, &["KeAcquireSpinLockAtDpcLevel", "KefAcquireSpinLockAtDpcLevel"]),
    (
        irql::RELEASE_FROM_DPC_LEVEL,
        &["KeReleaseSpinLockFromDpcLevel", "KefReleaseSpinLockFromDpcLevel"],
    ),
    (
        irql::ACQUIRE_SPIN_LOCK,
        &["KeAcquireSpinLock", "KeAcquireSpinLockRaiseToDpc", "KfAcquireSpinLock"],
    ),
    (irql::ACQUIRE_FAST_MUTEX, &["ExAcquireFastMutex"]),
    (irql::RELEASE_FAST_MUTEX, &["ExReleaseFastMutex"]),
    (
        locks::WAIT_ABOVE_DISPATCH,
        &["KeWaitForMultipleObjects", "KeWaitForMutexObject", "KeWaitForSingleObject"],
    ),
    (irql::SET_EVENT, &["KeSetEvent"]),
    (irp::SENT_ABOVE_DISPATCH, &["IoCallDriver", "IofCallDriver"]),
    (irp::COMPLETED_ABOVE_DISPATCH, &["IoCompleteRequest", "IofCompleteRequest"]),
    (irql::ENTER_CRITICAL_REGION, &["KeEnterCriticalRegion"]),
    (irql::LEAVE_CRITICAL_REGION, &["KeLeaveCriticalRegion"]),
    (irql::DISPATCH, &["IoWriteErrorLogEntry"]),
    (irql::EX_APC_LTE_1, &["ExTryToAcquireFastMutex"]),
    (irql::EX_APC_LTE_2, &["ExDeletePagedLookasideList", "ExInitializePagedLookasideList"]),
    (
        irql::EX_APC_LTE_3,
        &[
            "ExAcquireResourceExclusiveLite",
            "ExAcquireResourceSharedLite",
            "ExAcquireSharedStarveExclusive",
            "ExAcquireSharedWaitForExclusive",
            "ExConvertExclusiveToSharedLite",
            "ExDeleteResourceLite",
        ],
    ),
    (
        irql::EX_PASSIVE,
        &["ExRaiseAccessViolation", "ExRaiseDatatypeMisalignment", "ExRaiseStatus", "ExUuidCreate"],
    ),
    (irql::IO_APC_LTE, &["IoDeleteDevice"]),
    (
        irql::IO_PASSIVE_1,
        &["IoBuildDeviceIoControlRequest", "IoCreateDevice", "IoSetDeviceInterfaceState"],
    ),
    (irql::IO_PASSIVE_3, &["IoDetachDevice", "IoRegisterDeviceInterface"]),
    (
        irql::IO_PASSIVE_4,
        &["IoCreateSymbolicLink", "IoCreateUnprotectedSymbolicLink", "IoDeleteSymbolicLink"],
    ),
    (
        irql::IO_PASSIVE_5,
        &[
            "IoGetDeviceObjectPointer",
            "IoRegisterDriverReinitialization",
            "IoRegisterShutdownNotification",
            "IoUnregisterShutdownNotification",
            "IoWMIRegistrationControl",
        ],
    ),
    (
        irql::KE_APC_LTE_1,
        &[
            "KeAcquireGuardedMutex",
            "KeAcquireGuardedMutexUnsafe",
            "KeDelayExecutionThread",
            "KeQueryActiveProcessors",
            "KeReleaseGuardedMutex",
            "KeReleaseGuardedMutexUnsafe",
            "KeTryToAcquireGuardedMutex",
        ],
    ),
    (irql::KE_APC_LTE_2, &["KeEnterGuardedRegion", "KeLeaveGuardedRegion"]),
    (
        irql::KE_DISPATCH_LTE,
        &[
            "KeCancelTimer",
            "KeClearEvent",
            "KeInitializeTimer",
            "KeInitializeTimerEx",
            "KeRaiseIrqlToDpcLevel",
            "KeReadStateEvent",
            "KeReadStateTimer",
            "KeReleaseMutex",
            "KeResetEvent",
            "KeSetTimer",
            "KeSetTimerEx",
        ],
    ),
    (
        irql::MM_APC_LTE,
        &[
            "MmLockPagableDataSection",
            "MmPageEntireDriver",
            "MmResetDriverPaging",
            "MmUnlockPagableImageSection",
        ],
    ),
    (irql::MM_DISPATCH, &["MmFreeContiguousMemory"]),
    (irql::OB_PASSIVE, &["ObReferenceObjectByHandle"]),
    (irql::PS_PASSIVE, &["PsCreateSystemThread", "PsTerminateSystemThread"]),
    (
        irql::ZW_PASSIVE,
        &[
            "ZwClose",
            "ZwCreateKey",
            "ZwDeleteKey",
            "ZwEnumerateKey",
            "ZwEnumerateValueKey",
            "ZwFlushKey",
            "ZwOpenKey",
            "ZwQueryKey",
            "ZwQueryValueKey",
            "ZwSetValueKey",
        ],
    ),
    (irql::IO_RTL_ZW_PASSIVE, &["ZwDeleteValueKey"]),
];

/// What is broken by a call of a function at a level that it does not allow.
pub(super) fn of(function: &str) -> &'static Check {
    let mut all = CONTRACTS.iter().chain(ndis::CONTRACTS);
    let found = all.find(|(_, functions)| functions.contains(&function));
    match found {
        Some((check, _)) => check,
        None if function.starts_with("Zw") => irql::ZW,
        None => irql::CONTRACT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export;

    #[test]
    fn rules_are_of_functions_that_there_are() {
        for function in CONTRACTS.iter().flat_map(|(_, functions)| *functions) {
            assert!(export::find("ntoskrnl.exe", function).is_some(), "{function}");
        }
        for function in ndis::CONTRACTS.iter().flat_map(|(_, functions)| *functions) {
            assert!(export::find("ndis.sys", function).is_some(), "{function}");
        }
    }

    #[test]
    fn a_function_without_a_rule_of_its_own_has_that_of_its_kind() {
        assert_eq!(of("ZwSetSecurityObject").rule, "irql-zw");
        assert_eq!(of("NdisMSleep").rule, "irql");
        assert_eq!(of("NdisWaitEvent").rule, "ndis-wait-irql");
    }
}
