//! How to mend drivers.

use super::Check;

/// What to do, for the rules that are so called or whose names begin so; the first that fits counts.
const CURES: &[(&[&str], &str)] = &[
    (
        &["fail-fast"],
        "The function at the top of the stack found it. Look who else changes the same list, object or buffer, \
         and whether a lock is missing. Entries of lists must be initialised, and removed once.",
    ),
    (
        &["stack-overflow"],
        "Move large variables to pool, end recursion, and start no request in a completion routine. Where a \
         provider may complete in the call, let a work item or a loop go on.",
    ),
    (
        &["stack-switched"],
        "Stay on the thread's stack. Where that has too little room, use KeExpandKernelStackAndCallout, or do the \
         work in a work item.",
    ),
    (
        &["dpc-time", "dispatch-time", "schedule-endless"],
        "Look at the loop at the top of the stack: what ends it, and who would do that while this processor is \
         kept. Do long work in a work item at PASSIVE_LEVEL, in parts, and wait for others with an event there.",
    ),
    (
        &["schedule-deadlock"],
        "The report lists what each thread waits for. Find the circle, and end one of its waits: acquire locks in \
         one order, hold none while waiting, and complete a request before waiting for another.",
    ),
    (
        &["unloaded-image"],
        "In DriverUnload, cancel and wait for everything that calls the driver: timers, DPCs, work items, threads, \
         completion routines, callbacks. Free what they use only then.",
    ),
    (
        &["unload-hang"],
        "The report says what DriverUnload waits for. Look who is to signal that: what was cancelled or closed \
         before has to end without anything else that is done later in DriverUnload.",
    ),
    (
        &["exception", "page-fault", "execute-data", "write-to-read-only"],
        "The function at the top of the stack used the address. Look where it comes from: a status that was not \
         checked, an object that is gone, or memory that may be paged out. An address near zero is a member of a \
         null pointer's structure.",
    ),
    (
        &["bug-check"],
        "The driver stopped the system itself. Fail the request or the load with a status in its place.",
    ),
    (
        &["object-pageable", "work-item-pageable"],
        "Put the structure into nonpaged pool, a device extension or the image's nonpaged data: the kernel uses it \
         at DISPATCH_LEVEL, whatever the level of the driver is.",
    ),
    (
        &["pool-holds"],
        "The block holds something that the kernel still knows. Cancel, delete or wait for it before the block is \
         freed: KeCancelTimer and KeFlushQueuedDpcs, ExDeleteResourceLite, ExDeleteLookasideListEx.",
    ),
    (
        &["pool-left", "pages-left", "mdl-left"],
        "The text says who allocated what is left. Give it an owner that frees it in DriverUnload, and on each way \
         out of DriverEntry that fails.",
    ),
    (
        &["pool-overrun", "pool-underrun", "pool-touch-beyond", "memory-copy-overlap"],
        "Compare the size that was allocated, which the history tells, with what the code computes. Check lengths \
         from outside before they are used, and count in elements or in bytes, not both.",
    ),
    (
        &["pool", "lookaside", "memory"],
        "Follow the block through the history of the report: who allocated it, with which size and tag, and who \
         freed it. Give each block one owner that frees it once, and before DriverUnload returns.",
    ),
    (
        &["irql-of", "irql-at-return"],
        "The routine raised or lowered the level and did not go back: look for a spin lock that is released on some \
         ways out of it only.",
    ),
    (
        &["irql", "ndis-irql", "wsk-irql", "wsk-capture-irql"],
        "Call the function at a level that its page allows: from a work item if it must be at PASSIVE_LEVEL, or \
         after the lock is released that raised the level.",
    ),
    (
        &["wait"],
        "Wait at PASSIVE_LEVEL, in a thread of your own or a work item, and hold no spin lock. In a DPC or a callback \
         at DISPATCH_LEVEL, note what is to be done and return.",
    ),
    (
        &["lock-order", "lock-recursion"],
        "The history says where each lock was acquired while which others were held. Choose one order, and write it \
         down beside the locks; or release one before the next is acquired.",
    ),
    (
        &["spin", "queued", "lock", "mutex", "resource", "fast", "push", "rundown"],
        "Pair each acquisition with one release, on the same thread, in the same way and in the same order \
         everywhere, on the ways out that fail too. Initialise a lock once, where its memory is allocated.",
    ),
    (
        &["critical", "guarded", "region"],
        "Leave each region in the routine that entered it, on all ways out.",
    ),
    (
        &["mdl", "pages"],
        "Follow the MDL: allocate, build or lock, map, unmap, unlock, free, each once and in this order. One for \
         nonpaged pool is built, and neither locked nor unlocked.",
    ),
    (
        &["irp-touched", "irp-freed", "irp-reused", "irp-sent-after-free", "irp-continued"],
        "The history says who has the request since when. Once IoCallDriver or a provider's function has taken it, it \
         is the other's until the completion routine; copy what is needed from it before.",
    ),
    (
        &["irp-cancel", "cancel"],
        "Swap the cancel routine for NULL with IoSetCancelRoutine before the request is completed: who gets NULL back \
         leaves the completion to the cancel routine. That releases the cancel spin lock with Irp->CancelIrql \
         first. Cancel-safe queues do all of it.",
    ),
    (
        &["irp-pending", "irp-not-completed", "irp-returned", "irp-status", "irp-suspicious"],
        "A dispatch routine has three ways out: complete and return that status; IoMarkIrpPending, keep the request and \
         return STATUS_PENDING; or return what IoCallDriver returned.",
    ),
    (
        &["irp", "device", "remove-lock"],
        "Follow the request through the history of the report: exactly one owner at a time, completed once, marked \
         pending where STATUS_PENDING is returned, and not touched after it was given away.",
    ),
    (
        &[
            "ndis-loaned",
            "ndis-return",
            "ndis-double-return",
            "ndis-foreign-return",
            "ndis-list-written",
        ],
        "Split where the flags are read: with NDIS_RECEIVE_FLAGS_RESOURCES, copy what is needed and leave the lists as \
         they are; without it, return each list once over the binding that got it, restored, and do not touch it \
         any more.",
    ),
    (
        &["ndis-send", "wsk-send-data"],
        "What is sent belongs to the lower side until it is completed: list, data and MDLs. Use a copy where the data \
         goes on changing, and count what is under way, so that pause and close can wait for it.",
    ),
    (
        &["ndis-oid"],
        "Keep the request and its buffer in nonpaged pool until ProtocolOidRequestComplete, also when a wait for it \
         has timed out.",
    ),
    (
        &[
            "ndis-bind",
            "ndis-unbind",
            "ndis-pause",
            "ndis-event",
            "ndis-close",
            "ndis-status",
            "ndis-leaked",
        ],
        "Stop, wait, then answer: no new sends and requests, return all lists, wait for what is under way, and only \
         then complete the event, close, or complete the unbind, once.",
    ),
    (
        &["ndis"],
        "Follow the list or the binding through the history of the report. What NDIS lends goes back as it came, what \
         it gives is returned once, and nothing is used after close or unbind has begun.",
    ),
    (
        &["wsk-indication", "wsk-retained", "wsk-release-not"],
        "A list is the driver's only if the callback returned STATUS_PENDING, until WskRelease, which takes it as a \
         whole, once, and before the socket is closed.",
    ),
    (
        &["wsk"],
        "Follow the socket or the request through the history of the report. A request's memory stays until it is \
         completed, indications are released once, and a socket is closed last.",
    ),
    (
        &["image", "registry", "zw", "handle", "object"],
        "Look at where the value comes from that the function was given: who made it, with which access, and whether \
         it is one of a program.",
    ),
    (
        &["unload", "work", "timer", "dpc", "thread", "event-provider", "left", "driver-entry"],
        "Undo in DriverUnload, in the reverse order, all that DriverEntry and later code did, and wait for what runs. \
         DriverEntry does the same for what it has done before it fails.",
    ),
];

/// How to mend a driver that breaks a rule.
pub(super) fn of(check: &Check) -> &'static str {
    let fits = |prefixes: &[&str]| prefixes.iter().any(|prefix| check.rule.starts_with(prefix));
    let found = CURES.iter().find(|(prefixes, _)| fits(prefixes));
    found.map_or(
        "Read the page, and look at the first function of the stack that is the driver's own.",
        |(_, cure)| cure,
    )
}

#[cfg(test)]
mod tests {
    use super::{CURES, of};
    use crate::checks;

    #[test]
    fn each_advice_is_for_a_rule() {
        let all: Vec<_> = checks().into_iter().map(of).collect();
        for (prefixes, cure) in CURES {
            assert!(all.contains(cure), "{prefixes:?} has none");
        }
    }
}
