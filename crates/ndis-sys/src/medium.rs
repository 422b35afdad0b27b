//! Media, and what an adapter does with frames.

/// Medium of the frames that an adapter sends and receives.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ne-ntddndis-_ndis_medium)
pub type NDIS_MEDIUM = i32;

/// Ethernet.
pub const NdisMedium802_3: NDIS_MEDIUM = 0;
/// Token ring.
pub const NdisMedium802_5: NDIS_MEDIUM = 1;
/// Fibre distributed data interface.
pub const NdisMediumFddi: NDIS_MEDIUM = 2;
/// Wide area network, with the frames of PPP.
pub const NdisMediumWan: NDIS_MEDIUM = 3;
/// LocalTalk.
pub const NdisMediumLocalTalk: NDIS_MEDIUM = 4;
/// Ethernet without a length field. Not used by adapters.
pub const NdisMediumDix: NDIS_MEDIUM = 5;
/// ARCNET, raw.
pub const NdisMediumArcnetRaw: NDIS_MEDIUM = 6;
/// ARCNET with the frames of ANSI 878.2.
pub const NdisMediumArcnet878_2: NDIS_MEDIUM = 7;
/// Asynchronous transfer mode.
pub const NdisMediumAtm: NDIS_MEDIUM = 8;
/// Mobile broadband.
pub const NdisMediumWirelessWan: NDIS_MEDIUM = 9;
/// Infrared.
pub const NdisMediumIrda: NDIS_MEDIUM = 10;
/// Broadcast PC.
pub const NdisMediumBpc: NDIS_MEDIUM = 11;
/// Connection-oriented wide area network.
pub const NdisMediumCoWan: NDIS_MEDIUM = 12;
/// IEEE 1394.
pub const NdisMedium1394: NDIS_MEDIUM = 13;
/// InfiniBand.
pub const NdisMediumInfiniBand: NDIS_MEDIUM = 14;
/// Tunnel.
pub const NdisMediumTunnel: NDIS_MEDIUM = 15;
/// Wireless network, with the frames of 802.11.
pub const NdisMediumNative802_11: NDIS_MEDIUM = 16;
/// Loopback.
pub const NdisMediumLoopback: NDIS_MEDIUM = 17;
/// WiMAX.
pub const NdisMediumWiMAX: NDIS_MEDIUM = 18;
/// IP packets without a link header.
pub const NdisMediumIP: NDIS_MEDIUM = 19;
/// Number of media.
pub const NdisMediumMax: NDIS_MEDIUM = 20;

/// Physical medium, which [`NDIS_MEDIUM`] does not tell where one medium stands in for another.
pub type NDIS_PHYSICAL_MEDIUM = i32;

