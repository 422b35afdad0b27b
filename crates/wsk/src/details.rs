//! What WSK tells about a datagram beside its bytes.

use core::net::SocketAddr;

use wsk_sys as sys;

use crate::control::Messages;

/// What is known about a datagram.
#[derive(Clone, Debug)]
pub struct Details<'a> {
    /// Who sent it, if the address is one of IPv4 or IPv6. On an IPv6 socket the address of a sender over
    /// IPv4 is a mapped one.
    pub from: Option<SocketAddr>,
    /// What the transport tells about it.
    pub control: Messages<'a>,
    flags: u32,
}

impl<'a> Details<'a> {
    pub(crate) const fn new(from: Option<SocketAddr>, control: &'a [u8], flags: u32) -> Self {
        Self { from, control: Messages::new(control), flags }
    }

    /// The datagram was longer than the place for it; the rest is lost.
    #[must_use]
    pub const fn truncated(&self) -> bool {
        self.flags & sys::MSG_TRUNC != 0
    }

    /// Some of what the transport had to tell is lost.
    #[must_use]
    pub const fn control_truncated(&self) -> bool {
        self.flags & sys::MSG_CTRUNC != 0
    }

    /// It was sent to a multicast group.
    #[must_use]
    pub const fn multicast(&self) -> bool {
        self.flags & sys::MSG_MCAST != 0
    }

    /// It was sent to a broadcast address.
    #[must_use]
    pub const fn broadcast(&self) -> bool {
        self.flags & sys::MSG_BCAST != 0
    }
}
