//! Out-of-band information of a list: which slot holds what.
//!
//! A slot is as wide as a pointer, and read as one of the unions here or as a number. Several uses
//! share a slot, by direction or version. Before a slot that a later version added is touched,
//! `NdisGetVersion` must have said that it is there.

/// Number of a slot of [`NET_BUFFER_LIST::NetBufferListInfo`](crate::NET_BUFFER_LIST).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblinfo/ne-nblinfo-ndis_net_buffer_list_info)
pub type NDIS_NET_BUFFER_LIST_INFO = usize;

/// Checksums:
/// [`NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO`](crate::NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO).
pub const TcpIpChecksumNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 0;
/// Chimney offload: bytes that were transferred.
pub const TcpOffloadBytesTransferred: NDIS_NET_BUFFER_LIST_INFO = 0;
/// IPsec offload, first version.
pub const IPsecOffloadV1NetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 1;
/// IPsec offload, second version. From NDIS 6.1.
pub const IPsecOffloadV2NetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 1;
/// Send: large TCP send,
/// [`NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO`](crate::NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO).
pub const TcpLargeSendNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 2;
/// Receive, chimney offload: whether the data need not be pushed.
pub const TcpReceiveNoPush: NDIS_NET_BUFFER_LIST_INFO = 2;
/// Reserved for classification.
pub const ClassificationHandleNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 3;
/// Priority and VLAN: [`NDIS_NET_BUFFER_LIST_8021Q_INFO`](crate::NDIS_NET_BUFFER_LIST_8021Q_INFO).
pub const Ieee8021QNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 4;
/// Send: number to cancel the list by.
pub const NetBufferListCancelId: NDIS_NET_BUFFER_LIST_INFO = 5;
/// Information of the medium: pointer to a buffer of the driver that attached it.
pub const MediaSpecificInformation: NDIS_NET_BUFFER_LIST_INFO = 6;
/// Receive: type of the frame, 16 bits in network byte order.
pub const NetBufferListFrameType: NDIS_NET_BUFFER_LIST_INFO = 7;
/// Send: kind of the protocol, `NDIS_PROTOCOL_ID_…`.
pub const NetBufferListProtocolId: NDIS_NET_BUFFER_LIST_INFO = 7;
/// Hash for receive side scaling: its 32 bits.
pub const NetBufferListHashValue: NDIS_NET_BUFFER_LIST_INFO = 8;
/// Function and type of that hash, `NDIS_HASH_…`.
pub const NetBufferListHashInfo: NDIS_NET_BUFFER_LIST_INFO = 9;
/// Reserved for the filtering platform.
pub const WfpNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 10;
/// IPsec offload, second version: tunnel. From NDIS 6.1.
pub const IPsecOffloadV2TunnelNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 11;
/// IPsec offload, second version: header. From NDIS 6.1.
pub const IPsecOffloadV2HeaderNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 12;
/// Reserved: tells what belongs together in traces. From NDIS 6.20.
pub const NetBufferListCorrelationId: NDIS_NET_BUFFER_LIST_INFO = 13;
/// Receive queue and filter:
/// [`NDIS_NET_BUFFER_LIST_FILTERING_INFO`](crate::NDIS_NET_BUFFER_LIST_FILTERING_INFO). From NDIS
/// 6.20.
pub const NetBufferListFilteringInfo: NDIS_NET_BUFFER_LIST_INFO = 14;
/// Information of the medium, second form: pointer to a list of it. From NDIS 6.20.
pub const MediaSpecificInformationEx: NDIS_NET_BUFFER_LIST_INFO = 15;
/// Reserved: interface that the list came through first. From NDIS 6.20.
pub const NblOriginalInterfaceIfIndex: NDIS_NET_BUFFER_LIST_INFO = 16;
/// Reserved for the filtering platform. From NDIS 6.20.
pub const NblReAuthWfpFlowContext: NDIS_NET_BUFFER_LIST_INFO = 16;
/// Receive, chimney offload: bytes that were received. From NDIS 6.20.
pub const TcpReceiveBytesTransferred: NDIS_NET_BUFFER_LIST_INFO = 17;
/// Send: reserved for name resolution. From NDIS 6.20.
pub const NrtNameResolutionId: NDIS_NET_BUFFER_LIST_INFO = 17;
/// Receive: joined UDP datagrams,
/// [`NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO`](crate::NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO).
/// From NDIS 6.84.
pub const UdpRecvSegCoalesceOffloadInfo: NDIS_NET_BUFFER_LIST_INFO = 17;
/// Reserved for extensible switches. From NDIS 6.30.
pub const SwitchForwardingReserved: NDIS_NET_BUFFER_LIST_INFO = 18;
/// Extensible switch: where the frame comes from and goes to. From NDIS 6.30.
pub const SwitchForwardingDetail: NDIS_NET_BUFFER_LIST_INFO = 19;
/// Extensible switch: virtual subnet. From NDIS 6.30.
pub const VirtualSubnetInfo: NDIS_NET_BUFFER_LIST_INFO = 20;
/// Reserved for intermediate drivers. From NDIS 6.30.
pub const IMReserved: NDIS_NET_BUFFER_LIST_INFO = 21;
/// Receive: joined TCP segments, [`NDIS_RSC_NBL_INFO`](crate::NDIS_RSC_NBL_INFO). From NDIS 6.30.
pub const TcpRecvSegCoalesceInfo: NDIS_NET_BUFFER_LIST_INFO = 22;
/// Send: UDP datagram to cut up,
/// [`NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO`](crate::NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO).
/// From NDIS 6.83.
pub const UdpSegmentationOffloadInfo: NDIS_NET_BUFFER_LIST_INFO = 22;
/// Receive: range of TCP timestamps in the joined segments, 32 bits. From NDIS 6.30.
pub const RscTcpTimestampDelta: NDIS_NET_BUFFER_LIST_INFO = 23;
/// Send: encapsulation of a packet with offloads. From NDIS 6.30.
pub const TcpSendOffloadsSupplementalNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = 23;
/// Generic flow table: offload. From NDIS 6.50.
pub const GftOffloadInformation: NDIS_NET_BUFFER_LIST_INFO = 24;
/// Generic flow table: entry. From NDIS 6.50.
pub const GftFlowEntryId: NDIS_NET_BUFFER_LIST_INFO = 25;
/// Time stamp of the packet, [`NET_BUFFER_LIST_TIMESTAMP`](crate::NET_BUFFER_LIST_TIMESTAMP). There
/// from NDIS 6.80 on, filled from 6.82 on.
pub const NetBufferListInfoReserved3: NDIS_NET_BUFFER_LIST_INFO = 26;

