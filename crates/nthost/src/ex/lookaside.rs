//! Lookaside lists.
//!
//! The functions that take a block out of a list and put it back are inline functions of a driver,
//! which use the members of the list.

use core::{ffi::c_void, ops::Range};
use std::collections::HashSet;

use parking_lot::Mutex;

use super::{
    pool::{ExAllocatePoolWithTag, ExFreePool},
    slist::Locked,
};
use crate::{
    export::{Export, exports},
    ke,
    low_resources::denies,
    nt::{
        APC_LEVEL, DISPATCH_LEVEL, EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE,
        EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, GENERAL_LOOKASIDE, GENERAL_LOOKASIDE_ALLOCATE,
        GENERAL_LOOKASIDE_FREE, GENERAL_LOOKASIDE_LIST, GENERAL_LOOKASIDE_POOL, LOOKASIDE_LIST_EX,
        NPAGED_LOOKASIDE_LIST, NTSTATUS, NonPagedPool, NonPagedPoolNx, PAGED_LOOKASIDE_LIST,
        PALLOCATE_FUNCTION, PALLOCATE_FUNCTION_EX, PASSIVE_LEVEL, PFREE_FUNCTION,
        PFREE_FUNCTION_EX, POOL_NX_ALLOCATION, POOL_QUOTA_FAIL_INSTEAD_OF_RAISE,
        POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_TYPE, PagedPool, SLIST_ENTRY, SLIST_HEADER,
        STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER_4, STATUS_INVALID_PARAMETER_5,
        STATUS_INVALID_PARAMETER_6, STATUS_SUCCESS,
    },
    thread,
    verifier::{self, catalogue::pool as rules},
};

/// The lists that are initialized, by address.
#[derive(Default)]
pub(super) struct Lists(Mutex<HashSet<usize>>);

impl Lists {
    /// A list that lies between two addresses.
    pub fn within(&self, range: &Range<usize>) -> Option<usize> {
        self.0.lock().iter().copied().find(|list| range.contains(list))
    }
}

/// The least that Windows says a block has: a link to the next.
const LEAST: usize = size_of::<*const SLIST_ENTRY>();

/// Notes that a list is initialized.
fn initialized(list: usize, size: usize) {
    if size < LEAST {
        let text = format!("{} makes a list of blocks of {size} bytes", verifier::caller());
        rules::LOOKASIDE_SIZE.broken_with([list as u64, size as u64, LEAST as u64], text);
    }
    if !thread::system().ex.lookaside.0.lock().insert(list) {
        let text = format!("{} initializes a list that is initialized", verifier::caller());
        rules::LOOKASIDE_TWICE.broken_with([list as u64, 0, 0], text);
    }
}

/// Notes that a list is deleted; false if it is none.
fn deleted(list: usize) -> bool {
    let was_one = thread::system().ex.lookaside.0.lock().remove(&list);
    if !was_one {
        let text = format!("{} deletes a list that is not initialized", verifier::caller());
        rules::LOOKASIDE_NONE.broken_with([list as u64, 0, 0], text);
    }
    was_one
}

/// Blocks that a list may hold at first.
const DEPTH: u16 = 4;
/// Blocks that a list may ever hold.
const MAXIMUM_DEPTH: u16 = 256;

/// What a list uses whose driver has no function of its own.
unsafe extern "efiapi" fn allocate_ex(
    kind: POOL_TYPE,
    size: usize,
    tag: u32,
    _list: *mut LOOKASIDE_LIST_EX,
) -> *mut c_void {
    // SAFETY: the contract is the same.
    unsafe { ExAllocatePoolWithTag(kind, size, tag) }
}

