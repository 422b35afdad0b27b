//! The rules of sending that are watched here.

use crate::ndis::rules::rules;

rules! {
    /// The flags of a send say the truth about the IRQL.
    LEVEL = "ndis-send-irql", "network/dispatch-irql-tracking";
    /// Nothing is sent over a binding that is paused.
    PAUSED = "ndis-send-while-paused", "network/pausing-a-binding";
    /// A list is not sent again before it is completed.
    IN_FLIGHT = "ndis-send-in-flight", "ddi/ndis/nf-ndis-ndissendnetbufferlists";
    /// `SourceHandle` of what is sent is the handle of the binding.
    SOURCE_HANDLE = "ndis-send-source-handle", "ddi/ndis/nf-ndis-ndissendnetbufferlists";
}
