//! One list of an adapter, with all the memory that belongs to it.

use std::mem::offset_of;

use fastrand::Rng;
use ndis_sys::{
    NDIS_NBL_FLAGS_HD_SPLIT, NET_BUFFER, NET_BUFFER_DATA, NET_BUFFER_DATA_LENGTH,
    NET_BUFFER_HEADER, NET_BUFFER_LIST,
};

use super::{
    Frame, Geometry, Malformed,
    layout::{Layout, Piece},
    oob,
    region::Region,
};
use crate::{
    mm::PAGE,
    nt::{MDL, MDL_NETWORK_HEADER, MDL_PAGES_LOCKED, MDL_SOURCE_IS_NONPAGED_POOL, PFN_NUMBER},
};

/// What is written over memory that is no longer the driver's.
const POISON: u8 = 0xd7;
/// What the areas hold that a driver may use and has not yet.
const JUNK: u64 = 0xa5a5_a5a5_a5a5_a5a5;

/// How lists are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ndis) struct Style {
    /// The version of NDIS, which says how long a list is.
    pub version: u32,
    /// Behind the list there is a page that nobody can touch.
    pub guarded: bool,
    /// Drivers find MDLs mapped already, so that mapping them cannot fail.
    pub mapped: bool,
    /// `SourceHandle`.
    pub source: usize,
    /// `NdisPoolHandle`.
    pub pool: usize,
}

/// What becomes of the memory of a list that a driver may not use any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Poison {
    /// Nothing.
    None,
    /// It is written over, and looked at before it is used again: a driver that has written to it is
    /// reported.
    Fill,
    /// It cannot be touched: a driver that does so faults at the instruction that does it. (Of very many
    /// lists the rest is filled.)
    #[default]
    Protect,
}

/// One list, with its buffers, their MDLs and their bytes. It has always the same address.
pub(in crate::ndis) struct List {
    style: Style,
    head: Region,
    at: usize,
    /// Where the body is used from.
    begin: usize,
    body: Region,
    layouts: Vec<Layout>,
    buffers: usize,
    poison: Poison,
}

impl List {
    /// A list, with room for so many bytes at first. `index` moves it, so that lists of different
    /// indices use different lines of the cache.
    pub fn new(style: Style, index: usize, room: usize) -> Self {
        let bytes = size_of::<NET_BUFFER_LIST>();
        let (head, at) = if style.guarded {
            let head = Region::guarded(bytes);
            let at = head.length() - oob::list_bytes(style.version);
            // A list begins at a multiple of 16, which leaves room for half a slot at most.
            (head, at - at % align_of::<NET_BUFFER_LIST>())
        } else {
            (Region::new(bytes), index % 57 * 64)
        };
        let begin = index % 29 * 64;
        let body = Region::new(begin + size_of::<NET_BUFFER>() + 128 + room);
        let layouts = Vec::new();
        Self { style, head, at, begin, body, layouts, buffers: 0, poison: Poison::None }
    }

    /// Its address.
    pub fn address(&self) -> *mut NET_BUFFER_LIST {
        self.head.at(self.at)
    }

    /// Puts a frame into it, which is usable, linked with no other list. `geometry` is used instead of the frame's own
    /// if that says nothing.
    pub fn fill(&mut self, frame: &Frame, geometry: &Geometry, rng: &mut Rng) {
        let geometry = match &frame.geometry {
            Geometry::Single => geometry,
            own => own,
        };
        self.buffers = 1 + frame.more_buffers.len();
        self.layouts.resize_with(self.layouts.len().max(self.buffers), Layout::default);
        let lengths = std::iter::once(&frame.data).chain(&frame.more_buffers).map(Vec::len);
        for (layout, length) in self.layouts.iter_mut().zip(lengths) {
            layout.plan(geometry, length, rng);
        }
        self.place();
        let data = std::iter::once(&frame.data).chain(&frame.more_buffers);
        for (index, data) in data.enumerate() {
            write_bytes(&mut self.body, &self.layouts[index], data);
            self.write_mdls(index);
            self.write_buffer(index);
        }
        self.write_list(frame);
    }

