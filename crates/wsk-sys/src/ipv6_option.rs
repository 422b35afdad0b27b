//! Options of IPv6 sockets (level [`IPPROTO_IPV6`](crate::IPPROTO_IPV6)).
//!
//! Some numbers are also types of control messages at the same level. Values are 32 bits unless a
//! struct is named; an option that is only on or off takes one or zero.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-ipv6-socket-options)

/// Hop-by-hop options of sent packets.
pub const IPV6_HOPOPTS: i32 = 1;
/// The data of a raw socket begins with the IPv6 header.
pub const IPV6_HDRINCL: i32 = 2;
/// Hop limit of sent unicast packets.
pub const IPV6_UNICAST_HOPS: i32 = 4;
/// Interface for sending multicast: an index.
pub const IPV6_MULTICAST_IF: i32 = 9;
/// Hop limit of sent multicast packets.
pub const IPV6_MULTICAST_HOPS: i32 = 10;
/// Receives what this machine itself sends to groups that the socket has joined.
pub const IPV6_MULTICAST_LOOP: i32 = 11;
/// Joins a group: [`IPV6_MREQ`](crate::IPV6_MREQ).
pub const IPV6_ADD_MEMBERSHIP: i32 = 12;
/// Another name of [`IPV6_ADD_MEMBERSHIP`].
pub const IPV6_JOIN_GROUP: i32 = IPV6_ADD_MEMBERSHIP;
/// Leaves a group: [`IPV6_MREQ`](crate::IPV6_MREQ).
pub const IPV6_DROP_MEMBERSHIP: i32 = 13;
/// Another name of [`IPV6_DROP_MEMBERSHIP`].
pub const IPV6_LEAVE_GROUP: i32 = IPV6_DROP_MEMBERSHIP;
/// Forbids fragments of sent datagrams.
pub const IPV6_DONTFRAG: i32 = 14;
/// Tells each datagram's destination and interface, and sets the source of a sent one: a control
/// message with [`IN6_PKTINFO`](crate::IN6_PKTINFO).
pub const IPV6_PKTINFO: i32 = 19;
/// Tells each datagram's hop limit, in a control message of this type with an `i32`.
pub const IPV6_HOPLIMIT: i32 = 21;
/// Which unsolicited traffic through NAT the socket takes: 10 all, 20 all but Teredo, 30 none.
pub const IPV6_PROTECTION_LEVEL: i32 = 23;
/// Tells the interface that a datagram arrived on.
pub const IPV6_RECVIF: i32 = 24;
/// Tells the address that a datagram was sent to.
pub const IPV6_RECVDSTADDR: i32 = 25;
/// Where in a raw packet the checksum belongs, in bytes.
pub const IPV6_CHECKSUM: i32 = 26;
/// Keeps the socket to IPv6. Off, it takes IPv4 too, with addresses mapped; to be set before it is
/// bound.
pub const IPV6_V6ONLY: i32 = 27;
/// Receives only from the interfaces of a list, which starts empty.
pub const IPV6_IFLIST: i32 = 28;
/// Adds an interface index to that list.
pub const IPV6_ADD_IFLIST: i32 = 29;
/// Removes an interface index from that list.
pub const IPV6_DEL_IFLIST: i32 = 30;
/// Interface for sending unicast: an index.
pub const IPV6_UNICAST_IF: i32 = 31;
/// Routing header of sent packets.
pub const IPV6_RTHDR: i32 = 32;
/// The interfaces of the list, as an array; to be read only.
pub const IPV6_GET_IFLIST: i32 = 33;
/// Tells each packet's routing header.
pub const IPV6_RECVRTHDR: i32 = 38;
/// Traffic class. As a control message: that of one datagram.
pub const IPV6_TCLASS: i32 = 39;
/// Tells each datagram's traffic class, in a control message of type [`IPV6_TCLASS`].
pub const IPV6_RECVTCLASS: i32 = 40;
/// ECN bits of one datagram: a control message with an `i32`, received or sent.
pub const IPV6_ECN: i32 = 50;
/// Tells each datagram's ECN bits, in a control message of type [`IPV6_ECN`].
pub const IPV6_RECVECN: i32 = 50;
/// As [`IPV6_PKTINFO`], with the scope: a control message with
/// [`IN6_PKTINFO_EX`](crate::IN6_PKTINFO_EX).
pub const IPV6_PKTINFO_EX: i32 = 51;
/// Control message with the redirect records of the Windows Filtering Platform.
pub const IPV6_WFP_REDIRECT_RECORDS: i32 = 60;
/// Control message with the redirect context of the Windows Filtering Platform.
pub const IPV6_WFP_REDIRECT_CONTEXT: i32 = 70;
/// How the path MTU is found: a [`PMTUD_STATE`](crate::PMTUD_STATE).
pub const IPV6_MTU_DISCOVER: i32 = 71;
/// Path MTU of a connected socket, in bytes; to be read only.
pub const IPV6_MTU: i32 = 72;
/// Restricts sending to an interface.
pub const IPV6_NRT_INTERFACE: i32 = 74;
/// Tells of ICMP errors, in a control message with [`IN_RECVERR`](crate::IN_RECVERR).
pub const IPV6_RECVERR: i32 = 75;
/// Upper bound in bytes for the MTU that the socket uses.
pub const IPV6_USER_MTU: i32 = 76;