/// What a list uses whose driver has no function of its own.
unsafe extern "efiapi" fn free_ex(block: *mut c_void, _list: *mut LOOKASIDE_LIST_EX) {
    // SAFETY: the contract is the same.
    unsafe { ExFreePool(block) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializelookasidelistex)
#[rustfmt::skip]
unsafe extern "efiapi" fn ExInitializeLookasideListEx(
    list: *mut LOOKASIDE_LIST_EX,
    allocate: PALLOCATE_FUNCTION_EX,
    free: PFREE_FUNCTION_EX,
    kind: POOL_TYPE,
    flags: u32,
    size: usize,
    tag: u32,
    depth: u16,
) -> NTSTATUS {
    if denies("ExInitializeLookasideListEx") {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let known = [0, EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE];
    if ![NonPagedPool, NonPagedPoolNx, PagedPool].contains(&(kind & !POOL_NX_ALLOCATION)) {
        return STATUS_INVALID_PARAMETER_4;
    }
    if !known.contains(&flags) {
        return STATUS_INVALID_PARAMETER_5;
    }
    let Some(size) = u32::try_from(size).ok().filter(|&size| size as usize >= size_of::<SLIST_ENTRY>())
    else {
        return STATUS_INVALID_PARAMETER_6;
    };
    if depth != 0 {
        let text = format!("{} gives a depth of {depth}, which must be zero", verifier::caller());
        rules::LOOKASIDE_DEPTH.broken(text);
    }
    let kind = match flags {
        EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL => kind | POOL_RAISE_IF_ALLOCATION_FAILURE,
        EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE => kind | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE,
        _ => kind,
    };
    let members = GENERAL_LOOKASIDE_POOL {
        u: GENERAL_LOOKASIDE_LIST { ListHead: SLIST_HEADER::default() },
        Depth: DEPTH,
        MaximumDepth: MAXIMUM_DEPTH,
        Type: kind,
        Tag: tag,
        Size: size,
        u4: GENERAL_LOOKASIDE_ALLOCATE { AllocateEx: allocate.or(Some(allocate_ex)) },
        u5: GENERAL_LOOKASIDE_FREE { FreeEx: free.or(Some(free_ex)) },
        ..GENERAL_LOOKASIDE_POOL::default()
    };
    // SAFETY: the driver passes memory for a list.
    unsafe { list.write(LOOKASIDE_LIST_EX { L: members }) };
    initialized(list.addr(), size as usize);
    STATUS_SUCCESS
}

/// Frees the blocks that a list holds.
///
/// # Safety
///
/// `head` is a list of blocks that `free` frees.
unsafe fn flush(head: *mut SLIST_HEADER, free: impl Fn(*mut c_void)) {
    // SAFETY: by the contract.
    let mut next = unsafe { Locked::new(head) }.flush();
    while !next.is_null() {
        // SAFETY: the entry is valid until it is freed.
        let after = unsafe { next.cast::<*mut SLIST_ENTRY>().read() };
        free(next.cast());
        next = after;
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exflushlookasidelistex)
unsafe extern "efiapi" fn ExFlushLookasideListEx(list: *mut LOOKASIDE_LIST_EX) {
    // SAFETY: the driver passes a list.
    let function = unsafe { (*list).L.u5 };
    // SAFETY: a list of this kind has such a function.
    let function = unsafe { function.FreeEx };
    let Some(function) = function else { return };
    let free = |block| {
        // SAFETY: the function is the driver's or the one above.
        let code = || unsafe { function(block, list) };
        // SAFETY: there is nothing to drop.
        unsafe { ke::thread::ask((), code) };
    };
    // SAFETY: as above; the list begins with its head.
    unsafe { flush(list.cast(), free) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletelookasidelistex)
unsafe extern "efiapi" fn ExDeleteLookasideListEx(list: *mut LOOKASIDE_LIST_EX) {
    if deleted(list.addr()) {
        // SAFETY: the contract is the same.
        unsafe { ExFlushLookasideListEx(list) };
    }
}

/// The members of an older list.
fn members(
    allocate: PALLOCATE_FUNCTION,
    free: PFREE_FUNCTION,
    kind: POOL_TYPE,
    size: usize,
    tag: u32,
) -> GENERAL_LOOKASIDE {
    GENERAL_LOOKASIDE {
        u: GENERAL_LOOKASIDE_LIST { ListHead: SLIST_HEADER::default() },
        Depth: DEPTH,
        MaximumDepth: MAXIMUM_DEPTH,
        Type: kind,
        Tag: tag,
        // A freed block holds the link to the next one.
        Size: u32::try_from(size.max(size_of::<SLIST_ENTRY>())).unwrap_or(u32::MAX),
        u4: GENERAL_LOOKASIDE_ALLOCATE { Allocate: allocate.or(Some(ExAllocatePoolWithTag)) },
        u5: GENERAL_LOOKASIDE_FREE { Free: free.or(Some(ExFreePool)) },
        ..GENERAL_LOOKASIDE::default()
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializenpagedlookasidelist)
unsafe extern "efiapi" fn ExInitializeNPagedLookasideList(
    list: *mut NPAGED_LOOKASIDE_LIST,
    allocate: PALLOCATE_FUNCTION,
    free: PFREE_FUNCTION,
    flags: u32,
    size: usize,
    tag: u32,
    _depth: u16,
) {
    // The flags are those of a kind of pool.
    let kind = NonPagedPool | POOL_TYPE::try_from(flags).unwrap_or_default();
    // SAFETY: the driver passes memory for a list.
    unsafe { list.write(NPAGED_LOOKASIDE_LIST { L: members(allocate, free, kind, size, tag) }) };
    initialized(list.addr(), size);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exinitializepagedlookasidelist)
unsafe extern "efiapi" fn ExInitializePagedLookasideList(
    list: *mut PAGED_LOOKASIDE_LIST,
    allocate: PALLOCATE_FUNCTION,
    free: PFREE_FUNCTION,
    flags: u32,
    size: usize,
    tag: u32,
    _depth: u16,
) {
    // The flags are those of a kind of pool.
    let kind = PagedPool | POOL_TYPE::try_from(flags).unwrap_or_default();
    // SAFETY: the driver passes memory for a list.
    unsafe { list.write(PAGED_LOOKASIDE_LIST { L: members(allocate, free, kind, size, tag) }) };
    initialized(list.addr(), size);
}

/// # Safety
///
/// `list` is a list.
unsafe fn delete(list: *mut GENERAL_LOOKASIDE) {
    if !deleted(list.addr()) {
        return;
    }
    // SAFETY: by the contract.
    let function = unsafe { (*list).u5 };
    // SAFETY: a list of this kind has such a function.
    let function = unsafe { function.Free };
    let Some(function) = function else { return };
    let free = |block| {
        // SAFETY: the function is the driver's or that of the pool.
        let code = || unsafe { function(block) };
        // SAFETY: there is nothing to drop.
        unsafe { ke::thread::ask((), code) };
    };
    // SAFETY: as above; the list begins with its head.
    unsafe { flush(list.cast(), free) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletenpagedlookasidelist)
unsafe extern "efiapi" fn ExDeleteNPagedLookasideList(list: *mut NPAGED_LOOKASIDE_LIST) {
    // SAFETY: the driver passes a list.
    unsafe { delete(list.cast()) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exdeletepagedlookasidelist)
unsafe extern "efiapi" fn ExDeletePagedLookasideList(list: *mut PAGED_LOOKASIDE_LIST) {
    // SAFETY: the driver passes a list.
    unsafe { delete(list.cast()) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExDeleteLookasideListEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExDeleteNPagedLookasideList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExDeletePagedLookasideList: PASSIVE_LEVEL..=APC_LEVEL;
    ExFlushLookasideListEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExInitializeLookasideListEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExInitializeNPagedLookasideList: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ExInitializePagedLookasideList: PASSIVE_LEVEL..=APC_LEVEL;
};
