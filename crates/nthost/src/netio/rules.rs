//! The rules of Winsock Kernel that are watched here, with the pages that state them.
//!
//! What cannot be seen is not among them: that memory for output was on a stack that is gone.

use crate::verifier;

/// A rule, and the page that states it.
pub(super) struct Rule {
    name: &'static str,
    page: &'static str,
}

impl Rule {
    /// Notes that the driver broke the rule.
    pub fn broken(&self, text: impl Into<String>) {
        verifier::report(self.name, self.page, text);
    }
}

macro_rules! rules {
    ($( $(#[$doc:meta])* $name:ident = $rule:literal, $page:literal; )*) => {$(
        $(#[$doc])*
        pub(super) const $name: Rule = Rule {
            name: $rule,
            page: concat!("https://learn.microsoft.com/en-us/windows-hardware/drivers/", $page),
        };
    )*};
}

rules! {
    /// The provider's functions are called at the levels that their pages say.
    LEVEL = "irql", "kernel/managing-hardware-priorities";
    /// A completion routine starts no request.
    CALL_IN_COMPLETION = "wsk-call-in-completion-routine",
        "network/using-irps-with-winsock-kernel-functions";
    /// An IRP is given where one is needed.
    NO_IRP = "wsk-irp-missing", "network/using-irps-with-winsock-kernel-functions";
    /// No IRP is given where none may be.
    NEEDLESS_IRP = "wsk-irp-not-allowed", "network/so-wsk-event-callback";
    /// An IRP has a stack location for the provider.
    NO_STACK_LOCATION = "wsk-irp-no-stack-location",
        "network/using-irps-with-winsock-kernel-functions";
    /// A driver's own IRP has a completion routine for all outcomes.
    NO_COMPLETION_ROUTINE = "wsk-irp-no-completion-routine",
        "network/using-irps-with-winsock-kernel-functions";
    /// A socket that was closed is not used.
    CLOSED_SOCKET = "wsk-closed-socket", "ddi/wsk/nc-wsk-pfn_wsk_close_socket";
    /// No function of a socket is in progress when it is closed.
    CALL_DURING_CLOSE = "wsk-call-during-close", "ddi/wsk/nc-wsk-pfn_wsk_close_socket";
    /// All retained lists are released before the socket is closed.
    RETAINED_AT_CLOSE = "wsk-retained-at-close",
        "ddi/wsk/nc-wsk-pfn_wsk_release_datagram_indication_list";
    /// Only lists that were retained are released, once, as a whole.
    RELEASE = "wsk-release-not-retained",
        "ddi/wsk/nc-wsk-pfn_wsk_release_datagram_indication_list";
    /// An event callback has three answers.
    ANSWER = "wsk-callback-answer", "ddi/wsk/nc-wsk-pfn_wsk_receive_from_event";
    /// A callback returns at the level that it was called at.
    CALLBACK_LEVEL = "wsk-callback-irql", "ddi/wsk/nc-wsk-pfn_wsk_receive_from_event";
    /// Indicated memory is left alone once it is the provider's again.
    INDICATION_WRITTEN = "wsk-indication-written",
        "ddi/wsk/nc-wsk-pfn_wsk_receive_from_event";
    /// Neither callbacks nor completion routines wait.
    WAIT_IN_WSK = "wsk-wait-in-wsk-context", "network/winsock-kernel-events";
    /// Callbacks are enabled after binding.
    ENABLE_BEFORE_BIND = "wsk-enable-before-bind", "network/so-wsk-event-callback";
    /// Callbacks are disabled one at a time.
    DISABLE_SEVERAL = "wsk-disable-several", "network/so-wsk-event-callback";
    /// A buffer stays as it is until the request is completed.
    INPUT_CHANGED = "wsk-input-changed", "ddi/wsk/nc-wsk-pfn_wsk_control_socket";
    /// Options that govern binding are set before, others after it.
    OPTION_ORDER = "wsk-option-order", "network/wsk-socket-options";
    /// Callbacks for all sockets are set before there are any.
    STATIC_TOO_LATE = "wsk-static-callbacks-too-late", "network/wsk-set-static-event-callbacks";
    /// The provider's functions are called while it is captured.
    CALL_AFTER_RELEASE = "wsk-call-after-release",
        "network/registering-a-winsock-kernel-application";
    /// Waiting for the provider is for `PASSIVE_LEVEL`.
    CAPTURE_LEVEL = "wsk-capture-irql", "ddi/wsk/nf-wsk-wskcaptureprovidernpi";
    /// The provider is released as often as it was captured.
    RELEASE_NPI = "wsk-release-npi", "ddi/wsk/nf-wsk-wskreleaseprovidernpi";
    /// All is given back before the client deregisters, or at least soon.
    DEREGISTER = "wsk-deregister-waits", "ddi/wsk/nf-wsk-wskderegister";
    /// A registration is one that was registered.
    REGISTRATION = "wsk-registration", "ddi/wsk/nf-wsk-wskregister";
    /// A cached security descriptor is released once, after it was used.
    SECURITY = "wsk-security-descriptor", "network/wsk-release-sd";
    /// Parameters are what the page says.
    RECEIVE_PARAMETER = "wsk-receive-parameter", "ddi/wsk/nc-wsk-pfn_wsk_receive_from";
    /// Parameters are what the page says.
    SEND_PARAMETER = "wsk-send-parameter", "ddi/wsk/nc-wsk-pfn_wsk_send_to";
    /// Parameters are what the page says.
    BIND_PARAMETER = "wsk-bind-parameter", "ddi/wsk/nc-wsk-pfn_wsk_bind";
}
