//! What a miniport and NDIS tell each other of an adapter when it initialises.

use crate::{
    BOOLEAN, CM_RESOURCE_LIST, DEVICE_OBJECT, NDIS_GFT_OFFLOAD_CAPABILITIES, NDIS_HANDLE,
    NDIS_HD_SPLIT_ATTRIBUTES, NDIS_MAX_PHYS_ADDRESS_LENGTH, NDIS_MEDIA_CONNECT_STATE,
    NDIS_MEDIA_DUPLEX_STATE, NDIS_MEDIUM, NDIS_NIC_SWITCH_CAPABILITIES, NDIS_OBJECT_HEADER,
    NDIS_OFFLOAD, NDIS_OID, NDIS_PCI_DEVICE_CUSTOM_PROPERTIES, NDIS_PHYSICAL_MEDIUM,
    NDIS_PM_CAPABILITIES, NDIS_PNP_CAPABILITIES, NDIS_PORT_AUTHENTICATION_PARAMETERS,
    NDIS_QOS_CAPABILITIES, NDIS_RECEIVE_FILTER_CAPABILITIES, NDIS_RECEIVE_SCALE_CAPABILITIES,
    NDIS_RESOURCE_LIST, NDIS_SRIOV_CAPABILITIES, NDIS_STATUS, NDIS_STRING,
    NDIS_TCP_CONNECTION_OFFLOAD, NET_IF_ACCESS_TYPE, NET_IF_CONNECTION_TYPE, NET_IF_DIRECTION_TYPE,
    NET_IFINDEX, NET_IFTYPE, NET_LUID,
};

/// Bus that an adapter is on.
pub type NDIS_INTERFACE_TYPE = i32;

/// Internal to the computer.
pub const NdisInterfaceInternal: NDIS_INTERFACE_TYPE = 0;
/// ISA.
pub const NdisInterfaceIsa: NDIS_INTERFACE_TYPE = 1;
/// EISA.
pub const NdisInterfaceEisa: NDIS_INTERFACE_TYPE = 2;
/// Micro channel.
pub const NdisInterfaceMca: NDIS_INTERFACE_TYPE = 3;
/// Turbo channel.
pub const NdisInterfaceTurboChannel: NDIS_INTERFACE_TYPE = 4;
/// PCI.
pub const NdisInterfacePci: NDIS_INTERFACE_TYPE = 5;
/// PC card.
pub const NdisInterfacePcMcia: NDIS_INTERFACE_TYPE = 8;
/// C bus.
pub const NdisInterfaceCBus: NDIS_INTERFACE_TYPE = 9;
/// MPI bus.
pub const NdisInterfaceMPIBus: NDIS_INTERFACE_TYPE = 10;
/// MPSA bus.
pub const NdisInterfaceMPSABus: NDIS_INTERFACE_TYPE = 11;
/// Internal to the processor.
pub const NdisInterfaceProcessorInternal: NDIS_INTERFACE_TYPE = 12;
/// Internal power bus.
pub const NdisInterfaceInternalPowerBus: NDIS_INTERFACE_TYPE = 13;
/// ISA with Plug and Play.
pub const NdisInterfacePNPISABus: NDIS_INTERFACE_TYPE = 14;
/// Plug and Play.
pub const NdisInterfacePNPBus: NDIS_INTERFACE_TYPE = 15;
/// USB.
pub const NdisInterfaceUSB: NDIS_INTERFACE_TYPE = 16;
/// Infrared.
pub const NdisInterfaceIrda: NDIS_INTERFACE_TYPE = 17;
/// IEEE 1394.
pub const NdisInterface1394: NDIS_INTERFACE_TYPE = 18;
/// End of the range.
pub const NdisMaximumInterfaceType: NDIS_INTERFACE_TYPE = 19;

