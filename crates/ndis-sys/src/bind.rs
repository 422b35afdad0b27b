//! Binding a protocol driver to an adapter.

use crate::{
    BOOLEAN, DEVICE_OBJECT, NDIS_HANDLE, NDIS_HD_SPLIT_CURRENT_CONFIG,
    NDIS_MAX_PHYS_ADDRESS_LENGTH, NDIS_MEDIA_CONNECT_STATE, NDIS_MEDIA_DUPLEX_STATE, NDIS_MEDIUM,
    NDIS_NDK_CAPABILITIES, NDIS_NIC_SWITCH_CAPABILITIES, NDIS_NIC_SWITCH_INFO_ARRAY,
    NDIS_OBJECT_HEADER, NDIS_OFFLOAD, NDIS_PHYSICAL_MEDIUM, NDIS_PM_CAPABILITIES,
    NDIS_PNP_CAPABILITIES, NDIS_PORT, NDIS_RECEIVE_FILTER_CAPABILITIES,
    NDIS_RECEIVE_SCALE_CAPABILITIES, NDIS_SRIOV_CAPABILITIES, NDIS_STATUS, NDIS_STRING,
    NDIS_TCP_CONNECTION_OFFLOAD, NET_IF_ACCESS_TYPE, NET_IF_COMPARTMENT_ID, NET_IF_CONNECTION_TYPE,
    NET_IF_DIRECTION_TYPE, NET_IFINDEX, NET_IFTYPE, NET_LUID,
};

/// [`NDIS_BIND_PARAMETERS`] of NDIS 6.0: ends with the bound adapter's name.
pub const NDIS_BIND_PARAMETERS_REVISION_1: u8 = 1;
/// [`NDIS_BIND_PARAMETERS`] of NDIS 6.1: adds header-data split.
pub const NDIS_BIND_PARAMETERS_REVISION_2: u8 = 2;
/// [`NDIS_BIND_PARAMETERS`] of NDIS 6.20: adds receive filters, power and switch capabilities.
pub const NDIS_BIND_PARAMETERS_REVISION_3: u8 = 3;
/// [`NDIS_BIND_PARAMETERS`] of NDIS 6.30: adds network direct and virtual functions.
pub const NDIS_BIND_PARAMETERS_REVISION_4: u8 = 4;
/// Bytes of revision 1.
pub const NDIS_SIZEOF_BIND_PARAMETERS_REVISION_1: u16 = 248;
/// Bytes of revision 2.
pub const NDIS_SIZEOF_BIND_PARAMETERS_REVISION_2: u16 = 256;
/// Bytes of revision 3.
pub const NDIS_SIZEOF_BIND_PARAMETERS_REVISION_3: u16 = 280;
/// Bytes of revision 4.
pub const NDIS_SIZEOF_BIND_PARAMETERS_REVISION_4: u16 = 312;

