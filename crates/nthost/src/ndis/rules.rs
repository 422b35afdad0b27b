//! The rules of NDIS that are watched here, with the pages that state them.

use crate::verifier;

/// A rule, and the page that states it.
pub(super) struct Rule {
    pub name: &'static str,
    pub page: &'static str,
}

impl Rule {
    /// Notes that the driver broke the rule.
    pub fn broken(&self, text: impl Into<String>) {
        verifier::report(self.name, self.page, text);
    }
}

/// Declares rules: constants of type [`Rule`].
macro_rules! rules {
    ($( $(#[$doc:meta])* $name:ident = $rule:literal, $page:literal; )*) => {$(
        $(#[$doc])*
        pub(in crate::ndis) const $name: $crate::ndis::rules::Rule = $crate::ndis::rules::Rule {
            name: $rule,
            page: concat!("https://learn.microsoft.com/en-us/windows-hardware/drivers/", $page),
        };
    )*};
}
pub(in crate::ndis) use rules;

rules! {
    /// A handle is used only while what it stands for is there.
    DEAD_HANDLE = "ndis-dead-handle", "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver does not deregister inside of one of its handlers, which would wait for itself.
    DEREGISTER_IN_HANDLER = "ndis-deregister-in-handler",
        "ddi/ndis/nf-ndis-ndisderegisterprotocoldriver";
    /// A driver deregisters before it is unloaded, or before its `DriverEntry` fails.
    NOT_DEREGISTERED = "ndis-not-deregistered", "network/initializing-a-protocol-driver";
    /// Bindings are not enumerated again inside of handlers that have to do with a binding.
    ENUMERATE_IN_HANDLER = "ndis-enumerate-in-handler",
        "ddi/ndis/nf-ndis-ndisreenumerateprotocolbindings";
    /// An adapter is opened while the driver is asked to bind to it.
    OPEN_OUTSIDE_BIND = "ndis-open-outside-bind", "ddi/ndis/nf-ndis-ndisopenadapterex";
    /// An adapter is opened once in a bind.
    OPEN_TWICE = "ndis-open-twice", "ddi/ndis/nf-ndis-ndisopenadapterex";
    /// Parameters of opening are what the page says.
    OPEN_PARAMETERS = "ndis-open-parameters", "ddi/ndis/ns-ndis-_ndis_open_parameters";
    /// A bind that is done has opened the adapter.
    BIND_WITHOUT_OPEN = "ndis-bind-without-open", "ddi/ndis/nc-ndis-protocol_bind_adapter_ex";
    /// A bind that failed has closed what it opened.
    BIND_LEFT_OPEN = "ndis-bind-left-open", "ddi/ndis/nc-ndis-protocol_bind_adapter_ex";
    /// A bind ends.
    BIND_WAITS = "ndis-bind-waits", "ddi/ndis/nf-ndis-ndiscompletebindadapterex";
    /// What is pending is completed once, and nothing else is.
    COMPLETE = "ndis-complete", "ddi/ndis/nf-ndis-ndiscompletebindadapterex";
    /// A binding is closed while it is unbound, or in the bind that opened it.
    CLOSE_OUTSIDE_UNBIND = "ndis-close-outside-unbind", "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver takes back its packet filter and its groups before it closes a binding.
    CLOSE_WITH_FILTER = "ndis-close-with-filter", "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// A driver waits for its requests before it closes a binding.
    CLOSE_WITH_REQUESTS = "ndis-close-with-requests", "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// A driver waits for its sends before it closes a binding.
    CLOSE_WITH_SENDS = "ndis-close-with-sends", "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// Receive and status handlers return, so that a binding can be closed.
    CLOSE_WAITS = "ndis-close-waits", "ddi/ndis/nf-ndis-ndiscloseadapterex";
    /// Unbinding cannot fail.
    UNBIND_ANSWER = "ndis-unbind-answer", "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// A driver closes a binding that is unbound before it says that it is done.
    UNBIND_WITHOUT_CLOSE = "ndis-unbind-without-close",
        "ddi/ndis/nc-ndis-protocol_unbind_adapter_ex";
    /// An unbind ends.
    UNBIND_WAITS = "ndis-unbind-waits", "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// An event is answered as its page allows.
    EVENT_ANSWER = "ndis-event-answer", "ddi/ndis/nc-ndis-protocol_net_pnp_event";
    /// An event is answered.
    EVENT_WAITS = "ndis-event-waits", "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// A pause ends.
    PAUSE_WAITS = "ndis-pause-waits", "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// Status handlers do not wait.
    STATUS_WAITS = "ndis-status-waits", "debugger/bug-check-0x7c--bugcode-ndis-driver";
    /// A driver returns all lists before it says that it is paused.
    PAUSE_WITH_LISTS = "ndis-pause-with-lists", "network/pausing-a-binding";
    /// A driver waits for its sends before it says that it is paused.
    PAUSE_WITH_SENDS = "ndis-pause-with-sends", "network/pausing-a-binding";
    /// A driver does not wait for its requests while it handles a power event.
    WAIT_IN_POWER_EVENT = "ndis-wait-in-power-event",
        "network/handling-pnp-events-and-power-management-events-in-a-protocol-driver";
    /// A request is what its page says.
    REQUEST = "ndis-oid-request", "ddi/oidrequest/ns-oidrequest-ndis_oid_request";
    /// A request that is pending is not made again.
    REQUEST_IN_USE = "ndis-oid-in-use", "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request is made while the binding allows it.
    REQUEST_STATE = "ndis-oid-state", "network/protocol-binding-states-and-operations";
    /// A request and its buffer stay until the request has ended.
    REQUEST_FREED = "ndis-oid-freed", "ddi/ndis/nf-ndis-ndisoidrequest";
    /// A request and what is set with it stay as they are until the request has ended.
    REQUEST_CHANGED = "ndis-oid-changed", "ddi/ndis/nf-ndis-ndisoidrequest";
}
