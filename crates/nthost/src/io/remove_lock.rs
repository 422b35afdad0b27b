//! Remove locks, which keep a device from being removed while requests are under way.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-remove-locks)

use std::{
    collections::HashMap,
    ffi::{c_char, c_void},
    ops::Range,
    sync::atomic::{AtomicI32, AtomicU8, Ordering},
};

use super::device;
use crate::{
    export::{Export, exports},
    ke::{event, wait::Limit},
    nt::{
        DISPATCH_LEVEL, IO_REMOVE_LOCK, KEVENT, NTSTATUS, PASSIVE_LEVEL, STATUS_DELETE_PENDING,
        STATUS_SUCCESS, SynchronizationEvent,
    },
    sched::Mutex,
    thread,
    verifier::{self, catalogue::device as rules},
};

/// The tags with which each lock was acquired.
#[derive(Default)]
pub(super) struct Tags(Mutex<HashMap<usize, Vec<usize>>>);

impl Tags {
    /// Forgets the locks in memory that is freed.
    pub fn forget(&self, range: &Range<usize>) {
        self.0.lock().retain(|lock, _| !range.contains(lock));
    }
}

/// Takes a tag off a lock. Returns whether it was acquired with it.
fn give_up(lock: *mut IO_REMOVE_LOCK, tag: *mut c_void) -> bool {
    thread::current(|thread| {
        let mut locks = thread.system.io.remove_locks.0.lock();
        let tags = locks.entry(lock as usize).or_default();
        let place = tags.iter().position(|&known| known == tag as usize);
        place.map(|place| tags.swap_remove(place)).is_some()
    })
}

/// The parts of a lock, which several threads use at once.
struct Lock<'a> {
    removed: &'a AtomicU8,
    count: &'a AtomicI32,
    event: *mut KEVENT,
}

impl Lock<'_> {
    /// # Safety
    ///
    /// The lock was initialised, and is valid as long as the value is used.
    unsafe fn new(lock: *mut IO_REMOVE_LOCK) -> Self {
        // SAFETY: by the contract.
        let block = unsafe { &raw mut (*lock).Common };
        // SAFETY: as above.
        let removed = unsafe { &raw mut (*block).Removed };
        // SAFETY: as above.
        let count = unsafe { &raw mut (*block).IoCount };
        Self {
            // SAFETY: as above, and everybody uses it in this way.
            removed: unsafe { AtomicU8::from_ptr(removed) },
            // SAFETY: as above.
            count: unsafe { AtomicI32::from_ptr(count) },
            // SAFETY: as above.
            event: unsafe { &raw mut (*block).RemoveEvent },
        }
    }

    /// Takes off one request; the last one lets the removal go on.
    fn release(&self) {
        if self.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            // SAFETY: the event is one, and the lock is valid.
            unsafe { event::set(self.event) };
        }
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializeremovelock)
pub(super) unsafe extern "efiapi" fn IoInitializeRemoveLockEx(
    lock: *mut IO_REMOVE_LOCK,
    _tag: u32,
    _most_minutes: u32,
    _high_water: u32,
    _size: u32,
) {
    thread::current(|thread| {
        let known = thread.system.io.remove_locks.0.lock().insert(lock as usize, Vec::new());
        if known.is_some() && device::holds(&thread.system, lock as usize) {
            let text = format!("{} initializes a remove lock again", verifier::caller());
            rules::REMOVE_LOCK_AGAIN.broken_with([0, lock as u64, 0], text);
        }
    });
    let mut fresh = IO_REMOVE_LOCK::default();
    fresh.Common.IoCount = 1;
    // SAFETY: the driver passes memory for a lock.
    unsafe { lock.write(fresh) };
    // SAFETY: as above.
    let event = unsafe { &raw mut (*lock).Common.RemoveEvent };
    // SAFETY: as above.
    unsafe { event::initialize(event, SynchronizationEvent, false) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioacquireremovelock)
pub(super) unsafe extern "efiapi" fn IoAcquireRemoveLockEx(
    lock: *mut IO_REMOVE_LOCK,
    tag: *mut c_void,
    _file: *const c_char,
    _line: u32,
    _size: u32,
) -> NTSTATUS {
    let address = lock as usize;
    // SAFETY: the driver passes a lock that it initialised.
    let lock = unsafe { Lock::new(lock) };
    lock.count.fetch_add(1, Ordering::AcqRel);
    if lock.removed.load(Ordering::Acquire) == 0 {
        thread::current(|thread| {
            let mut tags = thread.system.io.remove_locks.0.lock();
            tags.entry(address).or_default().push(tag as usize);
        });
        return STATUS_SUCCESS;
    }
    lock.release();
    STATUS_DELETE_PENDING
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreleaseremovelock)
pub(super) unsafe extern "efiapi" fn IoReleaseRemoveLockEx(
    lock: *mut IO_REMOVE_LOCK,
    tag: *mut c_void,
    _size: u32,
) {
    if !give_up(lock, tag) {
        let text =
            format!("{} releases a remove lock with a tag that it has not", verifier::caller());
        rules::REMOVE_LOCK_RELEASED.broken_with([lock as u64, tag as u64, 0], text);
        return;
    }
    // SAFETY: the driver passes a lock that it initialised.
    unsafe { Lock::new(lock) }.release();
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreleaseremovelockandwait)
pub(super) unsafe extern "efiapi" fn IoReleaseRemoveLockAndWaitEx(
    lock: *mut IO_REMOVE_LOCK,
    tag: *mut c_void,
    _size: u32,
) {
    if !give_up(lock, tag) {
        let text =
            format!("{} gives a remove lock up with a tag that it has not", verifier::caller());
        rules::REMOVE_LOCK_TAG.broken_with([lock as u64, tag as u64, 0], text);
        return;
    }
    // SAFETY: the driver passes a lock that it initialised.
    let lock = unsafe { Lock::new(lock) };
    lock.removed.store(1, Ordering::Release);
    // The caller's own, and the one that stands for the device.
    lock.count.fetch_sub(1, Ordering::AcqRel);
    if lock.count.fetch_sub(1, Ordering::AcqRel) > 1 {
        // SAFETY: the lock stays valid until the wait is over.
        unsafe { event::wait(lock.event, Limit::None) };
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoAcquireRemoveLockEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoInitializeRemoveLockEx: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoReleaseRemoveLockAndWaitEx: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    IoReleaseRemoveLockEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
