//! Special pool: each block has pages of its own, and ends where a page begins that nobody can touch.
//!
//! What is left of its pages has a pattern that is looked at when the block is freed. The pages of a freed
//! block cannot be touched any more either. They are used again only after so many others, and what is
//! known of the block is kept until then.

use std::{
    collections::VecDeque,
    ops::Range,
    slice,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
};

use parking_lot::Mutex;

use super::{
    Trace,
    block::{Block, FRESH_BYTE},
    space::{self, ARENA, Entry, Run},
};
use crate::nt::{MEMORY_ALLOCATION_ALIGNMENT, PAGE_SIZE, SYSTEM_CACHE_ALIGNMENT_SIZE};

/// What the rest of the pages of a block holds.
const SLACK_BYTE: u8 = 0xfd;

/// The most blocks of the process: the system limits how many parts the memory of a process may have,
/// and each block is two of them. Others are ordinary blocks.
const MOST: usize = 14_000;
/// How many there are.
static BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// How many arenas a kernel keeps that have no blocks any more but freed ones.
const KEPT: usize = 16;

/// The special pool of a kernel.
pub(super) struct Special {
    arenas: Mutex<Arenas>,
    /// How many blocks there may be.
    most: AtomicUsize,
    /// Some paged pool can be touched.
    pub is_paged_in: Arc<AtomicBool>,
}

/// The arenas of a kernel.
#[derive(Default)]
struct Arenas {
    nonpaged: Filling,
    paged: Filling,
    /// All that there are, the oldest first.
    owned: VecDeque<Run>,
}

/// The arena that new blocks are put into.
#[derive(Default)]
struct Filling {
    run: Option<Run>,
    /// Bytes of it that are used.
    used: usize,
}

/// What happened when a block was to be freed.
pub(super) enum Freed {
    /// It is a block, which has been freed. The bytes around it that somebody wrote to, if so.
    Done(Block, Option<Range<usize>>),
    /// It was freed before.
    Twice(Entry),
    /// It is an address inside of a block.
    Inside(usize, Block),
    /// There is no such block.
    Unknown,
}

/// Nobody pages anything out who does not have it.
pub(super) static PAGING: Mutex<()> = Mutex::new(());

/// The pages of a block.
pub(super) fn pages(address: usize, size: usize) -> Range<usize> {
    let start = address - address % PAGE_SIZE;
    start..(address + size).next_multiple_of(PAGE_SIZE)
}

/// What is left of the pages of a block, before and behind it.
fn slack(address: usize, size: usize) -> [Range<usize>; 2] {
    let pages = pages(address, size);
    [pages.start..address, address + size..pages.end]
}

impl Default for Special {
    fn default() -> Self {
        Self { arenas: Mutex::default(), most: AtomicUsize::new(MOST), is_paged_in: Arc::default() }
    }
}

impl Special {
    /// Has all further blocks be ordinary ones.
    #[cfg(test)]
    pub fn close(&self) {
        self.most.store(0, Relaxed);
    }

    /// Memory for a block; `None` if it has to be an ordinary one.
    pub fn allocate(&self, block: &Block, is_zeroed: bool) -> Option<usize> {
        let most = self.most.load(Relaxed);
        let more = |blocks| (blocks < most).then_some(blocks + 1);
        BLOCKS.fetch_update(Relaxed, Relaxed, more).ok()?;
        let address = self.place(block, is_zeroed);
        if address.is_none() {
            BLOCKS.fetch_sub(1, Relaxed);
        }
        address
    }

    fn place(&self, block: &Block, is_zeroed: bool) -> Option<usize> {
        let alignment = if block.is_cache_aligned {
            SYSTEM_CACHE_ALIGNMENT_SIZE as usize
        } else {
            MEMORY_ALLOCATION_ALIGNMENT
        };
        let length = block.size.next_multiple_of(PAGE_SIZE);
        let is_paged_in = block.is_paged.then_some(&self.is_paged_in);
        let (run, start) = self.arenas.lock().reserve(length, is_paged_in)?;
        let _paging = block.is_paged.then(|| PAGING.lock());
        if !space::protect(start, length, true) {
            run.contents().accessible -= 1;
            return None;
        }
        // Blocks of a page and more begin with a page.
        let before = if block.size < PAGE_SIZE {
            let free = length - block.size;
            free - free % alignment
        } else {
            0
        };
        let address = start + before;
        if !is_zeroed {
            // SAFETY: these pages have just been made accessible, for this block.
            unsafe { (address as *mut u8).write_bytes(FRESH_BYTE, block.size) };
        }
        for slack in slack(address, block.size) {
            // SAFETY: as above.
            unsafe { (slack.start as *mut u8).write_bytes(SLACK_BYTE, slack.len()) };
        }
        let entry = Entry { block: block.clone(), freed: None, has_memory: true, locks: 0 };
        run.contents().blocks.insert(address, entry);
        if block.is_paged {
            self.is_paged_in.store(true, Relaxed);
        }
        Some(address)
    }

    /// The arenas of paged pool.
    pub fn paged_runs(&self) -> Vec<Run> {
        let arenas = self.arenas.lock();
        let is_paged = |run: &&Run| run.contents().is_paged_in.is_some();
        arenas.owned.iter().filter(is_paged).copied().collect()
    }

