//! Network interfaces: what adapters and filter modules are to the rest of the system.

use crate::{
    BOOLEAN, NDIS_HANDLE, NDIS_MEDIA_CONNECT_STATE, NDIS_MEDIA_DUPLEX_STATE, NDIS_OBJECT_HEADER,
    NDIS_STATUS,
};

/// Index of an interface; not kept over a restart of the computer.
pub type NET_IFINDEX = u32;
/// Kind of interface, as IANA numbers them.
pub type NET_IFTYPE = u16;
/// Routing compartment of an interface.
pub type NET_IF_COMPARTMENT_ID = u32;
/// Routing compartments that a setting is for.
pub type NET_IF_COMPARTMENT_SCOPE = u32;
/// Object that a provider of interfaces is asked for.
pub type NET_IF_OBJECT_ID = u32;

/// No index.
pub const NET_IFINDEX_UNSPECIFIED: NET_IFINDEX = 0;

/// Ethernet of any speed, and what looks like it.
pub const IF_TYPE_ETHERNET_CSMACD: NET_IFTYPE = 6;
/// Token ring.
pub const IF_TYPE_ISO88025_TOKENRING: NET_IFTYPE = 9;
/// Point-to-point protocol.
pub const IF_TYPE_PPP: NET_IFTYPE = 23;
/// Loopback.
pub const IF_TYPE_SOFTWARE_LOOPBACK: NET_IFTYPE = 24;
/// Virtual, of the vendor's own kind.
pub const IF_TYPE_PROP_VIRTUAL: NET_IFTYPE = 53;
/// Wireless network.
pub const IF_TYPE_IEEE80211: NET_IFTYPE = 71;
/// Tunnel.
pub const IF_TYPE_TUNNEL: NET_IFTYPE = 131;
/// IEEE 1394.
pub const IF_TYPE_IEEE1394: NET_IFTYPE = 144;
/// Mobile broadband, GSM family.
pub const IF_TYPE_WWANPP: NET_IFTYPE = 243;
/// Mobile broadband, CDMA family.
pub const IF_TYPE_WWANPP2: NET_IFTYPE = 244;

/// No compartment.
pub const NET_IF_COMPARTMENT_ID_UNSPECIFIED: NET_IF_COMPARTMENT_ID = 0;
/// The default compartment, which all interfaces but the system's own are in.
pub const NET_IF_COMPARTMENT_ID_PRIMARY: NET_IF_COMPARTMENT_ID = 1;
/// No compartment.
pub const NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED: NET_IF_COMPARTMENT_SCOPE = 0;
/// All compartments.
pub const NET_IF_COMPARTMENT_SCOPE_ALL: NET_IF_COMPARTMENT_SCOPE = u32::MAX;

/// The administrator's name.
pub const NET_IF_OID_IF_ALIAS: NET_IF_OBJECT_ID = 1;
/// Compartment.
pub const NET_IF_OID_COMPARTMENT_ID: NET_IF_OBJECT_ID = 2;
/// Network that the interface is connected to.
pub const NET_IF_OID_NETWORK_GUID: NET_IF_OBJECT_ID = 3;
/// Counters and state.
pub const NET_IF_OID_IF_ENTRY: NET_IF_OBJECT_ID = 4;

/// Whether an interface works: `ifOperStatus` of RFC 2863.
pub type NET_IF_OPER_STATUS = i32;

/// Passes packets.
pub const NET_IF_OPER_STATUS_UP: NET_IF_OPER_STATUS = 1;
/// Does not.
pub const NET_IF_OPER_STATUS_DOWN: NET_IF_OPER_STATUS = 2;
/// Is being tested.
pub const NET_IF_OPER_STATUS_TESTING: NET_IF_OPER_STATUS = 3;
/// Not known.
pub const NET_IF_OPER_STATUS_UNKNOWN: NET_IF_OPER_STATUS = 4;
/// Waits for something outside to happen.
pub const NET_IF_OPER_STATUS_DORMANT: NET_IF_OPER_STATUS = 5;
/// A part of it, such as its hardware, is missing.
pub const NET_IF_OPER_STATUS_NOT_PRESENT: NET_IF_OPER_STATUS = 6;
/// An interface below does not work.
pub const NET_IF_OPER_STATUS_LOWER_LAYER_DOWN: NET_IF_OPER_STATUS = 7;

/// Down, since the port is not authenticated.
pub const NET_IF_OPER_STATUS_DOWN_NOT_AUTHENTICATED: u32 = 0x1;
/// Down, since there is no link.
pub const NET_IF_OPER_STATUS_DOWN_NOT_MEDIA_CONNECTED: u32 = 0x2;
/// Dormant, since it is paused.
pub const NET_IF_OPER_STATUS_DORMANT_PAUSED: u32 = 0x4;
/// Dormant, since it is in low power.
pub const NET_IF_OPER_STATUS_DORMANT_LOW_POWER: u32 = 0x8;

/// Whether an interface is meant to work: `ifAdminStatus` of RFC 2863.
pub type NET_IF_ADMIN_STATUS = i32;

