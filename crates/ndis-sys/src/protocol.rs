//! Registration of a protocol driver.

use crate::{
    NDIS_HANDLE, NDIS_OBJECT_HEADER, NDIS_STATUS, NDIS_STRING, PROTOCOL_BIND_ADAPTER_EX_HANDLER,
    PROTOCOL_CLOSE_ADAPTER_COMPLETE_EX_HANDLER, PROTOCOL_DIRECT_OID_REQUEST_COMPLETE_HANDLER,
    PROTOCOL_NET_PNP_EVENT_HANDLER, PROTOCOL_OID_REQUEST_COMPLETE_HANDLER,
    PROTOCOL_OPEN_ADAPTER_COMPLETE_EX_HANDLER, PROTOCOL_RECEIVE_NET_BUFFER_LISTS_HANDLER,
    PROTOCOL_SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER, PROTOCOL_STATUS_EX_HANDLER,
    PROTOCOL_UNBIND_ADAPTER_EX_HANDLER,
};

/// The driver copes with a change of the adapter's current address while it is bound. From NDIS
/// 6.50.
pub const NDIS_PROTOCOL_DRIVER_SUPPORTS_CURRENT_MAC_ADDRESS_CHANGE: u32 = 0x2;
/// The driver copes with a change of the adapter's MTU while it is bound. From NDIS 6.50.
pub const NDIS_PROTOCOL_DRIVER_SUPPORTS_L2_MTU_SIZE_CHANGE: u32 = 0x4;

/// [`NDIS_PROTOCOL_DRIVER_CHARACTERISTICS`] of NDIS 6.0: ends with the send completion handler.
pub const NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1: u8 = 1;
/// [`NDIS_PROTOCOL_DRIVER_CHARACTERISTICS`] of NDIS 6.1 and all later versions.
pub const NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2: u8 = 2;
/// Bytes of revision 1.
pub const NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1: u16 = 120;
/// Bytes of revision 2.
pub const NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_2: u16 = 128;
/// Revision of the entry points of a protocol for connection-oriented media.
pub const NDIS_PROTOCOL_CO_CHARACTERISTICS_REVISION_1: u8 = 1;

/// Default kind of protocol.
pub const NDIS_PROTOCOL_ID_DEFAULT: u8 = 0;
/// TCP/IP, version 4.
pub const NDIS_PROTOCOL_ID_TCP_IP: u8 = 2;
/// TCP/IP, version 6.
pub const NDIS_PROTOCOL_ID_IP6: u8 = 3;
/// IPX.
pub const NDIS_PROTOCOL_ID_IPX: u8 = 6;
/// NetBEUI frames.
pub const NDIS_PROTOCOL_ID_NBF: u8 = 7;
/// Greatest identifier of a protocol.
pub const NDIS_PROTOCOL_ID_MAX: u8 = 0x0F;
/// Bits that an identifier of a protocol fits in.
pub const NDIS_PROTOCOL_ID_MASK: u8 = 0x0F;

/// Name, version and entry points of a protocol driver.
///
/// The driver fills it for `NdisRegisterProtocolDriver`, which copies it. Required are the handlers
/// for bind, unbind, both completions of open and close, network PnP events, request completion,
/// receive and send completion; a driver that is to know of link changes needs the status handler.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_protocol_driver_characteristics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_PROTOCOL_DRIVER_CHARACTERISTICS {
    /// Type [`NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS`](crate::NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS).
    pub Header: NDIS_OBJECT_HEADER,
    /// 6.
    pub MajorNdisVersion: u8,
    /// Minor version of the NDIS contract that the driver keeps, in decimal as it is spoken.
    pub MinorNdisVersion: u8,
    /// The driver's own version.
    pub MajorDriverVersion: u8,
    /// The driver's own version.
    pub MinorDriverVersion: u8,
    /// `NDIS_PROTOCOL_DRIVER_SUPPORTS_…`.
    pub Flags: u32,
    /// Name of the driver's service.
    pub Name: NDIS_STRING,
    /// Registers optional services. May be NULL.
    pub SetOptionsHandler: SET_OPTIONS_HANDLER,
    /// An adapter has come.
    pub BindAdapterHandlerEx: PROTOCOL_BIND_ADAPTER_EX_HANDLER,
    /// An adapter goes.
    pub UnbindAdapterHandlerEx: PROTOCOL_UNBIND_ADAPTER_EX_HANDLER,
    /// A pending open has ended.
    pub OpenAdapterCompleteHandlerEx: PROTOCOL_OPEN_ADAPTER_COMPLETE_EX_HANDLER,
    /// A pending close has ended.
    pub CloseAdapterCompleteHandlerEx: PROTOCOL_CLOSE_ADAPTER_COMPLETE_EX_HANDLER,
    /// A network PnP or power event.
    pub NetPnPEventHandler: PROTOCOL_NET_PNP_EVENT_HANDLER,
    /// The driver is uninstalled. May be NULL.
    pub UninstallHandler: PROTOCOL_UNINSTALL_HANDLER,
    /// A pending request has ended.
    pub OidRequestCompleteHandler: PROTOCOL_OID_REQUEST_COMPLETE_HANDLER,
    /// The status of an adapter has changed.
    pub StatusHandlerEx: PROTOCOL_STATUS_EX_HANDLER,
    /// Data has arrived.
    pub ReceiveNetBufferListsHandler: PROTOCOL_RECEIVE_NET_BUFFER_LISTS_HANDLER,
    /// Sent lists come back.
    pub SendNetBufferListsCompleteHandler: PROTOCOL_SEND_NET_BUFFER_LISTS_COMPLETE_HANDLER,
    /// A pending direct request has ended. May be NULL. From revision 2.
    pub DirectOidRequestCompleteHandler: PROTOCOL_DIRECT_OID_REQUEST_COMPLETE_HANDLER,
}

