//! The options whose value is a number.

use wsk_sys::{
    IP_ECN, IP_HOPLIMIT, IP_MULTICAST_IF, IP_MULTICAST_LOOP, IP_MULTICAST_TTL, IP_PKTINFO,
    IP_RECEIVE_BROADCAST, IP_RECVTOS, IP_TOS, IP_TTL, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_UDP,
    IPV6_ECN, IPV6_HOPLIMIT, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_LOOP,
    IPV6_PKTINFO, IPV6_RECVTCLASS, IPV6_UNICAST_HOPS, IPV6_V6ONLY, SO_BROADCAST,
    SO_EXCLUSIVEADDRUSE, SO_RCVBUF, SO_REUSEADDR, SO_SNDBUF, SOL_SOCKET,
    UDP_RECV_MAX_COALESCED_SIZE,
};

use super::{Group, RECEIVE_BUFFER, Wanted};

/// What an option does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Setting {
    ReceiveBuffer(u32),
    SendBuffer(u32),
    ReuseAddress(bool),
    ExclusiveAddress(bool),
    SendBroadcasts(bool),
    ReceiveBroadcasts(bool),
    V6Only(bool),
    /// A control message comes with each datagram.
    Message(Wanted, bool),
    Tos(u32),
    Ttl(u32),
    Hops(u32),
    MulticastTtl(u32),
    MulticastHops(u32),
    MulticastLoopV4(bool),
    MulticastLoopV6(bool),
    /// An IPv4 address, or an index, as its bytes are.
    MulticastInterfaceV4(u32),
    MulticastInterfaceV6(u32),
    Coalesce(u32),
    Group(Group),
}

/// When an option may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    BeforeBinding,
    AnyTime,
}

/// An option.
pub(super) struct Known {
    level: i32,
    name: i32,
    pub when: When,
    pub default: u32,
    pub setting: fn(u32) -> Setting,
}

impl Known {
    pub fn find(level: i32, name: i32) -> Option<&'static Self> {
        KNOWN.iter().find(|known| (known.level, known.name) == (level, name))
    }

    const fn new(level: i32, name: i32, default: u32, setting: fn(u32) -> Setting) -> Self {
        Self { level, name, when: When::AnyTime, default, setting }
    }

    const fn early(level: i32, name: i32, default: u32, setting: fn(u32) -> Setting) -> Self {
        Self { level, name, when: When::BeforeBinding, default, setting }
    }
}

use Setting as S;

const KNOWN: &[Known] = &[
    Known::new(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER, S::ReceiveBuffer),
    Known::new(SOL_SOCKET, SO_SNDBUF, RECEIVE_BUFFER, S::SendBuffer),
    Known::early(SOL_SOCKET, SO_REUSEADDR, 0, |on| S::ReuseAddress(on != 0)),
    Known::early(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 0, |on| S::ExclusiveAddress(on != 0)),
    Known::new(SOL_SOCKET, SO_BROADCAST, 0, |on| S::SendBroadcasts(on != 0)),
    Known::new(IPPROTO_IP, IP_PKTINFO, 0, |on| S::Message(Wanted::PACKET_INFO_V4, on != 0)),
    Known::new(IPPROTO_IP, IP_RECVTOS, 0, |on| S::Message(Wanted::TOS_V4, on != 0)),
    Known::new(IPPROTO_IP, IP_ECN, 0, |on| S::Message(Wanted::ECN_V4, on != 0)),
    Known::new(IPPROTO_IP, IP_HOPLIMIT, 0, |on| S::Message(Wanted::HOPS_V4, on != 0)),
    Known::new(IPPROTO_IP, IP_RECEIVE_BROADCAST, 1, |on| S::ReceiveBroadcasts(on != 0)),
    Known::new(IPPROTO_IP, IP_TOS, 0, S::Tos),
    Known::new(IPPROTO_IP, IP_TTL, 128, S::Ttl),
    Known::new(IPPROTO_IP, IP_MULTICAST_TTL, 1, S::MulticastTtl),
    Known::new(IPPROTO_IP, IP_MULTICAST_LOOP, 1, |on| S::MulticastLoopV4(on != 0)),
    Known::new(IPPROTO_IP, IP_MULTICAST_IF, 0, S::MulticastInterfaceV4),
    Known::early(IPPROTO_IPV6, IPV6_V6ONLY, 1, |on| S::V6Only(on != 0)),
    Known::new(IPPROTO_IPV6, IPV6_PKTINFO, 0, |on| S::Message(Wanted::PACKET_INFO_V6, on != 0)),
    Known::new(IPPROTO_IPV6, IPV6_RECVTCLASS, 0, |on| S::Message(Wanted::TCLASS_V6, on != 0)),
    Known::new(IPPROTO_IPV6, IPV6_ECN, 0, |on| S::Message(Wanted::ECN_V6, on != 0)),
    Known::new(IPPROTO_IPV6, IPV6_HOPLIMIT, 0, |on| S::Message(Wanted::HOPS_V6, on != 0)),
    Known::new(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 128, S::Hops),
    Known::new(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1, S::MulticastHops),
    Known::new(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1, |on| S::MulticastLoopV6(on != 0)),
    Known::new(IPPROTO_IPV6, IPV6_MULTICAST_IF, 0, S::MulticastInterfaceV6),
    Known::new(IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE, 0, S::Coalesce),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::KNOWN;

    #[test]
    fn no_option_stands_twice() {
        let mut seen = HashSet::new();
        assert!(KNOWN.iter().all(|known| seen.insert((known.level, known.name))));
    }
}
