//! Forms of out-of-band information.
//!
//! Bit-fields are declared as the number that holds them; constants of the type are the masks. A
//! field is read as `(bits & MASK) >> MASK.trailing_zeros()`.

use core::ffi::c_void;

/// Large send offload, version 1.
pub const NDIS_TCP_LARGE_SEND_OFFLOAD_V1_TYPE: u32 = 0;
/// Large send offload, version 2.
pub const NDIS_TCP_LARGE_SEND_OFFLOAD_V2_TYPE: u32 = 1;
/// The large TCP send is IPv4.
pub const NDIS_TCP_LARGE_SEND_OFFLOAD_IPv4: u32 = 0;
/// The large TCP send is IPv6.
pub const NDIS_TCP_LARGE_SEND_OFFLOAD_IPv6: u32 = 1;
/// Greatest length of all headers in a large TCP send, in bytes.
pub const NDIS_LARGE_SEND_OFFLOAD_MAX_HEADER_LENGTH: u32 = 128;
/// The large UDP send is IPv4. From NDIS 6.83.
pub const NDIS_UDP_SEGMENTATION_OFFLOAD_IPV4: u32 = 0;
/// The large UDP send is IPv6. From NDIS 6.83.
pub const NDIS_UDP_SEGMENTATION_OFFLOAD_IPV6: u32 = 1;

/// Priority and VLAN of a frame whose tag is not in the data; of slot
/// [`Ieee8021QNetBufferListInfo`](crate::Ieee8021QNetBufferListInfo).
///
/// The order of the fields is not that of the tag in a frame. All zero means that there was no tag,
/// or one of all zero.
///
/// ```
/// use ndis_sys::NDIS_NET_BUFFER_LIST_8021Q_INFO as Info;
///
/// let bits = 0x0643;
/// assert_eq!((bits & Info::VLAN_ID_MASK) >> Info::VLAN_ID_MASK.trailing_zeros(), 100);
/// assert_eq!(bits & Info::USER_PRIORITY_MASK, 3);
/// ```
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl8021q/ns-nbl8021q-ndis_net_buffer_list_8021q_info)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_NET_BUFFER_LIST_8021Q_INFO {
    /// Fields of a tag.
    pub TagHeader: u32,
    /// Fields of a tag with those of a wireless network.
    pub WLanTagHeader: u32,
    /// The slot.
    pub Value: *mut c_void,
}

impl NDIS_NET_BUFFER_LIST_8021Q_INFO {
    /// Priority.
    pub const USER_PRIORITY_MASK: u32 = 0x0000_0007;
    /// Canonical format, or whether the frame may be dropped first.
    pub const CANONICAL_FORMAT_ID_MASK: u32 = 0x0000_0008;
    /// VLAN.
    pub const VLAN_ID_MASK: u32 = 0x0000_FFF0;
    /// Reserved in a tag.
    pub const RESERVED_MASK: u32 = 0xFFFF_0000;
    /// Access category of a wireless network.
    pub const WMM_INFO_MASK: u32 = 0x000F_0000;
    /// Reserved in a tag of a wireless network.
    pub const WLAN_RESERVED_MASK: u32 = 0xFFF0_0000;
}

/// Checksums that the adapter computes or has checked; of slot
/// [`TcpIpChecksumNetBufferListInfo`](crate::TcpIpChecksumNetBufferListInfo).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblchecksum/ns-nblchecksum-ndis_tcp_ip_checksum_net_buffer_list_info)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO {
    /// What the adapter is to compute.
    pub Transmit: u32,
    /// What the adapter has found.
    pub Receive: u32,
    /// The slot.
    pub Value: *mut c_void,
}

