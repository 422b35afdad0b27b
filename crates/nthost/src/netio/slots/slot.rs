//! Room for one datagram.

use std::{io::IoSliceMut, ptr::NonNull, slice};

use wsk_sys::{WSK_BUF, WSK_DATAGRAM_INDICATION};

use super::{
    arena::{Arena, CONTROL, Described, Shared},
    layout::{Layout, Piece},
};
use crate::{
    netio::{address::Bytes, rules, settings::Mapping},
    nt::{MDL, MDL_PAGES_LOCKED, MDL_SOURCE_IS_NONPAGED_POOL, PAGE_SIZE, PFN_NUMBER},
};

/// What is written over memory that is no longer the driver's.
const POISON: u8 = 0xd7;

/// Words of an indication.
const INDICATION: usize = size_of::<WSK_DATAGRAM_INDICATION>() / 8;

/// How drivers find the memory of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    Usable,
    /// It has been poisoned, so that it can be seen whether somebody wrote to it.
    Poisoned,
    /// They cannot use it.
    Hidden,
}

/// Room for one datagram, which only its owner uses, or a driver to which the owner has lent it.
///
/// # Invariants
///
/// `shared` and `room` are this slot's part of the arena of its pool, which lives longer.
pub(in super::super) struct Slot {
    index: usize,
    shared: NonNull<Shared>,
    room: NonNull<u8>,
    layout: Layout,
    mapping: Mapping,
    pub(super) memory: Memory,
    /// What the driver was called with, if it was.
    described: Option<[u64; INDICATION]>,
    /// There is no MDL at all; for datagrams of no bytes.
    pub bare: bool,
    /// Its first byte changes while the callback runs.
    pub changing: bool,
    /// Bytes of the datagram.
    pub length: usize,
    /// Bytes of the control messages.
    pub control_length: usize,
    /// `MSG_BCAST` and `MSG_MCAST`.
    pub flags: u32,
    /// The next one in a [`Chain`](super::Chain).
    pub next: Option<Box<Self>>,
}

// SAFETY: who owns it is the only one who uses its memory.
unsafe impl Send for Slot {}

/// A slot, which does not move when it goes from one list to another.
pub(in super::super) type SlotBox = Box<Slot>;

impl Slot {
    pub(super) fn new(arena: &Arena, index: usize) -> Self {
        Self {
            index,
            shared: arena.shared(index),
            room: arena.room(index),
            layout: Layout::single(index),
            mapping: Mapping::Mapped,
            memory: Memory::Usable,
            described: None,
            bare: false,
            changing: false,
            length: 0,
            control_length: 0,
            flags: 0,
            next: None,
        }
    }

    /// Prepares it for another datagram.
    pub fn prepare(&mut self, layout: Option<Layout>, mapping: Mapping) {
        if self.memory == Memory::Poisoned && !self.is_poisoned() {
            rules::INDICATION_WRITTEN.broken(
                "an indication was written to after the callback had returned or it was released",
            );
        }
        self.memory = Memory::Usable;
        self.described = None;
        self.layout = layout.unwrap_or_else(|| Layout::single(self.index));
        self.mapping = mapping;
        self.bare = false;
        self.changing = false;
        (self.length, self.control_length, self.flags) = (0, 0, 0);
    }

    /// A number that differs from those of the other slots.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The most bytes that the datagram can have.
    pub fn capacity(&self) -> usize {
        self.layout.capacity()
    }

    /// The bytes of the datagram, piece by piece.
    pub fn payload(&self) -> impl Iterator<Item = &[u8]> {
        self.layout.spans(self.length).map(|span| {
            // SAFETY: a layout stays inside of the room, which is this slot's own.
            unsafe { slice::from_raw_parts(self.address(span), span.bytes) }
        })
    }

