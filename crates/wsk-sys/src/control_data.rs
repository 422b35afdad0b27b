//! Control messages: what travels beside the payload of a datagram.
//!
//! A buffer of control data is a row of [`CMSGHDR`]s, each followed by its data. Both the headers
//! and the data begin at multiples of 8 bytes from the start of the buffer, which is itself aligned
//! so.

use crate::{IN_ADDR, IN6_ADDR, IPPROTO, SCOPE_ID, SOCKADDR};

/// The datagram was larger than the buffer; the rest of it is lost.
pub const MSG_TRUNC: u32 = 0x0100;
/// The control data was larger than its buffer; the rest of it is lost.
pub const MSG_CTRUNC: u32 = 0x0200;
/// The datagram came as a link-layer broadcast or to a broadcast address.
pub const MSG_BCAST: u32 = 0x0400;
/// The datagram came to a multicast address.
pub const MSG_MCAST: u32 = 0x0800;
/// The message is from the error queue.
pub const MSG_ERRQUEUE: u32 = 0x1000;

/// Control message at level [`IPPROTO_UDP`](crate::IPPROTO_UDP): the size in bytes, as `u32`, of
/// the datagrams that were joined to the one received; the last of them may be shorter.
pub const UDP_COALESCED_INFO: i32 = 3;
/// Control message at level [`SOL_SOCKET`](crate::SOL_SOCKET): when the datagram arrived, as a
/// `u64` counter, of `KeQueryPerformanceCounter` unless the adapter's own clock is used.
pub const SO_TIMESTAMP: i32 = 0x300a;
/// Control message at level [`SOL_SOCKET`](crate::SOL_SOCKET) for sending: a `u32` by which to ask
/// later when the datagram left.
pub const SO_TIMESTAMP_ID: i32 = 0x300b;

/// Gives timestamps to received datagrams.
pub const TIMESTAMPING_FLAG_RX: u32 = 1;
/// Gives timestamps to sent datagrams that have a [`SO_TIMESTAMP_ID`].
pub const TIMESTAMPING_FLAG_TX: u32 = 2;

/// Header of a control message, under the name that kernel code uses.
pub type CMSGHDR = WSACMSGHDR;

/// Header of a control message.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-wsacmsghdr)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSACMSGHDR {
    /// Bytes of this header and of the data after it, without padding at the end.
    pub cmsg_len: usize,
    /// Protocol that defines the type, such as [`IPPROTO_IP`](crate::IPPROTO_IP).
    pub cmsg_level: i32,
    /// What the data is, such as [`IP_PKTINFO`](crate::IP_PKTINFO).
    pub cmsg_type: i32,
}

/// Bytes to which `length` is rounded up so that a header can follow.
///
/// Lengths near `usize::MAX` wrap around, as they do in C.
#[must_use]
pub const fn WSA_CMSGHDR_ALIGN(length: usize) -> usize {
    const MASK: usize = align_of::<WSACMSGHDR>() - 1;
    length.wrapping_add(MASK) & !MASK
}

/// Bytes to which `length` is rounded up so that data of any type can follow.
///
/// Lengths near `usize::MAX` wrap around, as they do in C.
#[must_use]
pub const fn WSA_CMSGDATA_ALIGN(length: usize) -> usize {
    const MASK: usize = align_of::<u64>() - 1;
    length.wrapping_add(MASK) & !MASK
}

/// Bytes that a control message with `length` bytes of data takes up in a buffer.
///
/// Lengths near `usize::MAX` wrap around, as they do in C.
#[must_use]
pub const fn WSA_CMSG_SPACE(length: usize) -> usize {
    WSA_CMSGDATA_ALIGN(size_of::<WSACMSGHDR>().wrapping_add(WSA_CMSGHDR_ALIGN(length)))
}

/// Value of `cmsg_len` for `length` bytes of data; with zero, the offset of the data from the
/// header.
///
/// Lengths near `usize::MAX` wrap around, as they do in C.
#[must_use]
pub const fn WSA_CMSG_LEN(length: usize) -> usize {
    WSA_CMSGDATA_ALIGN(size_of::<WSACMSGHDR>()).wrapping_add(length)
}

/// Buffer of bytes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-wsabuf)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSABUF {
    /// Bytes.
    pub len: u32,
    /// First of them; whoever made this struct owns them.
    pub buf: *mut i8,
}

/// A message with address and control data, as user mode passes it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2def/ns-ws2def-wsamsg)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSAMSG {
    /// Remote address.
    pub name: *mut SOCKADDR,
    /// Bytes of the remote address.
    pub namelen: i32,
    /// Buffers of the payload.
    pub lpBuffers: *mut WSABUF,
    /// Number of those buffers.
    pub dwBufferCount: u32,
    /// Buffer of the control data.
    pub Control: WSABUF,
    /// `MSG_` flags.
    pub dwFlags: u32,
}

/// Data of [`IP_PKTINFO`](crate::IP_PKTINFO).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-in_pktinfo)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IN_PKTINFO {
    /// Destination of a received datagram; source of one to be sent.
    pub ipi_addr: IN_ADDR,
    /// Index of the interface.
    pub ipi_ifindex: u32,
}

/// Data of [`IP_PKTINFO_EX`](crate::IP_PKTINFO_EX).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IN_PKTINFO_EX {
    /// Address and interface.
    pub pkt_info: IN_PKTINFO,
    /// Scope of the address.
    pub scope_id: SCOPE_ID,
}

/// Data of [`IPV6_PKTINFO`](crate::IPV6_PKTINFO).
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-in6_pktinfo)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IN6_PKTINFO {
    /// Destination of a received datagram; source of one to be sent.
    pub ipi6_addr: IN6_ADDR,
    /// Index of the interface.
    pub ipi6_ifindex: u32,
}

/// Data of [`IPV6_PKTINFO_EX`](crate::IPV6_PKTINFO_EX).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IN6_PKTINFO_EX {
    /// Address and interface.
    pub pkt_info: IN6_PKTINFO,
    /// Scope of the address.
    pub scope_id: SCOPE_ID,
}

/// Data of [`IP_RECVERR`](crate::IP_RECVERR) and [`IPV6_RECVERR`](crate::IPV6_RECVERR): an ICMP
/// error.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct IN_RECVERR {
    /// [`IPPROTO_ICMP`](crate::IPPROTO_ICMP) or [`IPPROTO_ICMPV6`](crate::IPPROTO_ICMPV6).
    pub protocol: IPPROTO,
    /// The MTU in bytes, where the error says that the packet was too big.
    pub info: u32,
    /// Type of the ICMP message.
    pub r#type: u8,
    /// Code of the ICMP message.
    pub code: u8,
}

/// Input of [`SIO_TIMESTAMPING`](crate::SIO_TIMESTAMPING); all zero turns timestamps off.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/mstcpip/ns-mstcpip-timestamping_config)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct TIMESTAMPING_CONFIG {
    /// `TIMESTAMPING_FLAG_` values; what is not set is turned off.
    pub Flags: u32,
    /// How many timestamps of sent datagrams are kept until somebody asks; further ones are lost.
    pub TxTimestampsBuffered: u16,
}