/// Not told; for an Ethernet adapter, none of the others.
pub const NdisPhysicalMediumUnspecified: NDIS_PHYSICAL_MEDIUM = 0;
/// Wireless network behind an Ethernet interface.
pub const NdisPhysicalMediumWirelessLan: NDIS_PHYSICAL_MEDIUM = 1;
/// Cable modem.
pub const NdisPhysicalMediumCableModem: NDIS_PHYSICAL_MEDIUM = 2;
/// Telephone line.
pub const NdisPhysicalMediumPhoneLine: NDIS_PHYSICAL_MEDIUM = 3;
/// Power line.
pub const NdisPhysicalMediumPowerLine: NDIS_PHYSICAL_MEDIUM = 4;
/// Digital subscriber line.
pub const NdisPhysicalMediumDSL: NDIS_PHYSICAL_MEDIUM = 5;
/// Fibre channel.
pub const NdisPhysicalMediumFibreChannel: NDIS_PHYSICAL_MEDIUM = 6;
/// IEEE 1394.
pub const NdisPhysicalMedium1394: NDIS_PHYSICAL_MEDIUM = 7;
/// Mobile broadband.
pub const NdisPhysicalMediumWirelessWan: NDIS_PHYSICAL_MEDIUM = 8;
/// Wireless network, 802.11.
pub const NdisPhysicalMediumNative802_11: NDIS_PHYSICAL_MEDIUM = 9;
/// Bluetooth.
pub const NdisPhysicalMediumBluetooth: NDIS_PHYSICAL_MEDIUM = 10;
/// InfiniBand.
pub const NdisPhysicalMediumInfiniband: NDIS_PHYSICAL_MEDIUM = 11;
/// WiMAX.
pub const NdisPhysicalMediumWiMax: NDIS_PHYSICAL_MEDIUM = 12;
/// Ultra-wideband.
pub const NdisPhysicalMediumUWB: NDIS_PHYSICAL_MEDIUM = 13;
/// Ethernet.
pub const NdisPhysicalMedium802_3: NDIS_PHYSICAL_MEDIUM = 14;
/// Token ring.
pub const NdisPhysicalMedium802_5: NDIS_PHYSICAL_MEDIUM = 15;
/// Infrared.
pub const NdisPhysicalMediumIrda: NDIS_PHYSICAL_MEDIUM = 16;
/// Wired wide area network.
pub const NdisPhysicalMediumWiredWAN: NDIS_PHYSICAL_MEDIUM = 17;
/// Wired connection-oriented wide area network.
pub const NdisPhysicalMediumWiredCoWan: NDIS_PHYSICAL_MEDIUM = 18;
/// Something else.
pub const NdisPhysicalMediumOther: NDIS_PHYSICAL_MEDIUM = 19;
/// Wireless sensor network, 802.15.4.
pub const NdisPhysicalMediumNative802_15_4: NDIS_PHYSICAL_MEDIUM = 20;
/// Number of physical media.
pub const NdisPhysicalMediumMax: NDIS_PHYSICAL_MEDIUM = 21;

/// State of the hardware of an adapter.
pub type NDIS_HARDWARE_STATUS = i32;

/// Ready.
pub const NdisHardwareStatusReady: NDIS_HARDWARE_STATUS = 0;
/// Starts.
pub const NdisHardwareStatusInitializing: NDIS_HARDWARE_STATUS = 1;
/// Is being reset.
pub const NdisHardwareStatusReset: NDIS_HARDWARE_STATUS = 2;
/// Closes.
pub const NdisHardwareStatusClosing: NDIS_HARDWARE_STATUS = 3;
/// Not ready.
pub const NdisHardwareStatusNotReady: NDIS_HARDWARE_STATUS = 4;

/// Whether there is a link, as NDIS 5 tells it.
pub type NDIS_MEDIA_STATE = i32;

/// There is a link.
pub const NdisMediaStateConnected: NDIS_MEDIA_STATE = 0;
/// There is no link.
pub const NdisMediaStateDisconnected: NDIS_MEDIA_STATE = 1;

/// Whether there is a link.
pub type NET_IF_MEDIA_CONNECT_STATE = i32;
/// Whether there is a link.
pub type NDIS_MEDIA_CONNECT_STATE = NET_IF_MEDIA_CONNECT_STATE;

/// Not known, as in low power.
pub const MediaConnectStateUnknown: NET_IF_MEDIA_CONNECT_STATE = 0;
/// There is a link.
pub const MediaConnectStateConnected: NET_IF_MEDIA_CONNECT_STATE = 1;
/// There is no link.
pub const MediaConnectStateDisconnected: NET_IF_MEDIA_CONNECT_STATE = 2;

/// Whether a link goes both ways at once.
pub type NET_IF_MEDIA_DUPLEX_STATE = i32;
/// Whether a link goes both ways at once.
pub type NDIS_MEDIA_DUPLEX_STATE = NET_IF_MEDIA_DUPLEX_STATE;

/// Not known.
pub const MediaDuplexStateUnknown: NET_IF_MEDIA_DUPLEX_STATE = 0;
/// One way at a time.
pub const MediaDuplexStateHalf: NET_IF_MEDIA_DUPLEX_STATE = 1;
/// Both ways at once.
pub const MediaDuplexStateFull: NET_IF_MEDIA_DUPLEX_STATE = 2;

/// Which pause frames an adapter takes part in.
pub type NDIS_SUPPORTED_PAUSE_FUNCTIONS = i32;

