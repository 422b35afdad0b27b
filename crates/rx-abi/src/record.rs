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
//!
//! A read of the frame receiver does the same, without a direct mode; `STATUS_INVALID_DEVICE_STATE` says
//! that the handle is no reader, and `STATUS_FILE_FORCED_CLOSED` does not occur: a reader waits for adapters
//! that have gone.

use core::{fmt, marker::PhantomData};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::{Endpoint, FrameHeader, bits::bits};

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
    /// A frame, with a [`FrameHeader`]. It begins with its destination address, and has no checksum at
    /// its end.
    Frame = 2,
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

    /// The adapter took a VLAN tag out of the frame.
    pub const VLAN: Self = Self(1 << 6);
    /// The adapter computed a hash.
    pub const HASH: Self = Self(1 << 7);
    /// The time is that of the adapter's own clock.
    pub const ADAPTER_TIME: Self = Self(1 << 8);
    /// This machine sent the frame.
    pub const LOOPBACK: Self = Self(1 << 9);
    /// The adapter made the frame from several.
    pub const COALESCED: Self = Self(1 << 10);
    /// The adapter put the headers into memory of their own.
    pub const HEADER_SPLIT: Self = Self(1 << 11);
    /// The list was lent for the time of the call only.
    pub const LOANED: Self = Self(1 << 12);

    const NAMES: [(Self, &'static str); 13] = [
        (Self::TRUNCATED, "truncated"),
        (Self::CONTROL_TRUNCATED, "control-truncated"),
        (Self::MULTICAST, "multicast"),
        (Self::BROADCAST, "broadcast"),
        (Self::PACKET_INFO, "packet-info"),
        (Self::TRAFFIC_CLASS, "traffic-class"),
        (Self::VLAN, "vlan"),
        (Self::HASH, "hash"),
        (Self::ADAPTER_TIME, "adapter-time"),
        (Self::LOOPBACK, "loopback"),
        (Self::COALESCED, "coalesced"),
        (Self::HEADER_SPLIT, "header-split"),
        (Self::LOANED, "loaned"),
    ];

    /// The flags with these bits.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The names of the flags that are set, as commands print them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |&(flag, _)| self.contains(flag)).map(|(_, name)| name)
    }
}

bits!(RecordFlags);

impl RecordHeader {
    /// Bytes from the beginning of the record of a datagram to its payload.
    pub const DATAGRAM_OFFSET: u16 = DatagramHeader::OFFSET;

    /// Bytes from the beginning of the record of a frame to the frame.
    pub const FRAME_OFFSET: u16 = FrameHeader::OFFSET;

    /// Bytes of the record of a datagram with a payload of this length, if 32 bits can tell.
    #[must_use]
    pub const fn datagram_size(payload: usize) -> Option<u32> {
        Self::size(Self::DATAGRAM_OFFSET, payload)
    }

    /// Bytes of the record of a frame of which so many bytes are captured, if 32 bits can tell.
    #[must_use]
    pub const fn frame_size(captured: usize) -> Option<u32> {
        Self::size(Self::FRAME_OFFSET, captured)
    }

    const fn size(offset: u16, payload: usize) -> Option<u32> {
        let Some(end) = payload.checked_add(offset as usize) else { return None };
        let Some(size) = end.checked_next_multiple_of(RECORD_ALIGNMENT) else { return None };
        if size > u32::MAX as usize {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
        Some(size as u32)
    }
}

/// The second header of a record, which says what its kind has to tell.
pub trait Detail: FromBytes + Immutable + KnownLayout + IntoBytes + Copy {
    /// The kind of records that have it.
    const KIND: RecordKind;
    /// Bytes from the beginning of such a record to its payload.
    const OFFSET: u16;
}

impl Detail for DatagramHeader {
    const KIND: RecordKind = RecordKind::Datagram;
    const OFFSET: u16 = 88;
}

impl Detail for FrameHeader {
    const KIND: RecordKind = RecordKind::Frame;
    const OFFSET: u16 = 80;
}

const fn is_whole<D: Detail>() -> bool {
    D::OFFSET as usize == size_of::<RecordHeader>() + size_of::<D>()
}

const _: () = assert!(is_whole::<DatagramHeader>() && is_whole::<FrameHeader>());

/// A record, as it lies in the bytes that a read returned.
#[derive(Clone, Copy, Debug)]
pub struct RecordOf<'a, D> {
    /// Its beginning.
    pub header: RecordHeader,
    /// What is known of the datagram or the frame.
    pub detail: D,
    /// The captured payload.
    pub payload: &'a [u8],
}

/// The record of a datagram.
pub type Record<'a> = RecordOf<'a, DatagramHeader>;

/// The record of a frame.
pub type FrameRecord<'a> = RecordOf<'a, FrameHeader>;

impl<D> RecordOf<'_, D> {
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
pub struct RecordsOf<'a, D> {
    rest: &'a [u8],
    detail: PhantomData<D>,
}

/// The records of datagrams that a read returned.
pub type Records<'a> = RecordsOf<'a, DatagramHeader>;

/// The records of frames that a read returned.
pub type FrameRecords<'a> = RecordsOf<'a, FrameHeader>;

impl<'a, D: Detail> RecordsOf<'a, D> {
    /// The records in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, detail: PhantomData }
    }

    fn take(&mut self) -> Result<RecordOf<'a, D>, InvalidRecord> {
        let (header, _) =
            RecordHeader::read_from_prefix(self.rest).map_err(|_| InvalidRecord::Short)?;
        if header.kind != D::KIND as u16 {
            return Err(InvalidRecord::Kind);
        }
        let (size, captured) = (header.size as usize, header.captured as usize);
        let expected = RecordHeader::size(D::OFFSET, captured);
        if expected != Some(header.size) || header.payload_offset != D::OFFSET {
            return Err(InvalidRecord::Size);
        }
        let (record, rest) = self.rest.split_at_checked(size).ok_or(InvalidRecord::Short)?;
        let second = record.get(size_of::<RecordHeader>()..).unwrap_or_default();
        let (detail, rest_of_record) =
            D::read_from_prefix(second).map_err(|_| InvalidRecord::Short)?;
        let payload = rest_of_record.get(..captured).ok_or(InvalidRecord::Size)?;
        self.rest = rest;
        Ok(RecordOf { header, detail, payload })
    }
}

impl<'a, D: Detail> Iterator for RecordsOf<'a, D> {
    type Item = Result<RecordOf<'a, D>, InvalidRecord>;

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