/// There is hardware that the miniport controls.
pub const NDIS_MINIPORT_ATTRIBUTES_HARDWARE_DEVICE: u32 = 0x001;
/// The miniport reaches its device through the drivers of a bus.
pub const NDIS_MINIPORT_ATTRIBUTES_NDIS_WDM: u32 = 0x002;
/// The miniport copes with a device that is suddenly gone.
pub const NDIS_MINIPORT_ATTRIBUTES_SURPRISE_REMOVE_OK: u32 = 0x004;
/// The device is not connection-oriented, though the miniport can be.
pub const NDIS_MINIPORT_ATTRIBUTES_NOT_CO_NDIS: u32 = 0x008;
/// The telephony proxy is not to bind to the device.
pub const NDIS_MINIPORT_ATTRIBUTES_DO_NOT_BIND_TO_ALL_CO: u32 = 0x010;
/// The adapter is not halted when it goes to low power.
pub const NDIS_MINIPORT_ATTRIBUTES_NO_HALT_ON_SUSPEND: u32 = 0x020;
/// The device is a bus master.
pub const NDIS_MINIPORT_ATTRIBUTES_BUS_MASTER: u32 = 0x040;
/// The miniport activates the default port itself.
pub const NDIS_MINIPORT_ATTRIBUTES_CONTROLS_DEFAULT_PORT: u32 = 0x080;
/// The adapter is not paused when it goes to low power. From NDIS 6.30.
pub const NDIS_MINIPORT_ATTRIBUTES_NO_PAUSE_ON_SUSPEND: u32 = 0x100;
/// NDIS passes all requests for ports but the default one on. From NDIS 6.30.
pub const NDIS_MINIPORT_ATTRIBUTES_NO_OID_INTERCEPT_ON_NONDEFAULT_PORTS: u32 = 0x200;
/// The shutdown handler is called at a bug check, too. From NDIS 6.30.
pub const NDIS_MINIPORT_ATTRIBUTES_REGISTER_BUGCHECK_CALLBACK: u32 = 0x400;

/// First and only revision of [`NDIS_MINIPORT_INIT_PARAMETERS`].
pub const NDIS_MINIPORT_INIT_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_MINIPORT_INIT_PARAMETERS`]; spelt without the S in C.
pub const NDIS_SIZEOF_MINIPORT_INIT_PARAMETER_REVISION_1: u16 = 64;
/// First and only revision of [`NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES`].
pub const NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES_REVISION_1: u16 = 20;
/// [`NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES`] of NDIS 6.0.
pub const NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1: u8 = 1;
/// [`NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES`] of NDIS 6.30: adds attributes.
pub const NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_2: u8 = 2;
/// Bytes of revision 1 of [`NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1: u16 = 28;
/// Bytes of revision 2 of [`NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_2: u16 = 28;
/// [`NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES`] of NDIS 6.0.
pub const NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1: u8 = 1;
/// [`NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES`] of NDIS 6.20: adds power management.
pub const NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_2: u8 = 2;
/// Bytes of revision 1 of [`NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1: u16 = 216;
/// Bytes of revision 2 of [`NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_2: u16 = 224;
/// First and only revision of [`NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES`].
pub const NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES_REVISION_1: u16 = 40;
/// [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`] of NDIS 6.1.
pub const NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_1: u8 = 1;
/// [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`] of NDIS 6.20: adds filters and switches.
pub const NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_2: u8 = 2;
/// [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`] of NDIS 6.30: adds virtual functions and
/// quality of service.
pub const NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_3: u8 = 3;
/// [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`] of NDIS 6.50: adds flow tables.
pub const NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_4: u8 = 4;
/// Bytes of revision 1 of [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_1: u16 = 16;
/// Bytes of revision 2 of [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_2: u16 = 48;
/// Bytes of revision 3 of [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_3: u16 = 80;
/// Bytes of revision 4 of [`NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`].
pub const NDIS_SIZEOF_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES_REVISION_4: u16 = 96;

/// What NDIS tells a miniport of an adapter that it is to initialise. NDIS owns it and what it
/// points to, during the call.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_init_parameters)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_MINIPORT_INIT_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_MINIPORT_INIT_PARAMETERS`](crate::NDIS_OBJECT_TYPE_MINIPORT_INIT_PARAMETERS).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
    /// Hardware resources.
    pub AllocatedResources: *mut NDIS_RESOURCE_LIST,
    /// Context that an intermediate driver gave for its virtual miniport, or NULL.
    pub IMDeviceInstanceContext: NDIS_HANDLE,
    /// Context that the miniport gave when the device was added, or NULL.
    pub MiniportAddDeviceContext: NDIS_HANDLE,
    /// Interface of the adapter.
    pub IfIndex: NET_IFINDEX,
    /// Its identifier.
    pub NetLuid: NET_LUID,
    /// Who may use the default port.
    pub DefaultPortAuthStates: *mut NDIS_PORT_AUTHENTICATION_PARAMETERS,
    /// Bus properties of a PCI adapter.
    pub PciDeviceCustomProperties: *mut NDIS_PCI_DEVICE_CUSTOM_PROPERTIES,
}

