//! Rules of IRPs.

use crate::verifier::check::checks;

checks! {
    /// What is freed with `IoFreeIrp` is an IRP that `IoAllocateIrp` or one of its kind made.
    FREED_NO_IRP = 71, "irp-freed-no-irp", windows(0xC9, 0x01),
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP is freed once.
    FREED_TWICE = 71, "irp-freed-twice", windows(0xC9, 0x01),
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP that belongs to a request of a thread is freed by the I/O manager.
    FREED_NOT_OWNED = 72, "irp-freed-not-owned", windows(0xC9, 0x02),
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP that drivers have is not freed.
    FREED_WHILE_PENDING = 72, "irp-freed-while-pending", windows(0xC9, 0x20B),
        "ddi/wdm/nf-wdm-iofreeirp";
    /// What is sent with `IoCallDriver` is an IRP.
    SENT_NO_IRP = 73, "irp-sent-no-irp", windows(0xC9, 0x03),
        "ddi/wdm/nf-wdm-iocalldriver";
    /// A freed IRP is not used.
    SENT_AFTER_FREE = 73, "irp-sent-after-free", windows(0xC9, 0x03),
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP is sent to a device that is there.
    SENT_NO_DEVICE = 73, "irp-sent-no-device", windows(0xC9, 0x04),
        "ddi/wdm/nf-wdm-iocalldriver";
    /// An IRP is sent to a device, and not to none.
    SENT_NULL_DEVICE = 73, "irp-sent-null-device", windows(0xC9, 0x204),
        "ddi/wdm/nf-wdm-iocalldriver";
    /// A dispatch routine returns at the level that it was called at.
    DISPATCH_LEVEL = 74, "irp-dispatch-irql", windows(0xC9, 0x05),
        "kernel/managing-hardware-priorities";
    /// A routine returns at the level that it was called at.
    LEVEL_AT_RETURN = 74, "irql-at-return", windows(0xC4, 0x2001D),
        "devtest/wdm-irqlreturn";
    /// An IRP is not sent on, or used again, while it is pending where it was sent before.
    FORWARDED_BENEATH = 83, "irp-forwarded-beneath", windows(0xC9, 0x205),
        "ddi/wdm/nf-wdm-iocalldriver";
    /// An IRP is not completed while it is pending where it was sent before.
    COMPLETED_BENEATH = 83, "irp-completed-beneath", windows(0xC9, 0x209),
        "ddi/wdm/nf-wdm-iocompleterequest";
    /// The next stack location begins without the marks of the driver's own.
    CONTROL_NOT_CLEARED = 84, "irp-control-not-cleared", windows(0xC9, 0x206),
        "ddi/wdm/nf-wdm-iocopycurrentirpstacklocationtonext";
    /// A stack location is copied without the completion routine of the driver above.
    ROUTINE_COPIED = 84, "irp-completion-routine-copied", windows(0xC9, 0x207),
        "ddi/wdm/nf-wdm-iocopycurrentirpstacklocationtonext";
    /// A driver that sends an IRP on prepares the next stack location, or skips its own.
    STACK_NOT_COPIED = 84, "irp-stack-not-copied", windows(0xC9, 0x212),
        "kernel/passing-irps-down-the-driver-stack";
    /// An IRP is sent without a cancel routine.
    SENT_WITH_CANCEL_ROUTINE = 86, "irp-sent-with-cancel-routine", windows(0xC9, 0x203),
        "ddi/wdm/nf-wdm-iocalldriver";
    /// Requests that open or close files are sent at `PASSIVE_LEVEL`.
    SENT_AT_LEVEL = 79, "irp-sent-irql", windows(0xC9, 0x23A),
        "kernel/dispatch-routines-and-irqls";
    /// An IRP is sent at `DISPATCH_LEVEL` or below.
    SENT_ABOVE_DISPATCH = 79, "irp-sent-above-dispatch", windows(0xC9, 0x10),
        "ddi/wdm/nf-wdm-iocalldriver";
    /// An IRP is completed at `DISPATCH_LEVEL` or below.
    COMPLETED_ABOVE_DISPATCH = 78, "irp-completed-above-dispatch", windows(0xC9, 0x0E),
        "ddi/wdm/nf-wdm-iocompleterequest";
    /// An IRP that the thread has to finish is sent below `APC_LEVEL`.
    SENT_THREADED = 79, "irp-threaded-irql", windows(0xC9, 0x302),
        "ddi/wdm/nf-wdm-iobuilddeviceiocontrolrequest";
    /// A dispatch routine leaves all critical and guarded regions that it enters.
    DISPATCH_REGIONS = 100, "irp-dispatch-regions", windows(0xC4, 0xC5),
        "kernel/critical-regions-and-guarded-regions";
    /// A completion routine leaves all critical and guarded regions that it enters.
    COMPLETION_REGIONS = 100, "irp-completion-regions", windows(0xC4, 0xFB),
        "kernel/critical-regions-and-guarded-regions";
    /// A completion routine returns at the level that it was called at.
    COMPLETION_LEVEL = 100, "irp-completion-irql", windows(0xC4, 0xFA),
        "kernel/managing-hardware-priorities";
    /// `STATUS_PENDING` is no result.
    COMPLETED_PENDING = 75, "irp-completed-pending", windows(0xC9, 0x06),
        "ddi/wdm/nf-wdm-iocompleterequest";
    /// The cancel routine is removed before an IRP is completed.
    CANCEL_ROUTINE_LEFT = 76, "irp-cancel-routine-left", windows(0xC9, 0x07),
        "ddi/wdm/nf-wdm-iocompleterequest";
    /// Where the result of an IRP goes is not on a part of a stack that is gone.
    STATUS_BLOCK_UNWOUND = 77, "irp-status-block-unwound", windows(0xC9, 0x0C),
        "ddi/wdm/nf-wdm-iobuilddeviceiocontrolrequest";
    /// The event of an IRP is not on a part of a stack that is gone.
    EVENT_UNWOUND = 77, "irp-event-unwound", windows(0xC9, 0x0D),
        "ddi/wdm/nf-wdm-iobuilddeviceiocontrolrequest";
    /// A driver soon ends a request that is cancelled.
    CANCEL_TIMEOUT = 99, "irp-cancel-timeout", windows(0xC4, 0x135),
        "kernel/canceling-irps";
    /// An IRP is completed by who has it, once.
    COMPLETED_TWICE = 80, "irp-completed-twice", windows_any(0x44),
        "debugger/bug-check-0x44--multiple-irp-complete-requests";
    /// An IRP is completed by a driver that it was sent to.
    COMPLETED_NOT_SENT = 80, "irp-completed-not-sent", windows(0xC9, 0x239),
        "devtest/wdm-ioallocatecomplete";
    /// An IRP that was completed is not cancelled: no cancel routine is set for it any more.
    CANCELLED_COMPLETED = 81, "irp-cancelled-completed", windows_any(0x48),
        "debugger/bug-check-0x48--cancel-state-in-completed-irp";
    /// A cancel routine releases the cancel spin lock.
    CANCEL_LOCK_KEPT = 82, "cancel-lock-kept", windows_any(0x11B),
        "debugger/bug-check-0x11b---driver-returned-holding-cancel-lock";
    /// A thread acquires the cancel spin lock once.
    CANCEL_LOCK_RECURSION = 82, "cancel-lock-recursion", HOSTED,
        "kernel/using-the-system-s-cancel-spin-lock";
    /// A thread releases the cancel spin lock only when it holds it.
    CANCEL_LOCK_NOT_HELD = 82, "cancel-lock-not-held", HOSTED,
        "kernel/using-the-system-s-cancel-spin-lock";
    /// An IRP has a stack location for each driver that it is sent to.
    NO_STACK_LOCATION = 85, "irp-no-stack-location", windows_any(0x35),
        "debugger/bug-check-0x35--no-more-irp-stack-locations";
    /// `IoInitializeIrp` is for memory of the driver's own.
    INITIALIZED_ALLOCATED = 87, "irp-initialized-allocated", windows(0xC9, 0x20D),
        "ddi/wdm/nf-wdm-ioinitializeirp";
    /// An IRP that drivers have is not reused.
    REUSED_WHILE_PENDING = 88, "irp-reused-while-pending", windows(0xC9, 0x310),
        "kernel/reusing-irps";
    /// An IRP is reused by who allocated it with `IoAllocateIrp`.
    REUSED_NOT_OWNED = 88, "irp-reused-not-owned", windows(0xC9, 0x311),
        "kernel/reusing-irps";
    /// A dispatch routine that does not return `STATUS_PENDING` has completed the IRP, or passed it on.
    NOT_COMPLETED = 89, "irp-not-completed", windows(0xC9, 0x226),
        "kernel/completing-irps";
    /// A dispatch routine returns the status that it has completed the IRP with.
    STATUS_DIFFERS = 90, "irp-status-differs", windows(0xC9, 0x224),
        "kernel/completing-irps";
    /// A dispatch routine returns a status.
    NO_STATUS = 91, "irp-returned-no-status", windows(0xC9, 0x225),
        "kernel/completing-irps";
    /// A status does not have the bit that is reserved.
    SUSPICIOUS_STATUS = 91, "irp-suspicious-status", windows(0xC9, 0x21B),
        "kernel/defining-new-ntstatus-values";
    /// `STATUS_PENDING` goes with `IoMarkIrpPending`.
    PENDING_NOT_MARKED = 92, "irp-pending-not-marked", windows(0xC9, 0x23D),
        "ddi/wdm/nf-wdm-iomarkirppending";
    /// `IoMarkIrpPending` goes with `STATUS_PENDING`.
    PENDING_NOT_RETURNED = 93, "irp-pending-not-returned", windows(0xC9, 0x23E),
        "ddi/wdm/nf-wdm-iomarkirppending";
    /// A completion routine hands `PendingReturned` on.
    PENDING_NOT_PROPAGATED = 94, "irp-pending-not-propagated", windows(0xC9, 0x228),
        "kernel/implementing-an-iocompletion-routine";
    /// A completion routine is not in pageable code.
    PAGEABLE_ROUTINE = 95, "irp-completion-pageable", windows(0xC9, 0x227),
        "ddi/wdm/nc-wdm-io_completion_routine";
    /// `Information` is not larger than the buffer for output.
    INFORMATION = 96, "irp-information-too-large", windows(0xC9, 0x312),
        "kernel/using-buffered-i-o";
    /// A driver sets no cancel routine in an IRP that is pending where it was sent.
    CANCEL_ROUTINE_BENEATH = 86, "irp-cancel-routine-beneath", windows(0xC9, 0x229),
        "kernel/introduction-to-cancel-routines";
    /// A driver does not use an IRP that is pending where it was sent.
    TOUCHED = 102, "irp-touched", HOSTED,
        "network/using-irps-with-winsock-kernel-functions";
    /// A driver does not use an IRP that it has freed or completed.
    TOUCHED_FREED = 102, "irp-touched-after-free", windows_any(0xD1),
        "kernel/completing-irps";
    /// Who allocates an IRP gets it back through a completion routine.
    NO_COMPLETION_ROUTINE = 280, "irp-no-completion-routine", HOSTED,
        "devtest/wdm-ioallocateforward";
    /// The completion routine of an own IRP keeps it.
    CONTINUED = 281, "irp-completion-continued", HOSTED,
        "network/using-irps-with-winsock-kernel-functions";
    /// A completion routine does not let an IRP go on that it has freed.
    CONTINUED_FREED = 282, "irp-continued-after-free", HOSTED,
        "ddi/wdm/nc-wdm-io_completion_routine";
    /// Only an IRP in whose stack the driver has a location is marked pending.
    MARKED_BEHIND_THE_END = 283, "irp-marked-behind-the-end", HOSTED,
        "ddi/wdm/nf-wdm-iomarkirppending";
    /// A dispatch routine is there for each major function.
    NO_DISPATCH_ROUTINE = 284, "irp-no-dispatch-routine", windows(0xC9, 0x21F),
        "kernel/writing-dispatch-routines";
    /// A driver cancels only IRPs that it allocated.
    CANCELLED_NOT_OWNED = 285, "irp-cancelled-not-owned", HOSTED,
        "ddi/wdm/nf-wdm-iocancelirp";
    /// A freed IRP is not cancelled.
    CANCELLED_AFTER_FREE = 286, "irp-cancelled-after-free", HOSTED,
        "ddi/wdm/nf-wdm-iocancelirp";
}
