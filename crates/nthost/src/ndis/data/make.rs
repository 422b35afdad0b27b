//! Making lists and net buffers.

use std::{mem::offset_of, ptr};

use ndis_sys::{
    NET_BUFFER, NET_BUFFER_DATA, NET_BUFFER_DATA_LENGTH, NET_BUFFER_HEADER, NET_BUFFER_LIST,
    NET_BUFFER_LIST_CONTEXT, NetBufferListProtocolId,
};

use super::{
    ledger::{self, Kind},
    memory::{ALIGNMENT, Memory},
    walk,
};
use crate::{
    mm::{self, PAGE},
    ndis::frame,
    nt::{MDL, MDL_SOURCE_IS_NONPAGED_POOL},
    thread,
};

/// A net buffer that is to be made.
pub(super) struct Wanted {
    pub chain: Chain,
    /// Bytes of the chain before the data.
    pub offset: u32,
    /// Bytes of data.
    pub length: usize,
}

/// The MDLs of a net buffer that is to be made.
pub(super) enum Chain {
    /// Those of the driver.
    Given(*mut ndis_sys::MDL),
    /// New ones.
    Parts(Vec<Described>),
    /// A new one, for so many new bytes.
    Data(u32),
}

/// What a new MDL describes.
#[derive(Clone, Copy)]
pub(super) struct Described {
    pub start: usize,
    pub bytes: u32,
    pub flags: i16,
    /// `MappedSystemVa`.
    pub mapped: usize,
}

impl Described {
    /// Memory that is always mapped.
    pub fn nonpaged(start: usize, bytes: u32) -> Self {
        Self { start, bytes, flags: MDL_SOURCE_IS_NONPAGED_POOL, mapped: start }
    }

    fn size(&self) -> usize {
        mm::size(self.start, self.bytes as usize)
    }

    /// The MDL, without the numbers of its pages.
    pub fn mdl(&self, next: *mut MDL) -> MDL {
        MDL {
            Next: next,
            Size: i16::try_from(self.size()).unwrap_or(i16::MAX),
            MdlFlags: self.flags,
            MappedSystemVa: self.mapped as *mut _,
            StartVa: (self.start - self.start % PAGE) as *mut _,
            ByteCount: self.bytes,
            ByteOffset: u32::try_from(self.start % PAGE).unwrap_or_default(),
            ..MDL::default()
        }
    }
}

/// Where something lies in memory that is to be allocated.
#[derive(Default)]
struct Plan {
    bytes: usize,
}

impl Plan {
    fn reserve(&mut self, bytes: usize) -> usize {
        let at = self.bytes.next_multiple_of(ALIGNMENT);
        self.bytes = at + bytes;
        at
    }

    fn reserve_buffer(&mut self, wanted: &Wanted) -> Places {
        let buffer = self.reserve(size_of::<NET_BUFFER>());
        let mdls = match &wanted.chain {
            Chain::Given(_) => Vec::new(),
            Chain::Parts(parts) => parts.iter().map(|part| self.reserve(part.size())).collect(),
            // The bytes begin anywhere in a page.
            Chain::Data(bytes) => vec![self.reserve(mm::size(PAGE - 1, *bytes as usize))],
        };
        let data = match wanted.chain {
            Chain::Data(bytes) => self.reserve(bytes as usize),
            _ => 0,
        };
        Places { buffer, mdls, data }
    }
}

/// Where a net buffer and what belongs to it lies.
struct Places {
    buffer: usize,
    mdls: Vec<usize>,
    data: usize,
}

/// Writes an MDL.
fn write_mdl(memory: &mut Memory, at: usize, described: Described, next: *mut MDL) -> *mut MDL {
    memory.write(at, described.mdl(next));
    // SAFETY: the plan has room for the numbers of its pages.
    unsafe { mm::number_pages(memory.at(at)) };
    memory.at(at)
}