    /// Gives everything its place in the body, which grows if it has to.
    fn place(&mut self) {
        let mut free = self.begin;
        for layout in &mut self.layouts[..self.buffers] {
            layout.buffer = free;
            free += size_of::<NET_BUFFER>();
        }
        for layout in &mut self.layouts[..self.buffers] {
            free = layout.place(free);
        }
        if free > self.body.length() {
            self.body = Region::new(free.next_power_of_two());
        }
    }

    fn write_mdls(&mut self, index: usize) {
        let layout = &self.layouts[index];
        for (number, piece) in layout.pieces.iter().enumerate() {
            let next = layout.pieces.get(number + 1).map_or(0, |next| next.mdl);
            let is_header = layout.is_split && number == 0;
            let mdl = describe(&self.body, piece, next, is_header, self.style.mapped);
            self.body.write(piece.mdl, mdl);
            let first = mdl.StartVa as usize / PAGE;
            let pages = (mdl.ByteOffset as usize + piece.bytes).div_ceil(PAGE);
            for page in 0..pages {
                let at = piece.mdl + size_of::<MDL>() + page * size_of::<PFN_NUMBER>();
                self.body.write(at, first + page);
            }
        }
    }

    fn write_buffer(&mut self, index: usize) {
        let layout = &self.layouts[index];
        let (number, offset) = layout.current();
        let malformed = (index == 0).then_some(layout.malformed).flatten();
        let no_mdl = malformed == Some(Malformed::NoMdl);
        let mdl = |number: usize| match layout.pieces.get(number) {
            Some(piece) if !no_mdl => self.body.at(piece.mdl),
            _ => std::ptr::null_mut(),
        };
        let (mut offset, mut start, mut length) =
            (narrow(offset), narrow(layout.offset), narrow(layout.length));
        match malformed {
            Some(Malformed::Short(missing)) => length = length.saturating_add(missing),
            Some(Malformed::OffsetBeyond(by)) => {
                offset = narrow(layout.pieces[number].bytes).saturating_add(by);
                start = offset;
            }
            _ => {}
        }
        let next = index + 1;
        let data = NET_BUFFER_DATA {
            Next: if next < self.buffers {
                self.body.at(self.layouts[next].buffer)
            } else {
                std::ptr::null_mut()
            },
            CurrentMdl: mdl(number),
            CurrentMdlOffset: offset,
            u: NET_BUFFER_DATA_LENGTH { stDataLength: length as usize },
            MdlChain: mdl(0),
            DataOffset: start,
        };
        let buffer = NET_BUFFER {
            u: NET_BUFFER_HEADER { s: data },
            NdisPoolHandle: self.style.pool as *mut _,
            ProtocolReserved: [JUNK as *mut _; 6],
            ..NET_BUFFER::default()
        };
        let at = layout.buffer;
        self.body.write(at, buffer);
    }

    fn write_list(&mut self, frame: &Frame) {
        let first = &self.layouts[0];
        let no_buffer = first.malformed == Some(Malformed::NoBuffer);
        let buffer = if no_buffer { 0 } else { self.body.at::<u8>(first.buffer) as usize };
        let is_split = self.layouts[..self.buffers].iter().any(|layout| layout.is_split);
        let flags = frame.flags | if is_split { NDIS_NBL_FLAGS_HD_SPLIT } else { 0 };
        let mut words = [0u64; offset_of!(NET_BUFFER_LIST, NetBufferListInfo) / 8];
        words[1] = buffer as u64;
        words[offset_of!(NET_BUFFER_LIST, NdisPoolHandle) / 8] = self.style.pool as u64;
        words[offset_of!(NET_BUFFER_LIST, ProtocolReserved) / 8..][..4].fill(JUNK);
        words[offset_of!(NET_BUFFER_LIST, Scratch) / 8] = JUNK;
        words[offset_of!(NET_BUFFER_LIST, SourceHandle) / 8] = self.style.source as u64;
        words[offset_of!(NET_BUFFER_LIST, NblFlags) / 8] = u64::from(flags);
        self.head.write(self.at, words);
        let slots = oob::of(frame, self.style.version);
        let at = self.at + size_of_val(&words);
        for (index, slot) in slots[..oob::slots(self.style.version)].iter().enumerate() {
            self.head.write(at + index * 8, *slot);
        }
    }

