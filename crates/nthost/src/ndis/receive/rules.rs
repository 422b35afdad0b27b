//! The rules of receiving that are watched here.

use crate::ndis::rules::rules;

rules! {
    /// Each list is returned once.
    DOUBLE_RETURN = "ndis-double-return", "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// Only lists that were indicated are returned.
    FOREIGN_RETURN = "ndis-foreign-return", "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// Lists that were lent are not returned.
    LOANED_RETURN = "ndis-return-loaned", "network/receiving-network-data";
    /// Lists are returned by the binding that got them.
    WRONG_BINDING = "ndis-return-wrong-binding", "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// A chain ends.
    CYCLIC_RETURN = "ndis-return-cyclic", "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// `SourceHandle` is not a protocol's to change.
    SOURCE_HANDLE = "ndis-source-handle", "network/net-buffer-list-structure";
    /// The flags of a return say the truth about the IRQL.
    RETURN_LEVEL = "ndis-return-irql", "network/dispatch-irql-tracking";
    /// Lists that were lent are linked and filled as before when the handler returns.
    LOANED_CHANGED = "ndis-loaned-changed", "network/receiving-network-data";
    /// What a list describes is not a protocol's to change.
    RETURNED_CHANGED = "ndis-returned-changed", "network/net-buffer-list-structure";
    /// All lists are returned before the binding is closed.
    LEAKED = "ndis-leaked-nbl", "debugger/bug-check-0x7c--bugcode-ndis-driver";
}
