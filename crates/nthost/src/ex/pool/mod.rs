//! Pool memory.

mod block;
mod check;
mod exports;
mod ledger;
mod left;
mod paging;
mod space;
mod special;
mod touch;

use core::{ffi::c_void, ptr};
use std::{collections::BTreeMap, sync::Arc};

use crate::{stack, system::System, thread};

use block::{Block, Trace};
pub(super) use exports::{EXPORTS, ExAllocatePoolWithTag, ExFreePool};
use ledger::Ledger;
use left::Unloaded;
pub(crate) use left::{check_unloaded, close, forget, leaks};
pub(crate) use paging::{lock, page_in, page_out};
use special::{Freed, Special};

/// Where blocks of pool are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pool {
    /// Each on pages of its own that end with the block, so that touching what is behind it faults. Pages
    /// of freed blocks fault too, until many others have been freed. When there are very many blocks at a
    /// time, the rest of them are plain.
    #[default]
    Special,
    /// Side by side, with a few bytes behind each that are looked at when it is freed. Faster, for
    /// measurements.
    Plain,
}

/// The blocks of pool that have a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolUsage {
    /// How many there are.
    pub blocks: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// The pool of a kernel.
///
/// What is known of blocks does not lie beside them, where a driver could destroy it, so that an address
/// can be told to be no block without looking at the memory.
#[derive(Default)]
pub(crate) struct State {
    kind: Pool,
    plain: Ledger,
    special: Special,
    unloaded: Unloaded,
}

/// More than any driver can have at once.
const LARGEST: usize = 1 << 32;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub kind: Kind,
    pub is_zeroed: bool,
    pub is_cache_aligned: bool,
    /// The process is charged for it.
    pub uses_quota: bool,
}

/// What kind of memory is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Nonpaged,
    Paged,
    /// Nonpaged, and may be executed.
    Executable,
}

/// A tag as it is usually written: four characters in the order of the bytes in memory.
fn tag_text(tag: u32) -> String {
    tag.to_le_bytes().escape_ascii().to_string()
}

/// The calls of drivers that are under way on this thread. Without special pool, which is there to find
/// mistakes, only the last of them.
fn trace() -> Trace {
    let last = thread::current(|thread| match thread.system.ex.pool.kind {
        Pool::Special => None,
        Pool::Plain => Some(thread.caller.get()),
    });
    last.map_or_else(|| stack::walk().into(), |caller| Arc::from([caller]))
}

impl State {
    pub fn new(kind: Pool) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Has all further blocks be plain, as if there were too many of the others.
    #[cfg(test)]
    pub fn exhaust(&self) {
        self.special.close();
    }

    /// Memory for a block; null if there is none.
    fn allocate(&self, block: &Block, is_zeroed: bool) -> *mut u8 {
        if self.kind == Pool::Special
            && let Some(address) = self.special.allocate(block, is_zeroed)
        {
            return address as *mut u8;
        }
        let memory = block.allocate(is_zeroed);
        if !memory.is_null() {
            self.plain.add(memory.addr(), block.clone());
        }
        memory
    }

    /// Calls `look` for each block.
    fn for_each(&self, mut look: impl FnMut(usize, &Block)) {
        self.plain.for_each(&mut look);
        self.special.for_each(&mut look);
    }
}

/// Allocates a block; null if there is no memory.
pub(crate) fn allocate(size: usize, tag: u32, wanted: Wanted) -> *mut c_void {
    check::allocation(size, tag, wanted);
    if size > LARGEST {
        return ptr::null_mut();
    }
    let block = Block {
        // A block of no bytes has an address of its own all the same.
        size: size.max(1),
        tag,
        is_paged: wanted.kind == Kind::Paged,
        is_cache_aligned: wanted.is_cache_aligned,
        trace: trace(),
    };
    thread::current(|thread| thread.system.ex.pool.allocate(&block, wanted.is_zeroed)).cast()
}

/// Frees a block. `tag` is what the driver says its tag is, if it does.
///
/// # Safety
///
/// If `memory` is a block, nobody uses it any more.
pub(crate) unsafe fn free(memory: *mut c_void, tag: Option<u32>) {
    let system = thread::system();
    let pool = &system.ex.pool;
    let address = memory.addr();
    if let Some(block) = pool.plain.take(address) {
        crate::ke::deadlock::forget(&(address..address + block.size));
        if check::release(&system, address, &block, tag) {
            pool.plain.add(address, block);
            return;
        }
        // SAFETY: it is the memory of the block, and by the contract nobody uses it.
        if !unsafe { block.free(memory.cast()) } {
            let behind = address + block.size;
            check::overwritten(address, &block, &(behind..behind + 1));
        }
        return;
    }
    if let Some(block) = special::find(address) {
        crate::ke::deadlock::forget(&(address..address + block.size));
    }
    // What is still used is left as it is.
    let keeps =
        special::find(address).is_some_and(|block| check::release(&system, address, &block, tag));
    match special::free(address, trace(), keeps) {
        Freed::Done(block, Some(changed)) => check::overwritten(address, &block, &changed),
        Freed::Done(_, None) => {}
        Freed::Twice(entry) => check::twice(address, &entry),
        Freed::Inside(start, block) => check::inside(address, start, &block),
        Freed::Unknown => check::unknown(&system, address),
    }
}

/// The block that an address lies in, if there is one, and where it begins.
pub(crate) fn block_at(system: &System, address: usize) -> Option<(usize, Block)> {
    special::find_around(address).or_else(|| system.ex.pool.plain.find_around(address))
}

/// True if an address is in a block of paged pool.
pub(crate) fn is_paged(system: &System, address: usize) -> bool {
    block_at(system, address).is_some_and(|(_, block)| block.is_paged)
}

/// True if an address is in memory of a driver that may be paged out.
pub(crate) fn is_pageable(system: &System, address: usize) -> bool {
    is_paged(system, address) || system.images.read().iter().any(|image| image.is_pageable(address))
}

/// How much pool is allocated, by tag.
pub(crate) fn usage(system: &System) -> BTreeMap<String, PoolUsage> {
    let mut all: BTreeMap<String, PoolUsage> = BTreeMap::new();
    system.ex.pool.for_each(|_, block| {
        let usage = all.entry(tag_text(block.tag)).or_default();
        usage.blocks += 1;
        usage.bytes += block.size;
    });
    all
}