/// It is.
pub const NET_IF_ADMIN_STATUS_UP: NET_IF_ADMIN_STATUS = 1;
/// It is not.
pub const NET_IF_ADMIN_STATUS_DOWN: NET_IF_ADMIN_STATUS = 2;
/// It is to be tested.
pub const NET_IF_ADMIN_STATUS_TESTING: NET_IF_ADMIN_STATUS = 3;

/// How long an address that an interface receives on lasts.
pub type NET_IF_RCV_ADDRESS_TYPE = i32;

/// Not told.
pub const NET_IF_RCV_ADDRESS_TYPE_OTHER: NET_IF_RCV_ADDRESS_TYPE = 1;
/// Until the computer restarts.
pub const NET_IF_RCV_ADDRESS_TYPE_VOLATILE: NET_IF_RCV_ADDRESS_TYPE = 2;
/// Beyond a restart.
pub const NET_IF_RCV_ADDRESS_TYPE_NON_VOLATILE: NET_IF_RCV_ADDRESS_TYPE = 3;

/// How many can be reached through an interface.
pub type NET_IF_ACCESS_TYPE = i32;

/// Nobody else.
pub const NET_IF_ACCESS_LOOPBACK: NET_IF_ACCESS_TYPE = 1;
/// Many, also all at once; such as Ethernet.
pub const NET_IF_ACCESS_BROADCAST: NET_IF_ACCESS_TYPE = 2;
/// One.
pub const NET_IF_ACCESS_POINT_TO_POINT: NET_IF_ACCESS_TYPE = 3;
/// Many, but not all at once.
pub const NET_IF_ACCESS_POINT_TO_MULTI_POINT: NET_IF_ACCESS_TYPE = 4;
/// End of the range.
pub const NET_IF_ACCESS_MAXIMUM: NET_IF_ACCESS_TYPE = 5;

/// Directions that an interface works in.
pub type NET_IF_DIRECTION_TYPE = i32;

/// Both.
pub const NET_IF_DIRECTION_SENDRECEIVE: NET_IF_DIRECTION_TYPE = 0;
/// It only sends.
pub const NET_IF_DIRECTION_SENDONLY: NET_IF_DIRECTION_TYPE = 1;
/// It only receives.
pub const NET_IF_DIRECTION_RECEIVEONLY: NET_IF_DIRECTION_TYPE = 2;
/// End of the range.
pub const NET_IF_DIRECTION_MAXIMUM: NET_IF_DIRECTION_TYPE = 3;

/// How the connection of an interface comes about.
pub type NET_IF_CONNECTION_TYPE = i32;

/// By itself, as soon as there is a link; such as Ethernet.
pub const NET_IF_CONNECTION_DEDICATED: NET_IF_CONNECTION_TYPE = 1;
/// By the other side.
pub const NET_IF_CONNECTION_PASSIVE: NET_IF_CONNECTION_TYPE = 2;
/// When it is needed.
pub const NET_IF_CONNECTION_DEMAND: NET_IF_CONNECTION_TYPE = 3;
/// End of the range.
pub const NET_IF_CONNECTION_MAXIMUM: NET_IF_CONNECTION_TYPE = 4;

/// The speed is not known.
pub const NET_IF_LINK_SPEED_UNKNOWN: u64 = u64::MAX;
/// Bytes that a link address has at most.
pub const NDIS_MAX_PHYS_ADDRESS_LENGTH: usize = 32;
/// Characters that the name of an interface has at most.
pub const NDIS_IF_MAX_STRING_SIZE: usize = 256;

/// Identifier of an interface that lasts beyond a restart of the computer.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/net-luid-value)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NET_LUID {
    /// The whole.
    pub Value: u64,
    /// The parts, by the masks of this type.
    pub Info: u64,
}

impl NET_LUID {
    /// Reserved.
    pub const RESERVED_MASK: u64 = 0x0000_0000_00FF_FFFF;
    /// Number among the interfaces of the same kind.
    pub const NET_LUID_INDEX_MASK: u64 = 0x0000_FFFF_FF00_0000;
    /// Kind of interface, [`NET_IFTYPE`].
    pub const IF_TYPE_MASK: u64 = 0xFFFF_0000_0000_0000;
}

default_is_zero!(NET_LUID);

