//! Requests to query or set object identifiers.

use core::ffi::c_void;

use crate::{
    NDIS_HANDLE, NDIS_NIC_SWITCH_ID, NDIS_NIC_SWITCH_VPORT_ID, NDIS_OBJECT_HEADER, NDIS_OID,
    NDIS_PORT_NUMBER, NDIS_STATUS,
};

/// What a request asks for.
pub type NDIS_REQUEST_TYPE = i32;

/// Read a value.
pub const NdisRequestQueryInformation: NDIS_REQUEST_TYPE = 0;
/// Write a value.
pub const NdisRequestSetInformation: NDIS_REQUEST_TYPE = 1;
/// Read a statistic.
pub const NdisRequestQueryStatistics: NDIS_REQUEST_TYPE = 2;
/// NDIS 5: open.
pub const NdisRequestOpen: NDIS_REQUEST_TYPE = 3;
/// NDIS 5: close.
pub const NdisRequestClose: NDIS_REQUEST_TYPE = 4;
/// NDIS 5: send.
pub const NdisRequestSend: NDIS_REQUEST_TYPE = 5;
/// NDIS 5: copy the rest of a received packet.
pub const NdisRequestTransferData: NDIS_REQUEST_TYPE = 6;
/// NDIS 5: reset.
pub const NdisRequestReset: NDIS_REQUEST_TYPE = 7;
/// NDIS 5: first type for a driver's own use.
pub const NdisRequestGeneric1: NDIS_REQUEST_TYPE = 8;
/// NDIS 5: second type for a driver's own use.
pub const NdisRequestGeneric2: NDIS_REQUEST_TYPE = 9;
/// NDIS 5: third type for a driver's own use.
pub const NdisRequestGeneric3: NDIS_REQUEST_TYPE = 10;
/// NDIS 5: fourth type for a driver's own use.
pub const NdisRequestGeneric4: NDIS_REQUEST_TYPE = 11;
/// Do something: input and output share a buffer.
pub const NdisRequestMethod: NDIS_REQUEST_TYPE = 12;

/// `Timeout` of a request that may take as long as it needs.
pub const NDIS_OID_REQUEST_TIMEOUT_INFINITE: u32 = 0;
/// Pointers that NDIS has in a request for its own use.
pub const NDIS_OID_REQUEST_NDIS_RESERVED_SIZE: usize = 16;
/// `SwitchId` and `VPortId` of a request are valid. From NDIS 6.50.
pub const NDIS_OID_REQUEST_FLAGS_VPORT_ID_VALID: u32 = 0x1;

/// [`NDIS_OID_REQUEST`] that ends with `Reserved2`.
pub const NDIS_OID_REQUEST_REVISION_1: u8 = 1;
/// [`NDIS_OID_REQUEST`] of NDIS 6.50: adds switch, virtual port and flags.
pub const NDIS_OID_REQUEST_REVISION_2: u8 = 2;
/// Bytes of revision 1, four less than the structure had with its padding.
pub const NDIS_SIZEOF_OID_REQUEST_REVISION_1: u16 = 236;
/// Bytes of revision 2.
pub const NDIS_SIZEOF_OID_REQUEST_REVISION_2: u16 = 248;

