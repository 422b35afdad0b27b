//! The status codes that this interface gives a meaning.

use crate::NTSTATUS;

/// Declares status codes, written as the 32 bits that headers and documentation show.
macro_rules! statuses {
    ($( $(#[$doc:meta])* $name:ident = $bits:literal; )*) => {$(
        $(#[$doc])*
        pub const $name: NTSTATUS = u32::cast_signed($bits);
    )*};
}

statuses! {
    /// Done. From an event callback: all that was indicated has been consumed.
    STATUS_SUCCESS = 0;
    /// To be completed later. From an event callback: the client keeps the indicated list until it
    /// releases it.
    STATUS_PENDING = 0x0000_0103;
    /// An event callback will be disabled once the calls in progress have returned; no IRP tells
    /// when.
    STATUS_EVENT_PENDING = 0x4000_0013;
    /// The output buffer is too small; the size that is needed was returned, or the part that fits.
    STATUS_BUFFER_OVERFLOW = 0x8000_0005;
    /// The client does not know the event: the answer of
    /// [`PFN_WSK_CLIENT_EVENT`](crate::PFN_WSK_CLIENT_EVENT).
    STATUS_NOT_IMPLEMENTED = 0xC000_0002;
    /// A parameter is wrong.
    STATUS_INVALID_PARAMETER = 0xC000_000D;
    /// The provider is not there yet, or the registration is going away.
    STATUS_DEVICE_NOT_READY = 0xC000_00A3;
    /// The socket no longer works and has to be closed.
    STATUS_FILE_FORCED_CLOSED = 0xC000_00B6;
    /// The transport does not know a flag of the request.
    STATUS_NOT_SUPPORTED = 0xC000_00BB;
    /// The client refuses a connection; or a control request cannot be completed without an IRP.
    STATUS_REQUEST_NOT_ACCEPTED = 0xC000_00D0;
    /// The request was cancelled, by `IoCancelIrp` or because its socket was closed.
    STATUS_CANCELLED = 0xC000_0120;
    /// The socket is not bound, or not connected.
    STATUS_INVALID_DEVICE_STATE = 0xC000_0184;
    /// The client refuses all that was indicated; it may be indicated again later.
    STATUS_DATA_NOT_ACCEPTED = 0xC000_021B;
    /// No name or address was found.
    STATUS_NO_MATCH = 0xC000_0272;
    /// The provider does not speak the version that the client asked for.
    STATUS_NOINTERFACE = 0xC000_02B9;
}
