//! ICMP and ICMPv6.

use std::{
    fmt::{self, Write},
    net::Ipv6Addr,
};

use super::{
    ip::{Packet, ends},
    number,
};

/// Appends what an ICMP message is.
pub fn v4(line: &mut String, packet: &Packet<'_>) -> fmt::Result {
    ends(line, packet, None)?;
    line.write_str("ICMP ")?;
    let &[kind, code, ..] = packet.bytes else { return line.write_str("[|icmp]") };
    match (kind, code) {
        (0, _) => echo(line, "echo reply", packet.bytes)?,
        (8, _) => echo(line, "echo request", packet.bytes)?,
        (3, _) => write!(line, "{} unreachable", v4_unreachable(code))?,
        (5, _) => line.write_str("redirect")?,
        (9, _) => line.write_str("router advertisement")?,
        (10, _) => line.write_str("router solicitation")?,
        (11, 0) => line.write_str("time exceeded in-transit")?,
        (11, _) => line.write_str("ip reassembly time exceeded")?,
        (12, _) => line.write_str("parameter problem")?,
        (13, _) => echo(line, "time stamp query", packet.bytes)?,
        (14, _) => echo(line, "time stamp reply", packet.bytes)?,
        _ => write!(line, "type-#{kind}, code {code}")?,
    }
    write!(line, ", length {}", packet.length)
}

fn v4_unreachable(code: u8) -> &'static str {
    match code {
        0 => "net",
        1 => "host",
        2 => "protocol",
        3 => "port",
        4 => "fragmentation needed,",
        9 | 10 | 13 => "administratively prohibited,",
        _ => "destination",
    }
}

/// Appends what an ICMPv6 message is.
pub fn v6(line: &mut String, packet: &Packet<'_>) -> fmt::Result {
    ends(line, packet, None)?;
    line.write_str("ICMP6, ")?;
    let &[kind, code, ..] = packet.bytes else { return line.write_str("[|icmp6]") };
    match kind {
        1 => write!(line, "destination unreachable, {}", v6_unreachable(code))?,
        2 => line.write_str("packet too big")?,
        3 => line.write_str("time exceeded")?,
        4 => line.write_str("parameter problem")?,
        128 => echo(line, "echo request", packet.bytes)?,
        129 => echo(line, "echo reply", packet.bytes)?,
        130 => line.write_str("multicast listener query")?,
        131 => line.write_str("multicast listener report")?,
        132 => line.write_str("multicast listener done")?,
        133 => line.write_str("router solicitation")?,
        134 => line.write_str("router advertisement")?,
        135 => neighbor(line, "neighbor solicitation, who has", packet.bytes)?,
        136 => neighbor(line, "neighbor advertisement, tgt is", packet.bytes)?,
        137 => line.write_str("redirect")?,
        143 => line.write_str("multicast listener report v2")?,
        _ => write!(line, "type-#{kind}, code {code}")?,
    }
    write!(line, ", length {}", packet.length)
}

fn v6_unreachable(code: u8) -> &'static str {
    match code {
        0 => "no route",
        1 => "administratively prohibited",
        2 => "beyond scope",
        3 => "address",
        4 => "port",
        5 => "source address failed policy",
        6 => "reject route",
        _ => "unknown reason",
    }
}

fn echo(line: &mut String, what: &str, bytes: &[u8]) -> fmt::Result {
    line.write_str(what)?;
    match (number(bytes, 4), number(bytes, 6)) {
        (Some(id), Some(sequence)) => write!(line, ", id {id}, seq {sequence}"),
        _ => Ok(()),
    }
}

fn neighbor(line: &mut String, what: &str, bytes: &[u8]) -> fmt::Result {
    line.write_str(what)?;
    match bytes.get(8..).and_then(|target| target.first_chunk::<16>()) {
        Some(target) => write!(line, " {}", Ipv6Addr::from(*target)),
        None => line.write_str(" [|icmp6]"),
    }
}
