//! What lies in an IP packet, read byte by byte.

use std::net::{IpAddr, SocketAddr};

/// An IP packet that carries UDP, as far as it was captured.
pub struct Packet<'a> {
    bytes: &'a [u8],
    ip_header: usize,
    pub from: SocketAddr,
    pub to: SocketAddr,
}

impl<'a> Packet<'a> {
    pub fn parse(bytes: &'a [u8]) -> Self {
        let (ip_header, source, destination): (_, IpAddr, IpAddr) = match bytes[0] >> 4 {
            4 => {
                assert_eq!((bytes[0], bytes[9]), (0x45, 17), "no plain UDP over IPv4");
                (20, octets::<4>(bytes, 12).into(), octets::<4>(bytes, 16).into())
            }
            6 => {
                assert_eq!(bytes[6], 17, "no plain UDP over IPv6");
                (40, octets::<16>(bytes, 8).into(), octets::<16>(bytes, 24).into())
            }
            version => panic!("IP version {version}"),
        };
        let from = SocketAddr::new(source, number(bytes, ip_header));
        let to = SocketAddr::new(destination, number(bytes, ip_header + 2));
        Self { bytes, ip_header, from, to }
    }

    /// What the IP header says about the length: of the whole packet with IPv4, of all behind the header
    /// with IPv6.
    pub fn ip_length(&self) -> u16 {
        number(self.bytes, if self.is_v4() { 2 } else { 4 })
    }

    pub fn udp_length(&self) -> u16 {
        number(self.bytes, self.ip_header + 4)
    }

    pub fn udp_checksum(&self) -> u16 {
        number(self.bytes, self.ip_header + 6)
    }

    /// Type of service or traffic class.
    pub fn class(&self) -> u8 {
        if self.is_v4() { self.bytes[1] } else { self.bytes[0] << 4 | self.bytes[1] >> 4 }
    }

    pub fn time_to_live(&self) -> u8 {
        self.bytes[if self.is_v4() { 8 } else { 7 }]
    }

    pub fn payload(&self) -> &'a [u8] {
        &self.bytes[self.ip_header + 8..]
    }

    /// True if the IP header is its checksum's; there is none with IPv6.
    pub fn ip_checksum_is_right(&self) -> bool {
        !self.is_v4() || sum(&[&self.bytes[..self.ip_header]]) == 0xffff
    }

    /// True if the UDP checksum is there and right.
    pub fn udp_checksum_is_right(&self) -> bool {
        let datagram = &self.bytes[self.ip_header..];
        let addresses = if self.is_v4() { &self.bytes[12..20] } else { &self.bytes[8..40] };
        // Protocol and length follow the addresses in the pseudo header of both versions.
        let length = u32::from(self.udp_length()).to_be_bytes();
        self.udp_checksum() != 0 && sum(&[addresses, &length, &[0, 17], datagram]) == 0xffff
    }

    fn is_v4(&self) -> bool {
        self.ip_header == 20
    }
}

fn octets<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes[at..at + N].try_into().unwrap()
}

fn number(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes(octets(bytes, at))
}

/// The sum in one's complement of RFC 1071. It is 0xffff over what includes a right checksum.
fn sum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let word = |word: &[u8]| u64::from(word[0]) << 8 | u64::from(word.get(1).copied().unwrap_or(0));
    let mut sum: u64 = words.map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u16::try_from(sum).unwrap()
}
