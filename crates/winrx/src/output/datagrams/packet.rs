//! IP packets around datagrams, as they may have been on the wire.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use etherparse::{IpNumber, Ipv4Header, Ipv6Header, UdpHeader};

use crate::Datagram;

/// An IP packet that carries a datagram: what the network had, as far as the record of it tells.
///
/// Its addresses, ports, lengths, traffic class and checksums are those of the datagram. Time to live and
/// identification are made up, and it is never a fragment: the driver gets datagrams whole. The headers
/// tell the original length where the payload was cut.
#[derive(Debug, Default)]
pub struct Packet {
    bytes: Vec<u8>,
    original: u32,
}

/// Time to live of packets to most addresses.
const TTL: u8 = 64;

/// Length fields count to this.
const LENGTH_MOST: usize = u16::MAX as usize;

/// Lengths of a datagram, with those that cannot be replaced by the longest that can.
struct Lengths {
    /// What the UDP header says.
    udp: u16,
    /// Payload that is put into the packet.
    captured: usize,
    /// Payload is missing.
    cut: bool,
}

impl Packet {
    /// The packet as far as it was captured.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of the packet when it was sent.
    #[must_use]
    pub fn original(&self) -> u32 {
        self.original
    }

    /// Makes this the packet of a datagram. Where it is not known what address the datagram was sent to,
    /// it is `bound`.
    ///
    /// A payload that no packet could carry, over 65,507 bytes with IPv4 and 65,527 with IPv6, is cut to
    /// what one can.
    pub fn set(&mut self, datagram: &Datagram<'_>, bound: SocketAddr) {
        let (from, to) = (datagram.from, datagram.to.unwrap_or(bound));
        let class = datagram.traffic_class.unwrap_or_default();
        self.bytes.clear();
        // In a dual stack, IPv4 addresses look like IPv6 ones.
        let header = match (from.ip().to_canonical(), to.ip().to_canonical()) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let ip = [source.octets(), destination.octets()];
                self.v4(datagram, (from.port(), to.port()), ip, class)
            }
            // The address that stands for all of the machine stands for its IPv4 ones, too.
            (IpAddr::V4(source), IpAddr::V6(destination)) if destination.is_unspecified() => {
                self.v4(datagram, (from.port(), to.port()), [source.octets(), [0; 4]], class)
            }
            (source, destination) => {
                let ip = [source, destination].map(|ip| v6(ip).octets());
                self.v6(datagram, (from.port(), to.port()), ip, class)
            }
        };
        let headers = u32::try_from(header + UdpHeader::LEN).unwrap_or_default();
        self.original = datagram.original.saturating_add(headers);
    }

    /// Puts an IPv4 packet together; returns the length of its IP header.
    fn v4(
        &mut self,
        datagram: &Datagram<'_>,
        ports: (u16, u16),
        [source, destination]: [[u8; 4]; 2],
        class: u8,
    ) -> usize {
        let lengths = Lengths::new(datagram, LENGTH_MOST - Ipv4Header::MIN_LEN);
        let payload = lengths.payload(datagram);
        let mut ip = Ipv4Header {
            total_len: Ipv4Header::MIN_LEN_U16 + lengths.udp,
            dont_fragment: true,
            time_to_live: time_to_live(destination),
            protocol: IpNumber::UDP,
            source,
            destination,
            ..Ipv4Header::default()
        };
        set_class(&mut ip, class);
        ip.header_checksum = ip.calc_header_checksum();
        let mut udp = udp(ports, &lengths);
        // Zero stands for no checksum: that of what was cut is not known.
        if !lengths.cut {
            udp.checksum =
                udp.calc_checksum_ipv4_raw(source, destination, payload).unwrap_or_default();
        }
        self.bytes.extend_from_slice(&ip.to_bytes());
        self.bytes.extend_from_slice(&udp.to_bytes());
        self.bytes.extend_from_slice(payload);
        Ipv4Header::MIN_LEN
    }

    /// Puts an IPv6 packet together; returns the length of its IP header.
    fn v6(
        &mut self,
        datagram: &Datagram<'_>,
        ports: (u16, u16),
        [source, destination]: [[u8; 16]; 2],
        class: u8,
    ) -> usize {
        let lengths = Lengths::new(datagram, LENGTH_MOST);
        let payload = lengths.payload(datagram);
        let ip = Ipv6Header {
            traffic_class: class,
            payload_length: lengths.udp,
            next_header: IpNumber::UDP,
            hop_limit: TTL,
            source,
            destination,
            ..Ipv6Header::default()
        };
        let mut udp = udp(ports, &lengths);
        // There has to be one with IPv6. If the payload was cut, it is right for zeros in place of what is
        // missing.
        udp.checksum = udp.calc_checksum_ipv6_raw(source, destination, payload).unwrap_or_default();
        self.bytes.extend_from_slice(&ip.to_bytes());
        self.bytes.extend_from_slice(&udp.to_bytes());
        self.bytes.extend_from_slice(payload);
        Ipv6Header::LEN
    }
}

impl Lengths {
    /// For an IP packet that can carry this many bytes.
    fn new(datagram: &Datagram<'_>, most: usize) -> Self {
        let most = most - UdpHeader::LEN;
        let (captured, original) = (datagram.payload.len(), datagram.original as usize);
        let udp = UdpHeader::LEN + original.min(most);
        Self {
            udp: u16::try_from(udp).unwrap_or(u16::MAX),
            captured: captured.min(most),
            cut: captured < original,
        }
    }

    fn payload<'d>(&self, datagram: &'d Datagram<'_>) -> &'d [u8] {
        datagram.payload.get(..self.captured).unwrap_or(&datagram.payload)
    }
}

/// The groups of the local network demand one of their own, and multicast DNS (RFC 6762) another one.
fn time_to_live(destination: [u8; 4]) -> u8 {
    match destination {
        [224, 0, 0, 251] => u8::MAX,
        [224, 0, 0, _] => 1,
        _ => TTL,
    }
}

fn udp((source_port, destination_port): (u16, u16), lengths: &Lengths) -> UdpHeader {
    UdpHeader { source_port, destination_port, length: lengths.udp, checksum: 0 }
}

/// Splits a type of service into the two fields that it is nowadays.
fn set_class(ip: &mut Ipv4Header, class: u8) {
    // Six bits and two always fit.
    ip.dscp = (class >> 2).try_into().unwrap_or_default();
    ip.ecn = (class & 3).try_into().unwrap_or_default();
}

fn v6(ip: IpAddr) -> Ipv6Addr {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    }
}
