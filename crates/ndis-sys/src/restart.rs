//! Attributes of a stack, which may change while it is paused.

use crate::{
    NDIS_OBJECT_HEADER, NDIS_OID, NDIS_RECEIVE_SCALE_CAPABILITIES, NET_IF_ACCESS_TYPE,
    NET_IF_CONNECTION_TYPE,
};

/// [`NDIS_RESTART_GENERAL_ATTRIBUTES`] of NDIS 6.0.
pub const NDIS_RESTART_GENERAL_ATTRIBUTES_REVISION_1: u8 = 1;
/// [`NDIS_RESTART_GENERAL_ATTRIBUTES`] of NDIS 6.20: adds the lookahead that is looked at.
pub const NDIS_RESTART_GENERAL_ATTRIBUTES_REVISION_2: u8 = 2;
/// Bytes of revision 1.
pub const NDIS_SIZEOF_RESTART_GENERAL_ATTRIBUTES_REVISION_1: u16 = 84;
/// Bytes of revision 2.
pub const NDIS_SIZEOF_RESTART_GENERAL_ATTRIBUTES_REVISION_2: u16 = 88;
/// `MaxLookaheadSizeAccessed` is valid. From NDIS 6.20.
pub const NDIS_RESTART_GENERAL_ATTRIBUTES_MAX_LOOKAHEAD_ACCESSED_DEFINED: u32 = 0x1;
/// Nobody has said how much lookahead is looked at. From NDIS 6.20.
pub const NDIS_MAX_LOOKAHEAD_SIZE_ACCESSED_UNDEFINED: u32 = u32::MAX;

/// Attributes in a list of them; `Data` is as long as `DataLength` says.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_restart_attributes)
#[repr(C, align(16))]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_RESTART_ATTRIBUTES {
    /// Next attributes, or NULL.
    pub Next: *mut Self,
    /// Names the attributes:
    /// [`OID_GEN_MINIPORT_RESTART_ATTRIBUTES`](crate::OID_GEN_MINIPORT_RESTART_ATTRIBUTES) for
    /// [`NDIS_RESTART_GENERAL_ATTRIBUTES`].
    pub Oid: NDIS_OID,
    /// Bytes of `Data`.
    pub DataLength: u32,
    /// The attributes.
    pub Data: [u8; 1],
}

/// General attributes of a stack. Members mean what they do in
/// [`NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES`](crate::NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_restart_general_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_RESTART_GENERAL_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_RESTART_GENERAL_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_RESTART_GENERAL_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// Greatest payload of a frame, in bytes.
    pub MtuSize: u32,
    /// Greatest speed that the link can send at, in bits per second.
    pub MaxXmitLinkSpeed: u64,
    /// Greatest speed that the link can receive at, in bits per second.
    pub MaxRcvLinkSpeed: u64,
    /// Bytes of lookahead.
    pub LookaheadSize: u32,
    /// `NDIS_MAC_OPTION_…`.
    pub MacOptions: u32,
    /// `NDIS_PACKET_TYPE_…`.
    pub SupportedPacketFilters: u32,
    /// Multicast addresses that the adapter can hold.
    pub MaxMulticastListSize: u32,
    /// Receive side scaling, or NULL.
    pub RecvScaleCapabilities: *mut NDIS_RECEIVE_SCALE_CAPABILITIES,
    /// How many can be reached.
    pub AccessType: NET_IF_ACCESS_TYPE,
    /// [`NDIS_RESTART_GENERAL_ATTRIBUTES_MAX_LOOKAHEAD_ACCESSED_DEFINED`] or 0.
    pub Flags: u32,
    /// How the connection comes about.
    pub ConnectionType: NET_IF_CONNECTION_TYPE,
    /// Counters that there are, `NDIS_STATISTICS_…_SUPPORTED`.
    pub SupportedStatistics: u32,
    /// Unused bytes before the data that sent net buffers should have.
    pub DataBackFillSize: u32,
    /// Bytes of context space that sent lists should have.
    pub ContextBackFillSize: u32,
    /// Identifiers that are supported.
    pub SupportedOidList: *mut NDIS_OID,
    /// Bytes of those.
    pub SupportedOidListLength: u32,
    /// Bytes of a received frame that the drivers of the stack look at. From revision 2.
    pub MaxLookaheadSizeAccessed: u32,
}
