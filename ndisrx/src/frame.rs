//! Frames, as the filters of readers see them.

use bpf::{Ancillary, Packet};
use ndis::{BufferView, Buffers, ListView, Lists};
use wdm::chain::ChainError;

use crate::batch::Batch;

/// EtherType of an 802.1Q tag.
const TAG: u16 = 0x8100;

/// What Linux calls the protocol of a frame that has a length where others have an EtherType.
const LENGTH: u16 = 4;

/// The least EtherType; what is less is the length of an 802.3 frame.
const LEAST_TYPE: u16 = 0x0600;

/// Bytes of the header of an Ethernet frame, and of one address in it.
const HEADER: usize = 14;
const ADDRESS: usize = 6;

/// Bytes of both addresses, behind which a tag lies, and of a tag.
const ADDRESSES: u32 = 12;
const TAG_LENGTH: u32 = 4;

/// To whom a frame was sent, or why nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The adapter itself.
    Directed,
    /// A group.
    Multicast,
    /// All.
    Broadcast,
    /// Another adapter, or nobody: the frame ends before its address.
    Other,
    /// There is no frame, or no memory of it.
    Empty,
    /// Its MDLs hold less than its length.
    Malformed,
    /// Its memory cannot be mapped.
    Unmapped,
}

/// What all readers want to know of a frame.
#[derive(Clone, Copy)]
pub struct Glance<'a> {
    /// Its first piece.
    pub first: &'a [u8],
    pub class: Class,
    /// The EtherType behind its addresses; zero if it is too short for one.
    pub ether_type: u16,
}

impl<'a> Glance<'a> {
    /// A glance at nothing.
    pub const EMPTY: Self = Self { first: &[], class: Class::Empty, ether_type: 0 };

    /// Looks at a frame of a list; `None` stands for one that the list does not have.
    #[inline]
    pub fn new(buffer: Option<BufferView<'a>>, adapter: Link) -> Self {
        let Some(buffer) = buffer else { return Self::EMPTY };
        match buffer.pieces().next() {
            Some(Ok(first)) => match first.first_chunk() {
                Some(header) => adapter.glance(first, header),
                None => Self::slow(buffer, first, adapter),
            },
            // It has no bytes.
            None => Self { class: adapter.class_of_runt(), ..Self::EMPTY },
            Some(Err(ChainError::Malformed)) => Self::EMPTY,
            Some(Err(ChainError::Unmapped)) => Self { class: Class::Unmapped, ..Self::EMPTY },
        }
    }

    /// The header lies in several pieces, or the frame is shorter than one.
    #[cold]
    fn slow(buffer: BufferView<'a>, first: &'a [u8], adapter: Link) -> Self {
        let mut header = [0; HEADER];
        let class = match buffer.copy_to(&mut header) {
            Ok(HEADER) => return adapter.glance(first, &header),
            Ok(length) if length < ADDRESS => adapter.class_of_runt(),
            Ok(_) => adapter.glance(first, &header).class,
            Err(ChainError::Malformed) => Class::Malformed,
            Err(ChainError::Unmapped) => Class::Unmapped,
        };
        Self { first, class, ether_type: 0 }
    }
}

/// What the meaning of a header depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Ethernet, with the address of the adapter if that is known.
    Ethernet(Option<[u8; ADDRESS]>),
    /// IP packets without a header.
    #[default]
    Ip,
}

impl Link {
    #[inline]
    fn glance<'a>(self, first: &'a [u8], header: &[u8; HEADER]) -> Glance<'a> {
        let &[first_byte, .., high, low] = header;
        let Self::Ethernet(own) = self else {
            let ether_type = match first_byte >> 4 {
                4 => 0x0800,
                6 => 0x86dd,
                _ => 0,
            };
            return Glance { first, class: Class::Directed, ether_type };
        };
        let to = header.first_chunk::<ADDRESS>();
        let class = if first_byte & 1 != 0 {
            if to == Some(&[0xff; ADDRESS]) { Class::Broadcast } else { Class::Multicast }
        } else if own.is_none() || own.as_ref() == to {
            Class::Directed
        } else {
            Class::Other
        };
        Glance { first, class, ether_type: u16::from_be_bytes([high, low]) }
    }

    const fn class_of_runt(self) -> Class {
        match self {
            Self::Ethernet(_) => Class::Other,
            Self::Ip => Class::Directed,
        }
    }
}

/// The frames of lists, one after the other, each with its list; a list without any counts as one that it does not
/// have.
#[derive(Clone)]
pub struct Frames<'a> {
    lists: Lists<'a>,
    current: Option<(ListView<'a>, Buffers<'a>)>,
    seen: u64,
}

impl<'a> Frames<'a> {
    pub fn new(lists: Lists<'a>) -> Self {
        Self { lists, current: None, seen: 0 }
    }

