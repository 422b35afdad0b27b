//! Rules of IRPs.

use crate::verifier::check::checks;

checks! {
    /// An IRP is completed by who has it, once.
    COMPLETED_TWICE = 280, "irp-completed-twice", HOSTED,
        "debugger/bug-check-0x44--multiple-irp-complete-requests";
    /// The cancel routine is removed before.
    CANCEL_ROUTINE_LEFT = 281, "irp-cancel-routine-left", HOSTED,
        "ddi/wdm/nf-wdm-iocompleterequest";
    /// `STATUS_PENDING` is no result.
    COMPLETED_PENDING = 282, "irp-completed-pending", HOSTED,
        "ddi/wdm/nf-wdm-iocompleterequest";
    /// The stack is full.
    NO_STACK_LOCATION = 283, "irp-no-stack-location", HOSTED,
        "debugger/bug-check-0x35--no-more-irp-stack-locations";
    /// Who allocates an IRP gets it back through a completion routine.
    NO_COMPLETION_ROUTINE = 284, "irp-no-completion-routine", HOSTED,
        "network/using-irps-with-winsock-kernel-functions";
    /// The completion routine of an own IRP keeps it.
    CONTINUED = 285, "irp-completion-continued", HOSTED,
        "network/using-irps-with-winsock-kernel-functions";
    /// A completion routine lets an IRP go on that it has freed.
    CONTINUED_FREED = 286, "irp-continued-after-free", HOSTED,
        "ddi/wdm/nc-wdm-io_completion_routine";
    /// Only a location of its own may be marked.
    MARKED_BEHIND_THE_END = 287, "irp-marked-behind-the-end", HOSTED,
        "ddi/wdm/nf-wdm-iomarkirppending";
    /// A completion routine hands `PendingReturned` on.
    PENDING_NOT_PROPAGATED = 288, "irp-pending-not-propagated", HOSTED,
        "kernel/implementing-an-iocompletion-routine";
    /// `STATUS_PENDING` goes with `IoMarkIrpPending`.
    PENDING_NOT_MARKED = 289, "irp-pending-not-marked", HOSTED,
        "ddi/wdm/nf-wdm-iomarkirppending";
    /// `IoMarkIrpPending` goes with `STATUS_PENDING`.
    PENDING_NOT_RETURNED = 290, "irp-pending-not-returned", HOSTED,
        "ddi/wdm/nf-wdm-iomarkirppending";
    /// Any other status says that the IRP is done.
    NOT_COMPLETED = 291, "irp-not-completed", HOSTED,
        "kernel/completing-irps";
    /// A freed IRP is not used.
    SENT_AFTER_FREE = 292, "irp-sent-after-free", HOSTED,
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP that drivers have is not freed.
    FREED_WHILE_PENDING = 293, "irp-freed-while-pending", HOSTED,
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP is freed once.
    FREED_TWICE = 294, "irp-freed-twice", HOSTED,
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP is freed by who allocated it.
    FREED_NOT_OWNED = 295, "irp-freed-not-owned", HOSTED,
        "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP that drivers have is not reused.
    REUSED_WHILE_PENDING = 296, "irp-reused-while-pending", HOSTED,
        "kernel/reusing-irps";
    /// An IRP is reused by who allocated it.
    REUSED_NOT_OWNED = 297, "irp-reused-not-owned", HOSTED,
        "kernel/reusing-irps";
    /// `IoInitializeIrp` is for memory of the driver's own.
    INITIALIZED_ALLOCATED = 298, "irp-initialized-allocated", HOSTED,
        "ddi/wdm/nf-wdm-ioinitializeirp";
    /// A dispatch routine is there for each major function.
    NO_DISPATCH_ROUTINE = 299, "irp-no-dispatch-routine", HOSTED,
        "kernel/writing-dispatch-routines";
    /// A routine returns at the level that it was called at.
    LEVEL_AT_RETURN = 300, "irql-at-return", HOSTED,
        "kernel/managing-hardware-priorities";
}
