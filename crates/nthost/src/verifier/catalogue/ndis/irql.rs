//! Rules of the levels that functions of NDIS are called at, as static analysis of drivers names them.

use crate::verifier::check::checks;

checks! {
    /// What the rule `Irql_Protocol_Driver_Function` lists is called at a level that its page names.
    PROTOCOL = 59, "ndis-irql-protocol-driver", HOSTED,
        "devtest/ndis-irql-protocol-driver-function";
    /// What the rule `Irql_SendRcv_Function` lists is called at `DISPATCH_LEVEL` or below.
    SEND_RECEIVE = 59, "ndis-irql-send-receive", HOSTED,
        "devtest/ndis-irql-sendrcv-function";
    /// What the rule `Irql_NetBuffer_Function` lists is called at `DISPATCH_LEVEL` or below.
    NET_BUFFER = 59, "ndis-irql-net-buffer", HOSTED,
        "devtest/ndis-irql-netbuffer-function";
    /// What the rule `Irql_OID_Function` lists is called at `DISPATCH_LEVEL` or below.
    OID = 59, "ndis-irql-oid", HOSTED,
        "devtest/ndis-irql-oid-function";
    /// What the rule `Irql_Timer_Function` lists is called at `DISPATCH_LEVEL` or below.
    TIMER = 59, "ndis-irql-timer", HOSTED,
        "devtest/ndis-irql-timer-function";
    /// What the rule `Irql_Synch_Function` lists is called at a level that its page names.
    SYNCH = 59, "ndis-irql-synch", HOSTED,
        "devtest/ndis-irql-synch-function";
    /// What the rule `Irql_Interfaces_Function` lists is called at a level that its page names.
    INTERFACES = 59, "ndis-irql-interfaces", HOSTED,
        "devtest/ndis-irql-interfaces-function";
    /// What the rule `Irql_Miscellaneous_Function` lists is called at a level that its page names.
    MISCELLANEOUS = 59, "ndis-irql-miscellaneous", HOSTED,
        "devtest/ndis-irql-miscellaneous-function";
}
