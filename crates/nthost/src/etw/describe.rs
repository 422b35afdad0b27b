//! Reading events that describe themselves, in the format of TraceLogging.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/tracelogging/trace-logging-portal)

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
};

/// The value of a field of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceValue {
    /// A number without a sign, or one that is shown in hexadecimal.
    Unsigned(u64),
    /// A number with a sign.
    Signed(i64),
    /// An NTSTATUS.
    Status(crate::Status),
    /// Text.
    Text(String),
    /// A GUID, as its digits.
    Guid(u128),
    /// The address of a socket.
    Address(SocketAddr),
    /// Bytes that are shown as they are.
    Bytes(Vec<u8>),
}

impl fmt::Display for TraceValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
            Self::Status(status) => status.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Guid(digits) => write!(f, "{digits:032x}"),
            Self::Address(address) => address.fmt(f),
            Self::Bytes(bytes) => write!(f, "{bytes:02x?}"),
        }
    }
}

/// Bytes that are read from their beginning.
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (bytes, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| format!("{count} bytes are wanted where {} are left", self.0.len()))?;
        self.0 = rest;
        Ok(bytes)
    }

    fn number<const N: usize>(&mut self) -> Result<u64, String> {
        let bytes = self.take(N)?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// What has its length in two bytes before it.
    fn counted(&mut self) -> Result<&'a [u8], String> {
        let [low, high] = *self.take(2)? else { return Ok(&[]) };
        self.take(u16::from_le_bytes([low, high]).into())
    }

    /// Text up to a zero.
    fn name(&mut self) -> Result<String, String> {
        let end = self.0.iter().position(|&byte| byte == 0).ok_or("a name has no end")?;
        let name = self.take(end + 1)?;
        let name = std::str::from_utf8(&name[..end]).map_err(|_| "a name is not UTF-8")?;
        Ok(name.to_owned())
    }

    /// The bytes behind a length that counts itself, all of which have to be there.
    fn described(bytes: &'a [u8]) -> Result<Self, String> {
        let mut this = Self(bytes);
        let length = this.number::<2>()?;
        if length != bytes.len() as u64 {
            return Err(format!(
                "a description of {} bytes says that it has {length}",
                bytes.len()
            ));
        }
        Ok(this)
    }
}

/// The name in the description of a provider.
pub(super) fn provider(description: &[u8]) -> Result<String, String> {
    Bytes::described(description)?.name()
}

/// The name in the description of an event, and its fields with their values.
pub(super) fn event(
    description: &[u8],
    data: &[u8],
) -> Result<(String, Vec<(String, TraceValue)>), String> {
    let (mut description, mut data) = (Bytes::described(description)?, Bytes(data));
    while description.number::<1>()? & 0x80 != 0 {}
    let name = description.name()?;
    let mut fields = Vec::new();
    while !description.0.is_empty() {
        let field = description.name()?;
        let stored = description.number::<1>()?;
        let shown = if stored & 0x80 == 0 { 0 } else { description.number::<1>()? };
        let value = value(stored & 0x7f, shown, &mut data)
            .map_err(|cause| format!("field {field} of event {name}: {cause}"))?;
        fields.push((field, value));
    }
    if !data.0.is_empty() {
        return Err(format!("event {name} has {} bytes behind its last field", data.0.len()));
    }
    Ok((name, fields))
}

/// One value. Kinds that no driver has used so far are refused.
fn value(stored: u64, shown: u64, data: &mut Bytes<'_>) -> Result<TraceValue, String> {
    const STATUS: u64 = 14;
    const SOCKET_ADDRESS: u64 = 10;
    Ok(match (stored, shown) {
        (7 | 8, STATUS) => {
            let raw = u32::try_from(data.number::<4>()?).unwrap_or_default();
            TraceValue::Status(crate::Status::new(raw.cast_signed()))
        }
        (3, _) => TraceValue::Signed(signed(data.number::<1>()?, 8)),
        (4, _) => TraceValue::Unsigned(data.number::<1>()?),
        (5, _) => TraceValue::Signed(signed(data.number::<2>()?, 16)),
        (6, _) => TraceValue::Unsigned(data.number::<2>()?),
        (7, _) => TraceValue::Signed(signed(data.number::<4>()?, 32)),
        (8 | 13 | 20, _) => TraceValue::Unsigned(data.number::<4>()?),
        (9, _) => TraceValue::Signed(signed(data.number::<8>()?, 64)),
        (10 | 17 | 21, _) => TraceValue::Unsigned(data.number::<8>()?),
        (14, SOCKET_ADDRESS) => TraceValue::Address(address(data.counted()?)?),
        (14, _) => TraceValue::Bytes(data.counted()?.to_vec()),
        (15, _) => TraceValue::Guid(guid(data.take(16)?)),
        (22, _) => {
            let units = data.counted()?.chunks(2).map(|unit| Bytes(unit).number::<2>());
            let units = units.collect::<Result<Vec<_>, _>>()?;
            let units = units.into_iter().map(|unit| u16::try_from(unit).unwrap_or_default());
            TraceValue::Text(String::from_utf16_lossy(&units.collect::<Vec<_>>()))
        }
        (23, _) => TraceValue::Text(String::from_utf8_lossy(data.counted()?).into_owned()),
        _ => return Err(format!("type {stored} is not known")),
    })
}

/// A number of so many bits, of which the first is the sign.
fn signed(number: u64, bits: u32) -> i64 {
    (number << (64 - bits)).cast_signed() >> (64 - bits)
}

/// The digits of a GUID that is in memory as Windows has it.
pub(super) fn guid(bytes: &[u8]) -> u128 {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let byte = |at: &usize| u128::from(bytes.get(*at).copied().unwrap_or_default());
    ORDER.iter().fold(0, |digits, at| digits << 8 | byte(at))
}

/// A `SOCKADDR_IN` or `SOCKADDR_IN6`.
fn address(bytes: &[u8]) -> Result<SocketAddr, String> {
    match bytes {
        [2, 0, high, low, a, b, c, d, ..] if bytes.len() == 16 => {
            let port = u16::from_be_bytes([*high, *low]);
            Ok((Ipv4Addr::new(*a, *b, *c, *d), port).into())
        }
        [23, 0, high, low, _, _, _, _, rest @ ..] if bytes.len() == 28 => {
            let port = u16::from_be_bytes([*high, *low]);
            let (ip, scope) = rest.split_at(16);
            let ip: [u8; 16] = ip.try_into().unwrap_or_default();
            let scope = u32::from_le_bytes(scope.try_into().unwrap_or_default());
            Ok(SocketAddrV6::new(Ipv6Addr::from(ip), port, 0, scope).into())
        }
        _ => Err(format!("{bytes:02x?} is no address of a socket")),
    }
}
