//! Rules of receiving through NDIS.

use crate::verifier::check::checks;

checks! {
    /// Each list is returned once.
    DOUBLE_RETURN = 125, "ndis-double-return", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// Only lists that were indicated are returned.
    FOREIGN_RETURN = 126, "ndis-foreign-return", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// Lists that were lent are not returned.
    LOANED_RETURN = 127, "ndis-return-loaned", HOSTED,
        "network/receiving-network-data";
    /// Lists are returned by the binding that got them.
    WRONG_BINDING = 132, "ndis-return-wrong-binding", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// A chain ends.
    CYCLIC_RETURN = 331, "ndis-return-cyclic", HOSTED,
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// `SourceHandle` is not a protocol's to change.
    SOURCE_HANDLE = 130, "ndis-source-handle", HOSTED,
        "network/net-buffer-list-structure";
    /// The flags of a return say the truth about the IRQL.
    RETURN_LEVEL = 133, "ndis-return-irql", HOSTED,
        "network/dispatch-irql-tracking";
    /// Lists that were lent are linked as before when the handler returns.
    LOANED_RELINKED = 129, "ndis-loaned-relinked", HOSTED,
        "network/receiving-network-data";
    /// Lists that were lent are filled as before when the handler returns.
    LOANED_CHANGED = 130, "ndis-loaned-changed", HOSTED,
        "network/receiving-network-data";
    /// What a list describes is not a protocol's to change.
    RETURNED_CHANGED = 130, "ndis-returned-changed", HOSTED,
        "network/net-buffer-list-structure";
    /// All lists are returned before the binding is closed.
    LEAKED = 118, "ndis-leaked-nbl", windows(0x7C, 0x27),
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// Nothing of a list that was lent is touched after the handler has returned.
    LOANED_TOUCHED = 128, "ndis-loaned-touched", HOSTED,
        "network/receiving-network-data";
    /// Nothing of a list is touched after it was returned.
    RETURNED_TOUCHED = 131, "ndis-returned-touched", windows_any(0xD1),
        "ddi/ndis/nf-ndis-ndisreturnnetbufferlists";
    /// Nothing is written to a list after it was returned, or was no longer lent.
    LIST_WRITTEN = 131, "ndis-list-written", HOSTED,
        "network/receiving-network-data";
}
