//! Reading events that describe themselves, in the format of TraceLogging.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/tracelogging/trace-logging-portal)

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
};

/// The value of a field of an event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TraceValue {
    /// A number without a sign, or one that is shown in hexadecimal.
    Unsigned(u64),
    /// A number with a sign.
    Signed(i64),
    /// A number with a fraction.
    Float(f64),
    /// An NTSTATUS.
    Status(crate::Status),
    /// Text; a SID and a `SYSTEMTIME` as they are written.
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
            Self::Float(number) => number.fmt(f),
            Self::Status(status) => status.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Guid(digits) => write!(f, "{digits:032x}"),
            Self::Address(address) => address.fmt(f),
            Self::Bytes(bytes) => write!(f, "{bytes:02x?}"),
        }
    }
}

/// The bit of a byte of a description that says that another one follows that belongs to it.
const MORE: u64 = 0x80;

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

    /// The bytes before a zero of so many bytes, which is taken, too.
    fn up_to_zero(&mut self, size: usize) -> Result<&'a [u8], String> {
        let end = self.0.chunks_exact(size).position(|unit| unit.iter().all(|&byte| byte == 0));
        let text = self.take(end.ok_or("text has no end")? * size)?;
        self.take(size)?;
        Ok(text)
    }

    /// A name, which ends with a zero.
    fn name(&mut self) -> Result<String, String> {
        let name = self.up_to_zero(1)?;
        let name = std::str::from_utf8(name).map_err(|_| "a name is not UTF-8")?;
        Ok(name.to_owned())
    }

    /// Passes over tags, the last of which is the first byte without its highest bit.
    fn skip_tags(&mut self) -> Result<(), String> {
        while self.number::<1>()? & MORE != 0 {}
        Ok(())
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

/// The name in the description of an event, and its fields with their values. An event with a field of a type
/// that is not read here, such as an array or a structure, has none.
pub(super) fn event(
    description: &[u8],
    data: &[u8],
) -> Result<(String, Vec<(String, TraceValue)>), String> {
    let (mut description, mut data) = (Bytes::described(description)?, Bytes(data));
    description.skip_tags()?;
    let name = description.name()?;
    let mut fields = Vec::new();
    while !description.0.is_empty() {
        let field = description.name()?;
        let stored = description.number::<1>()?;
        let shown = if stored & MORE == 0 { 0 } else { description.number::<1>()? };
        if shown & MORE != 0 {
            description.skip_tags()?;
        }
        let value = value(stored & !MORE, shown & !MORE, &mut data)
            .map_err(|cause| format!("field {field} of event {name}: {cause}"))?;
        let Some(value) = value else { return Ok((name, Vec::new())) };
        fields.push((field, value));
    }
    if !data.0.is_empty() {
        return Err(format!("event {name} has {} bytes behind its last field", data.0.len()));
    }
    Ok((name, fields))
}

/// One value, if its type is one that is read here.
fn value(stored: u64, shown: u64, data: &mut Bytes<'_>) -> Result<Option<TraceValue>, String> {
    const STATUS: u64 = 14;
    const SOCKET_ADDRESS: u64 = 10;
    Ok(Some(match (stored, shown) {
        (7 | 8, STATUS) => {
            TraceValue::Status(crate::Status::new(low(data.number::<4>()?).cast_signed()))
        }
        (1, _) => TraceValue::Text(utf16(data.up_to_zero(2)?)),
        (2, _) => TraceValue::Text(String::from_utf8_lossy(data.up_to_zero(1)?).into_owned()),
        (3, _) => TraceValue::Signed(signed(data.number::<1>()?, 8)),
        (4, _) => TraceValue::Unsigned(data.number::<1>()?),
        (5, _) => TraceValue::Signed(signed(data.number::<2>()?, 16)),
        (6, _) => TraceValue::Unsigned(data.number::<2>()?),
        (7, _) => TraceValue::Signed(signed(data.number::<4>()?, 32)),
        (8 | 13 | 20, _) => TraceValue::Unsigned(data.number::<4>()?),
        (9, _) => TraceValue::Signed(signed(data.number::<8>()?, 64)),
        (10 | 17 | 21, _) => TraceValue::Unsigned(data.number::<8>()?),
        (11, _) => TraceValue::Float(f32::from_bits(low(data.number::<4>()?)).into()),
        (12, _) => TraceValue::Float(f64::from_bits(data.number::<8>()?)),
        (14 | 25, SOCKET_ADDRESS) => TraceValue::Address(address(data.counted()?)?),
        (14 | 25, _) => TraceValue::Bytes(data.counted()?.to_vec()),
        (15, _) => TraceValue::Guid(guid(data.take(16)?)),
        (18, _) => TraceValue::Text(time(data)?),
        (19, _) => TraceValue::Text(sid(data)?),
        (22, _) => {
            let text = data.counted()?;
            if !text.len().is_multiple_of(2) {
                return Err(format!("UTF-16 has {} bytes", text.len()));
            }
            TraceValue::Text(utf16(text))
        }
        (23, _) => TraceValue::Text(String::from_utf8_lossy(data.counted()?).into_owned()),
        _ => return Ok(None),
    }))
}

/// The low half of a number.
fn low(number: u64) -> u32 {
    (number & u64::from(u32::MAX)).try_into().unwrap_or_default()
}

/// Text in UTF-16.
fn utf16(bytes: &[u8]) -> String {
    let units = bytes.as_chunks().0.iter().map(|&unit| u16::from_le_bytes(unit));
    String::from_utf16_lossy(&units.collect::<Vec<_>>())
}

/// A `SYSTEMTIME`.
fn time(data: &mut Bytes<'_>) -> Result<String, String> {
    let mut parts = [0; 8];
    for part in &mut parts {
        *part = data.number::<2>()?;
    }
    let [year, month, _, day, hour, minute, second, millisecond] = parts;
    Ok(format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millisecond:03}"))
}

/// A SID.
fn sid(data: &mut Bytes<'_>) -> Result<String, String> {
    let (revision, count) = (data.number::<1>()?, data.number::<1>()?);
    let authority = data.take(6)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let parts = (0..count).map(|_| Ok(format!("-{}", data.number::<4>()?)));
    let parts: String = parts.collect::<Result<_, String>>()?;
    Ok(format!("S-{revision}-{authority}{parts}"))
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
