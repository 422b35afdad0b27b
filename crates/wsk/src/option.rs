//! Socket options.

use core::net::{IpAddr, SocketAddr};

use wsk_sys as sys;

use crate::{Family, address};

/// A socket option, with the value that it is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketOption {
    /// Whether an IPv6 socket leaves IPv4 to others. Before binding.
    V6Only(bool),
    /// The address may be shared with others that want to share it. Before binding.
    ReuseAddress,
    /// Nobody else may bind to the address. Before binding.
    ExclusiveAddress,
    /// Size of the transport's buffer in bytes.
    ReceiveBuffer(u32),
    /// Datagrams over a family come with the address and the interface that they came to.
    PacketInfo(Family),
    /// Datagrams over a family come with their type of service or traffic class.
    TrafficClass(Family),
    /// Datagrams over a family come with their ECN bits.
    Ecn(Family),
    /// Whether datagrams to an IPv4 broadcast address are received.
    ReceiveBroadcast(bool),
    /// Joins a multicast group on an interface, by its index; zero leaves it to the system. After binding.
    Join(IpAddr, u32),
}

/// The value of an option, as WSK takes it.
#[repr(C)]
pub(crate) union Value {
    pub(crate) number: u32,
    group: sys::GROUP_REQ,
}

impl Value {
    pub(crate) const fn number(number: u32) -> Self {
        Self { number }
    }
}

impl SocketOption {
    /// Its level, its number, and its value with the size in bytes.
    pub(crate) fn to_raw(self) -> (i32, i32, Value, usize) {
        let (level, option, number) = match self {
            Self::V6Only(on) => (sys::IPPROTO_IPV6, sys::IPV6_V6ONLY, on.into()),
            Self::ReuseAddress => (sys::SOL_SOCKET, sys::SO_REUSEADDR, 1),
            Self::ExclusiveAddress => (sys::SOL_SOCKET, sys::SO_EXCLUSIVEADDRUSE, 1),
            Self::ReceiveBuffer(bytes) => (sys::SOL_SOCKET, sys::SO_RCVBUF, bytes),
            Self::PacketInfo(Family::V4) => (sys::IPPROTO_IP, sys::IP_PKTINFO, 1),
            Self::PacketInfo(Family::V6) => (sys::IPPROTO_IPV6, sys::IPV6_PKTINFO, 1),
            Self::TrafficClass(Family::V4) => (sys::IPPROTO_IP, sys::IP_RECVTOS, 1),
            Self::TrafficClass(Family::V6) => (sys::IPPROTO_IPV6, sys::IPV6_RECVTCLASS, 1),
            Self::Ecn(Family::V4) => (sys::IPPROTO_IP, sys::IP_RECVECN, 1),
            Self::Ecn(Family::V6) => (sys::IPPROTO_IPV6, sys::IPV6_RECVECN, 1),
            Self::ReceiveBroadcast(on) => (sys::IPPROTO_IP, sys::IP_RECEIVE_BROADCAST, on.into()),
            Self::Join(group, interface) => {
                let level = Family::of(group).level();
                let group = Value { group: group_request(group, interface) };
                return (level, sys::MCAST_JOIN_GROUP, group, size_of::<sys::GROUP_REQ>());
            }
        };
        (level, option, Value::number(number), size_of::<u32>())
    }
}

fn group_request(group: IpAddr, interface: u32) -> sys::GROUP_REQ {
    /// The address of the group, and all the room that there is for one.
    #[repr(C)]
    union Storage {
        address: sys::SOCKADDR_INET,
        storage: sys::SOCKADDR_STORAGE,
    }
    const EMPTY: sys::SOCKADDR_STORAGE = sys::SOCKADDR_STORAGE {
        ss_family: sys::AF_UNSPEC,
        __ss_pad1: [0; 6],
        __ss_align: 0,
        __ss_pad2: [0; 112],
    };
    let mut storage = Storage { storage: EMPTY };
    storage.address = address::to_raw(SocketAddr::new(group, 0));
    // SAFETY: all bytes were set, and every value is valid.
    sys::GROUP_REQ { gr_interface: interface, gr_group: unsafe { storage.storage } }
}
