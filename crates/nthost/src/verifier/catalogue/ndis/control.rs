//! Rules of protocol drivers: registering, binding, requests and events.

use crate::verifier::check::checks;

checks! {
    /// A handle is used only while what it stands for is there.
    DEAD_HANDLE = 330, "ndis-dead-handle", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver does not deregister inside of one of its handlers, which would wait for itself.
    DEREGISTER_IN_HANDLER = 331, "ndis-deregister-in-handler", HOSTED,
        "ddi/ndis/nf-ndis-ndisderegisterprotocoldriver";
    /// A driver deregisters before it is unloaded, or before its `DriverEntry` fails.
    NOT_DEREGISTERED = 332, "ndis-not-deregistered", HOSTED,
        "network/initializing-a-protocol-driver";
    /// Bindings are not enumerated again inside of handlers that have to do with a binding.
    ENUMERATE_IN_HANDLER = 333, "ndis-enumerate-in-handler", HOSTED,
        "ddi/ndis/nf-ndis-ndisreenumerateprotocolbindings";
    /// An adapter is opened while the driver is asked to bind to it.
    OPEN_OUTSIDE_BIND = 334, "ndis-open-outside-bind", HOSTED,
        "ddi/ndis/nf-ndis-ndisopenadapterex";
    /// An adapter is opened once in a bind.
    OPEN_TWICE = 335, "ndis-open-twice", HOSTED,
        "ddi/ndis/nf-ndis-ndisopenadapterex";
    /// Parameters of opening are what the page says.
    OPEN_PARAMETERS = 336, "ndis-open-parameters", HOSTED,
        "ddi/ndis/ns-ndis-_ndis_open_parameters";
    /// A bind that is done has opened the adapter.
    BIND_WITHOUT_OPEN = 337, "ndis-bind-without-open", HOSTED,
        "ddi/ndis/nc-ndis-protocol_bind_adapter_ex";
    /// A bind that failed has closed what it opened.
    BIND_LEFT_OPEN = 338, "ndis-bind-left-open", HOSTED,
        "ddi/ndis/nc-ndis-protocol_bind_adapter_ex";
    /// A bind ends.
    BIND_WAITS = 339, "ndis-bind-waits", HOSTED,
        "ddi/ndis/nf-ndis-ndiscompletebindadapterex";
    /// What is pending is completed once, and nothing else is.
    COMPLETE = 340, "ndis-complete", HOSTED,
        "ddi/ndis/nf-ndis-ndiscompletebindadapterex";
    /// A binding is closed while it is unbound, or in the bind that opened it.
    CLOSE_OUTSIDE_UNBIND = 341, "ndis-close-outside-unbind", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver takes back its packet filter and its groups before it closes a binding.
    CLOSE_WITH_FILTER = 342, "ndis-close-with-filter", HOSTED,
        "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// A driver waits for its requests before it closes a binding.
    CLOSE_WITH_REQUESTS = 343, "ndis-close-with-requests", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver waits for its sends before it closes a binding.
    CLOSE_WITH_SENDS = 344, "ndis-close-with-sends", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// Receive and status handlers return, so that a binding can be closed.
    CLOSE_WAITS = 345, "ndis-close-waits", HOSTED,
        "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// Unbinding cannot fail.
    UNBIND_ANSWER = 346, "ndis-unbind-answer", HOSTED,
        "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// A driver closes a binding that is unbound before it says that it is done.
    UNBIND_WITHOUT_CLOSE = 347, "ndis-unbind-without-close", HOSTED,
        "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// An unbind ends.
    UNBIND_WAITS = 348, "ndis-unbind-waits", HOSTED,
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// An event is answered as its page allows.
    EVENT_ANSWER = 349, "ndis-event-answer", HOSTED,
        "ddi/ndis/nc-ndis-protocol_net_pnp_event";
    /// An event is answered.
    EVENT_WAITS = 350, "ndis-event-waits", HOSTED,
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// A pause ends.
    PAUSE_WAITS = 351, "ndis-pause-waits", HOSTED,
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// Status handlers do not wait.
    STATUS_WAITS = 352, "ndis-status-waits", HOSTED,
        "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// A driver returns all lists before it says that it is paused.
    PAUSE_WITH_LISTS = 353, "ndis-pause-with-lists", HOSTED,
        "network/pausing-a-binding";
    /// A driver waits for its sends before it says that it is paused.
    PAUSE_WITH_SENDS = 354, "ndis-pause-with-sends", HOSTED,
        "network/pausing-a-binding";
    /// A driver does not wait for its requests while it handles a power event.
    WAIT_IN_POWER_EVENT = 355, "ndis-wait-in-power-event", HOSTED,
        "network/handling-pnp-events-and-power-management-events-in-a-protocol-driver";
    /// A request is what its page says.
    REQUEST = 356, "ndis-oid-request", HOSTED,
        "ddi/oidrequest/ns-oidrequest-ndis_oid_request";
    /// A request that is pending is not made again.
    REQUEST_IN_USE = 357, "ndis-oid-in-use", HOSTED,
        "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request is made while the binding allows it.
    REQUEST_STATE = 358, "ndis-oid-state", HOSTED,
        "network/protocol-binding-states-and-operations";
    /// A request and its buffer stay until the request has ended.
    REQUEST_FREED = 359, "ndis-oid-freed", HOSTED,
        "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request and what is set with it stay as they are until the request has ended.
    REQUEST_CHANGED = 360, "ndis-oid-changed", HOSTED,
        "ddi/ndis/nf-ndis-ndisoidrequest";
}