/// A request to a driver below.
///
/// Who makes a request owns it and its buffer, both in nonpaged memory, and keeps both in place
/// until it has completed. `RequestHandle` and the reserved areas are not the maker's to touch.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/oidrequest/ns-oidrequest-ndis_oid_request)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_OID_REQUEST {
    /// Type [`NDIS_OBJECT_TYPE_OID_REQUEST`](crate::NDIS_OBJECT_TYPE_OID_REQUEST).
    pub Header: NDIS_OBJECT_HEADER,
    /// Which member of `DATA` counts.
    pub RequestType: NDIS_REQUEST_TYPE,
    /// Port that the request is for; 0 is the default port.
    pub PortNumber: NDIS_PORT_NUMBER,
    /// Seconds after which NDIS may cancel the request, or [`NDIS_OID_REQUEST_TIMEOUT_INFINITE`].
    pub Timeout: u32,
    /// Names the request to `NdisCancelOidRequest`; NULL if it will not be cancelled.
    pub RequestId: *mut c_void,
    /// For NDIS.
    pub RequestHandle: NDIS_HANDLE,
    /// What is asked.
    pub DATA: NDIS_OID_REQUEST_DATA,
    /// For NDIS.
    pub NdisReserved: [u8; NDIS_OID_REQUEST_NDIS_RESERVED_SIZE * size_of::<*mut c_void>()],
    /// For the miniport, while it has the request.
    pub MiniportReserved: [u8; 2 * size_of::<*mut c_void>()],
    /// For whoever made the request.
    pub SourceReserved: [u8; 2 * size_of::<*mut c_void>()],
    /// Revision of the structure in the buffer that the driver below supports; set on completion.
    pub SupportedRevision: u8,
    /// Reserved.
    pub Reserved1: u8,
    /// Reserved.
    pub Reserved2: u16,
    /// Switch that the request is for. From revision 2.
    pub SwitchId: NDIS_NIC_SWITCH_ID,
    /// Virtual port that the request is for. From revision 2.
    pub VPortId: NDIS_NIC_SWITCH_VPORT_ID,
    /// `NDIS_OID_REQUEST_FLAGS_…`. From revision 2.
    pub Flags: u32,
}

/// What an [`NDIS_OID_REQUEST`] asks, by its type.
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_OID_REQUEST_DATA {
    /// Identifier, first in each of the members.
    pub Oid: NDIS_OID,
    /// With [`NdisRequestQueryInformation`] and [`NdisRequestQueryStatistics`].
    pub QUERY_INFORMATION: NDIS_OID_REQUEST_QUERY,
    /// With [`NdisRequestSetInformation`].
    pub SET_INFORMATION: NDIS_OID_REQUEST_SET,
    /// With [`NdisRequestMethod`].
    pub METHOD_INFORMATION: NDIS_OID_REQUEST_METHOD,
}

/// A query.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_OID_REQUEST_QUERY {
    /// Identifier.
    pub Oid: NDIS_OID,
    /// Where the value goes.
    pub InformationBuffer: *mut c_void,
    /// Bytes at `InformationBuffer`.
    pub InformationBufferLength: u32,
    /// Bytes that the driver below has written.
    pub BytesWritten: u32,
    /// Bytes that the value needs, where the buffer is too small.
    pub BytesNeeded: u32,
}

/// A set.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_OID_REQUEST_SET {
    /// Identifier.
    pub Oid: NDIS_OID,
    /// The value.
    pub InformationBuffer: *mut c_void,
    /// Bytes at `InformationBuffer`.
    pub InformationBufferLength: u32,
    /// Bytes that the driver below has read.
    pub BytesRead: u32,
    /// Bytes that the value needs, where the buffer is too small.
    pub BytesNeeded: u32,
}

/// A method.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_OID_REQUEST_METHOD {
    /// Identifier.
    pub Oid: NDIS_OID,
    /// Input before, output after.
    pub InformationBuffer: *mut c_void,
    /// Bytes of input.
    pub InputBufferLength: u32,
    /// Bytes that there is room for.
    pub OutputBufferLength: u32,
    /// Method, where an identifier has several.
    pub MethodId: u32,
    /// Bytes that the driver below has written.
    pub BytesWritten: u32,
    /// Bytes that the driver below has read.
    pub BytesRead: u32,
    /// Bytes that are needed, where the buffer is too small.
    pub BytesNeeded: u32,
}

default_is_zero!(NDIS_OID_REQUEST, NDIS_OID_REQUEST_DATA);