/// None.
pub const NdisPauseFunctionsUnsupported: NDIS_SUPPORTED_PAUSE_FUNCTIONS = 0;
/// Sends them.
pub const NdisPauseFunctionsSendOnly: NDIS_SUPPORTED_PAUSE_FUNCTIONS = 1;
/// Obeys them.
pub const NdisPauseFunctionsReceiveOnly: NDIS_SUPPORTED_PAUSE_FUNCTIONS = 2;
/// Sends and obeys them.
pub const NdisPauseFunctionsSendAndReceive: NDIS_SUPPORTED_PAUSE_FUNCTIONS = 3;
/// Not known.
pub const NdisPauseFunctionsUnknown: NDIS_SUPPORTED_PAUSE_FUNCTIONS = 4;

/// State of a token ring.
pub type NDIS_802_5_RING_STATE = i32;

/// Open.
pub const NdisRingStateOpened: NDIS_802_5_RING_STATE = 1;
/// Closed.
pub const NdisRingStateClosed: NDIS_802_5_RING_STATE = 2;
/// Opens.
pub const NdisRingStateOpening: NDIS_802_5_RING_STATE = 3;
/// Closes.
pub const NdisRingStateClosing: NDIS_802_5_RING_STATE = 4;
/// Could not be opened.
pub const NdisRingStateOpenFailure: NDIS_802_5_RING_STATE = 5;
/// Failed.
pub const NdisRingStateRingFailure: NDIS_802_5_RING_STATE = 6;

/// Type of a frame, as its link header has it, in host byte order.
pub type NET_FRAME_TYPE = u16;

/// IPv4.
pub const NDIS_ETH_TYPE_IPV4: NET_FRAME_TYPE = 0x0800;
/// Address resolution.
pub const NDIS_ETH_TYPE_ARP: NET_FRAME_TYPE = 0x0806;
/// VLAN tag.
pub const NDIS_ETH_TYPE_802_1Q: NET_FRAME_TYPE = 0x8100;
/// IPv6.
pub const NDIS_ETH_TYPE_IPV6: NET_FRAME_TYPE = 0x86DD;
/// Link aggregation and the like.
pub const NDIS_ETH_TYPE_SLOW_PROTOCOL: NET_FRAME_TYPE = 0x8809;
/// Port access control.
pub const NDIS_ETH_TYPE_802_1X: NET_FRAME_TYPE = 0x888E;

// Packet filters.

