//! Rules of the helpers that NDIS has for drivers.

use crate::verifier::check::checks;

checks! {
    /// An object is used after it was made, by what made it, until it is freed, once.
    OBJECT = 385, "ndis-object", HOSTED,
        "ddi/ndis/nf-ndis-ndisallocategenericobject";
    /// A structure begins with the header that its page asks for.
    HEADER = 386, "ndis-header", HOSTED,
        "ddi/objectheader/ns-objectheader-ndis_object_header";
    /// A timer is freed only when it does not run any more.
    TIMER = 387, "ndis-timer", HOSTED,
        "ddi/ndis/nf-ndis-ndisfreetimerobject";
    /// A work item is queued when it is not queued, and freed when it is not queued.
    WORK_ITEM = 388, "ndis-work-item", HOSTED,
        "ddi/ndis/nf-ndis-ndisqueueioworkitem";
    /// A lock is freed when nobody holds it, and released in the way that it was acquired.
    LOCK = 389, "ndis-lock", HOSTED,
        "ddi/ndis/nf-ndis-ndisfreerwlock";
    /// Who says that it runs at `DISPATCH_LEVEL` does so.
    LEVEL = 390, "ndis-level", HOSTED,
        "network/dispatch-irql-tracking";
    /// No thread waits longer than the page allows.
    SLEEP = 391, "ndis-sleep", HOSTED,
        "ddi/ndis/nf-ndis-ndismsleep";
}
