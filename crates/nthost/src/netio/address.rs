//! Addresses, as drivers give them and as the machine has them.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use wsk_sys::{AF_INET, AF_INET6, SOCKADDR, SOCKADDR_IN, SOCKADDR_IN6};

use crate::nt::{NTSTATUS, STATUS_INVALID_ADDRESS_COMPONENT, STATUS_INVALID_PARAMETER};

/// The address family of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    /// The family with this number.
    pub fn new(number: u16) -> Option<Self> {
        match number {
            AF_INET => Some(Self::V4),
            AF_INET6 => Some(Self::V6),
            _ => None,
        }
    }

    /// Bytes of an address of it.
    pub const fn bytes(self) -> usize {
        match self {
            Self::V4 => size_of::<SOCKADDR_IN>(),
            Self::V6 => size_of::<SOCKADDR_IN6>(),
        }
    }
}

/// Room for an address of any family, which begins with the 16 bits of its family.
pub(super) type Bytes = [u8; size_of::<SOCKADDR_IN6>()];

/// Reads an address of `family`.
///
/// # Safety
///
/// `address` is null or points to an address that is valid for reads.
pub(super) unsafe fn read(
    address: *const SOCKADDR,
    family: Family,
) -> Result<SocketAddr, NTSTATUS> {
    if address.is_null() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    // SAFETY: the caller says that an address is there, and all begin with the family.
    let number = unsafe { address.cast::<u16>().read_unaligned() };
    if Family::new(number) != Some(family) {
        return Err(STATUS_INVALID_ADDRESS_COMPONENT);
    }
    let mut bytes = Bytes::default();
    // SAFETY: an address of this family has so many bytes, and the array has more.
    unsafe { address.cast::<u8>().copy_to_nonoverlapping(bytes.as_mut_ptr(), family.bytes()) };
    decode(&bytes).ok_or(STATUS_INVALID_ADDRESS_COMPONENT)
}

/// Writes an address of a socket of `family`.
///
/// # Safety
///
/// `place` is valid for writes of an address of that family.
pub(super) unsafe fn write(place: *mut SOCKADDR, address: SocketAddr, family: Family) {
    let bytes = encode(address, family);
    // SAFETY: the caller says so.
    unsafe { bytes.as_ptr().copy_to_nonoverlapping(place.cast(), family.bytes()) };
}

/// The address in these bytes, if its family is known.
pub(super) fn decode(bytes: &Bytes) -> Option<SocketAddr> {
    let [f0, f1, p0, p1, rest @ ..] = *bytes;
    let port = u16::from_be_bytes([p0, p1]);
    match Family::new(u16::from_ne_bytes([f0, f1]))? {
        Family::V4 => {
            let [a, b, c, d, ..] = rest;
            Some(SocketAddrV4::new(Ipv4Addr::new(a, b, c, d), port).into())
        }
        Family::V6 => {
            let (flow, rest) = rest.split_first_chunk::<4>()?;
            let (ip, rest) = rest.split_first_chunk::<16>()?;
            let scope = u32::from_ne_bytes(*rest.first_chunk::<4>()?);
            let flow = u32::from_ne_bytes(*flow);
            Some(SocketAddrV6::new(Ipv6Addr::from(*ip), port, flow, scope).into())
        }
    }
}

/// The bytes of an address of a socket of `family`; IPv4 addresses are mapped for a socket of IPv6.
pub(super) fn encode(address: SocketAddr, family: Family) -> Bytes {
    let mut bytes = Bytes::default();
    bytes[2..4].copy_from_slice(&address.port().to_be_bytes());
    match (address, family) {
        (SocketAddr::V4(address), Family::V4) => {
            bytes[..2].copy_from_slice(&AF_INET.to_ne_bytes());
            bytes[4..8].copy_from_slice(&address.ip().octets());
        }
        (address, _) => {
            let (ip, flow, scope) = match address {
                SocketAddr::V4(address) => (address.ip().to_ipv6_mapped(), 0, 0),
                SocketAddr::V6(address) => (*address.ip(), address.flowinfo(), address.scope_id()),
            };
            bytes[..2].copy_from_slice(&AF_INET6.to_ne_bytes());
            bytes[4..8].copy_from_slice(&u32::to_ne_bytes(flow));
            bytes[8..24].copy_from_slice(&ip.octets());
            bytes[24..28].copy_from_slice(&u32::to_ne_bytes(scope));
        }
    }
    bytes
}

/// An IPv4 address that is mapped to IPv6, as itself; others as they are.
pub(super) fn unmapped(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Whether two addresses are the same peer, whatever their scope and form.
pub(super) fn same(one: SocketAddr, other: SocketAddr) -> bool {
    unmapped(one) == unmapped(other)
}

#[cfg(test)]
mod tests {
    use super::{Family, decode, encode, same};

    #[test]
    fn addresses_survive_being_written_and_read() {
        for (text, family) in [
            ("127.0.0.1:80", Family::V4),
            ("[fe80::1%7]:65535", Family::V6),
            ("[::]:0", Family::V6),
        ] {
            let address = text.parse().unwrap();
            assert_eq!(decode(&encode(address, family)), Some(address));
        }
    }

    #[test]
    fn an_ipv4_address_is_mapped_on_an_ipv6_socket() {
        let address = "10.1.2.3:4".parse().unwrap();
        let read = decode(&encode(address, Family::V6)).unwrap();
        assert_eq!(read, "[::ffff:10.1.2.3]:4".parse().unwrap());
        assert!(same(read, address));
    }

    #[test]
    fn an_unknown_family_is_no_address() {
        assert_eq!(decode(&[0xff; 28]), None);
    }
}
