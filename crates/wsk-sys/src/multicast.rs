//! Joining and leaving multicast groups.
//!
//! The options with `MCAST_` names serve IPv4 and IPv6 alike, at the level of either.

use crate::{IN_ADDR, IN6_ADDR, SOCKADDR_STORAGE};

/// Joins a group: [`GROUP_REQ`].
pub const MCAST_JOIN_GROUP: i32 = 41;
/// Leaves a group: [`GROUP_REQ`].
pub const MCAST_LEAVE_GROUP: i32 = 42;
/// Ignores one sender of a joined group: [`GROUP_SOURCE_REQ`].
pub const MCAST_BLOCK_SOURCE: i32 = 43;
/// Hears a blocked sender again: [`GROUP_SOURCE_REQ`].
pub const MCAST_UNBLOCK_SOURCE: i32 = 44;
/// Joins a group for one sender: [`GROUP_SOURCE_REQ`].
pub const MCAST_JOIN_SOURCE_GROUP: i32 = 45;
/// Leaves a group for one sender: [`GROUP_SOURCE_REQ`].
pub const MCAST_LEAVE_SOURCE_GROUP: i32 = 46;

/// Whether a filter lists the senders to hear or those to ignore.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ne-ws2ipdef-multicast_mode_type)
pub type MULTICAST_MODE_TYPE = i32;

/// The filter lists the senders to hear.
pub const MCAST_INCLUDE: MULTICAST_MODE_TYPE = 0;
/// The filter lists the senders to ignore.
pub const MCAST_EXCLUDE: MULTICAST_MODE_TYPE = 1;

/// IPv4 group to join or leave.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-ip_mreq)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IP_MREQ {
    /// Address of the group.
    pub imr_multiaddr: IN_ADDR,
    /// Local address of the interface, or zero for the default one.
    pub imr_interface: IN_ADDR,
}

/// IPv4 group and sender.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-ip_mreq_source)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IP_MREQ_SOURCE {
    /// Address of the group.
    pub imr_multiaddr: IN_ADDR,
    /// Address of the sender.
    pub imr_sourceaddr: IN_ADDR,
    /// Local address of the interface, or zero for the default one.
    pub imr_interface: IN_ADDR,
}

/// IPv6 group to join or leave.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-ipv6_mreq)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IPV6_MREQ {
    /// Address of the group.
    pub ipv6mr_multiaddr: IN6_ADDR,
    /// Index of the interface, or zero for the default one.
    pub ipv6mr_interface: u32,
}

/// Group of either family to join or leave.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-group_req)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct GROUP_REQ {
    /// Index of the interface, or zero for the default one.
    pub gr_interface: u32,
    /// Address of the group.
    pub gr_group: SOCKADDR_STORAGE,
}

/// Group and sender of either family.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ws2ipdef/ns-ws2ipdef-group_source_req)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct GROUP_SOURCE_REQ {
    /// Index of the interface, or zero for the default one.
    pub gsr_interface: u32,
    /// Address of the group.
    pub gsr_group: SOCKADDR_STORAGE,
    /// Address of the sender.
    pub gsr_source: SOCKADDR_STORAGE,
}
