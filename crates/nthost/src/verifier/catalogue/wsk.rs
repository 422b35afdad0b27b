//! Rules of Winsock Kernel.

use crate::verifier::check::checks;

checks! {
    /// The provider's functions are called at the levels that their pages say.
    LEVEL = 155, "wsk-irql", windows(0xC4, 0xE5),
        "kernel/managing-hardware-priorities";
    /// A completion routine starts no request.
    CALL_IN_COMPLETION = 166, "wsk-call-in-completion-routine", HOSTED,
        "network/using-irps-with-winsock-kernel-functions";
    /// An IRP is given where one is needed.
    NO_IRP = 400, "wsk-irp-missing", HOSTED,
        "network/using-irps-with-winsock-kernel-functions";
    /// No IRP is given where none may be.
    NEEDLESS_IRP = 401, "wsk-irp-not-allowed", HOSTED,
        "network/so-wsk-event-callback";
    /// An IRP has a stack location for the provider.
    NO_STACK_LOCATION = 156, "wsk-irp-no-stack-location", windows_any(0x35),
        "network/using-irps-with-winsock-kernel-functions";
    /// A driver's own IRP has a completion routine for all outcomes.
    NO_COMPLETION_ROUTINE = 157, "wsk-irp-no-completion-routine", HOSTED,
        "network/using-irps-with-winsock-kernel-functions";
    /// A socket that was closed is not used.
    CLOSED_SOCKET = 165, "wsk-closed-socket", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_close_socket";
    /// No function of a socket is in progress when it is closed.
    CALL_DURING_CLOSE = 164, "wsk-call-during-close", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_close_socket";
    /// All retained lists are released before the socket is closed.
    RETAINED_AT_CLOSE = 160, "wsk-retained-at-close", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_release_datagram_indication_list";
    /// Only lists that were retained are released, once, as a whole.
    RELEASE = 161, "wsk-release-not-retained", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_release_datagram_indication_list";
    /// An event callback has three answers.
    ANSWER = 402, "wsk-callback-answer", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_receive_from_event";
    /// A callback returns at the level that it was called at.
    CALLBACK_LEVEL = 403, "wsk-callback-irql", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_receive_from_event";
    /// Indicated memory is left alone once it is the provider's again.
    INDICATION_WRITTEN = 162, "wsk-indication-written", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_receive_from_event";
    /// An indication is used until the callback returns, or until it is released.
    INDICATION_TOUCHED = 162, "wsk-indication-touched", windows_any(0xD1),
        "ddi/wsk/nc-wsk-pfn_wsk_receive_from_event";
    /// A driver leaves the indications of a list as they are, and linked.
    INDICATION_CHANGED = 163, "wsk-indication-changed", HOSTED,
        "ddi/wsk/ns-wsk-_wsk_datagram_indication";
    /// Neither callbacks nor completion routines wait.
    WAIT_IN_WSK = 166, "wsk-wait-in-wsk-context", HOSTED,
        "network/winsock-kernel-events";
    /// Callbacks are enabled after binding.
    ENABLE_BEFORE_BIND = 404, "wsk-enable-before-bind", HOSTED,
        "network/so-wsk-event-callback";
    /// Callbacks are disabled one at a time.
    DISABLE_SEVERAL = 405, "wsk-disable-several", HOSTED,
        "network/so-wsk-event-callback";
    /// Memory that a request was given stays allocated until it is completed.
    ARGUMENT_FREED = 158, "wsk-argument-freed", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_receive_from";
    /// The context of a socket, and its table of callbacks, stay allocated until it is closed.
    CONTEXT_FREED = 167, "wsk-context-freed", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_socket";
    /// A driver deregisters before it is unloaded.
    REGISTRATION_LEFT = 152, "wsk-registration-left", windows_any(0xCE),
        "ddi/wsk/nf-wsk-wskderegister";
    /// A buffer stays as it is until the request is completed.
    INPUT_CHANGED = 158, "wsk-input-changed", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_control_socket";
    /// Data that is sent stays as it is until the request is completed.
    SEND_CHANGED = 70, "wsk-send-data-changed", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_send_to";
    /// Options that govern binding are set before, others after it.
    OPTION_ORDER = 406, "wsk-option-order", HOSTED,
        "network/wsk-socket-options";
    /// Callbacks for all sockets are set before there are any.
    STATIC_TOO_LATE = 407, "wsk-static-callbacks-too-late", HOSTED,
        "network/wsk-set-static-event-callbacks";
    /// The provider's functions are called while it is captured.
    CALL_AFTER_RELEASE = 154, "wsk-call-after-release", HOSTED,
        "network/registering-a-winsock-kernel-application";
    /// Waiting for the provider is for `PASSIVE_LEVEL`.
    CAPTURE_LEVEL = 155, "wsk-capture-irql", windows(0xC4, 0xE5),
        "ddi/wsk/nf-wsk-wskcaptureprovidernpi";
    /// The provider is released as often as it was captured.
    RELEASE_NPI = 154, "wsk-release-npi", HOSTED,
        "ddi/wsk/nf-wsk-wskreleaseprovidernpi";
    /// All is given back before the client deregisters, or at least soon.
    DEREGISTER = 153, "wsk-deregister-waits", HOSTED,
        "ddi/wsk/nf-wsk-wskderegister";
    /// A registration is one that was registered.
    REGISTRATION = 408, "wsk-registration", HOSTED,
        "ddi/wsk/nf-wsk-wskregister";
    /// A cached security descriptor is released once, after it was used.
    SECURITY = 409, "wsk-security-descriptor", HOSTED,
        "network/wsk-release-sd";
    /// Parameters are what the page says.
    RECEIVE_PARAMETER = 410, "wsk-receive-parameter", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_receive_from";
    /// Parameters are what the page says.
    SEND_PARAMETER = 411, "wsk-send-parameter", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_send_to";
    /// Parameters are what the page says.
    BIND_PARAMETER = 412, "wsk-bind-parameter", HOSTED,
        "ddi/wsk/nc-wsk-pfn_wsk_bind";
}
