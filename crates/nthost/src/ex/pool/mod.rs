//! Pool memory.

mod block;
mod exports;
mod ledger;

use core::{ffi::c_void, ptr};
use std::{collections::BTreeMap, sync::Arc};

use crate::{
    ke,
    nt::{APC_LEVEL, DISPATCH_LEVEL},
    system::System,
    thread,
    verifier::{self, catalogue::pool as rules},
};

pub(crate) use block::Block;
pub(super) use exports::{EXPORTS, ExAllocatePoolWithTag, ExFreePool};
pub(crate) use ledger::Ledger;
pub use ledger::PoolUsage;

const PAGE: &str =
    "https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exallocatepool2";
const FREE_PAGE: &str =
    "https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exfreepoolwithtag";

/// More than any driver can have at once.
const LARGEST: usize = 1 << 32;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub is_paged: bool,
    pub is_zeroed: bool,
    pub is_cache_aligned: bool,
}

/// A tag as it is usually written: four characters in the order of the bytes in memory.
fn tag_text(tag: u32) -> String {
    tag.to_le_bytes().escape_ascii().to_string()
}

/// Allocates a block; null if there is no memory.
pub(crate) fn allocate(size: usize, tag: u32, wanted: Wanted) -> *mut c_void {
    check_level(wanted.is_paged, "allocates");
    if size == 0 {
        rules::ZERO_SIZE.broken(format!("{} allocates a block of no bytes", verifier::caller()));
    }
    if tag == 0 {
        rules::TAG
            .broken_at([0x9B, tag.into(), 0, 0], format!("{} gives no tag", verifier::caller()));
    }
    if size > LARGEST {
        return ptr::null_mut();
    }
    thread::current(|thread| {
        let block = Block {
            // A block of no bytes has an address of its own all the same.
            size: size.max(1),
            tag,
            is_paged: wanted.is_paged,
            is_cache_aligned: wanted.is_cache_aligned,
            caller: thread.caller.get(),
        };
        let memory = block.allocate(wanted.is_zeroed);
        if !memory.is_null() {
            thread.system.ex.pool.add(memory.addr(), block);
        }
        memory.cast()
    })
}

/// Frees a block. `tag` is what the driver says its tag is, if it does.
///
/// # Safety
///
/// If `memory` is a block, nobody uses it any more.
pub(crate) unsafe fn free(memory: *mut c_void, tag: Option<u32>) {
    let system = thread::system();
    let Some(block) = system.ex.pool.take(memory.addr()) else {
        rules::FREE.broken(format!(
            "{} frees {memory:?}, which is no block of pool, or was freed before",
            verifier::caller(),
        ));
        return;
    };
    check_level(block.is_paged, "frees");
    let describe =
        || format!("a block of {} bytes with the tag {}", block.size, tag_text(block.tag));
    if let Some(tag) = tag
        && tag != 0
        && tag != block.tag
    {
        let text = format!("{} frees {} as {}", verifier::caller(), describe(), tag_text(tag));
        rules::TAG.broken_at([0x0A, memory.addr() as u64, tag.into(), block.tag.into()], text);
    }
    let range = memory.addr()..memory.addr() + block.size;
    if let Some(what) = ke::used_within(&system, &range) {
        let text = format!("{} frees {} that holds {what}", verifier::caller(), describe());
        verifier::report("pool-in-use", FREE_PAGE, text);
    }
    // SAFETY: it is the memory of the block, and by the contract nobody uses it.
    if !unsafe { block.free(memory.cast()) } {
        let text = format!(
            "{} frees {}, behind which something was written",
            verifier::caller(),
            describe()
        );
        rules::OVERRUN.broken(text);
    }
}

/// Paged pool is for lower levels only.
fn check_level(is_paged: bool, does: &str) {
    let level = ke::irql::current();
    let most = if is_paged { APC_LEVEL } else { DISPATCH_LEVEL };
    if level > most {
        let kind = if is_paged { "paged" } else { "nonpaged" };
        verifier::report(
            "pool-irql",
            PAGE,
            format!("{} {does} {kind} pool at IRQL {level}", verifier::caller()),
        );
    }
}

/// The block that an address lies in, if there is one, and where it begins.
pub(crate) fn block_at(system: &System, address: usize) -> Option<(usize, Block)> {
    let blocks = system.ex.pool.blocks();
    let (start, block) = blocks.range(..=address).next_back()?;
    (address - start < block.size).then_some((*start, *block))
}

/// How much pool is allocated, by tag.
pub(crate) fn usage(system: &System) -> BTreeMap<String, PoolUsage> {
    let usage = system.ex.pool.usage();
    usage.into_iter().map(|(tag, usage)| (tag_text(tag), usage)).collect()
}

/// Blocks that were not freed, in sentences.
pub(crate) fn leaks(system: &Arc<System>) -> Vec<String> {
    let blocks = system.ex.pool.blocks();
    blocks
        .into_iter()
        .map(|(address, block)| {
            format!(
                "{} bytes of pool at {address:#x} with the tag {}, allocated by {}",
                block.size,
                tag_text(block.tag),
                system.describe(block.caller),
            )
        })
        .collect()
}