/// Context of a device that is added, which the miniport tells NDIS.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_add_device_registration_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// The context.
    pub MiniportAddDeviceContext: NDIS_HANDLE,
    /// Reserved.
    pub Flags: u32,
}

/// Context and kind of an adapter, which the miniport tells NDIS first.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_adapter_registration_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// Context of the adapter in all later callbacks.
    pub MiniportAdapterContext: NDIS_HANDLE,
    /// `NDIS_MINIPORT_ATTRIBUTES_…`.
    pub AttributeFlags: u32,
    /// Seconds between two questions whether the adapter still works; 0 for two.
    pub CheckForHangTimeInSeconds: u32,
    /// Bus of the adapter.
    pub InterfaceType: NDIS_INTERFACE_TYPE,
}

/// What an adapter can do and how it is. Link speeds are in bits per second.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_adapter_general_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
    /// Medium of the adapter's frames.
    pub MediaType: NDIS_MEDIUM,
    /// Physical medium below it.
    pub PhysicalMediumType: NDIS_PHYSICAL_MEDIUM,
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
    /// Whether it goes both ways at once.
    pub MediaDuplexState: NDIS_MEDIA_DUPLEX_STATE,
    /// Bytes of lookahead.
    pub LookaheadSize: u32,
    /// Power management, older form; see `PowerManagementCapabilitiesEx`.
    pub PowerManagementCapabilities: *mut NDIS_PNP_CAPABILITIES,
    /// `NDIS_MAC_OPTION_…`.
    pub MacOptions: u32,
    /// `NDIS_PACKET_TYPE_…`.
    pub SupportedPacketFilters: u32,
    /// Multicast addresses that the adapter can hold.
    pub MaxMulticastListSize: u32,
    /// Bytes of a link address.
    pub MacAddressLength: u16,
    /// Link address that the adapter was made with.
    pub PermanentMacAddress: [u8; NDIS_MAX_PHYS_ADDRESS_LENGTH],
    /// Link address that it uses.
    pub CurrentMacAddress: [u8; NDIS_MAX_PHYS_ADDRESS_LENGTH],
    /// Receive side scaling, or NULL.
    pub RecvScaleCapabilities: *mut NDIS_RECEIVE_SCALE_CAPABILITIES,
    /// How many can be reached.
    pub AccessType: NET_IF_ACCESS_TYPE,
    /// Directions that it works in.
    pub DirectionType: NET_IF_DIRECTION_TYPE,
    /// How the connection comes about.
    pub ConnectionType: NET_IF_CONNECTION_TYPE,
    /// Kind of interface, as IANA numbers them.
    pub IfType: NET_IFTYPE,
    /// Whether there is a physical connector.
    pub IfConnectorPresent: BOOLEAN,
    /// `NDIS_STATISTICS_…_SUPPORTED`.
    pub SupportedStatistics: u32,
    /// `NdisPauseFunctions…`.
    pub SupportedPauseFunctions: u32,
    /// Unused bytes before the data that sent net buffers should have.
    pub DataBackFillSize: u32,
    /// Bytes of context space that sent lists should have.
    pub ContextBackFillSize: u32,
    /// Identifiers that the miniport supports.
    pub SupportedOidList: *mut NDIS_OID,
    /// Bytes of those.
    pub SupportedOidListLength: u32,
    /// `NDIS_LINK_STATE_…_AUTO_NEGOTIATED`.
    pub AutoNegotiationFlags: u32,
    /// Power management, or NULL. From revision 2.
    pub PowerManagementCapabilitiesEx: *mut NDIS_PM_CAPABILITIES,
}

/// Task offloads of an adapter.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_adapter_offload_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// As they are set.
    pub DefaultOffloadConfiguration: *mut NDIS_OFFLOAD,
    /// What the hardware can do.
    pub HardwareOffloadCapabilities: *mut NDIS_OFFLOAD,
    /// Chimney offload as it is set.
    pub DefaultTcpConnectionOffloadConfiguration: *mut NDIS_TCP_CONNECTION_OFFLOAD,
    /// Chimney offload that the hardware can do.
    pub TcpConnectionOffloadHardwareCapabilities: *mut NDIS_TCP_CONNECTION_OFFLOAD,
}