/// What NDIS tells a protocol driver of the adapter that it may bind to.
///
/// NDIS owns it and all that it points to; it is valid until the bind handler returns, or until the
/// bind is completed where that returned pending. `Header` says how many members are there. Link
/// speeds are in bits per second.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_bind_parameters)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_BIND_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_BIND_PARAMETERS`](crate::NDIS_OBJECT_TYPE_BIND_PARAMETERS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Registry path of what the driver stored for this adapter, or NULL.
    pub ProtocolSection: *mut NDIS_STRING,
    /// Name to open the adapter by.
    pub AdapterName: *mut NDIS_STRING,
    /// Physical device object of the adapter.
    pub PhysicalDeviceObject: *mut DEVICE_OBJECT,
    /// Medium of the adapter's frames.
    pub MediaType: NDIS_MEDIUM,
    /// Greatest payload of a frame, in bytes, without the link header.
    pub MtuSize: u32,
    /// Greatest speed that the link can send at.
    pub MaxXmitLinkSpeed: u64,
    /// Speed that the link sends at.
    pub XmitLinkSpeed: u64,
    /// Greatest speed that the link can receive at.
    pub MaxRcvLinkSpeed: u64,
    /// Speed that the link receives at.
    pub RcvLinkSpeed: u64,
    /// Whether there is a link.
    pub MediaConnectState: NDIS_MEDIA_CONNECT_STATE,
    /// Whether the link goes both ways at once.
    pub MediaDuplexState: NDIS_MEDIA_DUPLEX_STATE,
    /// Bytes of lookahead of the adapter.
    pub LookaheadSize: u32,
    /// Power management, older form; see `PowerManagementCapabilitiesEx`.
    pub PowerManagementCapabilities: *mut NDIS_PNP_CAPABILITIES,
    /// Packet filter bits that the adapter supports, `NDIS_PACKET_TYPE_…`.
    pub SupportedPacketFilters: u32,
    /// Multicast addresses that the adapter can hold.
    pub MaxMulticastListSize: u32,
    /// Bytes of a link address.
    pub MacAddressLength: u16,
    /// Current link address.
    pub CurrentMacAddress: [u8; NDIS_MAX_PHYS_ADDRESS_LENGTH],
    /// Physical medium below `MediaType`.
    pub PhysicalMediumType: NDIS_PHYSICAL_MEDIUM,
    /// Receive side scaling that the adapter can do, or NULL.
    pub RcvScaleCapabilities: *mut NDIS_RECEIVE_SCALE_CAPABILITIES,
    /// Topmost interface over the adapter: a filter module, a virtual miniport, or the adapter
    /// itself.
    pub BoundIfNetluid: NET_LUID,
    /// Index of that interface.
    pub BoundIfIndex: NET_IFINDEX,
    /// Lowest interface of the stack: the adapter.
    pub LowestIfNetluid: NET_LUID,
    /// Index of that interface.
    pub LowestIfIndex: NET_IFINDEX,
    /// How many can be reached through the interface.
    pub AccessType: NET_IF_ACCESS_TYPE,
    /// Directions that the interface works in.
    pub DirectionType: NET_IF_DIRECTION_TYPE,
    /// Whether the connection is always there.
    pub ConnectionType: NET_IF_CONNECTION_TYPE,
    /// Kind of interface, as IANA numbers them.
    pub IfType: NET_IFTYPE,
    /// Whether there is a physical connector.
    pub IfConnectorPresent: BOOLEAN,
    /// Active ports beside the default one, or NULL.
    pub ActivePorts: *mut NDIS_PORT,
    /// Unused bytes before the data that sent net buffers should have.
    pub DataBackFillSize: u32,
    /// Bytes of context space that sent lists should have.
    pub ContextBackFillSize: u32,
    /// Properties of the adapter, `NDIS_MAC_OPTION_…`.
    pub MacOptions: u32,
    /// Routing compartment of the interface.
    pub CompartmentId: NET_IF_COMPARTMENT_ID,
    /// Task offloads as they are set, or NULL.
    pub DefaultOffloadConfiguration: *mut NDIS_OFFLOAD,
    /// TCP chimney offload, or NULL.
    pub TcpConnectionOffloadCapabilities: *mut NDIS_TCP_CONNECTION_OFFLOAD,
    /// Name of the topmost adapter over `AdapterName`: another one where filter intermediate
    /// drivers are stacked on it.
    pub BoundAdapterName: *mut NDIS_STRING,
    /// Header-data split as it is set, or NULL. From revision 2.
    pub HDSplitCurrentConfig: *mut NDIS_HD_SPLIT_CURRENT_CONFIG,
    /// Receive filters that the adapter can do, or NULL. From revision 3.
    pub ReceiveFilterCapabilities: *mut NDIS_RECEIVE_FILTER_CAPABILITIES,
    /// Power management that the adapter can do, or NULL. From revision 3.
    pub PowerManagementCapabilitiesEx: *mut NDIS_PM_CAPABILITIES,
    /// Switch inside the adapter, or NULL. From revision 3.
    pub NicSwitchCapabilities: *mut NDIS_NIC_SWITCH_CAPABILITIES,
    /// Whether network direct is on. From revision 4.
    pub NDKEnabled: BOOLEAN,
    /// Network direct that the adapter can do, or NULL. From revision 4.
    pub NDKCapabilities: *mut NDIS_NDK_CAPABILITIES,
    /// Virtual functions that the adapter can have, or NULL. From revision 4.
    pub SriovCapabilities: *mut NDIS_SRIOV_CAPABILITIES,
    /// Switches that exist in the adapter, or NULL. From revision 4.
    pub NicSwitchArray: *mut NDIS_NIC_SWITCH_INFO_ARRAY,
}

