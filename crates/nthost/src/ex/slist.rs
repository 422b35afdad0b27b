//! Interlocked singly linked lists.
//!
//! Windows changes both halves of a head in one instruction, and reads entries that another processor
//! may have freed meanwhile, which only it can survive. Here a list is locked while it changes; the
//! halves are what they are there, so that a depth that a driver reads itself is right.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, KSPIN_LOCK, PASSIVE_LEVEL, SLIST_ENTRY, SLIST_HEADER},
    sched::RawMutex,
    verifier::catalogue::locks::SLIST_ALIGNMENT,
};

const LOCKS: usize = 64;

/// The locks of the lists, each for many.
static TABLE: [RawMutex; LOCKS] = [const { RawMutex::new() }; LOCKS];

thread_local! {
    /// The lock that this thread has.
    static HELD: Cell<Option<usize>> = const { Cell::new(None) };
}

/// A list that is locked.
pub(super) struct Locked {
    header: *mut SLIST_HEADER,
}

/// Unlocks the list that this thread has locked, if it has: also for a thread that has met a fault in it,
/// and goes on elsewhere.
pub(crate) fn unlock() {
    if let Some(held) = HELD.take() {
        // SAFETY: this thread has locked it, in `Locked::new`.
        unsafe { TABLE[held].unlock() };
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        unlock();
    }
}

impl Locked {
    /// # Safety
    ///
    /// `header` is the head of a list, whose entries are valid.
    pub unsafe fn new(header: *mut SLIST_HEADER) -> Self {
        let lock = header.addr() / size_of::<SLIST_HEADER>() % LOCKS;
        TABLE[lock].lock();
        HELD.set(Some(lock));
        Self { header }
    }

    /// The two halves of the head.
    fn halves(&self) -> [&AtomicU64; 2] {
        let halves = self.header.cast::<u64>();
        // SAFETY: the head is valid, and all change it in this way.
        [halves, halves.wrapping_add(1)].map(|half| unsafe { AtomicU64::from_ptr(half) })
    }

    fn first(&self) -> *mut SLIST_ENTRY {
        let [_, region] = self.halves();
        let address = region.load(Ordering::Relaxed) & SLIST_HEADER::NEXT_ENTRY_MASK;
        std::ptr::with_exposed_provenance_mut(usize::try_from(address).unwrap_or_default())
    }

    pub fn depth(&self) -> u16 {
        let [depth, _] = self.halves();
        let depth = depth.load(Ordering::Relaxed) & SLIST_HEADER::DEPTH_MASK;
        u16::try_from(depth).unwrap_or_default()
    }

    /// Stores the first entry and the depth, which counts as one more change.
    fn store(&self, first: *mut SLIST_ENTRY, depth: u16) {
        let [low, high] = self.halves();
        let sequence = low.load(Ordering::Relaxed) & SLIST_HEADER::SEQUENCE_MASK;
        let sequence = sequence.wrapping_add(SLIST_HEADER::DEPTH_MASK + 1);
        low.store(sequence | u64::from(depth), Ordering::Release);
        high.store(first.expose_provenance() as u64, Ordering::Release);
    }

    /// Puts entries that are linked already before all others, and returns which was the first.
    ///
    /// # Safety
    ///
    /// The entries are valid as long as they are in the list.
    pub unsafe fn push(
        &self,
        first: *mut SLIST_ENTRY,
        last: *mut SLIST_ENTRY,
        count: u16,
    ) -> *mut SLIST_ENTRY {
        let before = self.first();
        if !first.addr().is_multiple_of(align_of::<SLIST_ENTRY>()) {
            SLIST_ALIGNMENT.broken_by_caller(&format!(
                "pushes an entry at {first:?}, which is no multiple of 16"
            ));
            return before;
        }
        // SAFETY: by the contract. Entries of drivers are not always aligned but for the first one.
        unsafe { last.cast::<*mut SLIST_ENTRY>().write_unaligned(before) };
        self.store(first, self.depth().wrapping_add(count));
        before
    }

