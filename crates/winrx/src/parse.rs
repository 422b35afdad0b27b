//! What people type: addresses, groups, sizes, durations.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
    time::Duration,
};

use jiff::SignedDuration;

use crate::{Group, interface};

/// What was typed cannot be used; the text says why and what could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(String);

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

fn error<T>(message: impl fmt::Display) -> Result<T, ParseError> {
    Err(ParseError(message.to_string()))
}

/// A local address: `IP:PORT`, `[IPV6]:PORT`, or `:PORT` or `PORT` alone for `0.0.0.0`. An IPv6 address
/// may have the name or index of an interface in it, as in `[fe80::1%eth0]:5000`.
///
/// # Errors
///
/// If it is none of these.
pub fn local_address(text: &str) -> Result<SocketAddr, ParseError> {
    let (host, port) = match text.rsplit_once(':') {
        _ if text.parse::<Ipv6Addr>().is_ok() => {
            return error(format!("an IPv6 address goes in brackets, with a port: [{text}]:5000"));
        }
        None if text.parse::<Ipv4Addr>().is_ok() => {
            return error(format!("a port is missing: {text}:5000"));
        }
        None => ("", text),
        Some(parts) => parts,
    };
    let Ok(port) = port.parse::<u16>() else {
        return error(format!("the port {port:?} is not a number from 0 to 65535"));
    };
    if host.is_empty() {
        return Ok((Ipv4Addr::UNSPECIFIED, port).into());
    }
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match bracketed {
        Some(host) => Ok(scoped(host, port)?.into()),
        None => match host.parse::<Ipv4Addr>() {
            Ok(ip) => Ok((ip, port).into()),
            Err(_) => error(format!(
                "{host:?} is not an IP address; write IP:PORT, [IPV6]:PORT or PORT alone"
            )),
        },
    }
}

/// An IPv6 address with an optional interface after `%`.
fn scoped(host: &str, port: u16) -> Result<SocketAddrV6, ParseError> {
    let (ip, scope) = match host.split_once('%') {
        Some((ip, zone)) => (ip, index(zone)?),
        None => (host, 0),
    };
    match ip.parse() {
        Ok(ip) => Ok(SocketAddrV6::new(ip, port, 0, scope)),
        Err(_) => error(format!("{ip:?} is not an IPv6 address")),
    }
}

fn index(text: &str) -> Result<u32, ParseError> {
    interface::index(text).or_else(error)
}

/// A multicast group: `ADDRESS`, or `ADDRESS@INTERFACE` with the name or index of one.
///
/// # Errors
///
/// If it is neither, or if there is no such interface.
pub fn group(text: &str) -> Result<Group, ParseError> {
    let (address, at) = match text.split_once('@') {
        Some((address, at)) => (address, Some(index(at)?)),
        None => (text, None),
    };
    match address.parse::<IpAddr>() {
        Ok(address) if address.is_multicast() => Ok(Group { address, interface: at }),
        Ok(_) => error(format!(
            "{address} is not a multicast group; those are in 224.0.0.0/4 and ff00::/8"
        )),
        Err(_) => {
            error(format!("{address:?} is not an IP address; write GROUP or GROUP@INTERFACE"))
        }
    }
}

/// A number of bytes, with `k`, `M` or `G` for 1024, its square and its cube.
///
/// # Errors
///
/// If it is no such number, or is zero or does not fit in 32 bits.
pub fn size(text: &str) -> Result<u32, ParseError> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match text.get(digits.len()..).unwrap_or_default() {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        _ => return error("write a number of bytes, or one with k, M or G after it, such as 64k"),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << shift));
    match number.map(u32::try_from) {
        Some(Ok(bytes)) if bytes > 0 => Ok(bytes),
        _ if digits.bytes().any(|byte| !byte.is_ascii_digit()) || digits.is_empty() => {
            error("write a number of bytes, or one with k, M or G after it, such as 64k")
        }
        _ => error("a size is from 1 byte to 4294967295"),
    }
}

/// A time: a number of seconds such as `10` or `0.5`, or one with units such as `2m 30s` or `500ms`.
///
/// # Errors
///
/// If it is none of these, or is not more than zero.
pub fn duration(text: &str) -> Result<Duration, ParseError> {
    let seconds = text.parse::<f64>().ok();
    let parsed = match seconds {
        Some(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        None => text.parse::<SignedDuration>().ok().and_then(|time| time.try_into().ok()),
    };
    match parsed {
        Some(time) if !time.is_zero() => Ok(time),
        _ => error("write a number of seconds above zero, or one with a unit, such as 2m or 500ms"),
    }
}

/// A time between two looks: a [`duration`] of 10 milliseconds or more.
///
/// # Errors
///
/// If it is none.
pub fn interval(text: &str) -> Result<Duration, ParseError> {
    match duration(text)? {
        time if time >= Duration::from_millis(10) => Ok(time),
        _ => error("a time between two looks is 10ms or more"),
    }
}

/// An EtherType: a number such as `0x0806` or `2054`.
///
/// # Errors
///
/// If it is none.
pub fn ether_type(text: &str) -> Result<u16, ParseError> {
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    match number.filter(|&number| number >= 0x600) {
        Some(number) => Ok(number),
        None => error("an EtherType is a number from 0x0600 to 0xffff, such as 0x0806"),
    }
}
