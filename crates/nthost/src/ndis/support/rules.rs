//! The rules for timers, locks and other objects of NDIS.

use crate::ndis::rules::rules;

rules! {
    /// An object is used after it was made, by what made it, until it is freed, once.
    OBJECT = "ndis-object", "ddi/ndis/nf-ndis-ndisallocategenericobject";
    /// A structure begins with the header that its page asks for.
    HEADER = "ndis-header", "ddi/objectheader/ns-objectheader-ndis_object_header";
    /// A timer is freed only when it does not run any more.
    TIMER = "ndis-timer", "ddi/ndis/nf-ndis-ndisfreetimerobject";
    /// A work item is queued when it is not queued, and freed when it is not queued.
    WORK_ITEM = "ndis-work-item", "ddi/ndis/nf-ndis-ndisqueueioworkitem";
    /// A lock is freed when nobody holds it, and released in the way that it was acquired.
    LOCK = "ndis-lock", "ddi/ndis/nf-ndis-ndisfreerwlock";
    /// Who says that it runs at `DISPATCH_LEVEL` does so.
    LEVEL = "ndis-level", "network/dispatch-irql-tracking";
    /// No thread waits longer than the page allows.
    SLEEP = "ndis-sleep", "ddi/ndis/nf-ndis-ndismsleep";
}