default_is_zero!(NDIS_BIND_PARAMETERS);

callbacks! {
    /// Called when there is an adapter that the driver can bind to; the only place where it can
    /// call `NdisOpenAdapterEx`.
    ///
    /// `BindContext` identifies this bind for `NdisOpenAdapterEx` and `NdisCompleteBindAdapterEx`.
    /// Returns success; pending, and then `NdisCompleteBindAdapterEx` follows exactly once; or an
    /// error, with everything undone (a binding that was opened is closed first). After success the
    /// binding is paused until [`NetEventRestart`](crate::NetEventRestart). IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_bind_adapter_ex)
    PROTOCOL_BIND_ADAPTER_EX, PROTOCOL_BIND_ADAPTER_EX_HANDLER, BIND_HANDLER_EX = fn(
        ProtocolDriverContext: NDIS_HANDLE,
        BindContext: NDIS_HANDLE,
        BindParameters: *mut NDIS_BIND_PARAMETERS,
    ) -> NDIS_STATUS;

    /// Called to end a binding, which NDIS has paused before. Cannot fail.
    ///
    /// The driver sees to it that its sends and requests have completed and that every list it held
    /// is returned, then calls `NdisCloseAdapterEx`. Returns success once the close is complete, or
    /// pending, and then `NdisCompleteUnbindAdapterEx` follows exactly once. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_unbind_adapter_ex)
    PROTOCOL_UNBIND_ADAPTER_EX, PROTOCOL_UNBIND_ADAPTER_EX_HANDLER, UNBIND_HANDLER_EX = fn(
        UnbindContext: NDIS_HANDLE,
        ProtocolBindingContext: NDIS_HANDLE,
    ) -> NDIS_STATUS;
}

imports! {
    /// Completes a bind for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompletebindadapterex)
    fn NdisCompleteBindAdapterEx as FN_NDIS_COMPLETE_BIND_ADAPTER_EX(
        BindAdapterContext: NDIS_HANDLE,
        Status: NDIS_STATUS,
    );

    /// Completes an unbind for which the handler returned `NDIS_STATUS_PENDING`.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscompleteunbindadapterex)
    fn NdisCompleteUnbindAdapterEx as FN_NDIS_COMPLETE_UNBIND_ADAPTER_EX(
        UnbindContext: NDIS_HANDLE,
    );

    /// Asks NDIS to unbind the driver from an adapter, outside of its bind and unbind handlers.
    ///
    /// NDIS may call the unbind handler before this returns, or not at all; either way the handle
    /// is not to be used afterwards. IRQL: at most `DISPATCH_LEVEL`. Error:
    /// `NDIS_STATUS_RESOURCES`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisunbindadapter)
    fn NdisUnbindAdapter as FN_NDIS_UNBIND_ADAPTER(NdisBindingHandle: NDIS_HANDLE) -> NDIS_STATUS;

    /// Offers the driver again every adapter that it could be bound to and is not.
    ///
    /// Not from the bind or unbind handler, nor from a PnP event of a binding. IRQL:
    /// `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreenumerateprotocolbindings)
    fn NdisReEnumerateProtocolBindings as FN_NDIS_RE_ENUMERATE_PROTOCOL_BINDINGS(
        NdisProtocolHandle: NDIS_HANDLE,
    );

    /// Friendly name of the adapter that the driver is asked to bind to.
    ///
    /// NDIS allocates the characters; the caller frees them with `NdisFreeMemory`. IRQL: at most
    /// `DISPATCH_LEVEL`. Error: `NDIS_STATUS_RESOURCES`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisquerybindinstancename)
    fn NdisQueryBindInstanceName as FN_NDIS_QUERY_BIND_INSTANCE_NAME(
        pAdapterInstanceName: *mut NDIS_STRING,
        BindingContext: NDIS_HANDLE,
    ) -> NDIS_STATUS;
}
