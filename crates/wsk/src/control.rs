//! Control data: what the transport tells about a datagram beside its bytes.
//!
//! The data comes from the system but may be cut off anywhere, and holds messages that nobody asked for;
//! so it is read with care.

use wsk_sys as sys;
use zerocopy::{FromBytes, Immutable, KnownLayout};

/// Where each message begins, and its data in it, in bytes.
const ALIGNMENT: usize = 8;

/// The beginning of each message, a WSACMSGHDR of 64-bit Windows.
#[repr(C)]
#[derive(FromBytes, Immutable, KnownLayout)]
struct Header {
    /// Bytes of the header and the data, without the padding behind them.
    length: u64,
    level: i32,
    kind: i32,
}

const HEADER: usize = size_of::<Header>();
const _: () = assert!(HEADER == size_of::<sys::CMSGHDR>());

/// A control message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// The IPv4 address that the datagram came to, and the index of the interface that it came through.
    PacketInfoV4([u8; 4], u32),
    /// As [`PacketInfoV4`](Self::PacketInfoV4), for IPv6.
    PacketInfoV6([u8; 16], u32),
    /// Type of service or traffic class, all eight bits.
    TrafficClass(u8),
    /// The ECN bits alone.
    Ecn(u8),
    /// Several datagrams were put together into one, each of so many bytes but the last one.
    Coalesced(u32),
    /// A message of another level or type.
    Other {
        /// Its level.
        level: i32,
        /// Its type.
        kind: i32,
        /// Its data.
        data: &'a [u8],
    },
}

/// The messages in control data. Ends at the first one that is cut off or says a wrong length.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    /// The messages in `data`.
    #[must_use]
    pub const fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }

    fn take(&mut self) -> Option<Message<'a>> {
        let (header, _) = Header::read_from_prefix(self.rest).ok()?;
        let length = usize::try_from(header.length).ok()?;
        let data = self.rest.get(HEADER..length)?;
        // The padding behind the last message may be missing.
        let step = length.checked_next_multiple_of(ALIGNMENT)?.min(self.rest.len());
        self.rest = self.rest.get(step..)?;
        Some(Message::parse(header.level, header.kind, data))
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let message = self.take();
        if message.is_none() {
            self.rest = &[];
        }
        message
    }
}

impl<'a> Message<'a> {
    fn parse(level: i32, kind: i32, data: &'a [u8]) -> Self {
        let known = match (level, kind) {
            (sys::IPPROTO_IP, sys::IP_PKTINFO) => packet_info(data, Self::PacketInfoV4),
            (sys::IPPROTO_IPV6, sys::IPV6_PKTINFO) => packet_info(data, Self::PacketInfoV6),
            (sys::IPPROTO_IP, sys::IP_TOS) | (sys::IPPROTO_IPV6, sys::IPV6_TCLASS) => {
                number(data).map(|[class, ..]| Self::TrafficClass(class))
            }
            (sys::IPPROTO_IP, sys::IP_ECN) | (sys::IPPROTO_IPV6, sys::IPV6_ECN) => {
                number(data).map(|[ecn, ..]| Self::Ecn(ecn & 3))
            }
            (sys::IPPROTO_UDP, sys::UDP_COALESCED_INFO) => {
                number(data).map(|size| Self::Coalesced(u32::from_le_bytes(size)))
            }
            _ => None,
        };
        known.unwrap_or(Self::Other { level, kind, data })
    }
}

/// Address and index of an IN_PKTINFO or IN6_PKTINFO.
fn packet_info<'a, const N: usize>(
    data: &[u8],
    message: impl FnOnce([u8; N], u32) -> Message<'a>,
) -> Option<Message<'a>> {
    let (address, rest) = data.split_first_chunk::<N>()?;
    let index = number(rest)?;
    Some(message(*address, u32::from_le_bytes(index)))
}

/// The four bytes of a number, which is all that data may be.
fn number(data: &[u8]) -> Option<[u8; 4]> {
    data.try_into().ok()
}
