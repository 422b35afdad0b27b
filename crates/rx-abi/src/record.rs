//! Records: what reads return.
//!
//! A record is a [`RecordHeader`], the header of its kind, the payload, and zero to seven bytes of
//! padding, so that the next one is aligned.
//!
//! A read of the datagram receiver returns as many whole records as fit, and at least one: it waits for the
//! first. In direct mode ([`Mode::Direct`](crate::Mode::Direct)) it returns one. It can fail with
//!
//! | status | because |
//! |---|---|
//! | `STATUS_INVALID_DEVICE_STATE` | the handle is not bound |
//! | `STATUS_BUFFER_TOO_SMALL` | the buffer has no room for the next record, which stays; in direct mode, for headers and a payload of a byte |
//! | `STATUS_BUFFER_OVERFLOW` | direct mode only: the payload was cut. It is a warning: the record is there, with [`RecordFlags::TRUNCATED`] |
//! | `STATUS_END_OF_FILE` | reception was ended by [`IOCTL_UNBIND`](crate::IOCTL_UNBIND), and all that was held has been read |
//! | `STATUS_FILE_FORCED_CLOSED` | the transport ended reception, and all that was held has been read |
//! | `STATUS_CANCELLED` | the read was cancelled, or the handle closed |
//! | `STATUS_INSUFFICIENT_RESOURCES` | the buffer cannot be mapped, or there is no memory for the request |
//! | others | direct mode only: the transport failed the request |

use core::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::Endpoint;

/// Records begin at multiples of this, in bytes.
pub const RECORD_ALIGNMENT: usize = 8;

/// The beginning of every record.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct RecordHeader {
    /// Bytes of the whole record, with its padding.
    pub size: u32,
    /// Bytes from the beginning of the record to its payload.
    pub payload_offset: u16,
    /// Number of a [`RecordKind`].
    pub kind: u16,
    /// Bytes of payload in the record.
    pub captured: u32,
    /// Bytes of payload that there were. Where they were cut and nobody knows, as many as were
    /// captured, with [`RecordFlags::TRUNCATED`].
    pub original: u32,
    /// Bits of [`RecordFlags`].
    pub flags: u32,
    /// How many were dropped between the record before this one and this one; stops at the largest
    /// number.
    pub lost: u32,
    /// When it arrived, in nanoseconds since 1970-01-01 00:00 UTC.
    pub time: u64,
}

/// What a record describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum RecordKind {
    /// A UDP datagram, with a [`DatagramHeader`].
    Datagram = 1,
}

/// Properties of a record, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordFlags(u32);

/// The second header of a record of a UDP datagram.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct DatagramHeader {
    /// Who sent it. A sender over IPv4 has an IPv4 address on a dual-stack receiver, too.
    pub from: Endpoint,
    /// The address that it came to, and the local port; all zero without
    /// [`RecordFlags::PACKET_INFO`].
    pub to: Endpoint,
    /// Index of the interface that it came through; zero without [`RecordFlags::PACKET_INFO`].
    pub interface: u32,
    /// Type of service or traffic class; zero without [`RecordFlags::TRAFFIC_CLASS`].
    pub traffic_class: u8,
    /// Zero.
    pub reserved: [u8; 3],
}

impl RecordFlags {
    /// The payload was longer than the place for it.
    pub const TRUNCATED: Self = Self(1);
    /// Some of what the transport had to tell about it is missing.
    pub const CONTROL_TRUNCATED: Self = Self(1 << 1);
    /// It was sent to a multicast group.
    pub const MULTICAST: Self = Self(1 << 2);
    /// It was sent to a broadcast address.
    pub const BROADCAST: Self = Self(1 << 3);
    /// The address and the interface that it came to are known.
    pub const PACKET_INFO: Self = Self(1 << 4);
    /// The type of service or traffic class is known.
    pub const TRAFFIC_CLASS: Self = Self(1 << 5);

    const NAMES: [(Self, &'static str); 6] = [
        (Self::TRUNCATED, "truncated"),
        (Self::CONTROL_TRUNCATED, "control-truncated"),
        (Self::MULTICAST, "multicast"),
        (Self::BROADCAST, "broadcast"),
        (Self::PACKET_INFO, "packet-info"),
        (Self::TRAFFIC_CLASS, "traffic-class"),
    ];

    /// The flags with these bits.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// These flags and `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if all of `other` are among these.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of the flags that are set, as commands print them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |&(flag, _)| self.contains(flag)).map(|(_, name)| name)
    }
}

impl RecordHeader {
    /// Bytes from the beginning of the record of a datagram to its payload.
    pub const DATAGRAM_OFFSET: u16 = 88;

    /// Bytes of the record of a datagram with a payload of this length, if 32 bits can tell.
    #[must_use]
    pub const fn datagram_size(payload: usize) -> Option<u32> {
        let Some(end) = payload.checked_add(Self::DATAGRAM_OFFSET as usize) else { return None };
        let Some(size) = end.checked_next_multiple_of(RECORD_ALIGNMENT) else { return None };
        if size > u32::MAX as usize {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
        Some(size as u32)
    }
}

const _: () = assert!(
    RecordHeader::DATAGRAM_OFFSET as usize
        == size_of::<RecordHeader>() + size_of::<DatagramHeader>()
);

/// A record, as it lies in the bytes that a read returned.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Its beginning.
    pub header: RecordHeader,
    /// What is known of the datagram.
    pub datagram: DatagramHeader,
    /// The captured payload.
    pub payload: &'a [u8],
}

impl Record<'_> {
    /// Its flags.
    #[must_use]
    pub fn flags(&self) -> RecordFlags {
        RecordFlags::from_bits(self.header.flags)
    }
}

/// Bytes that should have been a record are none; holds what is wrong with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRecord {
    /// They are fewer than the headers.
    Short,
    /// The size, the offset of the payload and its length do not go together.
    Size,
    /// Its kind is not known.
    Kind,
}

impl fmt::Display for InvalidRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "a record is cut off",
            Self::Size => "the sizes in a record do not go together",
            Self::Kind => "a record is of an unknown kind",
        })
    }
}

impl core::error::Error for InvalidRecord {}

/// The records in the bytes that a read returned, each checked before it is handed out. Ends after the
/// first one that is not valid.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    /// The records in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self) -> Result<Record<'a>, InvalidRecord> {
        let (header, _) =
            RecordHeader::read_from_prefix(self.rest).map_err(|_| InvalidRecord::Short)?;
        if header.kind != RecordKind::Datagram as u16 {
            return Err(InvalidRecord::Kind);
        }
        let (size, captured) = (header.size as usize, header.captured as usize);
        let expected = RecordHeader::datagram_size(captured);
        if expected != Some(header.size) || header.payload_offset != RecordHeader::DATAGRAM_OFFSET {
            return Err(InvalidRecord::Size);
        }
        let (record, rest) = self.rest.split_at_checked(size).ok_or(InvalidRecord::Short)?;
        let second = record.get(size_of::<RecordHeader>()..).unwrap_or_default();
        let (datagram, rest_of_record) =
            DatagramHeader::read_from_prefix(second).map_err(|_| InvalidRecord::Short)?;
        let payload = rest_of_record.get(..captured).ok_or(InvalidRecord::Size)?;
        self.rest = rest;
        Ok(Record { header, datagram, payload })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, InvalidRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.take();
        if record.is_err() {
            self.rest = &[];
        }
        Some(record)
    }
}
