//! Addresses, as the standard library has them and as they cross the boundary to the driver.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use rx_abi::{Endpoint, Family};

/// An address as the driver takes it.
#[must_use]
pub fn to_endpoint(address: SocketAddr) -> Endpoint {
    let scope = match address {
        SocketAddr::V4(_) => 0,
        SocketAddr::V6(address) => address.scope_id(),
    };
    Endpoint { port: address.port(), scope, ..ip_to_endpoint(address.ip()) }
}

/// A multicast group as the driver takes it, with the index of an interface, zero for any.
#[must_use]
pub fn group_to_endpoint(group: IpAddr, interface: u32) -> Endpoint {
    Endpoint { scope: interface, ..ip_to_endpoint(group) }
}

/// An address that the driver gave, if it is one.
#[must_use]
pub fn from_endpoint(endpoint: &Endpoint) -> Option<SocketAddr> {
    let Endpoint { address, port, scope, .. } = *endpoint;
    match endpoint.family()? {
        Family::V4 => {
            let [a, b, c, d, ..] = address;
            Some((Ipv4Addr::new(a, b, c, d), port).into())
        }
        Family::V6 => Some(SocketAddrV6::new(Ipv6Addr::from(address), port, 0, scope).into()),
    }
}

fn ip_to_endpoint(ip: IpAddr) -> Endpoint {
    let mut address = [0; 16];
    let family = match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            (address[0], address[1], address[2], address[3]) = (a, b, c, d);
            Family::V4
        }
        IpAddr::V6(ip) => {
            address = ip.octets();
            Family::V6
        }
    };
    Endpoint { address, family: family as u16, ..Endpoint::default() }
}

#[cfg(test)]
mod tests {
    use rx_abi::Endpoint;

    use super::{from_endpoint, to_endpoint};

    #[test]
    fn addresses_come_back() {
        for text in ["192.0.2.1:5000", "[2001:db8::1]:53", "[fe80::1%7]:0", "[::ffff:192.0.2.1]:9"]
        {
            let address = text.parse().unwrap();
            assert_eq!(from_endpoint(&to_endpoint(address)), Some(address));
        }
        assert_eq!(from_endpoint(&Endpoint::default()), None);
    }
}
