//! Lists and numbers that are changed under a spin lock of the caller's.
//!
//! Windows lets nothing interrupt the processor meanwhile, so that they may be used at any level.

use core::ptr;

use crate::{
    export::{Export, exports},
    ke::{
        irql,
        spin_lock::{self, Way},
    },
    nt::{
        HIGH_LEVEL, KSPIN_LOCK, LARGE_INTEGER, LIST_ENTRY, PASSIVE_LEVEL, SINGLE_LIST_ENTRY,
        insert_head_list, insert_tail_list, is_list_empty, remove_head_list,
    },
};

/// Runs `code` with the lock.
///
/// # Safety
///
/// `lock` is a spin lock.
unsafe fn with<R>(lock: *mut KSPIN_LOCK, code: impl FnOnce() -> R) -> R {
    irql::at_least(HIGH_LEVEL, || {
        // SAFETY: by the contract.
        unsafe { spin_lock::acquire(lock, Way::Plain, irql::current()) };
        let result = code();
        // SAFETY: by the contract.
        unsafe { spin_lock::release(lock, Way::Plain) };
        result
    })
}

/// An entry of a list, for who puts another one beside it: null if the list is empty.
///
/// # Safety
///
/// `head` is the head of a list, which nobody else uses.
unsafe fn unless_empty(head: *mut LIST_ENTRY, entry: *mut LIST_ENTRY) -> *mut LIST_ENTRY {
    // SAFETY: by the contract.
    if unsafe { is_list_empty(head) } { ptr::null_mut() } else { entry }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedinsertheadlist)
unsafe extern "efiapi" fn ExInterlockedInsertHeadList(
    head: *mut LIST_ENTRY,
    entry: *mut LIST_ENTRY,
    lock: *mut KSPIN_LOCK,
) -> *mut LIST_ENTRY {
    let insert = || {
        // SAFETY: the driver passes a list, which is locked.
        let first = unsafe { (*head).Flink };
        // SAFETY: as above.
        let before = unsafe { unless_empty(head, first) };
        // SAFETY: as above, and an entry that is in no list.
        unsafe { insert_head_list(head, entry) };
        before
    };
    // SAFETY: the driver passes a lock.
    unsafe { with(lock, insert) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedinserttaillist)
unsafe extern "efiapi" fn ExInterlockedInsertTailList(
    head: *mut LIST_ENTRY,
    entry: *mut LIST_ENTRY,
    lock: *mut KSPIN_LOCK,
) -> *mut LIST_ENTRY {
    let insert = || {
        // SAFETY: the driver passes a list, which is locked.
        let last = unsafe { (*head).Blink };
        // SAFETY: as above.
        let before = unsafe { unless_empty(head, last) };
        // SAFETY: as above, and an entry that is in no list.
        unsafe { insert_tail_list(head, entry) };
        before
    };
    // SAFETY: the driver passes a lock.
    unsafe { with(lock, insert) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedremoveheadlist)
unsafe extern "efiapi" fn ExInterlockedRemoveHeadList(
    head: *mut LIST_ENTRY,
    lock: *mut KSPIN_LOCK,
) -> *mut LIST_ENTRY {
    // SAFETY: the driver passes a list, which is locked.
    let remove = || unsafe { remove_head_list(head) }.unwrap_or(ptr::null_mut());
    // SAFETY: the driver passes a lock.
    unsafe { with(lock, remove) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpushentrylist)
unsafe extern "efiapi" fn ExInterlockedPushEntryList(
    head: *mut SINGLE_LIST_ENTRY,
    entry: *mut SINGLE_LIST_ENTRY,
    lock: *mut KSPIN_LOCK,
) -> *mut SINGLE_LIST_ENTRY {
    let push = || {
        // SAFETY: the driver passes a list, which is locked.
        let before = unsafe { ptr::replace(head, SINGLE_LIST_ENTRY { Next: entry }) };
        // SAFETY: the driver passes an entry.
        unsafe { entry.write(before) };
        before.Next
    };
    // SAFETY: the driver passes a lock.
    unsafe { with(lock, push) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedpopentrylist)
unsafe extern "efiapi" fn ExInterlockedPopEntryList(
    head: *mut SINGLE_LIST_ENTRY,
    lock: *mut KSPIN_LOCK,
) -> *mut SINGLE_LIST_ENTRY {
    let pop = || {
        // SAFETY: the driver passes a list, which is locked.
        let SINGLE_LIST_ENTRY { Next: first } = unsafe { head.read() };
        if !first.is_null() {
            // SAFETY: entries are valid as long as they are in the list.
            let next = unsafe { first.read() };
            // SAFETY: as above.
            unsafe { head.write(next) };
        }
        first
    };
    // SAFETY: the driver passes a lock.
    unsafe { with(lock, pop) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedaddlargeinteger)
unsafe extern "efiapi" fn ExInterlockedAddLargeInteger(
    number: *mut LARGE_INTEGER,
    increment: LARGE_INTEGER,
    lock: *mut KSPIN_LOCK,
) -> LARGE_INTEGER {
    let add = || {
        // SAFETY: the driver passes a number, which is locked.
        let before = unsafe { number.read() };
        // SAFETY: all bytes are a number.
        let [sum, increment] = [before, increment].map(|value| unsafe { value.QuadPart });
        let sum = LARGE_INTEGER { QuadPart: sum.wrapping_add(increment) };
        // SAFETY: as above.
        unsafe { number.write(sum) };
        before
    };
    // SAFETY: the driver passes a lock.
    unsafe { with(lock, add) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinterlockedaddulong)
unsafe extern "efiapi" fn ExInterlockedAddUlong(
    number: *mut u32,
    increment: u32,
    lock: *mut KSPIN_LOCK,
) -> u32 {
    let add = || {
        // SAFETY: the driver passes a number, which is locked.
        let before = unsafe { number.read() };
        // SAFETY: as above.
        unsafe { number.write(before.wrapping_add(increment)) };
        before
    };
    // SAFETY: the driver passes a lock.
    unsafe { with(lock, add) }
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExInterlockedAddLargeInteger: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExInterlockedAddUlong: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExInterlockedInsertHeadList: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExInterlockedInsertTailList: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExInterlockedPopEntryList: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExInterlockedPushEntryList: PASSIVE_LEVEL..=HIGH_LEVEL;
    ExInterlockedRemoveHeadList: PASSIVE_LEVEL..=HIGH_LEVEL;
};
