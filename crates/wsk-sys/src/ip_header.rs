//! Values inside of IP headers.
//!
//! The masks for IPv6 apply to the first four bytes of the header read as a little-endian number,
//! as x64 and ARM64 read it.

/// Bits of the version in the first byte of an IPv4 or IPv6 header.
pub const IP_VER_MASK: u8 = 0xf0;
/// Version 6 in the first byte of an IPv6 header.
pub const IPV6_VERSION: u8 = 0x60;
/// Traffic class without the ECN bits.
pub const IPV6_TRAFFIC_CLASS_MASK: u32 = 0x0000_c00f;
/// Traffic class with the ECN bits.
pub const IPV6_FULL_TRAFFIC_CLASS_MASK: u32 = 0x0000_f00f;
/// ECN bits.
pub const IPV6_ECN_MASK: u32 = 0x0000_3000;
/// Bits to shift right to get the ECN bits as a number.
pub const IPV6_ECN_SHIFT: u32 = 12;
/// Flow label.
pub const IPV6_FLOW_LABEL_MASK: u32 = 0xffff_0f00;
/// Bytes that every IPv6 link carries in one packet.
pub const IPV6_MINIMUM_MTU: u32 = 1280;
/// The same for the layer above: without the header of 40 bytes.
pub const IPV6_MINIMUM_ULMTU: u32 = IPV6_MINIMUM_MTU - 40;
/// Bytes of a hop-by-hop header that holds a router alert.
pub const IPV6_ROUTER_ALERT_LENGTH: u32 = 8;

/// First byte of an option in an IPv4 header.
pub type IPV4_OPTION_TYPE = i32;

/// End of the list.
pub const IP_OPT_EOL: IPV4_OPTION_TYPE = 0x00;
/// Filler of one byte.
pub const IP_OPT_NOP: IPV4_OPTION_TYPE = 0x01;
/// Security label (RFC 1108).
pub const IP_OPT_SECURITY: IPV4_OPTION_TYPE = 0x82;
/// Loose source route.
pub const IP_OPT_LSRR: IPV4_OPTION_TYPE = 0x83;
/// Timestamps of the routers on the way.
pub const IP_OPT_TS: IPV4_OPTION_TYPE = 0x44;
/// Addresses of the routers on the way.
pub const IP_OPT_RR: IPV4_OPTION_TYPE = 0x07;
/// Strict source route.
pub const IP_OPT_SSRR: IPV4_OPTION_TYPE = 0x89;
/// Stream identifier; obsolete.
pub const IP_OPT_SID: IPV4_OPTION_TYPE = 0x88;
/// Asks every router to look at the packet (RFC 2113).
pub const IP_OPT_ROUTER_ALERT: IPV4_OPTION_TYPE = 0x94;
/// Several destinations (RFC 1770).
pub const IP_OPT_MULTIDEST: IPV4_OPTION_TYPE = 0x95;

/// What a timestamp option collects.
pub type IP_OPTION_TIMESTAMP_FLAGS = i32;

/// Timestamps.
pub const IP_OPTION_TIMESTAMP_ONLY: IP_OPTION_TIMESTAMP_FLAGS = 0;
/// Timestamps, each with the address of its router.
pub const IP_OPTION_TIMESTAMP_ADDRESS: IP_OPTION_TIMESTAMP_FLAGS = 1;
/// Timestamps of the routers that the sender named.
pub const IP_OPTION_TIMESTAMP_SPECIFIC_ADDRESS: IP_OPTION_TIMESTAMP_FLAGS = 3;
