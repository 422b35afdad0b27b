//! Rules of the helpers that NDIS has for drivers.

use crate::verifier::check::checks;

checks! {
    /// An object is used after it was made, by what made it, until it is freed, once.
    OBJECT = 148, "ndis-object", HOSTED,
        "ddi/ndis/nf-ndis-ndisallocategenericobject";
    /// A structure begins with the header that its page asks for.
    HEADER = 122, "ndis-header", windows(0x7C, 0x21),
        "ddi/objectheader/ns-objectheader-ndis_object_header";
    /// A timer is freed only when it does not run any more.
    TIMER = 148, "ndis-timer", HOSTED,
        "ddi/ndis/nf-ndis-ndisfreetimerobject";
    /// A work item is queued when it is not queued, and freed when it is not queued.
    WORK_ITEM = 148, "ndis-work-item", HOSTED,
        "ddi/ndis/nf-ndis-ndisqueueioworkitem";
    /// A lock is freed when nobody holds it, and released in the way that it was acquired.
    LOCK = 338, "ndis-lock", HOSTED,
        "ddi/ndis/nf-ndis-ndisfreerwlock";
    /// Who says that it runs at `DISPATCH_LEVEL` does so.
    LEVEL = 133, "ndis-level", HOSTED,
        "network/dispatch-irql-tracking";
    /// No thread waits longer than the page allows.
    SLEEP = 339, "ndis-sleep", HOSTED,
        "ddi/ndis/nf-ndis-ndismsleep";
    /// A driver frees its timers, work items, locks and other objects before it is unloaded.
    OBJECT_LEFT = 148, "ndis-object-left", HOSTED,
        "ddi/ndis/nf-ndis-ndisfreegenericobject";
    /// A periodic timer is cancelled at `PASSIVE_LEVEL`.
    TIMER_LEVEL = 149, "ndis-timer-irql", HOSTED,
        "devtest/ndis-periodictimer";
    /// Waiting for an event is for `PASSIVE_LEVEL`.
    WAIT_LEVEL = 121, "ndis-wait-irql", windows(0x7C, 0x14),
        "ddi/ndis/nf-ndis-ndiswaitevent";
    /// Memory is allocated with a tag.
    TAG = 340, "ndis-memory-tag", HOSTED,
        "devtest/ndis-ndisallocatememorywithtagpriority";
    /// A handler whose flags say whether it runs at `DISPATCH_LEVEL` does not ask for its IRQL.
    FLAGS = 341, "ndis-flags-irql", HOSTED,
        "devtest/ndis-flags-irql";
}
