//! Transport addresses, as WSK passes them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use wsk_sys as sys;

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The number of the family.
    pub(crate) const fn number(self) -> sys::ADDRESS_FAMILY {
        match self {
            Self::V4 => sys::AF_INET,
            Self::V6 => sys::AF_INET6,
        }
    }

    /// The protocol that options of this family belong to.
    pub(crate) const fn level(self) -> i32 {
        match self {
            Self::V4 => sys::IPPROTO_IP,
            Self::V6 => sys::IPPROTO_IPV6,
        }
    }

    /// The family of an address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }
}

/// Room for an address of either family, which belongs to none.
pub(crate) const NO_ADDRESS: sys::SOCKADDR_INET = sys::SOCKADDR_INET {
    Ipv6: sys::SOCKADDR_IN6_LH {
        sin6_family: sys::AF_UNSPEC,
        sin6_port: 0,
        sin6_flowinfo: 0,
        sin6_addr: sys::IN6_ADDR { u: sys::IN6_ADDR_u { Byte: [0; 16] } },
        u: sys::SOCKADDR_IN6_LH_u { sin6_scope_id: 0 },
    },
};

/// The form that WSK takes an address in.
pub(crate) fn to_raw(address: SocketAddr) -> sys::SOCKADDR_INET {
    match address {
        SocketAddr::V4(address) => sys::SOCKADDR_INET {
            Ipv4: sys::SOCKADDR_IN {
                sin_family: sys::AF_INET,
                sin_port: address.port().to_be(),
                sin_addr: v4_to_raw(*address.ip()),
                sin_zero: [0; 8],
            },
        },
        SocketAddr::V6(address) => sys::SOCKADDR_INET {
            Ipv6: sys::SOCKADDR_IN6_LH {
                sin6_family: sys::AF_INET6,
                sin6_port: address.port().to_be(),
                sin6_flowinfo: address.flowinfo(),
                sin6_addr: sys::IN6_ADDR { u: sys::IN6_ADDR_u { Byte: address.ip().octets() } },
                u: sys::SOCKADDR_IN6_LH_u { sin6_scope_id: address.scope_id() },
            },
        },
    }
}

fn v4_to_raw(address: Ipv4Addr) -> sys::IN_ADDR {
    let s_addr = u32::from_ne_bytes(address.octets());
    sys::IN_ADDR { S_un: sys::IN_ADDR_S_un { S_addr: s_addr } }
}

/// The address at a place where WSK wrote one; `None` for null, and for another family.
///
/// # Safety
///
/// `address` is null, or points to a SOCKADDR of the family that it names.
pub(crate) unsafe fn from_raw(address: *const sys::SOCKADDR) -> Option<SocketAddr> {
    // SAFETY: by the contract.
    let family = unsafe { address.as_ref() }?.sa_family;
    match family {
        // SAFETY: by the contract so much is there.
        sys::AF_INET => Some(v4(unsafe { &*address.cast() })),
        // SAFETY: by the contract so much is there.
        sys::AF_INET6 => Some(v6(unsafe { &*address.cast() })),
        _ => None,
    }
}

fn v4(address: &sys::SOCKADDR_IN) -> SocketAddr {
    // SAFETY: every view of the union is valid for every value.
    let bytes = unsafe { address.sin_addr.S_un.S_addr }.to_ne_bytes();
    let port = u16::from_be(address.sin_port);
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::from_octets(bytes), port))
}

fn v6(address: &sys::SOCKADDR_IN6_LH) -> SocketAddr {
    // SAFETY: every view of the union is valid for every value.
    let bytes = unsafe { address.sin6_addr.u.Byte };
    // SAFETY: as above.
    let scope = unsafe { address.u.sin6_scope_id };
    let port = u16::from_be(address.sin6_port);
    let ip = Ipv6Addr::from_octets(bytes);
    SocketAddr::V6(SocketAddrV6::new(ip, port, address.sin6_flowinfo, scope))
}