    /// Takes the first entry out; null if there is none.
    pub fn pop(&self) -> *mut SLIST_ENTRY {
        let first = self.first();
        if !first.is_null() {
            // SAFETY: the entry is valid as long as it is in the list.
            let next = unsafe { first.cast::<*mut SLIST_ENTRY>().read() };
            self.store(next, self.depth().wrapping_sub(1));
        }
        first
    }

    /// Takes all entries out, and returns the first.
    pub fn flush(&self) -> *mut SLIST_ENTRY {
        let first = self.first();
        if !first.is_null() {
            self.store(std::ptr::null_mut(), 0);
        }
        first
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-initializeslisthead)
unsafe extern "efiapi" fn InitializeSListHead(header: *mut SLIST_HEADER) {
    // SAFETY: the driver passes memory for a head.
    unsafe { header.write(SLIST_HEADER::default()) };
}

/// What `InterlockedPushEntrySList` is in headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpushentryslist)
unsafe extern "efiapi" fn ExpInterlockedPushEntrySList(
    header: *mut SLIST_HEADER,
    entry: *mut SLIST_ENTRY,
) -> *mut SLIST_ENTRY {
    // SAFETY: the driver passes a list.
    let list = unsafe { Locked::new(header) };
    // SAFETY: the driver passes an entry.
    unsafe { list.push(entry, entry, 1) }
}

/// What `InterlockedPopEntrySList` is in headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpopentryslist)
unsafe extern "efiapi" fn ExpInterlockedPopEntrySList(
    header: *mut SLIST_HEADER,
) -> *mut SLIST_ENTRY {
    // SAFETY: the driver passes a list.
    unsafe { Locked::new(header) }.pop()
}

/// What `InterlockedFlushSList` is in headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedflushslist)
unsafe extern "efiapi" fn ExpInterlockedFlushSList(header: *mut SLIST_HEADER) -> *mut SLIST_ENTRY {
    // SAFETY: the driver passes a list.
    unsafe { Locked::new(header) }.flush()
}

/// The lock is not needed.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpushentryslist)
unsafe extern "efiapi" fn ExInterlockedPushEntrySList(
    header: *mut SLIST_HEADER,
    entry: *mut SLIST_ENTRY,
    _lock: *mut KSPIN_LOCK,
) -> *mut SLIST_ENTRY {
    // SAFETY: the contract is the same.
    unsafe { ExpInterlockedPushEntrySList(header, entry) }
}

/// The lock is not needed.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpopentryslist)
unsafe extern "efiapi" fn ExInterlockedPopEntrySList(
    header: *mut SLIST_HEADER,
    _lock: *mut KSPIN_LOCK,
) -> *mut SLIST_ENTRY {
    // SAFETY: the contract is the same.
    unsafe { ExpInterlockedPopEntrySList(header) }
}

/// Puts entries in that are linked already.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/interlockedapi/nf-interlockedapi-interlockedpushlistslistex)
unsafe extern "efiapi" fn InterlockedPushListSList(
    header: *mut SLIST_HEADER,
    first: *mut SLIST_ENTRY,
    last: *mut SLIST_ENTRY,
    count: u32,
) -> *mut SLIST_ENTRY {
    // SAFETY: the driver passes a list.
    let locked = unsafe { Locked::new(header) };
    // SAFETY: the driver passes entries.
    unsafe { locked.push(first, last, u16::try_from(count).unwrap_or_default()) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exquerydepthslist)
unsafe extern "efiapi" fn ExQueryDepthSList(header: *mut SLIST_HEADER) -> u16 {
    // SAFETY: the driver passes a list.
    unsafe { Locked::new(header) }.depth()
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExInterlockedPopEntrySList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExInterlockedPushEntrySList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExQueryDepthSList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExpInterlockedFlushSList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExpInterlockedPopEntrySList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExpInterlockedPushEntrySList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    InitializeSListHead: PASSIVE_LEVEL..=HIGH_LEVEL;
    InterlockedPushListSList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