/// Frames for the adapter's own address.
pub const NDIS_PACKET_TYPE_DIRECTED: u32 = 0x0000_0001;
/// Frames for groups in the multicast list.
pub const NDIS_PACKET_TYPE_MULTICAST: u32 = 0x0000_0002;
/// Frames for any group.
pub const NDIS_PACKET_TYPE_ALL_MULTICAST: u32 = 0x0000_0004;
/// Frames for all.
pub const NDIS_PACKET_TYPE_BROADCAST: u32 = 0x0000_0008;
/// Frames that carry their route; token ring.
pub const NDIS_PACKET_TYPE_SOURCE_ROUTING: u32 = 0x0000_0010;
/// All frames.
pub const NDIS_PACKET_TYPE_PROMISCUOUS: u32 = 0x0000_0020;
/// Station management; FDDI.
pub const NDIS_PACKET_TYPE_SMT: u32 = 0x0000_0040;
/// All frames that this computer sends.
pub const NDIS_PACKET_TYPE_ALL_LOCAL: u32 = 0x0000_0080;
/// Frames for the current group address; token ring.
pub const NDIS_PACKET_TYPE_GROUP: u32 = 0x0000_1000;
/// Frames for any functional address; token ring.
pub const NDIS_PACKET_TYPE_ALL_FUNCTIONAL: u32 = 0x0000_2000;
/// Frames for current functional addresses; token ring.
pub const NDIS_PACKET_TYPE_FUNCTIONAL: u32 = 0x0000_4000;
/// Frames of the ring itself; token ring.
pub const NDIS_PACKET_TYPE_MAC_FRAME: u32 = 0x0000_8000;
/// No frames that this computer sends.
pub const NDIS_PACKET_TYPE_NO_LOCAL: u32 = 0x0001_0000;
/// Bits that mean something else for each medium.
pub const NDIS_PACKET_TYPE_MEDIA_SPECIFIC_MASK: u32 = 0x0FFF_0000;
/// 802.11: data for the adapter's own address.
pub const NDIS_PACKET_TYPE_802_11_DIRECTED_DATA: u32 = 0x0000_0001;
/// 802.11: data for groups in the multicast list.
pub const NDIS_PACKET_TYPE_802_11_MULTICAST_DATA: u32 = 0x0000_0002;
/// 802.11: data for any group.
pub const NDIS_PACKET_TYPE_802_11_ALL_MULTICAST_DATA: u32 = 0x0000_0004;
/// 802.11: data for all.
pub const NDIS_PACKET_TYPE_802_11_BROADCAST_DATA: u32 = 0x0000_0008;
/// 802.11: all data.
pub const NDIS_PACKET_TYPE_802_11_PROMISCUOUS_DATA: u32 = 0x0000_0020;
/// 802.11: data as it was on the air.
pub const NDIS_PACKET_TYPE_802_11_RAW_DATA: u32 = 0x0001_0000;
/// 802.11: management for the adapter's own address.
pub const NDIS_PACKET_TYPE_802_11_DIRECTED_MGMT: u32 = 0x0002_0000;
/// 802.11: management for all.
pub const NDIS_PACKET_TYPE_802_11_BROADCAST_MGMT: u32 = 0x0004_0000;
/// 802.11: management for groups in the multicast list.
pub const NDIS_PACKET_TYPE_802_11_MULTICAST_MGMT: u32 = 0x0008_0000;
/// 802.11: management for any group.
pub const NDIS_PACKET_TYPE_802_11_ALL_MULTICAST_MGMT: u32 = 0x0010_0000;
/// 802.11: all management.
pub const NDIS_PACKET_TYPE_802_11_PROMISCUOUS_MGMT: u32 = 0x0020_0000;
/// 802.11: management as it was on the air.
pub const NDIS_PACKET_TYPE_802_11_RAW_MGMT: u32 = 0x0040_0000;
/// 802.11: control for the adapter's own address.
pub const NDIS_PACKET_TYPE_802_11_DIRECTED_CTRL: u32 = 0x0080_0000;
/// 802.11: control for all.
pub const NDIS_PACKET_TYPE_802_11_BROADCAST_CTRL: u32 = 0x0100_0000;
/// 802.11: all control.
pub const NDIS_PACKET_TYPE_802_11_PROMISCUOUS_CTRL: u32 = 0x0200_0000;
/// 802.11: all of these.
pub const NDIS_PACKET_TYPE_ALL_802_11_FILTERS: u32 = 0x03FF_002F;

// Properties of an adapter.

/// NDIS 5: lookahead data may be copied by any means.
pub const NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA: u32 = 0x0000_0001;
/// NDIS 5: packets are indicated one after the other.
pub const NDIS_MAC_OPTION_RECEIVE_SERIALIZED: u32 = 0x0000_0002;
/// NDIS 5: copying the rest of a packet never pends.
pub const NDIS_MAC_OPTION_TRANSFERS_NOT_PEND: u32 = 0x0000_0004;
/// The adapter does not loop frames back; NDIS does.
pub const NDIS_MAC_OPTION_NO_LOOPBACK: u32 = 0x0000_0008;
/// NDIS 5: the miniport sends and receives at once.
pub const NDIS_MAC_OPTION_FULL_DUPLEX: u32 = 0x0000_0010;
/// NDIS 5: the end of a transfer is indicated.
pub const NDIS_MAC_OPTION_EOTX_INDICATION: u32 = 0x0000_0020;
/// The adapter handles priorities of 802.1p.
pub const NDIS_MAC_OPTION_8021P_PRIORITY: u32 = 0x0000_0040;
/// The address can be set by configuration.
pub const NDIS_MAC_OPTION_SUPPORTS_MAC_ADDRESS_OVERWRITE: u32 = 0x0000_0080;
/// Data is always indicated at `DISPATCH_LEVEL`.
pub const NDIS_MAC_OPTION_RECEIVE_AT_DPC: u32 = 0x0000_0100;
/// The adapter can be put into a VLAN.
pub const NDIS_MAC_OPTION_8021Q_VLAN: u32 = 0x0000_0200;
/// Reserved.
pub const NDIS_MAC_OPTION_RESERVED: u32 = 0x8000_0000;