    /// Calls `look` for each block that is not freed.
    pub fn for_each(&self, mut look: impl FnMut(usize, &Block)) {
        let owned = self.arenas.lock().owned.clone();
        for run in owned {
            for (&address, entry) in &run.contents().blocks {
                if entry.freed.is_none() {
                    look(address, &entry.block);
                }
            }
        }
    }
}

/// The block at an address, if there is one that is not freed.
pub(super) fn find(address: usize) -> Option<Block> {
    let arena = space::contents(address)?;
    let entry = arena.blocks.get(&address).filter(|entry| entry.freed.is_none())?;
    Some(entry.block.clone())
}

/// The block that an address is in, if there is one that is not freed.
pub(super) fn find_around(address: usize) -> Option<(usize, Block)> {
    let arena = space::contents_of_run(address)?;
    let (&start, entry) = arena.blocks.range(..=address).next_back()?;
    let is_inside = address < start + entry.block.size && entry.freed.is_none();
    is_inside.then(|| (start, entry.block.clone()))
}

/// Frees the block at an address. With `keeps` its memory can be touched as before, but it counts as
/// freed.
pub(super) fn free(address: usize, trace: Trace, keeps: bool) -> Freed {
    // Who pages out has this before an arena, too.
    let is_paged = space::contents(address).is_some_and(|arena| arena.is_paged_in.is_some());
    let _paging = is_paged.then(|| PAGING.lock());
    let Some(mut arena) = space::contents(address) else { return Freed::Unknown };
    let arena = &mut *arena;
    let Some((&start, entry)) = arena.blocks.range_mut(..=address).next_back() else {
        return Freed::Unknown;
    };
    let block = entry.block.clone();
    if address >= start + block.size {
        return Freed::Unknown;
    }
    match (&entry.freed, address == start) {
        (Some(_), _) => return Freed::Twice(entry.clone()),
        (None, false) => return Freed::Inside(start, block),
        (None, true) => entry.freed = Some(trace),
    }
    if block.is_paged {
        // It may be paged out.
        let pages = pages(address, block.size);
        space::protect(pages.start, pages.len(), true);
    }
    let changed = slack(address, block.size).into_iter().find_map(changed);
    if !keeps {
        entry.has_memory = false;
        let pages = pages(address, block.size);
        space::protect(pages.start, pages.len(), false);
        space::forget(pages.start, pages.len());
        arena.accessible -= 1;
        BLOCKS.fetch_sub(1, Relaxed);
    }
    Freed::Done(block, changed)
}

impl Arenas {
    /// Pages that were never used, with one behind them that stays so. They count as a block already.
    fn reserve(
        &mut self,
        length: usize,
        is_paged_in: Option<&Arc<AtomicBool>>,
    ) -> Option<(Run, usize)> {
        let needed = length.checked_add(PAGE_SIZE)?;
        let filling = if is_paged_in.is_some() { &mut self.paged } else { &mut self.nonpaged };
        if let Some(run) = filling.run
            && filling.used + needed <= run.length()
        {
            filling.used += needed;
            run.contents().accessible += 1;
            return Some((run, run.start() + filling.used - needed));
        }
        // The first page of an arena guards its first block.
        let needed = needed.checked_add(PAGE_SIZE)?;
        let run = Run::take(needed.div_ceil(ARENA))?;
        let mut arena = run.contents();
        arena.accessible = 1;
        arena.is_paged_in = is_paged_in.cloned();
        drop(arena);
        // What needs more than one has its arenas for itself.
        if run.count == 1 {
            *filling = Filling { run: Some(run), used: needed };
        }
        self.owned.push_back(run);
        self.shrink();
        Some((run, run.start() + PAGE_SIZE))
    }

    /// Gives the oldest arenas back in which all was freed, if there are too many.
    fn shrink(&mut self) {
        let filling = [self.nonpaged.run, self.paged.run];
        let mut too_many = self.owned.len().saturating_sub(KEPT);
        self.owned.retain(|&run| {
            let is_free =
                too_many > 0 && !filling.contains(&Some(run)) && run.contents().accessible == 0;
            if is_free {
                too_many -= 1;
                run.give_back();
            }
            !is_free
        });
    }
}

impl Drop for Special {
    fn drop(&mut self) {
        for run in self.arenas.get_mut().owned.drain(..) {
            BLOCKS.fetch_sub(run.contents().accessible, Relaxed);
            run.give_back();
        }
    }
}

/// The bytes of what is left of a page that somebody wrote to: from the first to the last of them.
fn changed(slack: Range<usize>) -> Option<Range<usize>> {
    if slack.is_empty() {
        return None;
    }
    // SAFETY: it is memory of a block that is being freed, which nobody may write to.
    let bytes = unsafe { slice::from_raw_parts(slack.start as *const u8, slack.len()) };
    let first = bytes.iter().position(|&byte| byte != SLACK_BYTE)?;
    let last = bytes.iter().rposition(|&byte| byte != SLACK_BYTE)?;
    Some(slack.start + first..slack.start + last + 1)
}