/// Beginning of the structures that `NdisSetOptionalHandlers` takes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_DRIVER_OPTIONAL_HANDLERS {
    /// Says which structure it is.
    pub Header: NDIS_OBJECT_HEADER,
}

callbacks! {
    /// Called while a driver registers, to set optional entry points with
    /// `NdisSetOptionalHandlers`.
    ///
    /// An error makes the registration fail. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-set_options)
    SET_OPTIONS, SET_OPTIONS_HANDLER = fn(
        NdisDriverHandle: NDIS_HANDLE,
        DriverContext: NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Called before a protocol driver is uninstalled, after all its bindings are gone, so that it
    /// gives up what keeps it loaded.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_uninstall)
    PROTOCOL_UNINSTALL, PROTOCOL_UNINSTALL_HANDLER, UNINSTALL_PROTOCOL_HANDLER = fn();
}

/// [`SET_OPTIONS`] of a protocol driver.
pub type PROTOCOL_SET_OPTIONS = SET_OPTIONS;

imports! {
    /// Registers a protocol driver, usually as the last act of its `DriverEntry`.
    ///
    /// All that the handlers use must be ready before the call, for NDIS may bind the driver to
    /// adapters, on other threads, before it returns. `ProtocolDriverContext` comes back in
    /// [`PROTOCOL_BIND_ADAPTER_EX`](crate::PROTOCOL_BIND_ADAPTER_EX). IRQL: `PASSIVE_LEVEL`.
    ///
    /// Errors: `NDIS_STATUS_BAD_VERSION`, `NDIS_STATUS_BAD_CHARACTERISTICS`,
    /// `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisregisterprotocoldriver)
    fn NdisRegisterProtocolDriver as FN_NDIS_REGISTER_PROTOCOL_DRIVER(
        ProtocolDriverContext: NDIS_HANDLE,
        ProtocolCharacteristics: *mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
        NdisProtocolHandle: *mut NDIS_HANDLE,
    ) -> NDIS_STATUS;

    /// Undoes the registration of a protocol driver.
    ///
    /// NDIS unbinds the driver from every adapter inside the call, and returns when all bindings
    /// are closed. Called from the unload routine, or from a `DriverEntry` that fails after it has
    /// registered; called from one of the driver's own handlers it would wait for ever. IRQL:
    /// `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisderegisterprotocoldriver)
    fn NdisDeregisterProtocolDriver as FN_NDIS_DEREGISTER_PROTOCOL_DRIVER(
        NdisProtocolHandle: NDIS_HANDLE,
    );

    /// Sets or changes optional entry points; which structures are taken depends on the driver and
    /// on the callback it is called from.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_NOT_SUPPORTED`,
    /// `NDIS_STATUS_FAILURE`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissetoptionalhandlers)
    fn NdisSetOptionalHandlers as FN_NDIS_SET_OPTIONAL_HANDLERS(
        NdisHandle: NDIS_HANDLE,
        OptionalHandlers: *mut NDIS_DRIVER_OPTIONAL_HANDLERS,
    ) -> NDIS_STATUS;
}
