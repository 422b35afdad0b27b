//! The header that versioned structures begin with, and the types of object it names.

use core::ffi::c_void;

use crate::DRIVER_OBJECT;

/// Beginning of most structures of NDIS 6: what the structure is and how much of it there is.
///
/// Who fills a structure sets all three members; who reads one looks at them before it reads
/// members that a later revision added. `Size` takes one of the `NDIS_SIZEOF_…_REVISION_n` values,
/// which end with the last member and so can be smaller than `size_of` by the padding.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/objectheader/ns-objectheader-ndis_object_header)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_OBJECT_HEADER {
    /// One of `NDIS_OBJECT_TYPE_…`.
    pub Type: u8,
    /// Revision of the structure.
    pub Revision: u8,
    /// Bytes of the structure that are valid, header included.
    pub Size: u16,
}

/// First revision of any object.
pub const NDIS_OBJECT_REVISION_1: u8 = 1;

/// A structure without a type of its own.
pub const NDIS_OBJECT_TYPE_DEFAULT: u8 = 0x80;
/// Parameters of a miniport's initialisation.
pub const NDIS_OBJECT_TYPE_MINIPORT_INIT_PARAMETERS: u8 = 0x81;
/// Description of scatter-gather DMA.
pub const NDIS_OBJECT_TYPE_SG_DMA_DESCRIPTION: u8 = 0x83;
/// Interrupt handlers of a miniport.
pub const NDIS_OBJECT_TYPE_MINIPORT_INTERRUPT: u8 = 0x84;
/// Attributes of a device object that NDIS makes for a driver.
pub const NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES: u8 = 0x85;
/// What a protocol learns of an adapter it may bind to.
pub const NDIS_OBJECT_TYPE_BIND_PARAMETERS: u8 = 0x86;
/// What a protocol asks for when it opens an adapter.
pub const NDIS_OBJECT_TYPE_OPEN_PARAMETERS: u8 = 0x87;
/// Receive side scaling that an adapter is capable of.
pub const NDIS_OBJECT_TYPE_RSS_CAPABILITIES: u8 = 0x88;
/// Receive side scaling as it is set.
pub const NDIS_OBJECT_TYPE_RSS_PARAMETERS: u8 = 0x89;
/// Entry points of a miniport driver.
pub const NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS: u8 = 0x8A;
/// Entry points of a filter driver.
pub const NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS: u8 = 0x8B;
/// Data path entry points that a filter module changes.
pub const NDIS_OBJECT_TYPE_FILTER_PARTIAL_CHARACTERISTICS: u8 = 0x8C;
/// Attributes of a filter module.
pub const NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES: u8 = 0x8D;
/// Client of TCP chimney offload, generic part.
pub const NDIS_OBJECT_TYPE_CLIENT_CHIMNEY_OFFLOAD_GENERIC_CHARACTERISTICS: u8 = 0x8E;
/// Provider of TCP chimney offload, generic part.
pub const NDIS_OBJECT_TYPE_PROVIDER_CHIMNEY_OFFLOAD_GENERIC_CHARACTERISTICS: u8 = 0x8F;
/// Entry points of a protocol for connection-oriented media.
pub const NDIS_OBJECT_TYPE_CO_PROTOCOL_CHARACTERISTICS: u8 = 0x90;
/// Entry points of a miniport for connection-oriented media.
pub const NDIS_OBJECT_TYPE_CO_MINIPORT_CHARACTERISTICS: u8 = 0x91;
/// Entry points of a miniport for Plug and Play.
pub const NDIS_OBJECT_TYPE_MINIPORT_PNP_CHARACTERISTICS: u8 = 0x92;
/// Client of TCP chimney offload.
pub const NDIS_OBJECT_TYPE_CLIENT_CHIMNEY_OFFLOAD_CHARACTERISTICS: u8 = 0x93;
/// Provider of TCP chimney offload.
pub const NDIS_OBJECT_TYPE_PROVIDER_CHIMNEY_OFFLOAD_CHARACTERISTICS: u8 = 0x94;
/// Entry points of a protocol driver.
pub const NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS: u8 = 0x95;
/// A request to query or set an object identifier.
pub const NDIS_OBJECT_TYPE_OID_REQUEST: u8 = 0x96;
/// Older name of [`NDIS_OBJECT_TYPE_OID_REQUEST`].
pub const NDIS_OBJECT_TYPE_REQUEST_EX: u8 = NDIS_OBJECT_TYPE_OID_REQUEST;
/// What a timer is to do.
pub const NDIS_OBJECT_TYPE_TIMER_CHARACTERISTICS: u8 = 0x97;
/// A change of status on its way up.
pub const NDIS_OBJECT_TYPE_STATUS_INDICATION: u8 = 0x98;
/// What a filter learns of the stack that it attaches to.
pub const NDIS_OBJECT_TYPE_FILTER_ATTACH_PARAMETERS: u8 = 0x99;
/// Why a filter module pauses.
pub const NDIS_OBJECT_TYPE_FILTER_PAUSE_PARAMETERS: u8 = 0x9A;
/// The stack as a filter module finds it at a restart.
pub const NDIS_OBJECT_TYPE_FILTER_RESTART_PARAMETERS: u8 = 0x9B;
/// Properties of a port.
pub const NDIS_OBJECT_TYPE_PORT_CHARACTERISTICS: u8 = 0x9C;
/// State of a port.
pub const NDIS_OBJECT_TYPE_PORT_STATE: u8 = 0x9D;
/// Attributes that a miniport registers for an adapter first.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES: u8 = 0x9E;
/// General attributes of an adapter.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES: u8 = 0x9F;
/// Task offloads of an adapter.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES: u8 = 0xA0;
/// Native 802.11 attributes of an adapter.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_NATIVE_802_11_ATTRIBUTES: u8 = 0xA1;
/// General attributes of a stack that restarts.
pub const NDIS_OBJECT_TYPE_RESTART_GENERAL_ATTRIBUTES: u8 = 0xA2;
/// The stack as a protocol finds it at a restart.
pub const NDIS_OBJECT_TYPE_PROTOCOL_RESTART_PARAMETERS: u8 = 0xA3;
/// Attributes that a miniport registers while a device is added.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADD_DEVICE_REGISTRATION_ATTRIBUTES: u8 = 0xA4;
/// Entry points of a call manager.
pub const NDIS_OBJECT_TYPE_CO_CALL_MANAGER_OPTIONAL_HANDLERS: u8 = 0xA5;
/// Entry points of a connection-oriented client.
pub const NDIS_OBJECT_TYPE_CO_CLIENT_OPTIONAL_HANDLERS: u8 = 0xA6;
/// Task offload capabilities or configuration.
pub const NDIS_OBJECT_TYPE_OFFLOAD: u8 = 0xA7;
/// Encapsulation that offloads are to work on.
pub const NDIS_OBJECT_TYPE_OFFLOAD_ENCAPSULATION: u8 = 0xA8;
/// Whose configuration to open.
pub const NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT: u8 = 0xA9;
/// Handle of an NDIS 5 driver, wrapped for functions of NDIS 6.
pub const NDIS_OBJECT_TYPE_DRIVER_WRAPPER_OBJECT: u8 = 0xAA;
/// Header-data split that an adapter does. From NDIS 6.1.
pub const NDIS_OBJECT_TYPE_HD_SPLIT_ATTRIBUTES: u8 = 0xAB;
/// Network of the network store interface.
pub const NDIS_OBJECT_TYPE_NSI_NETWORK_RW_STRUCT: u8 = 0xAC;
/// Compartment of the network store interface.
pub const NDIS_OBJECT_TYPE_NSI_COMPARTMENT_RW_STRUCT: u8 = 0xAD;
/// Persistent interface settings of the network store interface.
pub const NDIS_OBJECT_TYPE_NSI_INTERFACE_PERSIST_RW_STRUCT: u8 = 0xAE;
/// Hardware assists of an adapter. From NDIS 6.1.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_HARDWARE_ASSIST_ATTRIBUTES: u8 = 0xAF;
/// Entry points of a provider of shared memory. From NDIS 6.20.
pub const NDIS_OBJECT_TYPE_SHARED_MEMORY_PROVIDER_CHARACTERISTICS: u8 = 0xB0;
/// Processors that receive side scaling may use. From NDIS 6.20.
pub const NDIS_OBJECT_TYPE_RSS_PROCESSOR_INFO: u8 = 0xB1;
/// Entry points of a provider of network direct. From NDIS 6.30.
pub const NDIS_OBJECT_TYPE_NDK_PROVIDER_CHARACTERISTICS: u8 = 0xB2;
/// Network direct attributes of an adapter. From NDIS 6.30.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_NDK_ATTRIBUTES: u8 = 0xB3;
/// Entry points of a miniport for selective suspend. From NDIS 6.30.
pub const NDIS_OBJECT_TYPE_MINIPORT_SS_CHARACTERISTICS: u8 = 0xB4;
/// Quality of service that an adapter is capable of. From NDIS 6.30.
pub const NDIS_OBJECT_TYPE_QOS_CAPABILITIES: u8 = 0xB5;
/// Quality of service as it is set. From NDIS 6.30.
pub const NDIS_OBJECT_TYPE_QOS_PARAMETERS: u8 = 0xB6;
/// Rule that sorts traffic into classes of service. From NDIS 6.30.
pub const NDIS_OBJECT_TYPE_QOS_CLASSIFICATION_ELEMENT: u8 = 0xB7;
/// Functions that an extensible switch offers its extensions. From NDIS 6.30.
pub const NDIS_OBJECT_TYPE_SWITCH_OPTIONAL_HANDLERS: u8 = 0xB8;
/// Transmit queue of packet direct. From NDIS 6.50.
pub const NDIS_OBJECT_TYPE_PD_TRANSMIT_QUEUE: u8 = 0xBE;
/// Receive queue of packet direct. From NDIS 6.50.
pub const NDIS_OBJECT_TYPE_PD_RECEIVE_QUEUE: u8 = 0xBF;
/// Packet direct attributes of an adapter. From NDIS 6.50.
pub const NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_PACKET_DIRECT_ATTRIBUTES: u8 = 0xC5;
/// Notice of a change of device power, from NDIS 6.70.
pub const NDIS_OBJECT_TYPE_MINIPORT_DEVICE_POWER_NOTIFICATION: u8 = 0xC6;
/// Receive side scaling as it is set, second form.
pub const NDIS_OBJECT_TYPE_RSS_PARAMETERS_V2: u8 = 0xC8;
/// Entries of the scaling table to move.
pub const NDIS_OBJECT_TYPE_RSS_SET_INDIRECTION_ENTRIES: u8 = 0xC9;

