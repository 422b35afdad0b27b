//! Ethernet, its tags, and what lies in it but IP.

use std::{
    fmt::{self, Write},
    net::Ipv4Addr,
};

use etherparse::{ArpHardwareId, ArpOperation, ArpPacketSlice, EtherType};

use super::{ip, number};

/// Bytes of two addresses, and of the header with the type.
const ADDRESSES: usize = 12;
const HEADER: usize = 14;

/// Types from here on are none but lengths.
const FIRST_TYPE: u16 = 0x600;

/// EtherTypes that people know by name.
const NAMES: [(u16, &str); 16] = [
    (0x0842, "Wake-on-LAN"),
    (0x22f3, "TRILL"),
    (0x8035, "RARP"),
    (0x809b, "AppleTalk"),
    (0x8137, "IPX"),
    (0x8808, "MPCP"),
    (0x8809, "Slow Protocols"),
    (0x8847, "MPLS unicast"),
    (0x8848, "MPLS multicast"),
    (0x8863, "PPPoE D"),
    (0x8864, "PPPoE S"),
    (0x888e, "EAPOL"),
    (0x88cc, "LLDP"),
    (0x88e5, "MACsec"),
    (0x88f7, "PTP"),
    (0x9000, "Loopback"),
];

/// Appends what an Ethernet frame of this length is, of which `data` is there.
pub fn ethernet(line: &mut String, data: &[u8], length: u32) -> fmt::Result {
    let Some(mut kind) = number(data, ADDRESSES) else {
        return write!(line, "[|ether] length {length}");
    };
    let mut rest = data.get(HEADER..).unwrap_or_default();
    while is_tag(kind) {
        let (Some(control), Some(inner)) = (number(rest, 0), number(rest, 2)) else {
            return line.write_str("[|vlan]");
        };
        tag(line, control)?;
        (kind, rest) = (inner, rest.get(4..).unwrap_or_default());
    }
    match EtherType(kind) {
        EtherType::IPV4 => ip::v4(line, rest),
        EtherType::IPV6 => ip::v6(line, rest),
        EtherType::ARP => arp(line, rest),
        _ => other(line, data, kind, rest, length),
    }
}

fn is_tag(kind: u16) -> bool {
    matches!(
        EtherType(kind),
        EtherType::VLAN_TAGGED_FRAME
            | EtherType::PROVIDER_BRIDGING
            | EtherType::VLAN_DOUBLE_TAGGED_FRAME
    )
}

/// Appends a VLAN tag.
pub fn tag(line: &mut String, control: u16) -> fmt::Result {
    write!(line, "vlan {}, p {}, ", control & 0xfff, control >> 13)?;
    if control & 1 << 12 != 0 { line.write_str("DEI, ") } else { Ok(()) }
}

/// A frame of another protocol: with its addresses.
fn other(line: &mut String, data: &[u8], kind: u16, rest: &[u8], length: u32) -> fmt::Result {
    let (destination, source) = (data.get(..6), data.get(6..12));
    write!(line, "{} > {}, ", Mac(source), Mac(destination))?;
    if kind >= FIRST_TYPE {
        let name = NAMES.iter().find(|&&(number, _)| number == kind);
        let name = name.map_or("Unknown", |&(_, name)| name);
        return write!(line, "ethertype {name} ({kind:#06x}), length {length}");
    }
    line.write_str("802.3")?;
    if let [to, from, ..] = rest {
        write!(line, ", LLC dsap {to:#04x} ssap {from:#04x}")?;
    }
    write!(line, ", length {kind}")
}

fn arp(line: &mut String, bytes: &[u8]) -> fmt::Result {
    line.write_str("ARP, ")?;
    let Ok(arp) = ArpPacketSlice::from_slice(bytes) else { return line.write_str("[|arp]") };
    let operation = arp.operation();
    let length = arp.slice().len();
    let (sender, target) = (v4(arp.sender_protocol_addr()), v4(arp.target_protocol_addr()));
    let plain = arp.hw_addr_type() == ArpHardwareId::ETHERNET;
    match (operation, sender, target) {
        (ArpOperation::REQUEST, Some(sender), Some(target)) => {
            write!(line, "Request who-has {target} tell {sender}")?;
        }
        (ArpOperation::REPLY, Some(sender), _) if plain => {
            write!(line, "Reply {sender} is-at {}", Mac(Some(arp.sender_hw_addr())))?;
        }
        _ => write!(line, "operation {}", operation.0)?,
    }
    write!(line, ", length {length}")
}

fn v4(address: &[u8]) -> Option<Ipv4Addr> {
    <[u8; 4]>::try_from(address).ok().map(Ipv4Addr::from)
}

/// A MAC address, if it is there.
struct Mac<'a>(Option<&'a [u8]>);

impl fmt::Display for Mac<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.unwrap_or_default().iter().enumerate() {
            write!(f, "{}{byte:02x}", if at == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}
