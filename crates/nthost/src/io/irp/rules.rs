//! Rules for IRPs that drivers can break.

use crate::verifier;

/// A rule, and the page that states it.
#[derive(Clone, Copy)]
pub(super) struct Rule(&'static str, &'static str);

impl Rule {
    /// Reports that the driver which this thread runs broke the rule.
    #[cold]
    pub fn broken(self, text: impl Into<String>) {
        verifier::report(self.0, self.1, text);
    }

    /// Reports that a routine of a driver broke the rule. `text` goes behind its name.
    #[cold]
    pub fn broken_by(self, routine: usize, text: &str) {
        let name = crate::thread::system().describe(routine);
        self.broken(format!("{name} {text}"));
    }

    /// Reports that the driver broke the rule where it called the kernel last. `text` goes behind that.
    #[cold]
    pub fn broken_by_caller(self, text: &str) {
        self.broken(format!("{} {text}", verifier::caller()));
    }
}

macro_rules! rules {
    ($( $(#[$doc:meta])* $name:ident = $rule:literal, $page:literal; )*) => {$(
        $(#[$doc])*
        pub(super) const $name: Rule = Rule(
            $rule,
            concat!("https://learn.microsoft.com/en-us/windows-hardware/drivers/", $page),
        );
    )*};
}

rules! {
    /// An IRP is completed by who has it, once.
    COMPLETED_TWICE = "irp-completed-twice",
        "debugger/bug-check-0x44--multiple-irp-complete-requests";
    /// The cancel routine is removed before.
    CANCEL_ROUTINE_LEFT = "irp-cancel-routine-left", "ddi/wdm/nf-wdm-iocompleterequest";
    /// `STATUS_PENDING` is no result.
    COMPLETED_PENDING = "irp-completed-pending", "ddi/wdm/nf-wdm-iocompleterequest";
    /// The stack is full.
    NO_STACK_LOCATION = "irp-no-stack-location",
        "debugger/bug-check-0x35--no-more-irp-stack-locations";
    /// Who allocates an IRP gets it back through a completion routine.
    NO_COMPLETION_ROUTINE = "irp-no-completion-routine",
        "network/using-irps-with-winsock-kernel-functions";
    /// The completion routine of an own IRP keeps it.
    CONTINUED = "irp-completion-continued", "network/using-irps-with-winsock-kernel-functions";
    /// A completion routine lets an IRP go on that it has freed.
    CONTINUED_FREED = "irp-continued-after-free", "ddi/wdm/nc-wdm-io_completion_routine";
    /// Only a location of its own may be marked.
    MARKED_BEHIND_THE_END = "irp-marked-behind-the-end", "ddi/wdm/nf-wdm-iomarkirppending";
    /// A completion routine hands `PendingReturned` on.
    PENDING_NOT_PROPAGATED = "irp-pending-not-propagated",
        "kernel/implementing-an-iocompletion-routine";
    /// `STATUS_PENDING` goes with `IoMarkIrpPending`.
    PENDING_NOT_MARKED = "irp-pending-not-marked", "ddi/wdm/nf-wdm-iomarkirppending";
    /// `IoMarkIrpPending` goes with `STATUS_PENDING`.
    PENDING_NOT_RETURNED = "irp-pending-not-returned", "ddi/wdm/nf-wdm-iomarkirppending";
    /// Any other status says that the IRP is done.
    NOT_COMPLETED = "irp-not-completed", "kernel/completing-irps";
    /// A freed IRP is not used.
    SENT_AFTER_FREE = "irp-sent-after-free", "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP that drivers have is not freed.
    FREED_WHILE_PENDING = "irp-freed-while-pending", "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP is freed once.
    FREED_TWICE = "irp-freed-twice", "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP is freed by who allocated it.
    FREED_NOT_OWNED = "irp-freed-not-owned", "ddi/wdm/nf-wdm-iofreeirp";
    /// An IRP that drivers have is not reused.
    REUSED_WHILE_PENDING = "irp-reused-while-pending", "kernel/reusing-irps";
    /// An IRP is reused by who allocated it.
    REUSED_NOT_OWNED = "irp-reused-not-owned", "kernel/reusing-irps";
    /// `IoInitializeIrp` is for memory of the driver's own.
    INITIALIZED_ALLOCATED = "irp-initialized-allocated", "ddi/wdm/nf-wdm-ioinitializeirp";
    /// A dispatch routine is there for each major function.
    NO_DISPATCH_ROUTINE = "irp-no-dispatch-routine", "kernel/writing-dispatch-routines";
    /// A routine returns at the level that it was called at.
    LEVEL_AT_RETURN = "irql-at-return", "kernel/managing-hardware-priorities";
}
