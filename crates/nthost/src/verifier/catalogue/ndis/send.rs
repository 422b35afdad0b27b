//! Rules of sending through NDIS.

use crate::verifier::check::checks;

checks! {
    /// The flags of a send say the truth about the IRQL.
    LEVEL = 133, "ndis-send-irql", HOSTED,
        "network/dispatch-irql-tracking";
    /// Nothing is sent over a binding that is paused.
    PAUSED = 139, "ndis-send-while-paused", HOSTED,
        "network/pausing-a-binding";
    /// The data of a list that is sent stays as it is until the list is completed.
    DATA_CHANGED = 70, "ndis-send-data-changed", HOSTED,
        "ddi/ndis/nf-ndis-ndissendnetbufferlists";
    /// A list is not sent again before it is completed.
    IN_FLIGHT = 332, "ndis-send-in-flight", HOSTED,
        "ddi/ndis/nf-ndis-ndissendnetbufferlists";
    /// `SourceHandle` of what is sent is the handle of the binding.
    SOURCE_HANDLE = 333, "ndis-send-source-handle", HOSTED,
        "ddi/ndis/nf-ndis-ndissendnetbufferlists";
}
