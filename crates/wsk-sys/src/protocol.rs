//! Socket types, protocols, and the levels at which options are set.

/// Internet protocol number as C has it; the same number is the level of the protocol's options.
///
/// [`WSK_TRANSPORT`](crate::WSK_TRANSPORT) and the functions that create sockets take it as `u32`.
pub type IPPROTO = i32;

/// Byte stream over a connection (TCP).
pub const SOCK_STREAM: u16 = 1;
/// Datagrams without a connection (UDP).
pub const SOCK_DGRAM: u16 = 2;
/// Packets of the network layer.
pub const SOCK_RAW: u16 = 3;
/// Datagrams with reliable delivery.
pub const SOCK_RDM: u16 = 4;
/// Packets over a connection.
pub const SOCK_SEQPACKET: u16 = 5;

/// Level of options that IPv4 interprets.
pub const IPPROTO_IP: IPPROTO = 0;
/// Internet Control Message Protocol for IPv4.
pub const IPPROTO_ICMP: IPPROTO = 1;
/// Transmission Control Protocol.
pub const IPPROTO_TCP: IPPROTO = 6;
/// User Datagram Protocol.
pub const IPPROTO_UDP: IPPROTO = 17;
/// Level of options that IPv6 interprets; also IPv6 carried in another packet.
pub const IPPROTO_IPV6: IPPROTO = 41;
/// Internet Control Message Protocol for IPv6.
pub const IPPROTO_ICMPV6: IPPROTO = 58;
/// Any protocol: packets are not interpreted.
pub const IPPROTO_RAW: IPPROTO = 255;

/// Level of options that every socket has, whatever its protocol.
pub const SOL_SOCKET: i32 = 0xffff;
/// Level of options of IPv4, in the numbering that [`SOL_SOCKET`] belongs to.
pub const SOL_IP: i32 = SOL_SOCKET - 4;
/// Level of options of IPv6, in the numbering that [`SOL_SOCKET`] belongs to.
pub const SOL_IPV6: i32 = SOL_SOCKET - 5;
