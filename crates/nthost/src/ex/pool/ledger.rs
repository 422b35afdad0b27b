//! Ordinary blocks that are allocated.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::block::Block;
use crate::{
    nt::{MEMORY_ALLOCATION_ALIGNMENT, PAGE_SIZE},
    sched::Mutex,
};

const SHARDS: usize = 64;

/// The ordinary blocks of a kernel, by address.
///
/// Nothing of it lies beside the blocks, where a driver could destroy it, so that an address can be
/// told to be no block without looking at the memory.
pub(super) struct Ledger {
    shards: [Mutex<Shard>; SHARDS],
}

type Shard = HashMap<usize, Block, FxBuildHasher>;

impl Default for Ledger {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()) }
    }
}

impl Ledger {
    fn shard(&self, address: usize) -> &Mutex<Shard> {
        // Blocks of a page and more begin with a page.
        &self.shards[((address / MEMORY_ALLOCATION_ALIGNMENT) ^ (address / PAGE_SIZE)) % SHARDS]
    }

    pub fn add(&self, address: usize, block: Block) {
        self.shard(address).lock().insert(address, block);
    }

    /// Takes a block out, if there is one at the address.
    pub fn take(&self, address: usize) -> Option<Block> {
        self.shard(address).lock().remove(&address)
    }

    /// The block that an address is in, if there is one, and where it begins.
    pub fn find_around(&self, address: usize) -> Option<(usize, Block)> {
        if let Some(block) = self.shard(address).lock().get(&address) {
            return Some((address, block.clone()));
        }
        self.shards.iter().find_map(|shard| {
            let blocks = shard.lock();
            let mut blocks = blocks.iter();
            let (&start, block) =
                blocks.find(|&(&start, block)| (start..start + block.size).contains(&address))?;
            Some((start, block.clone()))
        })
    }

    /// Calls `look` for each block.
    pub fn for_each(&self, mut look: impl FnMut(usize, &Block)) {
        for shard in &self.shards {
            for (&address, block) in &*shard.lock() {
                look(address, block);
            }
        }
    }
}
