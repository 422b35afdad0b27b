//! Address space for blocks that each have pages of their own.
//!
//! One range is reserved for all kernels of the process, and nothing in it can be touched but blocks that
//! are allocated. It is given out in arenas. What lies in an arena is kept beside it, so that an address
//! can be looked up by whoever handles a fault.

use std::{
    collections::{BTreeMap, VecDeque},
    hint, ptr,
    sync::{Arc, OnceLock, atomic::AtomicBool},
};

use parking_lot::{Mutex, MutexGuard};
use rustix::mm::{Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect};

use super::{block::Block, touch};
use crate::fault;

/// Bytes of an arena.
pub(super) const ARENA: usize = 16 << 20;
/// How many there are: 64 GiB of addresses, which take no memory.
const ARENAS: usize = 4096;

/// Where the first arena begins; `None` if the system has no such range.
static BASE: OnceLock<Option<usize>> = OnceLock::new();
static DESCRIBED: OnceLock<fault::regions::Registered> = OnceLock::new();
static CONTENTS: [Mutex<Arena>; ARENAS] = [const { Mutex::new(Arena::new()) }; ARENAS];
static FREE: Mutex<Free> = Mutex::new(Free { unused: 0, given_back: VecDeque::new() });

/// Arenas that nobody has.
struct Free {
    /// The first that was never given out.
    unused: usize,
    /// Those that were given back, the oldest first.
    given_back: VecDeque<usize>,
}

/// What lies in an arena.
pub(super) struct Arena {
    /// The blocks that begin in it, by address, with those that were freed.
    pub blocks: BTreeMap<usize, Entry>,
    /// How many of them still have their memory.
    pub accessible: usize,
    /// In an arena of paged pool: notes that some of it can be touched.
    pub is_paged_in: Option<Arc<AtomicBool>>,
    /// How many arenas before this one the run begins that it belongs to.
    behind: usize,
}

/// A block in an arena.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub block: Block,
    /// The calls that freed it, if it was.
    pub freed: Option<super::Trace>,
    /// Its pages can be touched, or could if they were paged in.
    pub has_memory: bool,
    /// How often its pages are locked, if it is paged pool.
    pub locks: u32,
}

impl Arena {
    const fn new() -> Self {
        Self { blocks: BTreeMap::new(), accessible: 0, is_paged_in: None, behind: 0 }
    }
}

/// Arenas that follow each other, and belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub first: usize,
    pub count: usize,
}

impl Run {
    /// Takes arenas that nobody has; `None` if there are not so many.
    pub fn take(count: usize) -> Option<Self> {
        base()?;
        let mut free = FREE.lock();
        let first = if free.unused + count <= ARENAS {
            free.unused += count;
            free.unused - count
        } else if count == 1 {
            free.given_back.pop_front()?
        } else {
            return None;
        };
        drop(free);
        for behind in 0..count {
            CONTENTS[first + behind].lock().behind = behind;
        }
        Some(Self { first, count })
    }

    /// Where it begins.
    pub fn start(self) -> usize {
        base().unwrap_or_default() + self.first * ARENA
    }

    pub fn length(self) -> usize {
        self.count * ARENA
    }

    /// What begins in its first arena, which is all for a run of one.
    pub fn contents(self) -> MutexGuard<'static, Arena> {
        CONTENTS[self.first].lock()
    }

    /// Gives the arenas back, with all that is in them.
    pub fn give_back(self) {
        for arena in CONTENTS.iter().skip(self.first).take(self.count) {
            *arena.lock() = Arena::new();
        }
        // A new mapping gives the tables of the pages back too, not only the pages.
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::FIXED;
        let (start, length) = (self.start() as *mut _, self.length());
        // SAFETY: the arenas are this run's own, and nothing in them is used any more.
        let mapped = unsafe { mmap_anonymous(start, length, ProtFlags::empty(), flags) };
        // Otherwise nobody gets them again.
        if mapped.is_ok() {
            FREE.lock().given_back.extend(self.first..self.first + self.count);
        }
    }
}

fn base() -> Option<usize> {
    *BASE.get_or_init(|| {
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        // SAFETY: a new mapping at an address of the system's choice touches no memory in use.
        let base =
            unsafe { mmap_anonymous(ptr::null_mut(), ARENA * ARENAS, ProtFlags::empty(), flags) };
        let base = base.ok()? as usize;
        fault::prepare();
        DESCRIBED
            .get_or_init(|| fault::regions::register(base..base + ARENA * ARENAS, touch::meaning));
        Some(base)
    })
}

/// The arena that an address is in.
fn number(address: usize) -> Option<usize> {
    let base = (*BASE.get()?)?;
    let number = address.checked_sub(base)? / ARENA;
    (number < ARENAS).then_some(number)
}

/// What lies in the arena that a block begins in, if an address is in one.
pub(super) fn contents(address: usize) -> Option<MutexGuard<'static, Arena>> {
    Some(CONTENTS[number(address)?].lock())
}

/// The same for any address of a run.
pub(super) fn contents_of_run(address: usize) -> Option<MutexGuard<'static, Arena>> {
    let mut number = number(address)?;
    loop {
        let arena = CONTENTS[number].lock();
        if arena.behind == 0 {
            return Some(arena);
        }
        number -= arena.behind;
    }
}

/// The same for who handles a fault, and cannot wait: `None` too if somebody else has the arena
/// for long.
pub(super) fn contents_around(address: usize) -> Option<MutexGuard<'static, Arena>> {
    let mut number = number(address)?;
    loop {
        let arena = try_lock(&CONTENTS[number])?;
        if arena.behind == 0 {
            return Some(arena);
        }
        number -= arena.behind;
    }
}

fn try_lock(arena: &'static Mutex<Arena>) -> Option<MutexGuard<'static, Arena>> {
    for round in 0..100_000_u32 {
        if let Some(locked) = arena.try_lock() {
            return Some(locked);
        }
        if round.is_multiple_of(64) { std::thread::yield_now() } else { hint::spin_loop() }
    }
    None
}

/// Lets pages of an arena be touched, or nobody. False if the system refuses that.
pub(super) fn protect(start: usize, length: usize, is_open: bool) -> bool {
    debug_assert!(number(start).is_some() && number(start + length - 1).is_some());
    let access =
        if is_open { MprotectFlags::READ | MprotectFlags::WRITE } else { MprotectFlags::empty() };
    // SAFETY: it is memory of an arena. Who touches it while it is closed is to fault.
    unsafe { mprotect(start as *mut _, length, access) }.is_ok()
}

/// Gives the memory of pages back that nobody can touch any more.
pub(super) fn forget(start: usize, length: usize) {
    debug_assert!(number(start).is_some() && number(start + length - 1).is_some());
    // SAFETY: it is memory of an arena that nobody uses. A failure only keeps memory.
    let _ = unsafe { madvise(start as *mut _, length, Advice::LinuxDontNeed) };
}
