//! Status indications, which go up the stack, and the state of the link.

use core::ffi::c_void;

use crate::{
    GUID, NDIS_HANDLE, NDIS_MEDIA_CONNECT_STATE, NDIS_MEDIA_DUPLEX_STATE, NDIS_OBJECT_HEADER,
    NDIS_PORT_NUMBER, NDIS_STATUS, NDIS_SUPPORTED_PAUSE_FUNCTIONS,
};

statuses! {
    // Links.

    /// State or speed of the link has changed, or may have: [`NDIS_LINK_STATE`].
    NDIS_STATUS_LINK_STATE = 0x4001_0017;
    /// The network may be another one, so that addresses have to be negotiated again.
    NDIS_STATUS_NETWORK_CHANGE = 0x4001_0018;
    /// NDIS 5: the speed of the link has changed.
    NDIS_STATUS_LINK_SPEED_CHANGE = 0x4001_0013;
    /// NDIS 5: there is a link.
    NDIS_STATUS_MEDIA_CONNECT = 0x4001_000B;
    /// NDIS 5: the link is gone.
    NDIS_STATUS_MEDIA_DISCONNECT = 0x4001_000C;
    /// The medium is busy; IrDA.
    NDIS_STATUS_MEDIA_BUSY = 0x4001_0011;
    /// Something of the medium, named by the indication's GUID.
    NDIS_STATUS_MEDIA_SPECIFIC_INDICATION = 0x4001_0012;
    /// Something of the medium, second form.
    NDIS_STATUS_MEDIA_SPECIFIC_INDICATION_EX = 0x4001_0019;
    /// Something of a wireless wide area network; same code as
    /// [`NDIS_STATUS_MEDIA_SPECIFIC_INDICATION`].
    NDIS_STATUS_WW_INDICATION = 0x4001_0012;
    /// The line is up.
    NDIS_STATUS_HARDWARE_LINE_UP = 0x4001_000D;
    /// The line is down.
    NDIS_STATUS_HARDWARE_LINE_DOWN = 0x4001_000E;
    /// The interface is up.
    NDIS_STATUS_INTERFACE_UP = 0x4001_000F;
    /// The interface is down.
    NDIS_STATUS_INTERFACE_DOWN = 0x4001_0010;
    /// State of a token ring has changed.
    NDIS_STATUS_RING_STATUS = 0x4001_0006;

    // Adapters, ports and interfaces.

    /// The adapter is online.
    NDIS_STATUS_ONLINE = 0x4001_0003;
    /// A reset begins: no sends and requests until it ends.
    NDIS_STATUS_RESET_START = 0x4001_0004;
    /// A reset has ended; the buffer holds its status.
    NDIS_STATUS_RESET_END = 0x4001_0005;
    /// The adapter closes.
    NDIS_STATUS_CLOSED = 0x4001_0007;
    /// State of a port has changed: [`NDIS_PORT_STATE`](crate::NDIS_PORT_STATE).
    NDIS_STATUS_PORT_STATE = 0x4001_0022;
    /// Whether the interface works has changed: [`NDIS_OPER_STATE`](crate::NDIS_OPER_STATE).
    NDIS_STATUS_OPER_STATUS = 0x4001_0023;
    /// The packet filter of the adapter may have changed: its 32 bits.
    NDIS_STATUS_PACKET_FILTER = 0x4001_0024;
    /// Whether IPv4 and IPv6 work on the interface has changed.
    NDIS_STATUS_IP_OPER_STATUS = 0x4001_0026;
    /// The link address has changed. From NDIS 6.50.
    NDIS_STATUS_CURRENT_MAC_ADDRESS_CHANGE = 0x4002_00B0;
    /// The MTU has changed. From NDIS 6.50.
    NDIS_STATUS_L2_MTU_SIZE_CHANGE = 0x4002_00B1;
    /// The isolation of a port has changed. From NDIS 6.40.
    NDIS_STATUS_ISOLATION_PARAMETERS_CHANGE = 0x4002_0080;

    // Offloads and hardware assists.

    /// Task offloads are set otherwise now, segment coalescing among them: an `NDIS_OFFLOAD`.
    NDIS_STATUS_TASK_OFFLOAD_CURRENT_CONFIG = 0x4002_0006;
    /// The hardware can do other task offloads now.
    NDIS_STATUS_TASK_OFFLOAD_HARDWARE_CAPABILITIES = 0x4002_0007;
    /// Offloads work on another encapsulation now. (The name is misspelt.)
    NDIS_STATUS_OFFLOAD_ENCASPULATION_CHANGE = 0x4002_0008;
    /// The hardware can do other connection offloads now.
    NDIS_STATUS_TCP_CONNECTION_OFFLOAD_HARDWARE_CAPABILITIES = 0x4002_000B;
    /// Headers and data are split otherwise now:
    /// [`NDIS_HD_SPLIT_CURRENT_CONFIG`](crate::NDIS_HD_SPLIT_CURRENT_CONFIG). From NDIS 6.1.
    NDIS_STATUS_HD_SPLIT_CURRENT_CONFIG = 0x4002_000C;
    /// State of a receive queue of a virtual machine has changed. From NDIS 6.20.
    NDIS_STATUS_RECEIVE_QUEUE_STATE = 0x4002_000D;
    /// Configuration of a virtual function has changed. From NDIS 6.30.
    NDIS_STATUS_VF_CONFIG_STATE = 0x4002_000E;
    /// Receive filters are set otherwise now. From NDIS 6.30.
    NDIS_STATUS_RECEIVE_FILTER_CURRENT_CAPABILITIES = 0x4002_0010;
    /// The hardware can do other receive filters now. From NDIS 6.30.
    NDIS_STATUS_RECEIVE_FILTER_HARDWARE_CAPABILITIES = 0x4002_0020;
    /// Parameters of a receive queue have changed. From NDIS 6.30.
    NDIS_STATUS_RECEIVE_FILTER_QUEUE_PARAMETERS = 0x4002_0030;
    /// State of a receive queue has changed. From NDIS 6.30.
    NDIS_STATUS_RECEIVE_FILTER_QUEUE_STATE_CHANGE = 0x4002_0070;
    /// The switch in the adapter is set otherwise now. From NDIS 6.30.
    NDIS_STATUS_NIC_SWITCH_CURRENT_CAPABILITIES = 0x4002_0040;
    /// The switch in the adapter can do something else now. From NDIS 6.30.
    NDIS_STATUS_NIC_SWITCH_HARDWARE_CAPABILITIES = 0x4002_0050;
    /// Quality of service as it works has changed. From NDIS 6.30.
    NDIS_STATUS_QOS_OPERATIONAL_PARAMETERS_CHANGE = 0x4002_00A0;
    /// The peer's quality of service has changed. From NDIS 6.30.
    NDIS_STATUS_QOS_REMOTE_PARAMETERS_CHANGE = 0x4002_00A1;
    /// Offload of quality of service is set otherwise now. From NDIS 6.50.
    NDIS_STATUS_QOS_OFFLOAD_CURRENT_CAPABILITIES = 0x4002_0400;
    /// The hardware can offload quality of service otherwise now. From NDIS 6.50.
    NDIS_STATUS_QOS_OFFLOAD_HARDWARE_CAPABILITIES = 0x4002_0401;
    /// Packet direct is set otherwise now. From NDIS 6.50.
    NDIS_STATUS_PD_CURRENT_CONFIG = 0x4002_0200;
    /// Generic flow tables are set otherwise now. From NDIS 6.50.
    NDIS_STATUS_GFT_OFFLOAD_CURRENT_CAPABILITIES = 0x4002_0300;
    /// The hardware can do other generic flow tables now. From NDIS 6.50.
    NDIS_STATUS_GFT_OFFLOAD_HARDWARE_CAPABILITIES = 0x4002_0301;
    /// The configuration of generic flow tables has changed. From NDIS 6.50.
    NDIS_STATUS_GFT_OFFLOAD_CURRENT_CONFIG = 0x4002_0302;
    /// Counters of generic flow tables have been updated. From NDIS 6.50.
    NDIS_STATUS_GFT_COUNTERS_UPDATED = 0x4002_0303;
    /// The adapter can stamp packets otherwise now:
    /// [`NDIS_TIMESTAMP_CAPABILITIES`](crate::NDIS_TIMESTAMP_CAPABILITIES). From NDIS 6.82.
    NDIS_STATUS_TIMESTAMP_CAPABILITY = 0x4005_1000;
    /// Packets are stamped otherwise now:
    /// [`NDIS_TIMESTAMP_CAPABILITIES`](crate::NDIS_TIMESTAMP_CAPABILITIES). From NDIS 6.82.
    NDIS_STATUS_TIMESTAMP_CURRENT_CONFIG = 0x4005_1001;

    // Power.

    /// A wake-up pattern that was accepted is dropped: its identifier. From NDIS 6.20.
    NDIS_STATUS_PM_WOL_PATTERN_REJECTED = 0x4003_0051;
    /// A protocol that was taken over for low power is dropped: its identifier. From NDIS 6.20.
    NDIS_STATUS_PM_OFFLOAD_REJECTED = 0x4003_0052;
    /// Power management can do something else now:
    /// [`NDIS_PM_CAPABILITIES`](crate::NDIS_PM_CAPABILITIES). From NDIS 6.20.
    NDIS_STATUS_PM_CAPABILITIES_CHANGE = 0x4003_0053;
    /// Power management of the hardware can do something else now. From NDIS 6.30.
    NDIS_STATUS_PM_HARDWARE_CAPABILITIES = 0x4003_0054;
    /// Why the adapter woke the computer. From NDIS 6.30.
    NDIS_STATUS_PM_WAKE_REASON = 0x4003_0055;

    // Chimney offload.

    /// Chimney offload: offloading stops.
    NDIS_STATUS_OFFLOAD_PAUSE = 0x4002_0001;
    /// Chimney offload: all connections are to be taken back.
    NDIS_STATUS_UPLOAD_ALL = 0x4002_0002;
    /// Chimney offload: offloading goes on.
    NDIS_STATUS_OFFLOAD_RESUME = 0x4002_0003;
    /// Chimney offload: it worked for some connections.
    NDIS_STATUS_OFFLOAD_PARTIAL_SUCCESS = 0x4002_0004;
    /// Chimney offload: the state is not valid.
    NDIS_STATUS_OFFLOAD_STATE_INVALID = 0x4002_0005;
    /// Reserved for intermediate drivers.
    NDIS_STATUS_OFFLOAD_IM_RESERVED1 = 0x4002_0100;
    /// Reserved for intermediate drivers.
    NDIS_STATUS_OFFLOAD_IM_RESERVED2 = 0x4002_0101;
    /// Reserved for intermediate drivers.
    NDIS_STATUS_OFFLOAD_IM_RESERVED3 = 0x4002_0102;

    // Wide area networks and extensible switches.

    /// A wide area link is up.
    NDIS_STATUS_WAN_LINE_UP = 0x4001_0008;
    /// A wide area link is down.
    NDIS_STATUS_WAN_LINE_DOWN = 0x4001_0009;
    /// A wide area link received a damaged packet.
    NDIS_STATUS_WAN_FRAGMENT = 0x4001_000A;
    /// Counters of a wide area link are asked for.
    NDIS_STATUS_WAN_GET_STATS = 0x4001_0014;
    /// A connection of a wide area network received a damaged packet.
    NDIS_STATUS_WAN_CO_FRAGMENT = 0x4001_0015;
    /// Parameters of a connection of a wide area network have changed.
    NDIS_STATUS_WAN_CO_LINKPARAMS = 0x4001_0016;
    /// Parameters and MTU of a connection of a wide area network have changed.
    NDIS_STATUS_WAN_CO_MTULINKPARAMS = 0x4001_0025;
    /// A port of an extensible switch has to give up its virtual function. From NDIS 6.30.
    NDIS_STATUS_SWITCH_PORT_REMOVE_VF = 0xC024_1001;
    /// Status of an adapter that is connected to an extensible switch. From NDIS 6.30.
    NDIS_STATUS_SWITCH_NIC_STATUS = 0xC024_1002;
}

