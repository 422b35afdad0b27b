//! A received frame.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rx_abi::{Checksums, FrameRecord, RecordFlags};

/// Bytes before a VLAN tag: the two addresses.
const TAG_OFFSET: usize = 12;

/// Bytes of a VLAN tag.
const TAG_LENGTH: u32 = 4;

/// EtherType of the tag that adapters take out of frames.
const TAG_TYPE: [u8; 2] = [0x81, 0x00];

/// A frame and what is known of its arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// When it arrived, in nanoseconds since 1970-01-01 00:00 UTC: by the adapter's clock where it stamps
    /// frames ([`RecordFlags::ADAPTER_TIME`]), else by the system's.
    pub time: u64,
    /// When the driver got it, by the system's clock.
    pub system_time: u64,
    /// The number of its [`Adapter`](super::Adapter).
    pub adapter: u32,
    /// Its number among the frames that the filter took, with those that were dropped after that.
    pub sequence: u64,
    /// Its properties.
    pub flags: RecordFlags,
    /// How many frames were dropped between the one before and this one.
    pub lost: u32,
    /// Bytes that it had when the adapter handed it over, without the tag that it took out.
    pub original: u32,
    /// The VLAN tag that the adapter took out, as on the wire: priority (3 bits), drop eligibility (1), VLAN
    /// (12).
    pub vlan: Option<u16>,
    /// What the adapter computed over its addresses, if it did.
    pub hash: Option<Hash>,
    /// What the adapter says of its checksums.
    pub checksums: Checksums,
    /// The receive queue of the adapter that it came through.
    pub queue: u16,
    /// What the adapter made it from, if from several segments.
    pub segments: Option<Segments>,
    /// Flags of the indication that brought it, `NDIS_RECEIVE_FLAGS_…`.
    pub receive_flags: u32,
    /// Flags of its list, `NDIS_NBL_FLAGS_…`.
    pub list_flags: u32,
    /// The frame, or the beginning of it, without the tag that the adapter took out.
    pub data: Cow<'a, [u8]>,
}

/// A receive side scaling hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash {
    /// The value.
    pub value: u32,
    /// Type and function, `NDIS_HASH_…`.
    pub info: u32,
}

/// Segments that an adapter made one frame from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// How many.
    pub count: u16,
    /// Bytes of payload of each, where the adapter tells; else zero.
    pub size: u16,
}

/// A record of the driver describes no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFrame {
    /// It is of no adapter.
    #[error("a record does not tell which adapter the frame came through")]
    Adapter,
    /// More was captured than there was.
    #[error("a record has more of a frame than there was")]
    Length,
}

impl Frame<'_> {
    /// When it arrived.
    #[must_use]
    pub fn arrival(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(self.time)
    }

    /// True if part of it is missing.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.flags.contains(RecordFlags::TRUNCATED) || self.original as usize > self.data.len()
    }

    /// True if this machine sent it.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.flags.contains(RecordFlags::LOOPBACK)
    }

    /// Bytes that it had on the wire, with its tag and without its checksum.
    #[must_use]
    pub fn wire_length(&self) -> u32 {
        self.original.saturating_add(if self.vlan.is_some() { TAG_LENGTH } else { 0 })
    }

    /// The frame as it was on the wire, as far as it was captured: with the tag that the adapter took out
    /// back in its place. A frame that ends before that place stays without it.
    #[must_use]
    pub fn wire(&self) -> Cow<'_, [u8]> {
        match (self.vlan, self.data.split_at_checked(TAG_OFFSET)) {
            (Some(tag), Some((addresses, rest))) => {
                Cow::Owned([addresses, &TAG_TYPE, &tag.to_be_bytes(), rest].concat())
            }
            _ => Cow::Borrowed(&self.data),
        }
    }

    /// The same frame with memory of its own.
    #[must_use]
    pub fn into_owned(self) -> Frame<'static> {
        Frame { data: Cow::Owned(self.data.into_owned()), ..self }
    }
}

impl<'a> TryFrom<FrameRecord<'a>> for Frame<'a> {
    type Error = InvalidFrame;

    fn try_from(record: FrameRecord<'a>) -> Result<Self, InvalidFrame> {
        let flags = record.flags();
        let FrameRecord { header, detail, payload } = record;
        if detail.adapter == 0 {
            return Err(InvalidFrame::Adapter);
        }
        if header.original < header.captured {
            return Err(InvalidFrame::Length);
        }
        let hash = Hash { value: detail.hash, info: detail.hash_info };
        let segments = Segments { count: detail.segments, size: detail.segment_size };
        Ok(Self {
            time: header.time,
            system_time: detail.system_time,
            adapter: detail.adapter,
            sequence: detail.sequence,
            flags,
            lost: header.lost,
            original: header.original,
            vlan: flags.contains(RecordFlags::VLAN).then_some(detail.vlan),
            hash: flags.contains(RecordFlags::HASH).then_some(hash),
            checksums: Checksums::from_bits(detail.checksums),
            queue: detail.queue,
            segments: (detail.segments > 0).then_some(segments),
            receive_flags: detail.receive_flags,
            list_flags: detail.list_flags,
            data: Cow::Borrowed(payload),
        })
    }
}
