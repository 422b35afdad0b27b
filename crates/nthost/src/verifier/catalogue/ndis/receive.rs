//! Rules of receiving through NDIS.

use crate::verifier::check::checks;

checks! {
    /// Each list is returned once.
    DOUBLE_RETURN = 360, "ndis-double-return", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// Only lists that were indicated are returned.
    FOREIGN_RETURN = 361, "ndis-foreign-return", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// Lists that were lent are not returned.
    LOANED_RETURN = 362, "ndis-return-loaned", HOSTED,
        "network/receiving-network-data";
    /// Lists are returned by the binding that got them.
    WRONG_BINDING = 363, "ndis-return-wrong-binding", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// A chain ends.
    CYCLIC_RETURN = 364, "ndis-return-cyclic", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// `SourceHandle` is not a protocol's to change.
    SOURCE_HANDLE = 365, "ndis-source-handle", HOSTED,
        "network/net-buffer-list-structure";
    /// The flags of a return say the truth about the IRQL.
    RETURN_LEVEL = 366, "ndis-return-irql", HOSTED,
        "network/dispatch-irql-tracking";
    /// Lists that were lent are linked and filled as before when the handler returns.
    LOANED_CHANGED = 367, "ndis-loaned-changed", HOSTED,
        "network/receiving-network-data";
    /// What a list describes is not a protocol's to change.
    RETURNED_CHANGED = 368, "ndis-returned-changed", HOSTED,
        "network/net-buffer-list-structure";
    /// All lists are returned before the binding is closed.
    LEAKED = 369, "ndis-leaked-nbl", HOSTED,
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
}
