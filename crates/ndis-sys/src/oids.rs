//! Object identifiers that adapters answer.
//!
//! Unless the line says otherwise, a value is 32 bits wide and can be queried.

/// Object identifier.
pub type NDIS_OID = u32;

// General.

/// Identifiers that the adapter supports: an array of them.
pub const OID_GEN_SUPPORTED_LIST: NDIS_OID = 0x0001_0101;
/// State of the hardware, [`NDIS_HARDWARE_STATUS`](crate::NDIS_HARDWARE_STATUS).
pub const OID_GEN_HARDWARE_STATUS: NDIS_OID = 0x0001_0102;
/// Media that the adapter can work with: an array of [`NDIS_MEDIUM`](crate::NDIS_MEDIUM).
pub const OID_GEN_MEDIA_SUPPORTED: NDIS_OID = 0x0001_0103;
/// Media that the adapter works with: an array of [`NDIS_MEDIUM`](crate::NDIS_MEDIUM).
pub const OID_GEN_MEDIA_IN_USE: NDIS_OID = 0x0001_0104;
/// Greatest lookahead that the adapter can give, in bytes.
pub const OID_GEN_MAXIMUM_LOOKAHEAD: NDIS_OID = 0x0001_0105;
/// Greatest payload of a frame, in bytes, without the link header.
pub const OID_GEN_MAXIMUM_FRAME_SIZE: NDIS_OID = 0x0001_0106;
/// Speed of the link, in units of 100 bits per second.
pub const OID_GEN_LINK_SPEED: NDIS_OID = 0x0001_0107;
/// Memory of the adapter for frames to send, in bytes.
pub const OID_GEN_TRANSMIT_BUFFER_SPACE: NDIS_OID = 0x0001_0108;
/// Memory of the adapter for received frames, in bytes.
pub const OID_GEN_RECEIVE_BUFFER_SPACE: NDIS_OID = 0x0001_0109;
/// Smallest piece of memory that a frame to send takes, in bytes.
pub const OID_GEN_TRANSMIT_BLOCK_SIZE: NDIS_OID = 0x0001_010A;
/// Smallest piece of memory that a received frame takes, in bytes.
pub const OID_GEN_RECEIVE_BLOCK_SIZE: NDIS_OID = 0x0001_010B;
/// The vendor's three bytes of a link address, then one for the product.
pub const OID_GEN_VENDOR_ID: NDIS_OID = 0x0001_010C;
/// The vendor's name for the adapter, as a terminated string of bytes.
pub const OID_GEN_VENDOR_DESCRIPTION: NDIS_OID = 0x0001_010D;
/// Frames that this binding wants, `NDIS_PACKET_TYPE_…`; query and set. A query gives the union
/// over all bindings.
pub const OID_GEN_CURRENT_PACKET_FILTER: NDIS_OID = 0x0001_010E;
/// Bytes of lookahead that this binding suggests; query and set.
pub const OID_GEN_CURRENT_LOOKAHEAD: NDIS_OID = 0x0001_010F;
/// Version of NDIS that the miniport is made for, in 16 bits: major in the upper byte.
pub const OID_GEN_DRIVER_VERSION: NDIS_OID = 0x0001_0110;
/// Greatest frame, in bytes, with the link header.
pub const OID_GEN_MAXIMUM_TOTAL_SIZE: NDIS_OID = 0x0001_0111;
/// Options of an NDIS 5 protocol, `NDIS_PROT_OPTION_…`; set.
pub const OID_GEN_PROTOCOL_OPTIONS: NDIS_OID = 0x0001_0112;
/// Properties of the adapter, `NDIS_MAC_OPTION_…`.
pub const OID_GEN_MAC_OPTIONS: NDIS_OID = 0x0001_0113;
/// Whether there is a link, [`NDIS_MEDIA_STATE`](crate::NDIS_MEDIA_STATE).
pub const OID_GEN_MEDIA_CONNECT_STATUS: NDIS_OID = 0x0001_0114;
/// Packets that an NDIS 5 miniport takes in one call.
pub const OID_GEN_MAXIMUM_SEND_PACKETS: NDIS_OID = 0x0001_0115;
/// The vendor's version of the miniport: major in the upper 16 bits.
pub const OID_GEN_VENDOR_DRIVER_VERSION: NDIS_OID = 0x0001_0116;
/// GUIDs that the miniport adds for management.
pub const OID_GEN_SUPPORTED_GUIDS: NDIS_OID = 0x0001_0117;
/// Network addresses of a binding; set.
pub const OID_GEN_NETWORK_LAYER_ADDRESSES: NDIS_OID = 0x0001_0118;
/// Size of what comes before the transport's packet in a frame; set.
pub const OID_GEN_TRANSPORT_HEADER_OFFSET: NDIS_OID = 0x0001_0119;
/// Obsolete.
pub const OID_GEN_MEDIA_CAPABILITIES: NDIS_OID = 0x0001_0201;
/// Physical medium, [`NDIS_PHYSICAL_MEDIUM`](crate::NDIS_PHYSICAL_MEDIUM).
pub const OID_GEN_PHYSICAL_MEDIUM: NDIS_OID = 0x0001_0202;
/// Receive side scaling that the adapter can do,
/// [`NDIS_RECEIVE_SCALE_CAPABILITIES`](crate::NDIS_RECEIVE_SCALE_CAPABILITIES).
pub const OID_GEN_RECEIVE_SCALE_CAPABILITIES: NDIS_OID = 0x0001_0203;
/// Receive side scaling as it is set; query and set.
pub const OID_GEN_RECEIVE_SCALE_PARAMETERS: NDIS_OID = 0x0001_0204;
/// Current link address.
pub const OID_GEN_MAC_ADDRESS: NDIS_OID = 0x0001_0205;
/// Greatest speeds of the link, [`NDIS_LINK_SPEED`](crate::NDIS_LINK_SPEED).
pub const OID_GEN_MAX_LINK_SPEED: NDIS_OID = 0x0001_0206;
/// State of the link, [`NDIS_LINK_STATE`](crate::NDIS_LINK_STATE).
pub const OID_GEN_LINK_STATE: NDIS_OID = 0x0001_0207;
/// Settings of the link, [`NDIS_LINK_PARAMETERS`](crate::NDIS_LINK_PARAMETERS); set.
pub const OID_GEN_LINK_PARAMETERS: NDIS_OID = 0x0001_0208;
/// Whether interrupts are held back to save processor time; query and set.
pub const OID_GEN_INTERRUPT_MODERATION: NDIS_OID = 0x0001_0209;
/// Reserved.
pub const OID_GEN_NDIS_RESERVED_3: NDIS_OID = 0x0001_020A;
/// Reserved.
pub const OID_GEN_NDIS_RESERVED_4: NDIS_OID = 0x0001_020B;
/// Reserved.
pub const OID_GEN_NDIS_RESERVED_5: NDIS_OID = 0x0001_020C;
/// Active ports, [`NDIS_PORT_ARRAY`](crate::NDIS_PORT_ARRAY).
pub const OID_GEN_ENUMERATE_PORTS: NDIS_OID = 0x0001_020D;
/// State of the port that the request names, [`NDIS_PORT_STATE`](crate::NDIS_PORT_STATE).
pub const OID_GEN_PORT_STATE: NDIS_OID = 0x0001_020E;
/// Who may use a port,
/// [`NDIS_PORT_AUTHENTICATION_PARAMETERS`](crate::NDIS_PORT_AUTHENTICATION_PARAMETERS); set.
pub const OID_GEN_PORT_AUTHENTICATION_PARAMETERS: NDIS_OID = 0x0001_020F;
/// Waiting times that the adapter allows when it indicates from a deferred procedure call.
pub const OID_GEN_TIMEOUT_DPC_REQUEST_CAPABILITIES: NDIS_OID = 0x0001_0210;
/// Bus properties of a PCI adapter.
pub const OID_GEN_PCI_DEVICE_CUSTOM_PROPERTIES: NDIS_OID = 0x0001_0211;
/// Reserved.
pub const OID_GEN_NDIS_RESERVED_6: NDIS_OID = 0x0001_0212;
/// Physical medium, [`NDIS_PHYSICAL_MEDIUM`](crate::NDIS_PHYSICAL_MEDIUM); answered by NDIS, and
/// unlike the older identifier also for plain 802.3.
pub const OID_GEN_PHYSICAL_MEDIUM_EX: NDIS_OID = 0x0001_0213;
/// Receive side scaling as it is set, second form; query and set.
pub const OID_GEN_RECEIVE_SCALE_PARAMETERS_V2: NDIS_OID = 0x0001_0214;
/// Name of the computer; set.
pub const OID_GEN_MACHINE_NAME: NDIS_OID = 0x0001_021A;
/// Configuration of a remote NDIS device; set.
pub const OID_GEN_RNDIS_CONFIG_PARAMETER: NDIS_OID = 0x0001_021B;
/// VLAN that the adapter belongs to; query and set.
pub const OID_GEN_VLAN_ID: NDIS_OID = 0x0001_021C;
/// Names the attributes of a miniport in a restart; see
/// [`NDIS_RESTART_GENERAL_ATTRIBUTES`](crate::NDIS_RESTART_GENERAL_ATTRIBUTES).
pub const OID_GEN_MINIPORT_RESTART_ATTRIBUTES: NDIS_OID = 0x0001_021D;
/// How headers and data are split; set. From NDIS 6.1.
pub const OID_GEN_HD_SPLIT_PARAMETERS: NDIS_OID = 0x0001_021E;
/// Hash that the adapter computes of received frames without scaling; query and set.
pub const OID_GEN_RECEIVE_HASH: NDIS_OID = 0x0001_021F;
/// How headers and data are split now,
/// [`NDIS_HD_SPLIT_CURRENT_CONFIG`](crate::NDIS_HD_SPLIT_CURRENT_CONFIG). From NDIS 6.1.
pub const OID_GEN_HD_SPLIT_CURRENT_CONFIG: NDIS_OID = 0x0001_0220;
/// Whether the interface receives all frames: a truth value.
pub const OID_GEN_PROMISCUOUS_MODE: NDIS_OID = 0x0001_0280;
/// When the interface came into its present state: 64 bits, `ifLastChange` in RFC 2863.
pub const OID_GEN_LAST_CHANGE: NDIS_OID = 0x0001_0281;
/// When a counter of the interface last jumped: 64 bits, `ifCounterDiscontinuityTime` in RFC 2863.
pub const OID_GEN_DISCONTINUITY_TIME: NDIS_OID = 0x0001_0282;
/// Whether the interface works, [`NET_IF_OPER_STATUS`](crate::NET_IF_OPER_STATUS).
pub const OID_GEN_OPERATIONAL_STATUS: NDIS_OID = 0x0001_0283;
/// Speed that the link sends at: 64 bits, in bits per second.
pub const OID_GEN_XMIT_LINK_SPEED: NDIS_OID = 0x0001_0284;
/// Speed that the link receives at: 64 bits, in bits per second.
pub const OID_GEN_RCV_LINK_SPEED: NDIS_OID = 0x0001_0285;
/// Frames that no protocol wanted: 64 bits.
pub const OID_GEN_UNKNOWN_PROTOS: NDIS_OID = 0x0001_0286;
/// All that there is to know of an interface,
/// [`NDIS_INTERFACE_INFORMATION`](crate::NDIS_INTERFACE_INFORMATION).
pub const OID_GEN_INTERFACE_INFO: NDIS_OID = 0x0001_0287;
/// Whether the interface is meant to work, [`NET_IF_ADMIN_STATUS`](crate::NET_IF_ADMIN_STATUS).
pub const OID_GEN_ADMIN_STATUS: NDIS_OID = 0x0001_0288;
/// The administrator's name for the interface.
pub const OID_GEN_ALIAS: NDIS_OID = 0x0001_0289;
/// Whether there is a link, [`NET_IF_MEDIA_CONNECT_STATE`](crate::NET_IF_MEDIA_CONNECT_STATE).
pub const OID_GEN_MEDIA_CONNECT_STATUS_EX: NDIS_OID = 0x0001_028A;
/// Speeds of the link, [`NDIS_LINK_SPEED`](crate::NDIS_LINK_SPEED).
pub const OID_GEN_LINK_SPEED_EX: NDIS_OID = 0x0001_028B;
/// Whether the link goes both ways at once,
/// [`NET_IF_MEDIA_DUPLEX_STATE`](crate::NET_IF_MEDIA_DUPLEX_STATE).
pub const OID_GEN_MEDIA_DUPLEX_STATE: NDIS_OID = 0x0001_028C;
/// Whether IPv4 and IPv6 work on the interface.
pub const OID_GEN_IP_OPER_STATUS: NDIS_OID = 0x0001_028D;
/// Moves entries of the scaling table; a method, as a synchronous request.
pub const OID_GEN_RSS_SET_INDIRECTION_TABLE_ENTRIES: NDIS_OID = 0x0001_02C0;
/// Isolation of a port in multitenant networks.
pub const OID_GEN_ISOLATION_PARAMETERS: NDIS_OID = 0x0001_0300;