impl NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO {
    /// Send: the packet is IPv4.
    pub const IS_IPV4_MASK: u32 = 0x0000_0001;
    /// Send: the packet is IPv6.
    pub const IS_IPV6_MASK: u32 = 0x0000_0002;
    /// Send: compute the TCP checksum.
    pub const TCP_CHECKSUM_MASK: u32 = 0x0000_0004;
    /// Send: compute the UDP checksum.
    pub const UDP_CHECKSUM_MASK: u32 = 0x0000_0008;
    /// Send: compute the checksum of the IPv4 header.
    pub const IP_HEADER_CHECKSUM_MASK: u32 = 0x0000_0010;
    /// Send: reserved.
    pub const RESERVED_MASK: u32 = 0x0000_FFE0;
    /// Send: bytes from the beginning of the frame to the TCP header.
    pub const TCP_HEADER_OFFSET_MASK: u32 = 0x03FF_0000;
    /// Receive: the TCP checksum is wrong.
    pub const TCP_CHECKSUM_FAILED_MASK: u32 = 0x0000_0001;
    /// Receive: the UDP checksum is wrong.
    pub const UDP_CHECKSUM_FAILED_MASK: u32 = 0x0000_0002;
    /// Receive: the checksum of the IPv4 header is wrong.
    pub const IP_CHECKSUM_FAILED_MASK: u32 = 0x0000_0004;
    /// Receive: the TCP checksum is right.
    pub const TCP_CHECKSUM_SUCCEEDED_MASK: u32 = 0x0000_0008;
    /// Receive: the UDP checksum is right.
    pub const UDP_CHECKSUM_SUCCEEDED_MASK: u32 = 0x0000_0010;
    /// Receive: the checksum of the IPv4 header is right.
    pub const IP_CHECKSUM_SUCCEEDED_MASK: u32 = 0x0000_0020;
    /// Receive: the packet was looped back.
    pub const LOOPBACK_MASK: u32 = 0x0000_0040;
    /// Receive: the TCP checksum in the data is not valid. From NDIS 6.30.
    pub const TCP_CHECKSUM_VALUE_INVALID_MASK: u32 = 0x0000_0080;
    /// Receive: the checksum of the IPv4 header in the data is not valid. From NDIS 6.30.
    pub const IP_CHECKSUM_VALUE_INVALID_MASK: u32 = 0x0000_0100;
}

/// TCP segments that the adapter has joined; of slot
/// [`TcpRecvSegCoalesceInfo`](crate::TcpRecvSegCoalesceInfo).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblrsc/ns-nblrsc-ndis_rsc_nbl_info)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_RSC_NBL_INFO {
    /// Counts.
    pub Info: NDIS_RSC_NBL_INFO_COUNTS,
    /// The slot.
    pub Value: *mut c_void,
}

/// Counts of an [`NDIS_RSC_NBL_INFO`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_RSC_NBL_INFO_COUNTS {
    /// Segments that were joined; 0 if none were.
    pub CoalescedSegCount: u16,
    /// Duplicate acknowledgements among them; counts only where segments were joined.
    pub DupAckCount: u16,
}

/// UDP datagrams that the adapter has joined; of slot
/// [`UdpRecvSegCoalesceOffloadInfo`](crate::UdpRecvSegCoalesceOffloadInfo).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/udp-rsc-offload)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO {
    /// Counts.
    pub Receive: NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO_RECEIVE,
    /// The slot.
    pub Value: *mut c_void,
}

/// Counts of an [`NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO_RECEIVE {
    /// Datagrams that were joined.
    pub SegCount: u16,
    /// Bytes of payload in each of them; the last may have fewer.
    pub SegSize: u16,
}

/// Receive queue and filter that a frame came by; of slot
/// [`NetBufferListFilteringInfo`](crate::NetBufferListFilteringInfo).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_net_buffer_list_filtering_info)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_NET_BUFFER_LIST_FILTERING_INFO {
    /// Filter and queue.
    pub FilteringInfo: NDIS_NET_BUFFER_LIST_FILTERING_INFO_FIELDS,
    /// The slot.
    pub Value: *mut c_void,
}

/// Fields of an [`NDIS_NET_BUFFER_LIST_FILTERING_INFO`].
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NDIS_NET_BUFFER_LIST_FILTERING_INFO_FIELDS {
    /// Filter.
    pub FilterId: u16,
    /// Queue or virtual port.
    pub QueueVPortInfo: NDIS_NET_BUFFER_LIST_FILTERING_INFO_QUEUE,
}