    /// Where the bytes of a datagram of any length go, piece by piece.
    pub fn room(&mut self) -> impl Iterator<Item = IoSliceMut<'_>> {
        self.layout.spans(self.layout.capacity()).map(|span| {
            // SAFETY: a layout stays inside of the room, which is this slot's own, and its pieces do
            // not overlap.
            IoSliceMut::new(unsafe { slice::from_raw_parts_mut(self.address(span), span.bytes) })
        })
    }

    /// Where the control messages go.
    pub fn control(&mut self) -> &mut [u8; CONTROL] {
        // SAFETY: the memory is this slot's own.
        let control = unsafe { &raw mut (*self.shared.as_ptr()).control };
        // SAFETY: as above; any bytes are bytes.
        unsafe { &mut *control.cast() }
    }

    /// Where the address of the sender goes.
    pub fn sender(&mut self) -> &mut Bytes {
        // SAFETY: the memory is this slot's own.
        unsafe { &mut (*self.shared.as_ptr()).address }
    }

    /// The control messages.
    pub fn control_messages(&self) -> &[u8] {
        // SAFETY: the memory is this slot's own.
        let control = unsafe { &raw const (*self.shared.as_ptr()).control };
        // SAFETY: as above; any bytes are bytes.
        let control: &[u8; CONTROL] = unsafe { &*control.cast() };
        &control[..self.control_length.min(CONTROL)]
    }

    /// The address of the sender.
    pub fn sender_address(&self) -> &Bytes {
        // SAFETY: the memory is this slot's own.
        unsafe { &(*self.shared.as_ptr()).address }
    }

    /// What the driver is called with.
    pub(super) fn indication(&self) -> *mut WSK_DATAGRAM_INDICATION {
        self.shared.as_ptr().cast()
    }

    /// Writes what the driver sees.
    pub(super) fn describe(&mut self, next: *mut WSK_DATAGRAM_INDICATION) {
        // SAFETY: the memory is this slot's own, and no driver has it now.
        let shared = unsafe { self.shared.as_mut() };
        let mut following: *mut MDL = std::ptr::null_mut();
        if !self.bare {
            // The first pieces of a chain are full, a single one is as long as the datagram.
            let single = self.layout.pieces().len() == 1 && self.layout.offset() == 0;
            for (described, piece) in shared.mdls.iter_mut().zip(self.layout.pieces()).rev() {
                // SAFETY: a layout stays inside of the room.
                let start = unsafe { self.room.add(piece.start) }.as_ptr();
                let bytes = if single { self.length } else { piece.bytes };
                described.describe(start, bytes, self.mapping, following);
                following = &raw mut described.mdl;
            }
        }
        let buffer = WSK_BUF {
            Mdl: following.cast(),
            Offset: if self.bare { 0 } else { narrow(self.layout.offset()) },
            Length: self.length,
        };
        let no_control = self.control_length == 0;
        shared.indication = WSK_DATAGRAM_INDICATION {
            Next: next,
            Buffer: buffer,
            ControlInfo: if no_control {
                std::ptr::null_mut()
            } else {
                shared.control.as_mut_ptr().cast()
            },
            ControlInfoLength: narrow(self.control_length),
            RemoteAddress: shared.address.as_mut_ptr().cast(),
        };
        self.described = Some(self.words());
    }

    /// Checks that a driver has left the indication as it was.
    pub fn check(&self) {
        if self.described.is_some_and(|described| described != self.words()) {
            rules::INDICATION_CHANGED.broken(
                "an indication was changed before the callback had returned or it was released",
            );
        }
    }

    /// The indication, as it is now.
    fn words(&self) -> [u64; INDICATION] {
        // SAFETY: the indication has so many words. A driver may use the memory at the same time, but
        // is then not to write.
        unsafe { self.indication().cast::<[u64; INDICATION]>().read_volatile() }
    }

    /// Makes what the driver has seen unusable for it.
    pub(super) fn poison(&mut self) {
        for span in self.layout.spans(self.length) {
            // SAFETY: a layout stays inside of the room, which is this slot's own again.
            unsafe { self.address(span).write_bytes(POISON, span.bytes) };
        }
        let control = self.control_length.min(CONTROL);
        self.control()[..control].fill(POISON);
        self.sender().fill(POISON);
        // SAFETY: the memory is this slot's own again.
        let mdls = unsafe { &raw mut (*self.shared.as_ptr()).mdls };
        let described = self.layout.pieces().len();
        let mdls = mdls.cast::<Described>();
        for index in 0..described {
            // SAFETY: there are as many MDLs as a layout has pieces at most.
            let mdl = unsafe { mdls.add(index) };
            // SAFETY: as above.
            unsafe { mdl.cast::<u8>().write_bytes(POISON, size_of::<MDL>()) };
        }
        // SAFETY: the memory is this slot's own again.
        unsafe { self.indication().write_bytes(POISON, 1) };
        self.memory = Memory::Poisoned;
    }

    /// Whether nobody wrote to the indication after it was poisoned.
    fn is_poisoned(&self) -> bool {
        self.words() == [u64::from_ne_bytes([POISON; 8]); INDICATION]
    }

    fn address(&self, span: Piece) -> *mut u8 {
        // SAFETY: a layout stays inside of the room.
        unsafe { self.room.add(span.start) }.as_ptr()
    }
}

impl Described {
    /// Describes so many bytes.
    fn describe(&mut self, start: *mut u8, bytes: usize, mapping: Mapping, next: *mut MDL) {
        let offset = start as usize % PAGE_SIZE;
        let count = (offset + bytes).div_ceil(PAGE_SIZE);
        let first = start as usize / PAGE_SIZE;
        for (page, number) in self.pages.iter_mut().zip(first..first + count) {
            *page = number;
        }
        let size = size_of::<MDL>() + count * size_of::<PFN_NUMBER>();
        let (flags, mapped) = match mapping {
            Mapping::Mapped => (MDL_SOURCE_IS_NONPAGED_POOL, start),
            Mapping::Unmapped => (MDL_PAGES_LOCKED, std::ptr::null_mut()),
        };
        self.mdl = MDL {
            Next: next,
            Size: i16::try_from(size).unwrap_or(i16::MAX),
            MdlFlags: flags,
            MappedSystemVa: mapped.cast(),
            StartVa: start.wrapping_sub(offset).cast(),
            ByteCount: narrow(bytes),
            ByteOffset: narrow(offset),
            ..MDL::default()
        };
    }
}

/// A length that is known to be small.
fn narrow(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