callbacks! {
    /// Called when a request that was pending has ended, with its final status. Request and buffer
    /// are the driver's again.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_oid_request_complete)
    PROTOCOL_OID_REQUEST_COMPLETE, PROTOCOL_OID_REQUEST_COMPLETE_HANDLER,
    OID_REQUEST_COMPLETE_HANDLER = fn(
        ProtocolBindingContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );

    /// Called when a direct request that was pending has ended, with its final status. Request and
    /// buffer are the driver's again.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_direct_oid_request_complete)
    PROTOCOL_DIRECT_OID_REQUEST_COMPLETE, PROTOCOL_DIRECT_OID_REQUEST_COMPLETE_HANDLER,
    DIRECT_OID_REQUEST_COMPLETE_HANDLER = fn(
        ProtocolBindingContext: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        Status: NDIS_STATUS,
    );
}

imports! {
    /// Sends a request to the drivers below a binding.
    ///
    /// Pending means that [`PROTOCOL_OID_REQUEST_COMPLETE`] will follow and the request is not the
    /// driver's until then; with any other status there is no callback. Not before the open is
    /// complete, during a reset or in low power. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// Errors are those of the driver below, such as `NDIS_STATUS_NOT_SUPPORTED`,
    /// `NDIS_STATUS_INVALID_OID`, `NDIS_STATUS_BUFFER_TOO_SHORT` or `NDIS_STATUS_INVALID_LENGTH`
    /// (both set `BytesNeeded`), `NDIS_STATUS_INVALID_DATA`, `NDIS_STATUS_NOT_ACCEPTED`,
    /// `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`; and `NDIS_STATUS_CLOSING` and
    /// `NDIS_STATUS_RESET_IN_PROGRESS`, because of which NDIS does not pass the request on.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisoidrequest)
    fn NdisOidRequest as FN_NDIS_OID_REQUEST(
        NdisBindingHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Asks the drivers below to end pending requests of the binding that have this `RequestId`.
    ///
    /// They still complete, each through the callback. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceloidrequest)
    fn NdisCancelOidRequest as FN_NDIS_CANCEL_OID_REQUEST(
        NdisBindingHandle: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Sends a request that NDIS does not queue behind others. For the few identifiers that allow
    /// it.
    ///
    /// Pending means that [`PROTOCOL_DIRECT_OID_REQUEST_COMPLETE`] will follow. IRQL: at most
    /// `DISPATCH_LEVEL`. Errors as with `NdisOidRequest`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisdirectoidrequest)
    fn NdisDirectOidRequest as FN_NDIS_DIRECT_OID_REQUEST(
        NdisBindingHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Asks the drivers below to end pending direct requests that have this `RequestId`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscanceldirectoidrequest)
    fn NdisCancelDirectOidRequest as FN_NDIS_CANCEL_DIRECT_OID_REQUEST(
        NdisBindingHandle: NDIS_HANDLE,
        RequestId: *mut c_void,
    );

    /// Sends a request that is done when the call returns; never pending. For the few identifiers
    /// that allow it, on NDIS 6.80 and later.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`. Errors as with `NdisOidRequest`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissynchronousoidrequest)
    fn NdisSynchronousOidRequest as FN_NDIS_SYNCHRONOUS_OID_REQUEST(
        NdisBindingHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Makes a copy of a request for a filter or an intermediate driver to pass on.
    ///
    /// The copy shares the buffer of the original, whose members the driver updates when the copy
    /// has completed; it frees the copy with `NdisFreeCloneOidRequest`. IRQL: at most
    /// `DISPATCH_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_INVALID_PARAMETER`,
    /// `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatecloneoidrequest)
    fn NdisAllocateCloneOidRequest as FN_NDIS_ALLOCATE_CLONE_OID_REQUEST(
        SourceHandle: NDIS_HANDLE,
        OidRequest: *mut NDIS_OID_REQUEST,
        PoolTag: u32,
        ClonedOidRequest: *mut *mut NDIS_OID_REQUEST,
    ) -> NDIS_STATUS;

    /// Frees a copy of a request.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreecloneoidrequest)
    fn NdisFreeCloneOidRequest as FN_NDIS_FREE_CLONE_OID_REQUEST(
        SourceHandle: NDIS_HANDLE,
        Request: *mut NDIS_OID_REQUEST,
    );
}
