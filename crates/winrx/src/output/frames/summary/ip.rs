//! IPv4 and IPv6.

use std::{
    fmt::{self, Display, Write},
    net::IpAddr,
};

use etherparse::{
    IpAuthHeaderSlice, IpNumber, Ipv6ExtensionsSlice, Ipv6FragmentHeaderSlice,
    Ipv6RawExtHeaderSlice, LaxIpPayloadSlice, LaxIpv4Slice, LaxIpv6Slice,
};

use super::{icmp, transport};

/// A packet within IP: what there is of it, and how long it was.
pub struct Packet<'a> {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub bytes: &'a [u8],
    pub length: usize,
}

/// Where a fragment that is not the first begins.
type Fragment = Option<usize>;

/// Appends what an IPv4 packet is.
pub fn v4(line: &mut String, bytes: &[u8]) -> fmt::Result {
    line.write_str("IP ")?;
    let Ok((ip, _)) = LaxIpv4Slice::from_slice(bytes) else { return line.write_str("[|ip]") };
    let header = ip.header();
    let missing = usize::from(header.total_len()).saturating_sub(bytes.len());
    let offset = usize::from(header.fragments_offset().value()) * 8;
    let ends = [header.source_addr().into(), header.destination_addr().into()];
    inner(line, ends, ip.payload(), missing, Some(offset).filter(|&offset| offset > 0))
}

/// Appends what an IPv6 packet is.
pub fn v6(line: &mut String, bytes: &[u8]) -> fmt::Result {
    const HEADER: usize = 40;
    line.write_str("IP6 ")?;
    let Ok((ip, _)) = LaxIpv6Slice::from_slice(bytes) else { return line.write_str("[|ip6]") };
    let header = ip.header();
    let missing = (usize::from(header.payload_length()) + HEADER).saturating_sub(bytes.len());
    let ends = [header.source_addr().into(), header.destination_addr().into()];
    inner(line, ends, ip.payload(), missing, last_fragment(ip.extensions()))
}

/// Where a fragment begins, as the last of the headers between IPv6's own and the payload says.
///
/// The iterator of etherparse is not for headers that are cut off: it reads behind them.
fn last_fragment(extensions: &Ipv6ExtensionsSlice<'_>) -> Fragment {
    let mut offset = None;
    let mut header = extensions.first_header();
    let mut rest = extensions.slice();
    while let Some((next, length)) = header.and_then(|number| match number {
        IpNumber::IPV6_FRAGMENTATION_HEADER => {
            let fragment = Ipv6FragmentHeaderSlice::from_slice(rest).ok()?;
            offset = Some(usize::from(fragment.fragment_offset().value()) * 8);
            Some((fragment.next_header(), fragment.slice().len()))
        }
        IpNumber::AUTHENTICATION_HEADER => {
            let auth = IpAuthHeaderSlice::from_slice(rest).ok()?;
            Some((auth.next_header(), auth.slice().len()))
        }
        IpNumber::IPV6_HEADER_HOP_BY_HOP
        | IpNumber::IPV6_ROUTE_HEADER
        | IpNumber::IPV6_DESTINATION_OPTIONS => {
            let raw = Ipv6RawExtHeaderSlice::from_slice(rest).ok()?;
            Some((raw.next_header(), raw.slice().len()))
        }
        _ => None,
    }) {
        rest = rest.get(length..).unwrap_or_default();
        header = Some(next);
    }
    offset.filter(|&offset| offset > 0)
}

fn inner(
    line: &mut String,
    [source, destination]: [IpAddr; 2],
    payload: &LaxIpPayloadSlice<'_>,
    missing: usize,
    fragment: Fragment,
) -> fmt::Result {
    let bytes = payload.payload;
    let packet = Packet { source, destination, bytes, length: bytes.len() + missing };
    if let Some(offset) = fragment {
        return ends(line, &packet, None).and_then(|()| {
            let name = Protocol(payload.ip_number);
            write!(line, "{name} fragment at {offset}, length {}", packet.length)
        });
    }
    match payload.ip_number {
        IpNumber::TCP => transport::tcp(line, &packet),
        IpNumber::UDP => transport::udp(line, &packet),
        IpNumber::ICMP => icmp::v4(line, &packet),
        IpNumber::IPV6_ICMP => icmp::v6(line, &packet),
        number => {
            ends(line, &packet, None)?;
            write!(line, "{}, length {}", Protocol(number), packet.length)
        }
    }
}

/// Appends who sent it to whom, with ports if there are some.
pub fn ends(line: &mut String, packet: &Packet<'_>, ports: Option<(u16, u16)>) -> fmt::Result {
    let Packet { source, destination, .. } = packet;
    match ports {
        Some((from, to)) => write!(line, "{source}.{from} > {destination}.{to}: "),
        None => write!(line, "{source} > {destination}: "),
    }
}

/// A protocol by its name, if it has one.
struct Protocol(IpNumber);

impl Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.keyword_str() {
            Some(name) => f.write_str(name),
            None => write!(f, "ip-proto-{}", self.0.0),
        }
    }
}