/// Queue or virtual port of an [`NDIS_NET_BUFFER_LIST_FILTERING_INFO`].
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_NET_BUFFER_LIST_FILTERING_INFO_QUEUE {
    /// Queue.
    pub QueueId: u16,
    /// Virtual port.
    pub VPortId: u16,
}

/// Large TCP send that the adapter is to cut up; of slot
/// [`TcpLargeSendNetBufferListInfo`](crate::TcpLargeSendNetBufferListInfo).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbllso/ns-nbllso-ndis_tcp_large_send_offload_net_buffer_list_info)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO {
    /// Type only.
    pub Transmit: u32,
    /// Version 1, before.
    pub LsoV1Transmit: u32,
    /// Version 1, after.
    pub LsoV1TransmitComplete: u32,
    /// Version 2, before.
    pub LsoV2Transmit: u32,
    /// Version 2, after.
    pub LsoV2TransmitComplete: u32,
    /// The slot.
    pub Value: *mut c_void,
}

impl NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO {
    /// Greatest payload of a segment, in bytes; 0 if there is nothing to cut up.
    pub const MSS_MASK: u32 = 0x000F_FFFF;
    /// Bytes from the beginning of the frame to the TCP header.
    pub const TCP_HEADER_OFFSET_MASK: u32 = 0x3FF0_0000;
    /// Bytes of payload that were sent, after version 1.
    pub const TCP_PAYLOAD_MASK: u32 = 0x3FFF_FFFF;
    /// Unused, or reserved after version 2.
    pub const RESERVED_MASK: u32 = 0x3FFF_FFFF;
    /// Version, `NDIS_TCP_LARGE_SEND_OFFLOAD_V…_TYPE`.
    pub const TYPE_MASK: u32 = 0x4000_0000;
    /// Reserved in all but version 2 before.
    pub const RESERVED2_MASK: u32 = 0x8000_0000;
    /// Version of IP, `NDIS_TCP_LARGE_SEND_OFFLOAD_IPv…`.
    pub const IP_VERSION_MASK: u32 = 0x8000_0000;
}

/// Large UDP send that the adapter is to cut up; of slot
/// [`UdpSegmentationOffloadInfo`](crate::UdpSegmentationOffloadInfo).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbluso/ns-nbluso-ndis_udp_segmentation_offload_net_buffer_list_info)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO {
    /// What to do.
    pub Transmit: u32,
    /// The slot.
    pub Value: *mut c_void,
}

impl NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO {
    /// Greatest payload of a datagram, in bytes; 0 if there is nothing to cut up.
    pub const MSS_MASK: u32 = 0x000F_FFFF;
    /// Bytes from the beginning of the frame to the UDP header.
    pub const UDP_HEADER_OFFSET_MASK: u32 = 0x3FF0_0000;
    /// Reserved.
    pub const RESERVED_MASK: u32 = 0x4000_0000;
    /// Version of IP, `NDIS_UDP_SEGMENTATION_OFFLOAD_IPV…`.
    pub const IP_VERSION_MASK: u32 = 0x8000_0000;
}

/// When a packet passed the adapter; of slot
/// [`NetBufferListInfoReserved3`](crate::NetBufferListInfoReserved3).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbltimestamp/ns-nbltimestamp-net_buffer_list_timestamp)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_BUFFER_LIST_TIMESTAMP {
    /// Ticks of the adapter's clock, or of the performance counter for a stamp of the driver; 0 for
    /// none.
    pub Timestamp: u64,
}

default_is_zero!(
    NDIS_NET_BUFFER_LIST_8021Q_INFO,
    NDIS_NET_BUFFER_LIST_FILTERING_INFO,
    NDIS_NET_BUFFER_LIST_FILTERING_INFO_FIELDS,
    NDIS_NET_BUFFER_LIST_FILTERING_INFO_QUEUE,
    NDIS_RSC_NBL_INFO,
    NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO,
    NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO,
    NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO,
    NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO,
);