    /// How many lists were begun.
    pub const fn lists(&self) -> u64 {
        self.seen
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = (ListView<'a>, Option<BufferView<'a>>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some((list, buffers)) = &mut self.current
            && let Some(buffer) = buffers.next()
        {
            return Some((*list, Some(buffer)));
        }
        let list = self.lists.next()?;
        self.seen = self.seen.wrapping_add(1);
        let mut buffers = list.buffers();
        let first = buffers.next();
        self.current = Some((list, buffers));
        Some((list, first))
    }
}

/// A frame, for filters.
pub struct Frame<'a, 'b> {
    pub list: ListView<'a>,
    pub buffer: BufferView<'a>,
    pub glance: &'b Glance<'a>,
    pub batch: &'b Batch,
}

impl Frame<'_, '_> {
    /// The byte at `offset`; zero behind the end.
    fn byte(&self, offset: u32) -> Option<u8> {
        let mut byte = [0];
        let [byte] = self.load(offset, &mut byte).then_some(byte)?;
        Some(byte)
    }
}

impl Packet for Frame<'_, '_> {
    #[inline]
    fn length(&self) -> u32 {
        u32::try_from(self.buffer.length()).unwrap_or(u32::MAX)
    }

    #[inline]
    fn first(&self) -> &[u8] {
        self.glance.first
    }

    fn load(&self, offset: u32, to: &mut [u8]) -> bool {
        let (mut skip, mut to) = (offset as usize, to);
        for piece in self.buffer.pieces() {
            let Ok(piece) = piece else { return false };
            let from = piece.get(skip.min(piece.len())..).unwrap_or_default();
            skip = skip.saturating_sub(piece.len());
            let length = from.len().min(to.len());
            let Some((here, rest)) = to.split_at_mut_checked(length) else { return false };
            here.copy_from_slice(from.get(..length).unwrap_or_default());
            to = rest;
            if to.is_empty() {
                return true;
            }
        }
        false
    }

    fn ancillary(&self, ancillary: Ancillary) -> u32 {
        let list = self.list;
        match ancillary {
            Ancillary::Protocol if self.glance.ether_type < LEAST_TYPE => LENGTH.into(),
            Ancillary::Protocol => self.glance.ether_type.into(),
            Ancillary::PacketType if list.is_loopback() => 4,
            Ancillary::PacketType => match self.glance.class {
                Class::Directed => 0,
                Class::Broadcast => 1,
                Class::Multicast => 2,
                _ => 3,
            },
            Ancillary::Interface => self.batch.adapter,
            Ancillary::Queue => list.queue().into(),
            Ancillary::Hash => list.hash().map_or(0, |hash| hash.value),
            Ancillary::VlanTag => list.vlan().unwrap_or(0).into(),
            Ancillary::VlanTagPresent => list.vlan().is_some().into(),
            Ancillary::VlanProtocol => list.vlan().map_or(0, |_| TAG).into(),
        }
    }
}

/// A frame as it was on the wire, with the tag that the adapter took out.
pub struct Tagged<'a, 'b> {
    frame: &'b Frame<'a, 'b>,
    tag: [u8; TAG_LENGTH as usize],
}

impl<'a, 'b> Tagged<'a, 'b> {
    pub fn new(frame: &'b Frame<'a, 'b>, control: u16) -> Self {
        let ([a, b], [c, d]) = (TAG.to_be_bytes(), control.to_be_bytes());
        Self { frame, tag: [a, b, c, d] }
    }

    /// How many bytes of the frame without its tag are meant by so many with it.
    pub const fn without_tag(wanted: u32) -> u32 {
        if wanted <= ADDRESSES {
            return wanted;
        }
        let behind = wanted.saturating_sub(ADDRESSES).saturating_sub(TAG_LENGTH);
        ADDRESSES.saturating_add(behind)
    }

    fn byte(&self, offset: u32) -> Option<u8> {
        match offset.checked_sub(ADDRESSES) {
            None => self.frame.byte(offset),
            Some(behind) => match behind.checked_sub(TAG_LENGTH) {
                None => self.tag.get(behind as usize).copied(),
                Some(_) => self.frame.byte(offset.saturating_sub(TAG_LENGTH)),
            },
        }
    }
}

impl Packet for Tagged<'_, '_> {
    fn length(&self) -> u32 {
        self.frame.length().saturating_add(TAG_LENGTH)
    }

    fn first(&self) -> &[u8] {
        let first = self.frame.first();
        first.get(..ADDRESSES as usize).unwrap_or(first)
    }

    fn load(&self, offset: u32, to: &mut [u8]) -> bool {
        (offset..).zip(to).all(|(offset, to)| match self.byte(offset) {
            Some(byte) => {
                *to = byte;
                true
            }
            None => false,
        })
    }

    fn ancillary(&self, ancillary: Ancillary) -> u32 {
        match ancillary {
            Ancillary::Protocol => TAG.into(),
            Ancillary::VlanTag | Ancillary::VlanTagPresent | Ancillary::VlanProtocol => 0,
            other => self.frame.ancillary(other),
        }
    }
}