// Statistics.

/// Frames sent without an error.
pub const OID_GEN_XMIT_OK: NDIS_OID = 0x0002_0101;
/// Frames received without an error.
pub const OID_GEN_RCV_OK: NDIS_OID = 0x0002_0102;
/// Frames that could not be sent.
pub const OID_GEN_XMIT_ERROR: NDIS_OID = 0x0002_0103;
/// Frames received with an error and not indicated.
pub const OID_GEN_RCV_ERROR: NDIS_OID = 0x0002_0104;
/// Frames lost for want of a receive buffer.
pub const OID_GEN_RCV_NO_BUFFER: NDIS_OID = 0x0002_0105;
/// Counters of the adapter, [`NDIS_STATISTICS_INFO`](crate::NDIS_STATISTICS_INFO).
pub const OID_GEN_STATISTICS: NDIS_OID = 0x0002_0106;
/// Bytes sent to one receiver.
pub const OID_GEN_DIRECTED_BYTES_XMIT: NDIS_OID = 0x0002_0201;
/// Frames sent to one receiver.
pub const OID_GEN_DIRECTED_FRAMES_XMIT: NDIS_OID = 0x0002_0202;
/// Bytes sent to a group.
pub const OID_GEN_MULTICAST_BYTES_XMIT: NDIS_OID = 0x0002_0203;
/// Frames sent to a group.
pub const OID_GEN_MULTICAST_FRAMES_XMIT: NDIS_OID = 0x0002_0204;
/// Bytes sent to all.
pub const OID_GEN_BROADCAST_BYTES_XMIT: NDIS_OID = 0x0002_0205;
/// Frames sent to all.
pub const OID_GEN_BROADCAST_FRAMES_XMIT: NDIS_OID = 0x0002_0206;
/// Bytes received that were for this receiver alone.
pub const OID_GEN_DIRECTED_BYTES_RCV: NDIS_OID = 0x0002_0207;
/// Frames received that were for this receiver alone.
pub const OID_GEN_DIRECTED_FRAMES_RCV: NDIS_OID = 0x0002_0208;
/// Bytes received that were for a group.
pub const OID_GEN_MULTICAST_BYTES_RCV: NDIS_OID = 0x0002_0209;
/// Frames received that were for a group.
pub const OID_GEN_MULTICAST_FRAMES_RCV: NDIS_OID = 0x0002_020A;
/// Bytes received that were for all.
pub const OID_GEN_BROADCAST_BYTES_RCV: NDIS_OID = 0x0002_020B;
/// Frames received that were for all.
pub const OID_GEN_BROADCAST_FRAMES_RCV: NDIS_OID = 0x0002_020C;
/// Frames received with a wrong check sequence.
pub const OID_GEN_RCV_CRC_ERROR: NDIS_OID = 0x0002_020D;
/// Packets that wait to be sent.
pub const OID_GEN_TRANSMIT_QUEUE_LENGTH: NDIS_OID = 0x0002_020E;
/// Clock of the adapter: what it can do.
pub const OID_GEN_GET_TIME_CAPS: NDIS_OID = 0x0002_020F;
/// Clock of the adapter: its time.
pub const OID_GEN_GET_NETCARD_TIME: NDIS_OID = 0x0002_0210;
/// How busy the adapter is.
pub const OID_GEN_NETCARD_LOAD: NDIS_OID = 0x0002_0211;
/// Profile of the device.
pub const OID_GEN_DEVICE_PROFILE: NDIS_OID = 0x0002_0212;
/// Time that the initialisation took, in milliseconds.
pub const OID_GEN_INIT_TIME_MS: NDIS_OID = 0x0002_0213;
/// Resets of the adapter.
pub const OID_GEN_RESET_COUNTS: NDIS_OID = 0x0002_0214;
/// Changes of the link.
pub const OID_GEN_MEDIA_SENSE_COUNTS: NDIS_OID = 0x0002_0215;
/// Friendly name of the adapter.
pub const OID_GEN_FRIENDLY_NAME: NDIS_OID = 0x0002_0216;
/// Reserved.
pub const OID_GEN_NDIS_RESERVED_1: NDIS_OID = 0x0002_0217;
/// Reserved.
pub const OID_GEN_NDIS_RESERVED_2: NDIS_OID = 0x0002_0218;
/// Bytes received: 64 bits.
pub const OID_GEN_BYTES_RCV: NDIS_OID = 0x0002_0219;
/// Bytes sent: 64 bits.
pub const OID_GEN_BYTES_XMIT: NDIS_OID = 0x0002_021A;
/// Received frames thrown away without an error: 64 bits.
pub const OID_GEN_RCV_DISCARDS: NDIS_OID = 0x0002_021B;
/// Frames to send that were thrown away: 64 bits.
pub const OID_GEN_XMIT_DISCARDS: NDIS_OID = 0x0002_021C;
/// Reserved.
pub const OID_GEN_NDIS_RESERVED_7: NDIS_OID = 0x0002_021E;