/// Revision of a wrapped NDIS 5 driver handle.
pub const NDIS_OBJECT_TYPE_DRIVER_WRAPPER_REVISION_1: u8 = 1;
/// First revision of the custom properties of a PCI device.
pub const NDIS_OBJECT_TYPE_PCI_DEVICE_CUSTOM_PROPERTIES_REVISION_1: u8 = 1;
/// Second revision of the custom properties of a PCI device.
pub const NDIS_OBJECT_TYPE_PCI_DEVICE_CUSTOM_PROPERTIES_REVISION_2: u8 = 2;

/// Stands for a component that has no NDIS handle of its own; its address is used as the handle.
///
/// NDIS fills it. It is allocated by `NdisAllocateGenericObject` and outlives all that was
/// allocated in its name.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_generic_object)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_GENERIC_OBJECT {
    /// Type and size.
    pub Header: NDIS_OBJECT_HEADER,
    /// Address in the component that asked for the object.
    pub Caller: *mut c_void,
    /// Address in the caller of that.
    pub CallersCaller: *mut c_void,
    /// Driver the object belongs to, or NULL.
    pub DriverObject: *mut DRIVER_OBJECT,
}

imports! {
    /// Allocates an object whose address serves as an NDIS handle; NULL if there is no memory.
    ///
    /// `Size` is the size of the caller's own structure that begins with the object. IRQL: at most
    /// `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocategenericobject)
    fn NdisAllocateGenericObject as FN_NDIS_ALLOCATE_GENERIC_OBJECT(
        DriverObject: *mut DRIVER_OBJECT,
        Tag: u32,
        Size: u16,
    ) -> *mut NDIS_GENERIC_OBJECT;

    /// Frees a generic object, after everything that was allocated with it as the handle.
    ///
    /// IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreegenericobject)
    fn NdisFreeGenericObject as FN_NDIS_FREE_GENERIC_OBJECT(NdisObject: *mut NDIS_GENERIC_OBJECT);
}