/// Writes a net buffer and its MDLs.
fn write_buffer(
    memory: &mut Memory,
    places: &Places,
    wanted: &Wanted,
    pool: usize,
    next: *mut NET_BUFFER,
) {
    let first: *mut MDL = match &wanted.chain {
        Chain::Given(chain) => chain.cast(),
        Chain::Parts(parts) => {
            let all = places.mdls.iter().zip(parts).rev();
            all.fold(ptr::null_mut(), |next, (&at, part)| write_mdl(memory, at, *part, next))
        }
        Chain::Data(bytes) => {
            let described = Described::nonpaged(memory.at::<u8>(places.data) as usize, *bytes);
            write_mdl(memory, places.mdls[0], described, ptr::null_mut())
        }
    };
    // SAFETY: the MDLs were just written, or are the driver's, which has passed valid ones.
    let (current, offset) = unsafe { walk::find(first.cast(), wanted.offset) };
    let data = NET_BUFFER_DATA {
        Next: next,
        CurrentMdl: current.cast(),
        CurrentMdlOffset: offset,
        u: NET_BUFFER_DATA_LENGTH { stDataLength: wanted.length },
        MdlChain: first.cast(),
        DataOffset: wanted.offset,
    };
    let buffer = NET_BUFFER {
        u: NET_BUFFER_HEADER { s: data },
        NdisPoolHandle: pool as *mut _,
        ..NET_BUFFER::default()
    };
    memory.write(places.buffer, buffer);
}

/// Makes a net buffer; null if there is no memory.
pub(super) fn buffer(pool: usize, wanted: &Wanted) -> *mut NET_BUFFER {
    let mut plan = Plan::default();
    let places = plan.reserve_buffer(wanted);
    let Some(mut memory) = ledger::memory(plan.bytes) else { return ptr::null_mut() };
    write_buffer(&mut memory, &places, wanted, pool, ptr::null_mut());
    let buffer = memory.at(places.buffer);
    ledger::add(Kind::Buffer, pool, memory);
    buffer
}

/// A list that is to be made.
pub(super) struct WantedList<'w> {
    pub kind: Kind,
    pub pool: usize,
    /// The protocol of the pool.
    pub protocol: u8,
    /// Bytes of the context area.
    pub context: u16,
    /// Bytes of it that are free.
    pub free_context: u16,
    /// The list that it is made from, or null.
    pub parent: *mut NET_BUFFER_LIST,
    pub buffers: &'w [Wanted],
}

/// Makes a list; null if there is no memory.
pub(super) fn list(wanted: &WantedList<'_>) -> *mut NET_BUFFER_LIST {
    let version = thread::current(|thread| thread.system.ndis.version);
    let mut plan = Plan::default();
    let at = plan.reserve(frame::list_bytes(version));
    let context = (wanted.context > 0)
        .then(|| plan.reserve(size_of::<NET_BUFFER_LIST_CONTEXT>() + usize::from(wanted.context)));
    let places: Vec<_> = wanted.buffers.iter().map(|buffer| plan.reserve_buffer(buffer)).collect();
    let Some(mut memory) = ledger::memory(plan.bytes) else { return ptr::null_mut() };

    let mut next = ptr::null_mut();
    for (places, buffer) in places.iter().zip(wanted.buffers).rev() {
        write_buffer(&mut memory, places, buffer, wanted.pool, next);
        next = memory.at(places.buffer);
    }
    let mut write = |offset: usize, value: usize| memory.write(at + offset, value);
    write(size_of::<usize>(), next as usize);
    write(offset_of!(NET_BUFFER_LIST, ParentNetBufferList), wanted.parent as usize);
    write(offset_of!(NET_BUFFER_LIST, NdisPoolHandle), wanted.pool);
    let slot = NetBufferListProtocolId * size_of::<usize>();
    write(offset_of!(NET_BUFFER_LIST, NetBufferListInfo) + slot, usize::from(wanted.protocol));
    if let Some(context) = context {
        let area = NET_BUFFER_LIST_CONTEXT {
            Size: wanted.context,
            Offset: wanted.free_context,
            ..NET_BUFFER_LIST_CONTEXT::default()
        };
        memory.write(context, area);
        let area = memory.at::<u8>(context) as usize;
        memory.write(at + offset_of!(NET_BUFFER_LIST, Context), area);
    }
    let list = memory.at(at);
    ledger::add(wanted.kind, wanted.pool, memory);
    list
}