// Connection-oriented media.

/// Connection-oriented form of [`OID_GEN_SUPPORTED_LIST`].
pub const OID_GEN_CO_SUPPORTED_LIST: NDIS_OID = 0x0001_0101;
/// Connection-oriented form of [`OID_GEN_HARDWARE_STATUS`].
pub const OID_GEN_CO_HARDWARE_STATUS: NDIS_OID = 0x0001_0102;
/// Connection-oriented form of [`OID_GEN_MEDIA_SUPPORTED`].
pub const OID_GEN_CO_MEDIA_SUPPORTED: NDIS_OID = 0x0001_0103;
/// Connection-oriented form of [`OID_GEN_MEDIA_IN_USE`].
pub const OID_GEN_CO_MEDIA_IN_USE: NDIS_OID = 0x0001_0104;
/// Speeds of the link in both directions, in units of 100 bits per second.
pub const OID_GEN_CO_LINK_SPEED: NDIS_OID = 0x0001_0107;
/// Connection-oriented form of [`OID_GEN_VENDOR_ID`].
pub const OID_GEN_CO_VENDOR_ID: NDIS_OID = 0x0001_010C;
/// Connection-oriented form of [`OID_GEN_VENDOR_DESCRIPTION`].
pub const OID_GEN_CO_VENDOR_DESCRIPTION: NDIS_OID = 0x0001_010D;
/// Connection-oriented form of [`OID_GEN_DRIVER_VERSION`].
pub const OID_GEN_CO_DRIVER_VERSION: NDIS_OID = 0x0001_0110;
/// Connection-oriented form of [`OID_GEN_PROTOCOL_OPTIONS`].
pub const OID_GEN_CO_PROTOCOL_OPTIONS: NDIS_OID = 0x0001_0112;
/// Connection-oriented form of [`OID_GEN_MAC_OPTIONS`].
pub const OID_GEN_CO_MAC_OPTIONS: NDIS_OID = 0x0001_0113;
/// Connection-oriented form of [`OID_GEN_MEDIA_CONNECT_STATUS`].
pub const OID_GEN_CO_MEDIA_CONNECT_STATUS: NDIS_OID = 0x0001_0114;
/// Connection-oriented form of [`OID_GEN_VENDOR_DRIVER_VERSION`].
pub const OID_GEN_CO_VENDOR_DRIVER_VERSION: NDIS_OID = 0x0001_0116;
/// Connection-oriented form of [`OID_GEN_SUPPORTED_GUIDS`].
pub const OID_GEN_CO_SUPPORTED_GUIDS: NDIS_OID = 0x0001_0117;
/// Protocol data units sent without an error.
pub const OID_GEN_CO_XMIT_PDUS_OK: NDIS_OID = 0x0002_0101;
/// Protocol data units received without an error.
pub const OID_GEN_CO_RCV_PDUS_OK: NDIS_OID = 0x0002_0102;
/// Protocol data units that could not be sent.
pub const OID_GEN_CO_XMIT_PDUS_ERROR: NDIS_OID = 0x0002_0103;
/// Protocol data units received with an error.
pub const OID_GEN_CO_RCV_PDUS_ERROR: NDIS_OID = 0x0002_0104;
/// Protocol data units lost for want of a receive buffer.
pub const OID_GEN_CO_RCV_PDUS_NO_BUFFER: NDIS_OID = 0x0002_0105;
/// Least speeds of the link in both directions.
pub const OID_GEN_CO_MINIMUM_LINK_SPEED: NDIS_OID = 0x0002_0120;
/// Bytes sent.
pub const OID_GEN_CO_BYTES_XMIT: NDIS_OID = 0x0002_0201;
/// Bytes received.
pub const OID_GEN_CO_BYTES_RCV: NDIS_OID = 0x0002_0207;
/// Units received with a wrong check sequence.
pub const OID_GEN_CO_RCV_CRC_ERROR: NDIS_OID = 0x0002_020D;
/// Packets that wait to be sent.
pub const OID_GEN_CO_TRANSMIT_QUEUE_LENGTH: NDIS_OID = 0x0002_020E;
/// Connection-oriented form of [`OID_GEN_GET_TIME_CAPS`].
pub const OID_GEN_CO_GET_TIME_CAPS: NDIS_OID = 0x0002_020F;
/// Connection-oriented form of [`OID_GEN_GET_NETCARD_TIME`].
pub const OID_GEN_CO_GET_NETCARD_TIME: NDIS_OID = 0x0002_0210;
/// Connection-oriented form of [`OID_GEN_NETCARD_LOAD`].
pub const OID_GEN_CO_NETCARD_LOAD: NDIS_OID = 0x0002_0211;
/// Connection-oriented form of [`OID_GEN_DEVICE_PROFILE`].
pub const OID_GEN_CO_DEVICE_PROFILE: NDIS_OID = 0x0002_0212;
/// Bytes handed over to be sent and not sent yet.
pub const OID_GEN_CO_BYTES_XMIT_OUTSTANDING: NDIS_OID = 0x0002_0221;

