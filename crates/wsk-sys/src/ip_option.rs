//! Options of IPv4 sockets (level [`IPPROTO_IP`](crate::IPPROTO_IP)).
//!
//! Some numbers are also types of control messages at the same level. Values are 32 bits unless a
//! struct is named; an option that is only on or off takes one or zero.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/winsock/ipproto-ip-socket-options)

/// Header options of sent packets, as the bytes that go into the header.
pub const IP_OPTIONS: i32 = 1;
/// The data of a raw socket begins with the IP header.
pub const IP_HDRINCL: i32 = 2;
/// Type-of-service byte. As a control message: that of one datagram.
pub const IP_TOS: i32 = 3;
/// Time to live of sent unicast packets.
pub const IP_TTL: i32 = 4;
/// Interface for sending multicast: an address, or an index in network byte order.
pub const IP_MULTICAST_IF: i32 = 9;
/// Time to live of sent multicast packets.
pub const IP_MULTICAST_TTL: i32 = 10;
/// Receives what this machine itself sends to groups that the socket has joined.
pub const IP_MULTICAST_LOOP: i32 = 11;
/// Joins a group: [`IP_MREQ`](crate::IP_MREQ).
pub const IP_ADD_MEMBERSHIP: i32 = 12;
/// Leaves a group: [`IP_MREQ`](crate::IP_MREQ).
pub const IP_DROP_MEMBERSHIP: i32 = 13;
/// Forbids fragments of sent datagrams.
pub const IP_DONTFRAGMENT: i32 = 14;
/// Joins a group for one sender: [`IP_MREQ_SOURCE`](crate::IP_MREQ_SOURCE).
pub const IP_ADD_SOURCE_MEMBERSHIP: i32 = 15;
/// Leaves a group for one sender: [`IP_MREQ_SOURCE`](crate::IP_MREQ_SOURCE).
pub const IP_DROP_SOURCE_MEMBERSHIP: i32 = 16;
/// Ignores one sender of a joined group: [`IP_MREQ_SOURCE`](crate::IP_MREQ_SOURCE).
pub const IP_BLOCK_SOURCE: i32 = 17;
/// Hears a blocked sender again: [`IP_MREQ_SOURCE`](crate::IP_MREQ_SOURCE).
pub const IP_UNBLOCK_SOURCE: i32 = 18;
/// Tells each datagram's destination and interface, and sets the source of a sent one: a control
/// message with [`IN_PKTINFO`](crate::IN_PKTINFO).
pub const IP_PKTINFO: i32 = 19;
/// The hop limit, in the words of IPv6; the same as [`IP_RECVTTL`].
pub const IP_HOPLIMIT: i32 = 21;
/// Tells each datagram's time to live, in a control message of this type with an `i32`.
pub const IP_RECVTTL: i32 = 21;
/// Receives broadcasts.
pub const IP_RECEIVE_BROADCAST: i32 = 22;
/// Which unsolicited traffic through NAT the socket takes; as
/// [`IPV6_PROTECTION_LEVEL`](crate::IPV6_PROTECTION_LEVEL).
pub const IP_PROTECTION_LEVEL: i32 = crate::IPV6_PROTECTION_LEVEL;
/// Tells the interface that a datagram arrived on.
pub const IP_RECVIF: i32 = 24;
/// Tells the address that a datagram was sent to.
pub const IP_RECVDSTADDR: i32 = 25;
/// Receives only from the interfaces of a list, which starts empty.
pub const IP_IFLIST: i32 = 28;
/// Adds an interface index to that list.
pub const IP_ADD_IFLIST: i32 = 29;
/// Removes an interface index from that list.
pub const IP_DEL_IFLIST: i32 = 30;
/// Interface for sending unicast: an index in network byte order.
pub const IP_UNICAST_IF: i32 = 31;
/// Routing header of sent packets; a name from IPv6.
pub const IP_RTHDR: i32 = 32;
/// The interfaces of the list, as an array; to be read only.
pub const IP_GET_IFLIST: i32 = 33;
/// Tells each packet's routing header; a name from IPv6.
pub const IP_RECVRTHDR: i32 = 38;
/// Traffic class of sent packets; a name from IPv6.
pub const IP_TCLASS: i32 = 39;
/// Tells each packet's traffic class; the same as [`IP_RECVTOS`].
pub const IP_RECVTCLASS: i32 = 40;
/// Tells each datagram's type-of-service byte, in a control message of type [`IP_TOS`].
pub const IP_RECVTOS: i32 = 40;
/// Tells the interface that a datagram originally arrived on.
pub const IP_ORIGINAL_ARRIVAL_IF: i32 = 47;
/// ECN bits of one datagram: a control message with an `i32`, received or sent.
pub const IP_ECN: i32 = 50;
/// Tells each datagram's ECN bits, in a control message of type [`IP_ECN`].
pub const IP_RECVECN: i32 = 50;
/// As [`IP_PKTINFO`], with the scope: a control message with
/// [`IN_PKTINFO_EX`](crate::IN_PKTINFO_EX).
pub const IP_PKTINFO_EX: i32 = 51;
/// Control message with the redirect records of the Windows Filtering Platform.
pub const IP_WFP_REDIRECT_RECORDS: i32 = 60;
/// Control message with the redirect context of the Windows Filtering Platform.
pub const IP_WFP_REDIRECT_CONTEXT: i32 = 70;
/// How the path MTU is found: a [`PMTUD_STATE`].
pub const IP_MTU_DISCOVER: i32 = 71;
/// Path MTU of a connected socket, in bytes; to be read only.
pub const IP_MTU: i32 = 73;
/// Restricts sending to an interface.
pub const IP_NRT_INTERFACE: i32 = 74;
/// Tells of ICMP errors, in a control message with [`IN_RECVERR`](crate::IN_RECVERR).
pub const IP_RECVERR: i32 = 75;
/// Upper bound in bytes for the MTU that the socket uses.
pub const IP_USER_MTU: i32 = 76;

/// No time to live was set.
pub const IP_UNSPECIFIED_HOP_LIMIT: i32 = -1;
/// No type of service was set.
pub const IP_UNSPECIFIED_TYPE_OF_SERVICE: i32 = -1;
/// No bound for the MTU was set.
pub const IP_UNSPECIFIED_USER_MTU: u32 = u32::MAX;

/// How a socket finds the path MTU; value of [`IP_MTU_DISCOVER`] and
/// [`IPV6_MTU_DISCOVER`](crate::IPV6_MTU_DISCOVER).
pub type PMTUD_STATE = i32;

/// As the system decides; the default.
pub const IP_PMTUDISC_NOT_SET: PMTUD_STATE = 0;
/// Never fragments: a datagram above the path MTU is an error.
pub const IP_PMTUDISC_DO: PMTUD_STATE = 1;
/// Fragments at the MTU of the interface.
pub const IP_PMTUDISC_DONT: PMTUD_STATE = 2;
/// Never fragments: a datagram above the MTU of the interface is an error.
pub const IP_PMTUDISC_PROBE: PMTUD_STATE = 3;
/// Number of states.
pub const IP_PMTUDISC_MAX: PMTUD_STATE = 4;