/// Hardware assists of an adapter; each pointer may be NULL.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_adapter_hardware_assist_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// Header-data split.
    pub HDSplitAttributes: *mut NDIS_HD_SPLIT_ATTRIBUTES,
    /// Receive filters that the hardware can do. From revision 2.
    pub HardwareReceiveFilterCapabilities: *mut NDIS_RECEIVE_FILTER_CAPABILITIES,
    /// Receive filters as they are set. From revision 2.
    pub CurrentReceiveFilterCapabilities: *mut NDIS_RECEIVE_FILTER_CAPABILITIES,
    /// Switches that the hardware can have. From revision 2.
    pub HardwareNicSwitchCapabilities: *mut NDIS_NIC_SWITCH_CAPABILITIES,
    /// Switches as they are set. From revision 2.
    pub CurrentNicSwitchCapabilities: *mut NDIS_NIC_SWITCH_CAPABILITIES,
    /// Virtual functions that the hardware can have. From revision 3.
    pub HardwareSriovCapabilities: *mut NDIS_SRIOV_CAPABILITIES,
    /// Virtual functions as they are set. From revision 3.
    pub CurrentSriovCapabilities: *mut NDIS_SRIOV_CAPABILITIES,
    /// Quality of service that the hardware can do. From revision 3.
    pub HardwareQosCapabilities: *mut NDIS_QOS_CAPABILITIES,
    /// Quality of service as it is set. From revision 3.
    pub CurrentQosCapabilities: *mut NDIS_QOS_CAPABILITIES,
    /// Flow tables that the hardware can have. From revision 4.
    pub HardwareGftOffloadCapabilities: *mut NDIS_GFT_OFFLOAD_CAPABILITIES,
    /// Flow tables as they are set. From revision 4.
    pub CurrentGftOffloadCapabilities: *mut NDIS_GFT_OFFLOAD_CAPABILITIES,
}

/// Attributes of an adapter, by the type in their header. In C there are members more, for native
/// 802.11, network direct and packet direct, none of them larger.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_miniport_adapter_attributes)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_MINIPORT_ADAPTER_ATTRIBUTES {
    /// Header of each of the members.
    pub Header: NDIS_OBJECT_HEADER,
    /// Context of a device that is added.
    pub AddDeviceRegistrationAttributes: NDIS_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES,
    /// Context and kind.
    pub RegistrationAttributes: NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES,
    /// What it can do and how it is.
    pub GeneralAttributes: NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES,
    /// Task offloads.
    pub OffloadAttributes: NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES,
    /// Hardware assists.
    pub HardwareAssistAttributes: NDIS_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES,
}

default_is_zero!(NDIS_MINIPORT_INIT_PARAMETERS, NDIS_MINIPORT_ADAPTER_ATTRIBUTES);

imports! {
    /// Tells NDIS attributes of an adapter, which it copies. Inside of the initialise handler, the
    /// registration attributes first.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_BAD_VERSION`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsetminiportattributes)
    fn NdisMSetMiniportAttributes as FN_NDIS_M_SET_MINIPORT_ATTRIBUTES(
        NdisMiniportHandle: NDIS_HANDLE,
        MiniportAttributes: *mut NDIS_MINIPORT_ADAPTER_ATTRIBUTES,
    ) -> NDIS_STATUS;

    /// Device objects and hardware resources of an adapter; each pointer may be NULL.
    ///
    /// They belong to the system. IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismgetdeviceproperty)
    fn NdisMGetDeviceProperty as FN_NDIS_M_GET_DEVICE_PROPERTY(
        MiniportAdapterHandle: NDIS_HANDLE,
        PhysicalDeviceObject: *mut *mut DEVICE_OBJECT,
        FunctionalDeviceObject: *mut *mut DEVICE_OBJECT,
        NextDeviceObject: *mut *mut DEVICE_OBJECT,
        AllocatedResources: *mut *mut CM_RESOURCE_LIST,
        AllocatedResourcesTranslated: *mut *mut CM_RESOURCE_LIST,
    );

    /// Friendly name of an adapter.
    ///
    /// NDIS allocates the characters; the caller frees them with `NdisFreeMemory`. IRQL:
    /// `PASSIVE_LEVEL`. Error: `NDIS_STATUS_RESOURCES`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismqueryadapterinstancename)
    fn NdisMQueryAdapterInstanceName as FN_NDIS_M_QUERY_ADAPTER_INSTANCE_NAME(
        pAdapterInstanceName: *mut NDIS_STRING,
        MiniportHandle: NDIS_HANDLE,
    ) -> NDIS_STATUS;
}
