//! Counters of an adapter.

use crate::NDIS_OBJECT_HEADER;

/// First and only revision of [`NDIS_STATISTICS_INFO`].
pub const NDIS_STATISTICS_INFO_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_STATISTICS_INFO`].
pub const NDIS_SIZEOF_STATISTICS_INFO_REVISION_1: u16 = 152;

/// `ifHCInUcastPkts` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_DIRECTED_FRAMES_RCV: u32 = 0x0000_0001;
/// `ifHCInMulticastPkts` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_MULTICAST_FRAMES_RCV: u32 = 0x0000_0002;
/// `ifHCInBroadcastPkts` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_BROADCAST_FRAMES_RCV: u32 = 0x0000_0004;
/// `ifHCInOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_BYTES_RCV: u32 = 0x0000_0008;
/// `ifInDiscards` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_RCV_DISCARDS: u32 = 0x0000_0010;
/// `ifInErrors` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_RCV_ERROR: u32 = 0x0000_0020;
/// `ifHCOutUcastPkts` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_DIRECTED_FRAMES_XMIT: u32 = 0x0000_0040;
/// `ifHCOutMulticastPkts` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_MULTICAST_FRAMES_XMIT: u32 = 0x0000_0080;
/// `ifHCOutBroadcastPkts` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_BROADCAST_FRAMES_XMIT: u32 = 0x0000_0100;
/// `ifHCOutOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_BYTES_XMIT: u32 = 0x0000_0200;
/// `ifOutErrors` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_XMIT_ERROR: u32 = 0x0000_0400;
/// `ifOutDiscards` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_XMIT_DISCARDS: u32 = 0x0000_8000;
/// `ifHCInUcastOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_DIRECTED_BYTES_RCV: u32 = 0x0001_0000;
/// `ifHCInMulticastOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_MULTICAST_BYTES_RCV: u32 = 0x0002_0000;
/// `ifHCInBroadcastOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_BROADCAST_BYTES_RCV: u32 = 0x0004_0000;
/// `ifHCOutUcastOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_DIRECTED_BYTES_XMIT: u32 = 0x0008_0000;
/// `ifHCOutMulticastOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_MULTICAST_BYTES_XMIT: u32 = 0x0010_0000;
/// `ifHCOutBroadcastOctets` is valid.
pub const NDIS_STATISTICS_FLAGS_VALID_BROADCAST_BYTES_XMIT: u32 = 0x0020_0000;

/// The adapter counts frames sent without an error.
pub const NDIS_STATISTICS_XMIT_OK_SUPPORTED: u32 = 0x0000_0001;
/// The adapter counts frames received without an error.
pub const NDIS_STATISTICS_RCV_OK_SUPPORTED: u32 = 0x0000_0002;
/// The adapter counts frames that could not be sent.
pub const NDIS_STATISTICS_XMIT_ERROR_SUPPORTED: u32 = 0x0000_0004;
/// The adapter counts frames received with an error.
pub const NDIS_STATISTICS_RCV_ERROR_SUPPORTED: u32 = 0x0000_0008;
/// The adapter counts frames lost for want of a receive buffer.
pub const NDIS_STATISTICS_RCV_NO_BUFFER_SUPPORTED: u32 = 0x0000_0010;
/// The adapter counts bytes sent to one receiver.
pub const NDIS_STATISTICS_DIRECTED_BYTES_XMIT_SUPPORTED: u32 = 0x0000_0020;
/// The adapter counts frames sent to one receiver.
pub const NDIS_STATISTICS_DIRECTED_FRAMES_XMIT_SUPPORTED: u32 = 0x0000_0040;
/// The adapter counts bytes sent to a group.
pub const NDIS_STATISTICS_MULTICAST_BYTES_XMIT_SUPPORTED: u32 = 0x0000_0080;
/// The adapter counts frames sent to a group.
pub const NDIS_STATISTICS_MULTICAST_FRAMES_XMIT_SUPPORTED: u32 = 0x0000_0100;
/// The adapter counts bytes sent to all.
pub const NDIS_STATISTICS_BROADCAST_BYTES_XMIT_SUPPORTED: u32 = 0x0000_0200;
/// The adapter counts frames sent to all.
pub const NDIS_STATISTICS_BROADCAST_FRAMES_XMIT_SUPPORTED: u32 = 0x0000_0400;
/// The adapter counts bytes received that were for this receiver alone.
pub const NDIS_STATISTICS_DIRECTED_BYTES_RCV_SUPPORTED: u32 = 0x0000_0800;
/// The adapter counts frames received that were for this receiver alone.
pub const NDIS_STATISTICS_DIRECTED_FRAMES_RCV_SUPPORTED: u32 = 0x0000_1000;
/// The adapter counts bytes received that were for a group.
pub const NDIS_STATISTICS_MULTICAST_BYTES_RCV_SUPPORTED: u32 = 0x0000_2000;
/// The adapter counts frames received that were for a group.
pub const NDIS_STATISTICS_MULTICAST_FRAMES_RCV_SUPPORTED: u32 = 0x0000_4000;
/// The adapter counts bytes received that were for all.
pub const NDIS_STATISTICS_BROADCAST_BYTES_RCV_SUPPORTED: u32 = 0x0000_8000;
/// The adapter counts frames received that were for all.
pub const NDIS_STATISTICS_BROADCAST_FRAMES_RCV_SUPPORTED: u32 = 0x0001_0000;
/// The adapter counts frames received with a wrong check sequence.
pub const NDIS_STATISTICS_RCV_CRC_ERROR_SUPPORTED: u32 = 0x0002_0000;
/// The adapter counts packets that wait to be sent.
pub const NDIS_STATISTICS_TRANSMIT_QUEUE_LENGTH_SUPPORTED: u32 = 0x0004_0000;
/// The adapter counts bytes received.
pub const NDIS_STATISTICS_BYTES_RCV_SUPPORTED: u32 = 0x0008_0000;
/// The adapter counts bytes sent.
pub const NDIS_STATISTICS_BYTES_XMIT_SUPPORTED: u32 = 0x0010_0000;
/// The adapter counts received frames thrown away without an error.
pub const NDIS_STATISTICS_RCV_DISCARDS_SUPPORTED: u32 = 0x0020_0000;
/// The adapter counts all of [`OID_GEN_STATISTICS`](crate::OID_GEN_STATISTICS).
pub const NDIS_STATISTICS_GEN_STATISTICS_SUPPORTED: u32 = 0x0040_0000;
/// The adapter counts frames to send that were thrown away.
pub const NDIS_STATISTICS_XMIT_DISCARDS_SUPPORTED: u32 = 0x0800_0000;

/// Counters of an adapter, from [`OID_GEN_STATISTICS`](crate::OID_GEN_STATISTICS).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/oid-gen-statistics)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_STATISTICS_INFO {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Counters that are valid, `NDIS_STATISTICS_FLAGS_VALID_…`.
    pub SupportedStatistics: u32,
    /// Received packets thrown away without an error, as for want of a buffer.
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
}
