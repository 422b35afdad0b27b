//! Offloads and hardware assists. Their capabilities are only handed on by pointer, but for
//! header-data split, which concerns whoever keeps received lists.

use crate::{NDIS_OBJECT_HEADER, NDIS_OID};

opaque! {
    /// Task offloads.
    NDIS_OFFLOAD;
    /// TCP chimney offload.
    NDIS_TCP_CONNECTION_OFFLOAD;
    /// Receive filters.
    NDIS_RECEIVE_FILTER_CAPABILITIES;
    /// Switch in an adapter.
    NDIS_NIC_SWITCH_CAPABILITIES;
    /// Switches that exist in an adapter.
    NDIS_NIC_SWITCH_INFO_ARRAY;
    /// Network direct.
    NDIS_NDK_CAPABILITIES;
    /// Virtual functions.
    NDIS_SRIOV_CAPABILITIES;
    /// Quality of service.
    NDIS_QOS_CAPABILITIES;
    /// Generic flow tables.
    NDIS_GFT_OFFLOAD_CAPABILITIES;
    /// Bus properties of a PCI adapter.
    NDIS_PCI_DEVICE_CUSTOM_PROPERTIES;
}

/// Task offloads as they are set, an `NDIS_OFFLOAD`; answered by NDIS.
pub const OID_TCP_OFFLOAD_CURRENT_CONFIG: NDIS_OID = 0xFC01_020B;
/// How task offloads are to be set; set.
pub const OID_TCP_OFFLOAD_PARAMETERS: NDIS_OID = 0xFC01_020C;
/// Task offloads that the hardware can do, an `NDIS_OFFLOAD`; answered by NDIS.
pub const OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES: NDIS_OID = 0xFC01_020D;

/// The adapter can split headers and data. From NDIS 6.1.
pub const NDIS_HD_SPLIT_CAPS_SUPPORTS_HEADER_DATA_SPLIT: u32 = 0x1;
/// Also where the IPv4 header has options. From NDIS 6.1.
pub const NDIS_HD_SPLIT_CAPS_SUPPORTS_IPV4_OPTIONS: u32 = 0x2;
/// Also where there are IPv6 extension headers. From NDIS 6.1.
pub const NDIS_HD_SPLIT_CAPS_SUPPORTS_IPV6_EXTENSION_HEADERS: u32 = 0x4;
/// Also where the TCP header has options. From NDIS 6.1.
pub const NDIS_HD_SPLIT_CAPS_SUPPORTS_TCP_OPTIONS: u32 = 0x8;
/// Headers and data are split. From NDIS 6.1.
pub const NDIS_HD_SPLIT_ENABLE_HEADER_DATA_SPLIT: u32 = 0x1;
/// All headers go into one buffer. From NDIS 6.1.
pub const NDIS_HD_SPLIT_COMBINE_ALL_HEADERS: u32 = 0x1;

/// First and only revision of [`NDIS_HD_SPLIT_CURRENT_CONFIG`].
pub const NDIS_HD_SPLIT_CURRENT_CONFIG_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_HD_SPLIT_CURRENT_CONFIG`].
pub const NDIS_SIZEOF_HD_SPLIT_CURRENT_CONFIG_REVISION_1: u16 = 28;
/// First and only revision of [`NDIS_HD_SPLIT_ATTRIBUTES`].
pub const NDIS_HD_SPLIT_ATTRIBUTES_REVISION_1: u8 = 1;
/// Bytes of [`NDIS_HD_SPLIT_ATTRIBUTES`].
pub const NDIS_SIZEOF_HD_SPLIT_ATTRIBUTES_REVISION_1: u16 = 24;

/// How an adapter splits headers and data now.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_hd_split_current_config)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_HD_SPLIT_CURRENT_CONFIG {
    /// Type [`NDIS_OBJECT_TYPE_DEFAULT`](crate::NDIS_OBJECT_TYPE_DEFAULT).
    pub Header: NDIS_OBJECT_HEADER,
    /// What the hardware can do, `NDIS_HD_SPLIT_CAPS_…`.
    pub HardwareCapabilities: u32,
    /// What is in use, `NDIS_HD_SPLIT_CAPS_…`.
    pub CurrentCapabilities: u32,
    /// [`NDIS_HD_SPLIT_ENABLE_HEADER_DATA_SPLIT`] or 0.
    pub HDSplitFlags: u32,
    /// [`NDIS_HD_SPLIT_COMBINE_ALL_HEADERS`] or 0.
    pub HDSplitCombineFlags: u32,
    /// Unused bytes before the data in its buffer.
    pub BackfillSize: u32,
    /// Bytes of headers at most.
    pub MaxHeaderSize: u32,
}

/// How an adapter can split headers and data, which its miniport registers; NDIS answers in the
/// last three members.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/ns-ndis-_ndis_hd_split_attributes)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_HD_SPLIT_ATTRIBUTES {
    /// Type [`NDIS_OBJECT_TYPE_HD_SPLIT_ATTRIBUTES`](crate::NDIS_OBJECT_TYPE_HD_SPLIT_ATTRIBUTES).
    pub Header: NDIS_OBJECT_HEADER,
    /// What the hardware can do, `NDIS_HD_SPLIT_CAPS_…`.
    pub HardwareCapabilities: u32,
    /// What is allowed, `NDIS_HD_SPLIT_CAPS_…`.
    pub CurrentCapabilities: u32,
    /// [`NDIS_HD_SPLIT_ENABLE_HEADER_DATA_SPLIT`] or 0.
    pub HDSplitFlags: u32,
    /// Unused bytes to leave before the data in its buffer.
    pub BackfillSize: u32,
    /// Bytes of headers at most.
    pub MaxHeaderSize: u32,
}
