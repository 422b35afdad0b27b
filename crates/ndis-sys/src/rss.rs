//! Receive side scaling: spreading received data over processors.

use crate::NDIS_OBJECT_HEADER;

/// Function of a hash, `NdisHashFunction…`, in the low bits of hash information.
pub const NDIS_HASH_FUNCTION_MASK: u32 = 0x0000_00FF;
/// Type of a hash, `NDIS_HASH_…`, in hash information.
pub const NDIS_HASH_TYPE_MASK: u32 = 0x00FF_FF00;
/// Toeplitz, the function in use.
pub const NdisHashFunctionToeplitz: u32 = 0x0000_0001;
/// Reserved.
pub const NdisHashFunctionReserved1: u32 = 0x0000_0002;
/// Reserved.
pub const NdisHashFunctionReserved2: u32 = 0x0000_0004;
/// Reserved.
pub const NdisHashFunctionReserved3: u32 = 0x0000_0008;
/// Over the addresses of IPv4.
pub const NDIS_HASH_IPV4: u32 = 0x0000_0100;
/// Over addresses and ports of TCP over IPv4.
pub const NDIS_HASH_TCP_IPV4: u32 = 0x0000_0200;
/// Over the addresses of IPv6.
pub const NDIS_HASH_IPV6: u32 = 0x0000_0400;
/// Over the addresses of IPv6, also those in extension headers.
pub const NDIS_HASH_IPV6_EX: u32 = 0x0000_0800;
/// Over addresses and ports of TCP over IPv6.
pub const NDIS_HASH_TCP_IPV6: u32 = 0x0000_1000;
/// Over addresses and ports of TCP over IPv6, also addresses in extension headers.
pub const NDIS_HASH_TCP_IPV6_EX: u32 = 0x0000_2000;
/// Over addresses and ports of UDP over IPv4. From NDIS 6.80.
pub const NDIS_HASH_UDP_IPV4: u32 = 0x0000_4000;
/// Over addresses and ports of UDP over IPv6. From NDIS 6.80.
pub const NDIS_HASH_UDP_IPV6: u32 = 0x0000_8000;
/// Over addresses and ports of UDP over IPv6, also addresses in extension headers. From NDIS 6.80.
pub const NDIS_HASH_UDP_IPV6_EX: u32 = 0x0001_0000;

/// Number of processors that a mask of them can name.
pub const NDIS_MAX_PROCESSOR_COUNT: u32 = 64;

/// [`NDIS_RECEIVE_SCALE_CAPABILITIES`] of NDIS 6.0.
pub const NDIS_RECEIVE_SCALE_CAPABILITIES_REVISION_1: u8 = 1;
/// [`NDIS_RECEIVE_SCALE_CAPABILITIES`] of NDIS 6.30: adds the size of the table.
pub const NDIS_RECEIVE_SCALE_CAPABILITIES_REVISION_2: u8 = 2;
/// [`NDIS_RECEIVE_SCALE_CAPABILITIES`] of NDIS 6.60.
pub const NDIS_RECEIVE_SCALE_CAPABILITIES_REVISION_3: u8 = 3;
/// Bytes of revision 1.
pub const NDIS_SIZEOF_RECEIVE_SCALE_CAPABILITIES_REVISION_1: u16 = 16;
/// Bytes of revision 2, two less than the structure has with its padding.
pub const NDIS_SIZEOF_RECEIVE_SCALE_CAPABILITIES_REVISION_2: u16 = 18;
/// Bytes of revision 3, two less than the structure has with its padding.
pub const NDIS_SIZEOF_RECEIVE_SCALE_CAPABILITIES_REVISION_3: u16 = 18;

/// Hashes of TCP over IPv4.
pub const NDIS_RSS_CAPS_HASH_TYPE_TCP_IPV4: u32 = 0x0000_0100;
/// Hashes of TCP over IPv6.
pub const NDIS_RSS_CAPS_HASH_TYPE_TCP_IPV6: u32 = 0x0000_0200;
/// Hashes of TCP over IPv6 with extension headers.
pub const NDIS_RSS_CAPS_HASH_TYPE_TCP_IPV6_EX: u32 = 0x0000_0400;
/// Hashes of UDP over IPv4. From NDIS 6.80.
pub const NDIS_RSS_CAPS_HASH_TYPE_UDP_IPV4: u32 = 0x0000_0800;
/// Hashes of UDP over IPv6. From NDIS 6.80.
pub const NDIS_RSS_CAPS_HASH_TYPE_UDP_IPV6: u32 = 0x0000_1000;
/// Hashes of UDP over IPv6 with extension headers. From NDIS 6.80.
pub const NDIS_RSS_CAPS_HASH_TYPE_UDP_IPV6_EX: u32 = 0x0000_2000;
/// An interrupt is a message.
pub const NDIS_RSS_CAPS_MESSAGE_SIGNALED_INTERRUPTS: u32 = 0x0100_0000;
/// The queue is known when the interrupt is served.
pub const NDIS_RSS_CAPS_CLASSIFICATION_AT_ISR: u32 = 0x0200_0000;
/// The queue is known in the deferred procedure call.
pub const NDIS_RSS_CAPS_CLASSIFICATION_AT_DPC: u32 = 0x0400_0000;
/// Messages of MSI-X are in use. From NDIS 6.20.
pub const NDIS_RSS_CAPS_USING_MSI_X: u32 = 0x0800_0000;
/// Ports can scale, too. From NDIS 6.30.
pub const NDIS_RSS_CAPS_RSS_AVAILABLE_ON_PORTS: u32 = 0x1000_0000;
/// Messages of MSI-X are supported. From NDIS 6.30.
pub const NDIS_RSS_CAPS_SUPPORTS_MSI_X: u32 = 0x2000_0000;
/// Entries of the table can be moved one by one. From NDIS 6.80.
pub const NDIS_RSS_CAPS_SUPPORTS_INDEPENDENT_ENTRY_MOVE: u32 = 0x4000_0000;

/// Receive side scaling that an adapter can do.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddndis/ns-ntddndis-_ndis_receive_scale_capabilities)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NDIS_RECEIVE_SCALE_CAPABILITIES {
    /// Type [`NDIS_OBJECT_TYPE_RSS_CAPABILITIES`](crate::NDIS_OBJECT_TYPE_RSS_CAPABILITIES).
    pub Header: NDIS_OBJECT_HEADER,
    /// `NDIS_RSS_CAPS_…` and `NdisHashFunction…`.
    pub CapabilitiesFlags: u32,
    /// Interrupt messages of the adapter.
    pub NumberOfInterruptMessages: u32,
    /// Receive queues of the adapter.
    pub NumberOfReceiveQueues: u32,
    /// Entries of the table that tells processors by hash. From revision 2.
    pub NumberOfIndirectionTableEntries: u16,
}