/// State and counters of an interface. Counters are `ifHC…` and the like of RFC 2863.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/oid-gen-interface-info)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_INTERFACE_INFORMATION {
    /// Whether it works.
    pub ifOperStatus: NET_IF_OPER_STATUS,
    /// Why not, `NET_IF_OPER_STATUS_DOWN_…` and `…_DORMANT_…`.
    pub ifOperStatusFlags: u32,
    /// Whether there is a link.
    pub MediaConnectState: NDIS_MEDIA_CONNECT_STATE,
    /// Whether the link goes both ways at once.
    pub MediaDuplexState: NDIS_MEDIA_DUPLEX_STATE,
    /// Greatest payload of a frame, in bytes.
    pub ifMtu: u32,
    /// Whether it receives all frames.
    pub ifPromiscuousMode: BOOLEAN,
    /// Whether it can wake the computer.
    pub ifDeviceWakeUpEnable: BOOLEAN,
    /// Bits per second to send.
    pub XmitLinkSpeed: u64,
    /// Bits per second to receive.
    pub RcvLinkSpeed: u64,
    /// When it came into its present state.
    pub ifLastChange: u64,
    /// When a counter last jumped.
    pub ifCounterDiscontinuityTime: u64,
    /// Packets that no protocol wanted.
    pub ifInUnknownProtos: u64,
    /// Received packets thrown away without an error.
    pub ifInDiscards: u64,
    /// Packets received with an error.
    pub ifInErrors: u64,
    /// Bytes received.
    pub ifHCInOctets: u64,
    /// Packets received that were for this receiver alone.
    pub ifHCInUcastPkts: u64,
    /// Packets received that were for a group.
    pub ifHCInMulticastPkts: u64,
    /// Packets received that were for all.
    pub ifHCInBroadcastPkts: u64,
    /// Bytes sent.
    pub ifHCOutOctets: u64,
    /// Packets sent to one receiver.
    pub ifHCOutUcastPkts: u64,
    /// Packets sent to a group.
    pub ifHCOutMulticastPkts: u64,
    /// Packets sent to all.
    pub ifHCOutBroadcastPkts: u64,
    /// Packets that could not be sent.
    pub ifOutErrors: u64,
    /// Packets to send that were thrown away.
    pub ifOutDiscards: u64,
    /// Bytes received that were for this receiver alone.
    pub ifHCInUcastOctets: u64,
    /// Bytes received that were for a group.
    pub ifHCInMulticastOctets: u64,
    /// Bytes received that were for all.
    pub ifHCInBroadcastOctets: u64,
    /// Bytes sent to one receiver.
    pub ifHCOutUcastOctets: u64,
    /// Bytes sent to a group.
    pub ifHCOutMulticastOctets: u64,
    /// Bytes sent to all.
    pub ifHCOutBroadcastOctets: u64,
    /// Compartment.
    pub CompartmentId: NET_IF_COMPARTMENT_ID,
    /// Counters that are valid.
    pub SupportedStatistics: u32,
}

/// First and only revision of [`NDIS_OPER_STATE`].
pub const NDIS_OPER_STATE_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_OPER_STATE`].
pub const NDIS_SIZEOF_OPER_STATE_REVISION_1: u16 = 12;

/// Whether an interface works: data of
/// [`NDIS_STATUS_OPER_STATUS`](crate::NDIS_STATUS_OPER_STATUS).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_oper_state)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_OPER_STATE {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Whether it works.
    pub OperationalStatus: NET_IF_OPER_STATUS,
    /// Why not, `NET_IF_OPER_STATUS_DOWN_…` and `…_DORMANT_…`.
    pub OperationalStatusFlags: u32,
}

imports! {
    /// Interfaces of a binding: the topmost and the lowest of the stack below it.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_INTERFACE_NOT_FOUND`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifquerybindingifindex)
    fn NdisIfQueryBindingIfIndex as FN_NDIS_IF_QUERY_BINDING_IF_INDEX(
        NdisBindingHandle: NDIS_HANDLE,
        pBoundIfIndex: *mut NET_IFINDEX,
        pBoundIfNetLuid: *mut NET_LUID,
        pLowestIfIndex: *mut NET_IFINDEX,
        pLowestIfNetLuid: *mut NET_LUID,
    ) -> NDIS_STATUS;

    /// Index of the interface with this identifier.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_INTERFACE_NOT_FOUND`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifgetinterfaceindexfromnetluid)
    fn NdisIfGetInterfaceIndexFromNetLuid as FN_NDIS_IF_GET_INTERFACE_INDEX_FROM_NET_LUID(
        NetLuid: NET_LUID,
        pIfIndex: *mut NET_IFINDEX,
    ) -> NDIS_STATUS;

    /// Identifier of the interface with this index.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Error: `NDIS_STATUS_INTERFACE_NOT_FOUND`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifgetnetluidfrominterfaceindex)
    fn NdisIfGetNetLuidFromInterfaceIndex as FN_NDIS_IF_GET_NET_LUID_FROM_INTERFACE_INDEX(
        ifIndex: NET_IFINDEX,
        pNetLuid: *mut NET_LUID,
    ) -> NDIS_STATUS;

    /// Tells NDIS that one interface is stacked on another, which it does not know of intermediate
    /// drivers that multiplex.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Errors: `NDIS_STATUS_RESOURCES`, `NDIS_STATUS_INTERFACE_NOT_FOUND`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifaddifstackentry)
    fn NdisIfAddIfStackEntry as FN_NDIS_IF_ADD_IF_STACK_ENTRY(
        HigherLayerIfIndex: NET_IFINDEX,
        LowerLayerIfIndex: NET_IFINDEX,
    ) -> NDIS_STATUS;

    /// Takes back what `NdisIfAddIfStackEntry` told.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisifdeleteifstackentry)
    fn NdisIfDeleteIfStackEntry as FN_NDIS_IF_DELETE_IF_STACK_ENTRY(
        HigherLayerIfIndex: NET_IFINDEX,
        LowerLayerIfIndex: NET_IFINDEX,
    );
}