/// Number of slots in the newest version that this crate knows, which is that of
/// [`MAX_NET_BUFFER_LIST_INFO_680`].
pub const MaxNetBufferListInfo: NDIS_NET_BUFFER_LIST_INFO = MAX_NET_BUFFER_LIST_INFO_680;

/// Number of slots of NDIS 6.0.
pub const MAX_NET_BUFFER_LIST_INFO_60: NDIS_NET_BUFFER_LIST_INFO = 11;
/// Number of slots of NDIS 6.1.
pub const MAX_NET_BUFFER_LIST_INFO_61: NDIS_NET_BUFFER_LIST_INFO = 13;
/// Number of slots of NDIS 6.20.
pub const MAX_NET_BUFFER_LIST_INFO_620: NDIS_NET_BUFFER_LIST_INFO = 18;
/// Number of slots of NDIS 6.30 and 6.40.
pub const MAX_NET_BUFFER_LIST_INFO_630: NDIS_NET_BUFFER_LIST_INFO = 24;
/// Number of slots of NDIS 6.50 to 6.70.
pub const MAX_NET_BUFFER_LIST_INFO_650: NDIS_NET_BUFFER_LIST_INFO = 26;
/// Number of slots of NDIS 6.80 and later.
pub const MAX_NET_BUFFER_LIST_INFO_680: NDIS_NET_BUFFER_LIST_INFO = 27;
