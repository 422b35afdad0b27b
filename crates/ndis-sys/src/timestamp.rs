//! Time stamps of packets. From NDIS 6.82.

use crate::{BOOLEAN, NDIS_OBJECT_HEADER, NDIS_OID};

/// What an adapter can stamp, [`NDIS_TIMESTAMP_CAPABILITIES`].
pub const OID_TIMESTAMP_CAPABILITY: NDIS_OID = 0x00A0_0001;
/// What an adapter stamps now, [`NDIS_TIMESTAMP_CAPABILITIES`].
pub const OID_TIMESTAMP_CURRENT_CONFIG: NDIS_OID = 0x00A0_0002;
/// The adapter's clock beside the system's, [`NDIS_HARDWARE_CROSSTIMESTAMP`].
pub const OID_TIMESTAMP_GET_CROSSTIMESTAMP: NDIS_OID = 0x00A0_0003;

/// First and only revision of [`NDIS_TIMESTAMP_CAPABILITIES`].
pub const NDIS_TIMESTAMP_CAPABILITIES_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_TIMESTAMP_CAPABILITIES`] up to the last flag.
pub const NDIS_SIZEOF_TIMESTAMP_CAPABILITIES_REVISION_1: u16 = 54;
/// First and only revision of [`NDIS_HARDWARE_CROSSTIMESTAMP`].
pub const NDIS_HARDWARE_CROSSTIMESTAMP_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_HARDWARE_CROSSTIMESTAMP`].
pub const NDIS_SIZEOF_HARDWARE_CROSSTIMESTAMP_REVISION_1: u16 = 32;

/// Packets that are stamped, by the hardware's clock (`…Hw`) or by the performance counter (`…Sw`).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_timestamp_capability_flags)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_TIMESTAMP_CAPABILITY_FLAGS {
    /// Event messages of PTP version 2 over UDP and IPv4, received.
    pub PtpV2OverUdpIPv4EventMsgReceiveHw: BOOLEAN,
    /// All messages of PTP version 2 over UDP and IPv4, received.
    pub PtpV2OverUdpIPv4AllMsgReceiveHw: BOOLEAN,
    /// Event messages of PTP version 2 over UDP and IPv4, sent.
    pub PtpV2OverUdpIPv4EventMsgTransmitHw: BOOLEAN,
    /// All messages of PTP version 2 over UDP and IPv4, sent.
    pub PtpV2OverUdpIPv4AllMsgTransmitHw: BOOLEAN,
    /// Event messages of PTP version 2 over UDP and IPv6, received.
    pub PtpV2OverUdpIPv6EventMsgReceiveHw: BOOLEAN,
    /// All messages of PTP version 2 over UDP and IPv6, received.
    pub PtpV2OverUdpIPv6AllMsgReceiveHw: BOOLEAN,
    /// Event messages of PTP version 2 over UDP and IPv6, sent.
    pub PtpV2OverUdpIPv6EventMsgTransmitHw: BOOLEAN,
    /// All messages of PTP version 2 over UDP and IPv6, sent.
    pub PtpV2OverUdpIPv6AllMsgTransmitHw: BOOLEAN,
    /// All packets received.
    pub AllReceiveHw: BOOLEAN,
    /// All packets sent.
    pub AllTransmitHw: BOOLEAN,
    /// Packets sent with
    /// [`NDIS_NBL_FLAGS_CAPTURE_TIMESTAMP_ON_TRANSMIT`](crate::NDIS_NBL_FLAGS_CAPTURE_TIMESTAMP_ON_TRANSMIT).
    pub TaggedTransmitHw: BOOLEAN,
    /// All packets received.
    pub AllReceiveSw: BOOLEAN,
    /// All packets sent.
    pub AllTransmitSw: BOOLEAN,
    /// Packets sent with
    /// [`NDIS_NBL_FLAGS_CAPTURE_TIMESTAMP_ON_TRANSMIT`](crate::NDIS_NBL_FLAGS_CAPTURE_TIMESTAMP_ON_TRANSMIT).
    pub TaggedTransmitSw: BOOLEAN,
}

/// What an adapter can stamp, or stamps now.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_timestamp_capabilities)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_TIMESTAMP_CAPABILITIES {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Nominal ticks per second of the adapter's clock.
    pub HardwareClockFrequencyHz: u64,
    /// Whether [`OID_TIMESTAMP_GET_CROSSTIMESTAMP`] works.
    pub CrossTimestamp: BOOLEAN,
    /// Reserved.
    pub Reserved1: u64,
    /// Reserved.
    pub Reserved2: u64,
    /// Packets.
    pub TimestampFlags: NDIS_TIMESTAMP_CAPABILITY_FLAGS,
}

/// The adapter's clock, read between two readings of the performance counter.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_hardware_crosstimestamp)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_HARDWARE_CROSSTIMESTAMP {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// Reserved.
    pub Flags: u32,
    /// Performance counter before.
    pub SystemTimestamp1: u64,
    /// Ticks of the adapter's clock.
    pub HardwareClockTimestamp: u64,
    /// Performance counter after.
    pub SystemTimestamp2: u64,
}
