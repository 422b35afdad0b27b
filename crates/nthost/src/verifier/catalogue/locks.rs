//! Rules of locks, waits and threads.

use crate::verifier::check::checks;

checks! {
    /// A resource or a mutex is acquired where no normal APC interrupts its holder.
    RESOURCE_APCS_ENABLED = 34, "resource-acquired-with-apcs", windows(0xC4, 0x37),
        "devtest/wdm-withincriticalregion";
    /// A resource is released before APCs are enabled again.
    RESOURCE_RELEASED_WITH_APCS = 34, "resource-released-with-apcs", windows(0xC4, 0x38),
        "devtest/wdm-withincriticalregion";
    /// A fast mutex is acquired without raising the level only where no APC interrupts its holder.
    MUTEX_APCS_ENABLED = 35, "mutex-acquired-with-apcs", windows(0xC4, 0x39),
        "ddi/wdm/nf-wdm-exacquirefastmutexunsafe";
    /// A fast mutex is released before APCs are enabled again.
    MUTEX_RELEASED_WITH_APCS = 35, "mutex-released-with-apcs", windows(0xC4, 0x3A),
        "ddi/wdm/nf-wdm-exreleasefastmutexunsafe";
    /// What threads wait for, or keep each other out with, is in memory that is not pageable.
    PAGEABLE = 42, "object-pageable", windows(0xC4, 0xE1),
        "kernel/introduction-to-kernel-dispatcher-objects";
    /// A work item is in memory that is not pageable.
    WORK_ITEM_PAGEABLE = 43, "work-item-pageable", windows(0xC4, 0x131),
        "ddi/wdm/nf-wdm-exqueueworkitem";
    /// A thread does not acquire what it holds, other than a mutex or a resource again in the same way.
    RECURSION = 44, "lock-recursion", windows(0xC4, 0x1000),
        "devtest/deadlock-detection";
    /// Locks are acquired in one order by all threads.
    ORDER = 45, "lock-order", windows(0xC4, 0x1001),
        "devtest/deadlock-detection";
    /// A lock is initialised before it is acquired.
    UNINITIALIZED = 46, "lock-uninitialized", windows(0xC4, 0x1002),
        "devtest/deadlock-detection";
    /// A resource is initialised before it is acquired.
    RESOURCE_UNINITIALIZED = 46, "resource-uninitialized", windows(0xC4, 0x3D),
        "ddi/wdm/nf-wdm-exacquireresourceexclusivelite";
    /// Spin locks are released in the reverse of the order in which they were acquired.
    OUT_OF_ORDER = 47, "lock-released-out-of-order", windows(0xC4, 0x1003),
        "debugger/bug-check-0xc4--driver-verifier-detected-violation";
    /// A lock is released by the thread that acquired it.
    OTHER_THREAD = 48, "lock-released-by-other-thread", windows(0xC4, 0x1004),
        "devtest/deadlock-detection";
    /// A lock is initialised once.
    INITIALIZED_TWICE = 49, "lock-initialized-twice", windows(0xC4, 0x1005),
        "devtest/deadlock-detection";
    /// A resource is initialised once.
    RESOURCE_INITIALIZED = 49, "resource-initialized", windows(0xC4, 0xD0),
        "ddi/wdm/nf-wdm-exinitializeresourcelite";
    /// What is deleted as a resource is one.
    RESOURCE_DELETED = 49, "resource-deleted-uninitialized", windows(0xC4, 0xD1),
        "ddi/wdm/nf-wdm-exdeleteresourcelite";
    /// A lock is released by who holds it.
    NOT_HELD = 50, "lock-not-held", windows(0xC4, 0x1007),
        "devtest/deadlock-detection";
    /// A lock is always acquired with functions of one kind.
    WRONG_ACQUIRE = 51, "lock-acquired-otherwise", windows(0xC4, 0x1008),
        "kernel/queued-spin-locks";
    /// A lock is released with the function that belongs to the one that acquired it.
    WRONG_RELEASE = 51, "lock-released-otherwise", windows(0xC4, 0x1009),
        "ddi/wdm/nf-wdm-kereleasespinlockfromdpclevel";
    /// A thread that ends holds no lock.
    THREAD_ENDS = 52, "lock-held-at-thread-end", windows(0xC4, 0x100A),
        "devtest/deadlock-detection";
    /// A thread that ends owns no mutex.
    MUTEX_AT_THREAD_END = 52, "mutex-held-at-thread-end", windows_any(0x4000_008A),
        "debugger/bug-check-0x4000008a--thread-terminate-held-mutex";
    /// Nobody holds a lock when its memory is freed, or it is deleted.
    FREED_HELD = 52, "lock-freed-while-held", windows(0xC4, 0x100B),
        "debugger/bug-check-0xc4--driver-verifier-detected-violation";
    /// A routine of a driver releases the spin locks that it acquires.
    SPIN_LOCK_KEPT = 240, "spin-lock-kept", windows(0xC4, 0x0004_0009),
        "devtest/wdm-spinlock";
    /// A routine of a driver releases the queued spin locks that it acquires.
    QUEUED_SPIN_LOCK_KEPT = 240, "queued-spin-lock-kept", windows(0xC4, 0x0004_0006),
        "devtest/wdm-queuedspinlock";
    /// A request is not completed while the thread holds a spin lock.
    COMPLETED_UNDER_SPIN_LOCK = 241, "spin-lock-across-completion", HOSTED,
        "devtest/wdm-spinlocksafe";
    /// The level of a thread that holds a spin lock is not lowered below `DISPATCH_LEVEL`.
    LOWERED_UNDER_SPIN_LOCK = 242, "spin-lock-below-dispatch", HOSTED,
        "debugger/bug-check-0xf--spin-lock-already-owned";
    /// A push lock is acquired where no normal APC interrupts its holder.
    PUSH_LOCK_ACQUIRED_WITH_APCS = 243, "push-lock-acquired-with-apcs", windows(0xC4, 0xEA),
        "ddi/fltkernel/nf-fltkernel-fltacquirepushlockexclusive";
    /// A push lock is released before APCs are enabled again.
    PUSH_LOCK_RELEASED_WITH_APCS = 243, "push-lock-released-with-apcs", windows(0xC4, 0xEB),
        "ddi/fltkernel/nf-fltkernel-fltreleasepushlock";
    /// A thread does not wait above `DISPATCH_LEVEL`.
    WAIT_ABOVE_DISPATCH = 36, "wait-above-dispatch", windows(0xC4, 0x120),
        "ddi/wdm/nf-wdm-kewaitforsingleobject";
    /// A thread at `DISPATCH_LEVEL` does not wait for ever.
    WAIT_FOR_EVER = 36, "wait-for-ever-at-dispatch", windows(0xC4, 0x121),
        "ddi/wdm/nf-wdm-kewaitforsingleobject";
    /// A thread at `DISPATCH_LEVEL` waits with a timeout of zero only.
    WAIT_FOR_TIME = 36, "wait-for-time-at-dispatch", windows(0xC4, 0x122),
        "ddi/wdm/nf-wdm-kewaitforsingleobject";
    /// A thread at `DISPATCH_LEVEL` calls nothing that waits.
    WAIT = 36, "wait-at-dispatch", windows(0xC4, 0x3B),
        "ddi/wdm/nf-wdm-kewaitforsingleobject";
    /// What a thread waits for on behalf of a program is not on its stack, which could be paged out.
    WAIT_ON_STACK = 37, "wait-for-object-on-stack", windows(0xC4, 0x123),
        "ddi/wdm/nf-wdm-kewaitforsingleobject";
    /// A DPC does not wait.
    WAIT_IN_DPC = 38, "wait-in-dpc", windows_any(0xB8),
        "debugger/bug-check-0xb8--attempted-switch-from-dpc";
    /// A critical region is left by a thread that is in one.
    CRITICAL_REGION = 40, "critical-region-not-entered", windows(0xC4, 0x3E),
        "ddi/ntddk/nf-ntddk-keleavecriticalregion";
    /// A guarded region is left by a thread that is in one.
    GUARDED_REGION = 244, "guarded-region-not-entered", windows(0xC4, 0x0004_000E),
        "devtest/wdm-guardedregions";
    /// A routine of a driver leaves the critical regions that it enters.
    CRITICAL_REGION_KEPT = 245, "critical-region-kept", windows(0xC4, 0x0004_0003),
        "devtest/wdm-criticalregions";
    /// A routine of a driver leaves the guarded regions that it enters.
    GUARDED_REGION_KEPT = 245, "guarded-region-kept", windows(0xC4, 0x0004_000E),
        "devtest/wdm-guardedregions";
    /// A DPC leaves the regions that it enters.
    REGION_KEPT_BY_DPC = 53, "region-kept-by-dpc", windows(0xC7, 0x4),
        "debugger/bug-check-0xc7--timer-or-dpc-invalid";
    /// The DPC of a timer leaves the regions that it enters.
    REGION_KEPT_BY_TIMER = 53, "region-kept-by-timer", windows(0xC7, 0x5),
        "debugger/bug-check-0xc7--timer-or-dpc-invalid";
    /// The routine of a work item returns at the level that it was called at.
    WORK_ITEM_LEVEL = 55, "irql-of-work-item", windows_any(0xE1),
        "debugger/bug-check-0xe1--worker-thread-returned-at-bad-irql";
    /// The routine of a work item leaves the regions that it enters.
    REGION_KEPT_BY_WORK_ITEM = 56, "region-kept-by-work-item", windows_any(0x01),
        "debugger/bug-check-0x1--apc-index-mismatch";
    /// A thread that ends is in no region.
    REGION_KEPT_BY_THREAD = 56, "region-kept-by-thread", windows_any(0x20),
        "debugger/bug-check-0x20--kernel-apc-pending-during-exit";
    /// A routine that the kernel calls returns at the level that it was called at.
    CALLBACK_LEVEL = 57, "irql-of-callback", windows_any(0xC8),
        "debugger/bug-check-0xc8--irql-unexpected-value";
    /// What a function is given as an event, a mutex, a semaphore or a timer was initialised.
    OBJECT_UNINITIALIZED = 246, "object-uninitialized", HOSTED,
        "kernel/introduction-to-kernel-dispatcher-objects";
    /// What is queued as a DPC was initialised.
    DPC_UNINITIALIZED = 246, "dpc-uninitialized", HOSTED,
        "ddi/wdm/nf-wdm-keinsertqueuedpc";
    /// A semaphore is not released above its limit.
    SEMAPHORE_LIMIT = 247, "semaphore-limit", HOSTED,
        "ddi/wdm/nf-wdm-kereleasesemaphore";
    /// A thread waits for at most `MAXIMUM_WAIT_OBJECTS` objects, and for at most
    /// `THREAD_WAIT_OBJECTS` without wait blocks of the driver's own.
    TOO_MANY_OBJECTS = 248, "too-many-objects", windows_any(0x0C),
        "ddi/wdm/nf-wdm-kewaitformultipleobjects";
    /// Run-down protection is released as often as it is acquired, and set up again only behind a
    /// rundown.
    RUNDOWN = 249, "rundown", HOSTED,
        "kernel/run-down-protection";
    /// Heads of interlocked lists are aligned.
    SLIST_ALIGNMENT = 250, "slist-alignment", HOSTED,
        "ddi/wdm/nf-wdm-initializeslisthead";
}
