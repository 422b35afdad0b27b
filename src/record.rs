//! Records of datagrams.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use rx_abi::{DatagramHeader, Endpoint, Family, RecordFlags, RecordHeader, RecordKind};
use wdm::time;
use wsk::{Details, control::Message};

/// What all datagrams that arrive together have in common.
#[derive(Clone, Copy)]
pub struct Arrival {
    /// In nanoseconds since 1970.
    time: u64,
    /// The local port.
    port: u16,
}

impl Arrival {
    /// Now, at a local port.
    pub fn now(port: u16) -> Self {
        Self { time: time::now(), port }
    }

    /// At a time before.
    pub const fn at(time: u64, port: u16) -> Self {
        Self { time, port }
    }

    /// The time, in nanoseconds since 1970.
    pub const fn time(self) -> u64 {
        self.time
    }

    /// The header of a record; its size is that of one with `captured` bytes of payload.
    pub fn header(self, flags: RecordFlags, captured: u32, lost: u32) -> RecordHeader {
        RecordHeader {
            size: RecordHeader::datagram_size(captured as usize).unwrap_or_default(),
            payload_offset: RecordHeader::DATAGRAM_OFFSET,
            kind: RecordKind::Datagram as u16,
            captured,
            original: captured,
            flags: flags.bits(),
            lost,
            time: self.time,
        }
    }

    /// What the second header and the flags say about a datagram.
    pub fn describe(self, details: &Details<'_>) -> (DatagramHeader, RecordFlags) {
        let from = details.from.map_or_else(Endpoint::default, endpoint);
        let mut header = DatagramHeader { from, ..DatagramHeader::default() };
        let mut flags = RecordFlags::default();
        for (said, flag) in [
            (details.truncated(), RecordFlags::TRUNCATED),
            (details.control_truncated(), RecordFlags::CONTROL_TRUNCATED),
            (details.multicast(), RecordFlags::MULTICAST),
            (details.broadcast(), RecordFlags::BROADCAST),
        ] {
            if said {
                flags = flags.with(flag);
            }
        }
        let mut ecn = 0;
        for message in details.control.clone() {
            match message {
                Message::PacketInfoV4(address, interface) => {
                    flags = flags.with(RecordFlags::PACKET_INFO);
                    header.interface = interface;
                    header.to = endpoint(SocketAddr::new(address.into(), self.port));
                }
                Message::PacketInfoV6(address, interface) => {
                    flags = flags.with(RecordFlags::PACKET_INFO);
                    header.interface = interface;
                    header.to = endpoint(SocketAddr::new(address.into(), self.port));
                    if is_of_link(address.into()) {
                        header.to.scope = interface;
                    }
                }
                Message::TrafficClass(class) => {
                    flags = flags.with(RecordFlags::TRAFFIC_CLASS);
                    header.traffic_class = class;
                }
                Message::Ecn(bits) => ecn = bits,
                Message::Coalesced(_) | Message::Other { .. } => {}
            }
        }
        if flags.contains(RecordFlags::TRAFFIC_CLASS) {
            header.traffic_class |= ecn;
        }
        (header, flags)
    }
}

/// True if the address means something on one link only.
fn is_of_link(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 0xfe && second & 0xc0 == 0x80 || first == 0xff && second & 0xf == 2
}

/// An address as records tell it. A mapped IPv4 address is an IPv4 address.
pub fn endpoint(address: SocketAddr) -> Endpoint {
    let port = address.port();
    match address.ip().to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            let address = [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            Endpoint { address, port, family: Family::V4 as u16, scope: 0 }
        }
        IpAddr::V6(ip) => {
            let scope = if let SocketAddr::V6(address) = address { address.scope_id() } else { 0 };
            Endpoint { address: ip.octets(), port, family: Family::V6 as u16, scope }
        }
    }
}

/// The address that a program means, which is of the family.
pub fn socket_address(family: Family, endpoint: &Endpoint) -> SocketAddr {
    let [a, b, c, d, ..] = endpoint.address;
    match family {
        Family::V4 => SocketAddr::new(Ipv4Addr::new(a, b, c, d).into(), endpoint.port),
        Family::V6 => {
            let ip = Ipv6Addr::from_octets(endpoint.address);
            SocketAddrV6::new(ip, endpoint.port, 0, endpoint.scope).into()
        }
    }
}
