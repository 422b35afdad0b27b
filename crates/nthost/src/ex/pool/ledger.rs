//! What is allocated.

use std::collections::{BTreeMap, HashMap};

use rustc_hash::FxBuildHasher;

use super::block::Block;
use crate::{
    nt::{MEMORY_ALLOCATION_ALIGNMENT, PAGE_SIZE},
    sched::Mutex,
};

const SHARDS: usize = 64;

/// All blocks of a kernel, by address.
///
/// Nothing of it lies beside the blocks, where a driver could destroy it, so that an address can be
/// told to be no block without looking at the memory.
pub(crate) struct Ledger {
    shards: [Mutex<Shard>; SHARDS],
}

type Shard = HashMap<usize, Block, FxBuildHasher>;

/// The blocks of pool that have a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolUsage {
    /// How many there are.
    pub blocks: usize,
    /// Their bytes.
    pub bytes: usize,
}

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

    fn fold<T>(&self, mut all: T, mut add: impl FnMut(&mut T, usize, &Block)) -> T {
        for shard in &self.shards {
            for (&address, block) in &*shard.lock() {
                add(&mut all, address, block);
            }
        }
        all
    }

    /// How much there is, by tag.
    pub fn usage(&self) -> BTreeMap<u32, PoolUsage> {
        self.fold(BTreeMap::new(), |all: &mut BTreeMap<u32, PoolUsage>, _, block| {
            let usage = all.entry(block.tag).or_default();
            usage.blocks += 1;
            usage.bytes += block.size;
        })
    }

    /// All blocks, in the order of their addresses.
    pub fn blocks(&self) -> BTreeMap<usize, Block> {
        self.fold(BTreeMap::new(), |all, address, &block| {
            all.insert(address, block);
        })
    }
}
