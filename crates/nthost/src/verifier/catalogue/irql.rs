//! Rules of interrupt request levels.

use crate::verifier::check::checks;

checks! {
    /// `KfRaiseIrql` raises the level.
    RAISE = 27, "irql-raise", windows(0xC4, 0x30),
        "ddi/wdm/nf-wdm-keraiseirql";
    /// `KeLowerIrql` lowers the level, to what it was before it was raised.
    LOWER = 28, "irql-lower", windows(0xC4, 0x31),
        "ddi/wdm/nf-wdm-kelowerirql";
    /// A spin lock is released at `DISPATCH_LEVEL`.
    RELEASE_SPIN_LOCK = 29, "irql-release-spin-lock", windows(0xC4, 0x32),
        "ddi/wdm/nf-wdm-kereleasespinlock";
    /// Only at `DISPATCH_LEVEL` a spin lock is acquired without raising the level.
    ACQUIRE_AT_DPC_LEVEL = 30, "irql-acquire-at-dpc-level", windows(0xC4, 0x40),
        "ddi/wdm/nf-wdm-keacquirespinlockatdpclevel";
    /// Only at `DISPATCH_LEVEL` a spin lock is released without lowering the level.
    RELEASE_FROM_DPC_LEVEL = 31, "irql-release-from-dpc-level", windows(0xC4, 0x41),
        "ddi/wdm/nf-wdm-kereleasespinlockfromdpclevel";
    /// A spin lock is acquired at `DISPATCH_LEVEL` or below.
    ACQUIRE_SPIN_LOCK = 32, "irql-acquire-spin-lock", windows(0xC4, 0x42),
        "ddi/wdm/nf-wdm-keacquirespinlock";
    /// A fast mutex is acquired at `APC_LEVEL` or below.
    ACQUIRE_FAST_MUTEX = 33, "irql-acquire-fast-mutex", windows(0xC4, 0x33),
        "ddi/wdm/nf-wdm-exacquirefastmutex";
    /// A fast mutex is released at `APC_LEVEL`.
    RELEASE_FAST_MUTEX = 33, "irql-release-fast-mutex", windows(0xC4, 0x34),
        "ddi/wdm/nf-wdm-exreleasefastmutex";
    /// `KeSetEvent` is called at `DISPATCH_LEVEL` or below.
    SET_EVENT = 39, "irql-set-event", windows(0xC4, 0x80),
        "ddi/wdm/nf-wdm-kesetevent";
    /// `KeSetEvent` is told at `APC_LEVEL` or below only that a wait follows.
    SET_EVENT_AND_WAIT = 39, "irql-set-event-and-wait", windows(0xC4, 0x0002_0016),
        "devtest/wdm-irqlkesetevent";
    /// A critical region is entered at `APC_LEVEL` or below.
    ENTER_CRITICAL_REGION = 40, "irql-enter-critical-region", windows(0xC4, 0x11A),
        "ddi/ntddk/nf-ntddk-keentercriticalregion";
    /// A critical region is left at `APC_LEVEL` or below.
    LEAVE_CRITICAL_REGION = 40, "irql-leave-critical-region", windows(0xC4, 0x11B),
        "ddi/ntddk/nf-ntddk-keleavecriticalregion";
    /// Each function of the kernel is called at a level that its page names.
    CONTRACT = 59, "irql", HOSTED,
        "kernel/managing-hardware-priorities";
    /// Zw functions are called at `PASSIVE_LEVEL`, with special kernel APCs enabled.
    ZW = 59, "irql-zw", windows(0xC4, 0xE6),
        "kernel/using-nt-and-zw-versions-of-the-native-system-services-routines";
    /// What the rule `IrqlDispatch` lists is called at `DISPATCH_LEVEL`.
    DISPATCH = 59, "irql-dispatch", windows(0xC4, 0x0002_0003),
        "devtest/wdm-irqldispatch";
    /// `ExTryToAcquireFastMutex` is called at `APC_LEVEL` or below.
    EX_APC_LTE_1 = 59, "irql-ex-apc-lte-1", windows(0xC4, 0x0002_0005),
        "devtest/wdm-irqlexapclte1";
    /// What the rule `IrqlExApcLte2` lists is called at `APC_LEVEL` or below.
    EX_APC_LTE_2 = 59, "irql-ex-apc-lte-2", windows(0xC4, 0x0002_0006),
        "devtest/wdm-irqlexapclte2";
    /// Resources are acquired, converted and deleted at `APC_LEVEL` or below.
    EX_APC_LTE_3 = 59, "irql-ex-apc-lte-3", windows(0xC4, 0x0002_0007),
        "devtest/wdm-irqlexapclte3";
    /// What the rule `IrqlExPassive` lists is called at `PASSIVE_LEVEL`.
    EX_PASSIVE = 59, "irql-ex-passive", windows(0xC4, 0x0002_0008),
        "devtest/wdm-irqlexpassive";
    /// A device is deleted at `APC_LEVEL` or below.
    IO_APC_LTE = 59, "irql-io-apc-lte", windows(0xC4, 0x0002_0009),
        "devtest/wdm-irqlioapclte";
    /// A device is made at `PASSIVE_LEVEL`.
    IO_PASSIVE_1 = 59, "irql-io-passive-1", windows(0xC4, 0x0002_000A),
        "devtest/wdm-irqliopassive1";
    /// What the rule `IrqlIoPassive3` lists is called at `PASSIVE_LEVEL`.
    IO_PASSIVE_3 = 59, "irql-io-passive-3", windows(0xC4, 0x0002_000C),
        "devtest/wdm-irqliopassive3";
    /// What the rule `IrqlIoPassive4` lists is called at `PASSIVE_LEVEL`.
    IO_PASSIVE_4 = 59, "irql-io-passive-4", windows(0xC4, 0x0002_000D),
        "devtest/wdm-irqliopassive4";
    /// What the rule `IrqlIoPassive5` lists is called at `PASSIVE_LEVEL`.
    IO_PASSIVE_5 = 59, "irql-io-passive-5", windows(0xC4, 0x0002_000E),
        "devtest/wdm-irqliopassive5";
    /// Guarded mutexes are used, and threads delayed, at `APC_LEVEL` or below.
    KE_APC_LTE_1 = 59, "irql-ke-apc-lte-1", windows(0xC4, 0x0002_000F),
        "devtest/wdm-irqlkeapclte1";
    /// Guarded regions are entered and left at `APC_LEVEL` or below.
    KE_APC_LTE_2 = 59, "irql-ke-apc-lte-2", windows(0xC4, 0x0002_0010),
        "devtest/wdm-irqlkeapclte2";
    /// What the rule `IrqlKeDispatchLte` lists is called at `DISPATCH_LEVEL` or below.
    KE_DISPATCH_LTE = 59, "irql-ke-dispatch-lte", windows(0xC4, 0x0002_0011),
        "devtest/wdm-irqlkedispatchlte";
    /// `KeReleaseSpinLock` goes back to the level from before the lock was acquired.
    KE_RELEASE_SPIN_LOCK = 59, "irql-ke-release-spin-lock", windows(0xC4, 0x0002_0015),
        "devtest/wdm-irqlkereleasespinlock";
    /// Pageable sections of a driver are locked and unlocked at `APC_LEVEL` or below.
    MM_APC_LTE = 59, "irql-mm-apc-lte", windows(0xC4, 0x0002_0019),
        "devtest/wdm-irqlmmapclte";
    /// Contiguous memory is freed at `DISPATCH_LEVEL` or below.
    MM_DISPATCH = 59, "irql-mm-dispatch", windows(0xC4, 0x0002_001A),
        "devtest/wdm-irqlmmdispatch";
    /// `ObReferenceObjectByHandle` is called at `PASSIVE_LEVEL`.
    OB_PASSIVE = 59, "irql-ob-passive", windows(0xC4, 0x0002_001B),
        "devtest/wdm-irqlobpassive";
    /// Threads are made, and end themselves, at `PASSIVE_LEVEL`.
    PS_PASSIVE = 59, "irql-ps-passive", windows(0xC4, 0x0002_001C),
        "devtest/wdm-irqlpspassive";
    /// Registry keys are used at `PASSIVE_LEVEL`.
    ZW_PASSIVE = 59, "irql-zw-passive", windows(0xC4, 0x0002_001F),
        "devtest/wdm-irqlzwpassive";
    /// What the rule `IrqlIoRtlZwPassive` lists is called at `PASSIVE_LEVEL`.
    IO_RTL_ZW_PASSIVE = 59, "irql-io-rtl-zw-passive", windows(0xC4, 0x0002_0023),
        "devtest/wdm-irqliortlzwpassive";
}
