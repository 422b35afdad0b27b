//! Memory of IRPs.
//!
//! All IRPs that the kernel allocates lie in one range that stays mapped as long as the kernel is there:
//! whatever a driver does with an IRP that it does not have any more, looking at it is safe.

use std::{
    cell::Cell,
    collections::VecDeque,
    mem,
    ptr::{self, NonNull},
    sync::atomic::{AtomicUsize, Ordering},
};

use rustix::mm::{self, MapFlags, ProtFlags};

use super::record::Record;
use crate::{nt::IRP, sched::Mutex};

/// Bytes of the range. Only what is used takes memory.
const SIZE: usize = 64 << 20;

/// The most stack locations of the IRPs of each class.
const CLASSES: [u8; 8] = [1, 2, 4, 8, 16, 32, 64, 127];

/// Free IRPs are kept in so many lists of each class, so that threads seldom meet at one.
const SHARDS: usize = 8;

/// A free IRP waits until so many others were freed to the same list, so that what is done to it
/// meanwhile is noticed.
const QUARANTINE: usize = 32;

/// An IRP that nobody has.
struct Free(NonNull<Record>);

// SAFETY: whoever takes it from the list is the only one to have it.
unsafe impl Send for Free {}

/// The range of memory, and what is free of it.
///
/// # Invariants
///
/// `base` is the address of `SIZE` mapped bytes, of which the first `used` are records and their IRPs.
pub(crate) struct Arena {
    base: NonNull<u8>,
    used: Mutex<usize>,
    free: [[Mutex<VecDeque<Free>>; SHARDS]; CLASSES.len()],
}

// SAFETY: the memory may be used on any thread, and records are made to be shared.
unsafe impl Send for Arena {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

impl Default for Arena {
    fn default() -> Self {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        // SAFETY: a new mapping at an address of the system's choice touches no memory in use.
        let base = unsafe { mm::mmap_anonymous(ptr::null_mut(), SIZE, access, flags) };
        let base = base.ok().and_then(|base| NonNull::new(base.cast()));
        // INVARIANT: it was just mapped, and nothing of it is used.
        Self {
            base: base.expect("there is address space for IRPs"),
            used: Mutex::new(0),
            free: Default::default(),
        }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and who used it held the kernel.
        let result = unsafe { mm::munmap(self.base.as_ptr().cast(), SIZE) };
        debug_assert!(result.is_ok(), "the mapping is whole");
    }
}

impl Arena {
    /// Takes memory for an IRP with so many stack locations; `None` if there is none.
    pub fn take(&self, locations: u8) -> Option<&Record> {
        let class = CLASSES.iter().position(|&most| locations <= most)?;
        let mut free = self.free[class][shard()].lock();
        let reused = if free.len() > QUARANTINE { free.pop_front() } else { None };
        let reused = reused.map(|free| free.0);
        let record = reused.or_else(|| self.carve(CLASSES[class])).or_else(|| {
            // Without memory, better the oldest of the free ones than none.
            free.pop_front().map(|free| free.0)
        })?;
        // SAFETY: records stay where they are as long as the arena does.
        Some(unsafe { record.as_ref() })
    }

    fn carve(&self, most: u8) -> Option<NonNull<Record>> {
        let mut used = self.used.lock();
        let size = Record::bytes_for(most);
        if SIZE - *used < size {
            return None;
        }
        // SAFETY: the offset is within the mapping.
        let record = unsafe { self.base.add(*used) }.cast::<Record>();
        // SAFETY: so many bytes are there, and nobody has them. Blocks are multiples of the alignment.
        unsafe { record.write(Record::new(most)) };
        *used += size;
        Some(record)
    }

    /// Gives memory back that was taken, and is not used any more.
    pub fn give_back(&self, record: &Record) {
        let class = CLASSES.iter().position(|&most| record.most() == most);
        let class = class.unwrap_or(CLASSES.len() - 1);
        self.free[class][shard()].lock().push_back(Free(NonNull::from(record)));
    }

    /// The record of an IRP, or `None` if the kernel did not allocate it.
    pub fn record(&self, irp: *const IRP) -> Option<&Record> {
        let start = self.base.as_ptr() as usize;
        let at = (irp as usize).checked_sub(start + size_of::<Record>())?;
        if at >= SIZE || !at.is_multiple_of(align_of::<Record>()) {
            return None;
        }
        // SAFETY: the offset is within the mapping.
        let record = unsafe { self.base.add(at) }.cast::<Record>();
        // SAFETY: the memory is mapped, aligned, and holds a record or whatever else, which is told
        // apart by its first member.
        let is_one = unsafe { Record::is_at(record) };
        if !is_one {
            return None;
        }
        // SAFETY: it is one, and stays where it is as long as the arena does.
        Some(unsafe { record.as_ref() })
    }

    /// All records that there ever were.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        let used = *self.used.lock();
        let mut at = 0;
        std::iter::from_fn(move || {
            if at >= used {
                return None;
            }
            // SAFETY: the offset is within the mapping.
            let record = unsafe { self.base.add(at) }.cast::<Record>();
            // SAFETY: by the invariant there is a record, since the offset is that of one.
            let record: &Record = unsafe { record.as_ref() };
            at += Record::bytes_for(record.most());
            Some(record)
        })
    }
}

/// The list that this thread frees to and takes from.
fn shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    let mine = SHARD.get();
    if mine != usize::MAX {
        return mine;
    }
    let mine = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS;
    SHARD.set(mine);
    mine
}

const _: () = assert!(SIZE > Record::bytes_for(127) && mem::align_of::<Record>() >= 16);
