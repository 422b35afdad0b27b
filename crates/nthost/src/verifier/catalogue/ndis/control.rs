//! Rules of protocol drivers: registering, binding, requests and events.

use crate::verifier::check::checks;

checks! {
    /// A handle is used only while what it stands for is there.
    DEAD_HANDLE = 135, "ndis-dead-handle", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A binding is closed once.
    CLOSED_TWICE = 123, "ndis-closed-twice", windows(0x7C, 0x1E),
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver deregisters once.
    DEREGISTERED_TWICE = 144, "ndis-deregistered-twice", HOSTED,
        "ddi/ndis/nf-ndis-ndisderegisterprotocoldriver";
    /// A driver does not deregister inside of one of its handlers, which would wait for itself.
    DEREGISTER_IN_HANDLER = 144, "ndis-deregister-in-handler", HOSTED,
        "ddi/ndis/nf-ndis-ndisderegisterprotocoldriver";
    /// A driver deregisters before it is unloaded, or before its `DriverEntry` fails.
    NOT_DEREGISTERED = 144, "ndis-not-deregistered", windows_any(0xCE),
        "network/initializing-a-protocol-driver";
    /// Bindings are not enumerated again inside of handlers that have to do with a binding.
    ENUMERATE_IN_HANDLER = 146, "ndis-enumerate-in-handler", HOSTED,
        "ddi/ndis/nf-ndis-ndisreenumerateprotocolbindings";
    /// An adapter is opened while the driver is asked to bind to it.
    OPEN_OUTSIDE_BIND = 136, "ndis-open-outside-bind", HOSTED,
        "ddi/ndis/nf-ndis-ndisopenadapterex";
    /// An adapter is opened once in a bind.
    OPEN_TWICE = 120, "ndis-open-twice", windows(0x7C, 0x16),
        "ddi/ndis/nf-ndis-ndisopenadapterex";
    /// Parameters of opening are what the page says.
    OPEN_PARAMETERS = 320, "ndis-open-parameters", HOSTED,
        "ddi/ndis/ns-ndis-_ndis_open_parameters";
    /// A bind that is done has opened the adapter.
    BIND_WITHOUT_OPEN = 321, "ndis-bind-without-open", HOSTED,
        "ddi/ndis/nc-ndis-protocol_bind_adapter_ex";
    /// A bind that failed has closed what it opened.
    BIND_LEFT_OPEN = 322, "ndis-bind-left-open", HOSTED,
        "ddi/ndis/nc-ndis-protocol_bind_adapter_ex";
    /// A bind ends.
    BIND_WAITS = 323, "ndis-bind-waits", HOSTED,
        "ddi/ndis/nf-ndis-ndiscompletebindadapterex";
    /// A bind that is pending is completed once, and no other one is.
    BIND_COMPLETE = 324, "ndis-bind-complete", HOSTED,
        "ddi/ndis/nf-ndis-ndiscompletebindadapterex";
    /// An unbind that is pending is completed once, and no other one is.
    UNBIND_COMPLETE = 137, "ndis-unbind-complete", HOSTED,
        "ddi/ndis/nf-ndis-ndiscompleteunbindadapterex";
    /// An event that is pending is completed once, and no other one is.
    EVENT_COMPLETE = 141, "ndis-event-complete", HOSTED,
        "ddi/ndis/nf-ndis-ndiscompletenetpnpevent";
    /// A binding is closed while it is unbound, or in the bind that opened it.
    CLOSE_OUTSIDE_UNBIND = 136, "ndis-close-outside-unbind", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver takes back its packet filter and its groups before it closes a binding.
    CLOSE_WITH_FILTER = 325, "ndis-close-with-filter", HOSTED,
        "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// A driver waits for its requests before it closes a binding.
    CLOSE_WITH_REQUESTS = 134, "ndis-close-with-requests", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver waits for its sends before it closes a binding.
    CLOSE_WITH_SENDS = 134, "ndis-close-with-sends", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// Receive and status handlers return, so that a binding can be closed.
    CLOSE_WAITS = 326, "ndis-close-waits", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// The context of a binding stays until the driver has been told that the binding is closed.
    CONTEXT_FREED = 138, "ndis-context-freed", windows_any(0xCC),
        "ddi/ndis/nc-ndis-protocol_close_adapter_complete_ex";
    /// Unbinding cannot fail.
    UNBIND_ANSWER = 137, "ndis-unbind-answer", HOSTED,
        "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// A driver closes a binding that is unbound before it says that it is done.
    UNBIND_WITHOUT_CLOSE = 137, "ndis-unbind-without-close", HOSTED,
        "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// An unbind ends.
    UNBIND_WAITS = 119, "ndis-unbind-waits", windows(0x7C, 0x25),
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// An event is answered as its page allows.
    EVENT_ANSWER = 327, "ndis-event-answer", HOSTED,
        "ddi/ndis/nc-ndis-protocol_net_pnp_event";
    /// An event is answered.
    EVENT_WAITS = 119, "ndis-event-waits", windows(0x7C, 0x25),
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// A pause ends.
    PAUSE_WAITS = 119, "ndis-pause-waits", windows(0x7C, 0x25),
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// Status handlers do not wait.
    STATUS_WAITS = 119, "ndis-status-waits", windows(0x7C, 0x25),
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// A driver returns all lists before it says that it is paused.
    PAUSE_WITH_LISTS = 140, "ndis-pause-with-lists", HOSTED,
        "network/pausing-a-binding";
    /// A driver waits for its sends before it says that it is paused.
    PAUSE_WITH_SENDS = 140, "ndis-pause-with-sends", HOSTED,
        "network/pausing-a-binding";
    /// A driver does not wait for its requests and sends while it handles a power event.
    WAIT_IN_POWER_EVENT = 328, "ndis-wait-in-power-event", HOSTED,
        "network/handling-pnp-events-and-power-management-events-in-a-protocol-driver";
    /// A request is what its page says.
    REQUEST = 329, "ndis-oid-request", HOSTED,
        "ddi/oidrequest/ns-oidrequest-ndis_oid_request";
    /// A request that is pending is not made again.
    REQUEST_IN_USE = 142, "ndis-oid-in-use", HOSTED,
        "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request is made while the binding allows it.
    REQUEST_STATE = 330, "ndis-oid-state", HOSTED,
        "network/protocol-binding-states-and-operations";
    /// A request and its buffer stay until the request has ended.
    REQUEST_FREED = 142, "ndis-oid-freed", windows_any(0xCC),
        "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request and what is set with it stay as they are until the request has ended.
    REQUEST_CHANGED = 142, "ndis-oid-changed", HOSTED,
        "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request that is on a stack ends before the function returns whose stack it is on.
    REQUEST_ON_STACK = 142, "ndis-oid-on-stack", HOSTED,
        "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request and its buffer are in nonpaged memory.
    REQUEST_PAGED = 143, "ndis-oid-paged", windows_any(0xD1),
        "ddi/ndis/nf-ndis-ndisoidrequest";
}