/// First and only revision of [`NDIS_STATUS_INDICATION`].
pub const NDIS_STATUS_INDICATION_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_STATUS_INDICATION`].
pub const NDIS_SIZEOF_STATUS_INDICATION_REVISION_1: u16 = 112;
/// Bits of an indication's `Flags` that are for NDIS.
pub const NDIS_STATUS_INDICATION_FLAGS_NDIS_RESERVED: u32 = 0x0FFF;
/// A link that was there is there again, and may lead to another network.
pub const NDIS_STATUS_INDICATION_FLAGS_MEDIA_CONNECT_TO_CONNECT: u32 = 0x1000;

/// First and only revision of [`NDIS_LINK_STATE`].
pub const NDIS_LINK_STATE_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_LINK_STATE`].
pub const NDIS_SIZEOF_LINK_STATE_REVISION_1: u16 = 40;
/// First and only revision of [`NDIS_LINK_PARAMETERS`].
pub const NDIS_LINK_PARAMETERS_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_LINK_PARAMETERS`].
pub const NDIS_SIZEOF_LINK_PARAMETERS_REVISION_1: u16 = 32;

/// The speed is not known.
pub const NDIS_LINK_SPEED_UNKNOWN: u64 = u64::MAX;
/// The speed of sending was negotiated with the peer.
pub const NDIS_LINK_STATE_XMIT_LINK_SPEED_AUTO_NEGOTIATED: u32 = 0x1;
/// The speed of receiving was negotiated with the peer.
pub const NDIS_LINK_STATE_RCV_LINK_SPEED_AUTO_NEGOTIATED: u32 = 0x2;
/// Whether the link goes both ways at once was negotiated with the peer.
pub const NDIS_LINK_STATE_DUPLEX_AUTO_NEGOTIATED: u32 = 0x4;
/// Pause frames were negotiated with the peer.
pub const NDIS_LINK_STATE_PAUSE_FUNCTIONS_AUTO_NEGOTIATED: u32 = 0x8;

/// A change of status as it is told to drivers above.
///
/// Who indicates it owns it and its buffer; both are valid during the call only. Later revisions
/// may be longer than the `Size` known here.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_status_indication)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_STATUS_INDICATION {
    /// Type [`NDIS_OBJECT_TYPE_STATUS_INDICATION`](crate::NDIS_OBJECT_TYPE_STATUS_INDICATION).
    pub Header: NDIS_OBJECT_HEADER,
    /// Handle of the driver that indicates.
    pub SourceHandle: NDIS_HANDLE,
    /// Port that the status is of; 0 for the default port or for all.
    pub PortNumber: NDIS_PORT_NUMBER,
    /// What has changed.
    pub StatusCode: NDIS_STATUS,
    /// `NDIS_STATUS_INDICATION_FLAGS_…`.
    pub Flags: u32,
    /// Who should get the indication; NULL for all.
    pub DestinationHandle: NDIS_HANDLE,
    /// Request that the indication answers, or NULL.
    pub RequestId: *mut c_void,
    /// What is to be known of it, by code.
    pub StatusBuffer: *mut c_void,
    /// Bytes at `StatusBuffer`.
    pub StatusBufferSize: u32,
    /// Names a media specific indication.
    pub Guid: GUID,
    /// For NDIS.
    pub NdisReserved: [*mut c_void; 4],
}

/// State of the link of an adapter.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_link_state)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_LINK_STATE {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Whether there is a link.
    pub MediaConnectState: NDIS_MEDIA_CONNECT_STATE,
    /// Whether it goes both ways at once.
    pub MediaDuplexState: NDIS_MEDIA_DUPLEX_STATE,
    /// Bits per second to send, or [`NDIS_LINK_SPEED_UNKNOWN`].
    pub XmitLinkSpeed: u64,
    /// Bits per second to receive, or [`NDIS_LINK_SPEED_UNKNOWN`].
    pub RcvLinkSpeed: u64,
    /// Pause frames that are in use.
    pub PauseFunctions: NDIS_SUPPORTED_PAUSE_FUNCTIONS,
    /// `NDIS_LINK_STATE_…_AUTO_NEGOTIATED`.
    pub AutoNegotiationFlags: u32,
}

/// Settings for the link of an adapter.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/oid-gen-link-parameters)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_LINK_PARAMETERS {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Whether the link should go both ways at once.
    pub MediaDuplexState: NDIS_MEDIA_DUPLEX_STATE,
    /// Bits per second to send.
    pub XmitLinkSpeed: u64,
    /// Bits per second to receive.
    pub RcvLinkSpeed: u64,
    /// Pause frames to use.
    pub PauseFunctions: NDIS_SUPPORTED_PAUSE_FUNCTIONS,
    /// `NDIS_LINK_STATE_…_AUTO_NEGOTIATED`: what to negotiate with the peer.
    pub AutoNegotiationFlags: u32,
}

/// Speeds of a link.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_link_speed)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_LINK_SPEED {
    /// Bits per second to send, or [`NDIS_LINK_SPEED_UNKNOWN`].
    pub XmitLinkSpeed: u64,
    /// Bits per second to receive, or [`NDIS_LINK_SPEED_UNKNOWN`].
    pub RcvLinkSpeed: u64,
}

callbacks! {
    /// Called when the status of the adapter below has changed, from the time the binding is open
    /// until its close is complete.
    ///
    /// The indication is valid during the call only. IRQL: at most `DISPATCH_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nc-ndis-protocol_status_ex)
    PROTOCOL_STATUS_EX, PROTOCOL_STATUS_EX_HANDLER, STATUS_HANDLER_EX = fn(
        ProtocolBindingContext: NDIS_HANDLE,
        StatusIndication: *mut NDIS_STATUS_INDICATION,
    );
}