    /// Takes back the headers that lie in MDLs of their own, as a miniport may do when its indication
    /// has returned, whoever has the list: nobody may touch them any more.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/supporting-header-data-split-in-protocol-driver-and-filter-drivers)
    pub fn reclaim_headers(&mut self) {
        for layout in &self.layouts[..self.buffers] {
            if let Some(header) = layout.pieces.first()
                && layout.is_split
            {
                self.body.fill(header.data, header.bytes, POISON);
                self.body.fill(header.mdl, size_of::<MDL>(), POISON);
            }
        }
    }

    /// Makes its memory unusable for drivers, until it is filled again.
    pub fn retire(&mut self, poison: Poison) {
        self.poison = poison;
        match poison {
            Poison::None => {}
            Poison::Fill => {
                self.head.fill(self.at, oob::list_bytes(self.style.version), POISON);
                for layout in &self.layouts[..self.buffers] {
                    for (at, bytes) in parts(layout) {
                        self.body.fill(at, bytes, POISON);
                    }
                }
            }
            Poison::Protect => {
                if self.head.close() && self.body.close() {
                    return;
                }
                self.head.open();
                self.retire(Poison::Fill);
            }
        }
    }

    /// Makes it usable again. False if a driver has written to it in between.
    #[must_use]
    pub fn reclaim(&mut self) -> bool {
        match std::mem::replace(&mut self.poison, Poison::None) {
            Poison::None => true,
            Poison::Fill => self.is_poisoned(),
            Poison::Protect => {
                self.head.open();
                self.body.open();
                true
            }
        }
    }

    /// Whether an address is in its memory, or in that of what belongs to it.
    pub fn contains(&self, address: usize) -> bool {
        self.head.contains(address) || self.body.contains(address)
    }

    /// True if nobody wrote to it after it was retired.
    fn is_poisoned(&self) -> bool {
        self.head.holds(self.at, oob::list_bytes(self.style.version), POISON)
            && self.layouts[..self.buffers]
                .iter()
                .flat_map(parts)
                .all(|(at, bytes)| self.body.holds(at, bytes, POISON))
    }
}

/// What of the body belongs to a net buffer.
fn parts(layout: &Layout) -> impl Iterator<Item = (usize, usize)> {
    let mdls = layout.pieces.iter().map(|piece| (piece.mdl, size_of::<MDL>()));
    std::iter::once((layout.buffer, size_of::<NET_BUFFER>())).chain(mdls).chain(layout.spans())
}

fn write_bytes(body: &mut Region, layout: &Layout, data: &[u8]) {
    let mut left = data;
    for (at, bytes) in layout.spans() {
        let (piece, rest) = left.split_at(bytes);
        body.copy(at, piece);
        left = rest;
    }
}

/// The MDL of a piece, followed by one at `next`, or by none if that is 0.
fn describe(body: &Region, piece: &Piece, next: usize, is_header: bool, mapped: bool) -> MDL {
    let start = body.at::<u8>(piece.data) as usize;
    let pages = (start % PAGE + piece.bytes).div_ceil(PAGE);
    let size = size_of::<MDL>() + pages * size_of::<PFN_NUMBER>();
    let (kind, address) =
        if mapped { (MDL_SOURCE_IS_NONPAGED_POOL, start) } else { (MDL_PAGES_LOCKED, 0) };
    MDL {
        Next: if next == 0 { std::ptr::null_mut() } else { body.at(next) },
        Size: i16::try_from(size).unwrap_or(i16::MAX),
        MdlFlags: kind | if is_header { MDL_NETWORK_HEADER } else { 0 },
        MappedSystemVa: address as *mut _,
        StartVa: (start - start % PAGE) as *mut _,
        ByteCount: narrow(piece.bytes),
        ByteOffset: narrow(start % PAGE),
        ..MDL::default()
    }
}

/// A length that fits by what frames there are.
fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