// Ethernet.

/// Address that the adapter was made with: six bytes.
pub const OID_802_3_PERMANENT_ADDRESS: NDIS_OID = 0x0101_0101;
/// Address that the adapter uses: six bytes.
pub const OID_802_3_CURRENT_ADDRESS: NDIS_OID = 0x0101_0102;
/// Groups that this binding wants: an array of addresses, empty for none; query and set.
pub const OID_802_3_MULTICAST_LIST: NDIS_OID = 0x0101_0103;
/// Groups that the adapter can hold.
pub const OID_802_3_MAXIMUM_LIST_SIZE: NDIS_OID = 0x0101_0104;
/// Properties of an Ethernet adapter, [`NDIS_802_3_MAC_OPTION_PRIORITY`].
pub const OID_802_3_MAC_OPTIONS: NDIS_OID = 0x0101_0105;
/// Adds a group; set.
pub const OID_802_3_ADD_MULTICAST_ADDRESS: NDIS_OID = 0x0101_0208;
/// Removes a group; set.
pub const OID_802_3_DELETE_MULTICAST_ADDRESS: NDIS_OID = 0x0101_0209;
/// Frames received that did not end on a byte.
pub const OID_802_3_RCV_ERROR_ALIGNMENT: NDIS_OID = 0x0102_0101;
/// Frames sent after one collision.
pub const OID_802_3_XMIT_ONE_COLLISION: NDIS_OID = 0x0102_0102;
/// Frames sent after several collisions.
pub const OID_802_3_XMIT_MORE_COLLISIONS: NDIS_OID = 0x0102_0103;
/// Frames sent after waiting for the medium at least once.
pub const OID_802_3_XMIT_DEFERRED: NDIS_OID = 0x0102_0201;
/// Frames given up because of collisions.
pub const OID_802_3_XMIT_MAX_COLLISIONS: NDIS_OID = 0x0102_0202;
/// Frames lost because the adapter was too slow to take them.
pub const OID_802_3_RCV_OVERRUN: NDIS_OID = 0x0102_0203;
/// Frames lost because the adapter was too slow to send them.
pub const OID_802_3_XMIT_UNDERRUN: NDIS_OID = 0x0102_0204;
/// Frames sent without the signal that collision detection works.
pub const OID_802_3_XMIT_HEARTBEAT_FAILURE: NDIS_OID = 0x0102_0205;
/// Times that the carrier was lost while sending.
pub const OID_802_3_XMIT_TIMES_CRS_LOST: NDIS_OID = 0x0102_0206;
/// Collisions seen after the time in which they can occur.
pub const OID_802_3_XMIT_LATE_COLLISIONS: NDIS_OID = 0x0102_0207;

// Support for single identifiers.

/// Bit of [`OID_802_3_MAC_OPTIONS`]: the adapter marks frames with a priority.
pub const NDIS_802_3_MAC_OPTION_PRIORITY: u32 = 0x1;
/// Revision of the answer to [`OID_GEN_TIMEOUT_DPC_REQUEST_CAPABILITIES`].
pub const NDIS_TIMEOUT_DPC_REQUEST_CAPABILITIES_REVISION_1: u8 = 1;
