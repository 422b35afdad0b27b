//! MDLs: making them, locking what they describe, and freeing them.

use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    ffi::c_void,
    ptr,
};

use super::{Allocated, Locked, PAGE, address, map};
use crate::{
    ex::pool,
    export::{Export, exports},
    ke::{bug_check::raise, irql},
    low_resources::denies,
    nt::{
        APC_LEVEL, DISPATCH_LEVEL, HIGH_LEVEL, IRP, IoReadAccess, KPROCESSOR_MODE, LOCK_OPERATION,
        MDL, MDL_MAPPED_TO_SYSTEM_VA, MDL_PAGES_LOCKED, MDL_PARTIAL, MDL_PARTIAL_HAS_BEEN_MAPPED,
        MDL_SOURCE_IS_NONPAGED_POOL, MDL_WRITE_OPERATION, PASSIVE_LEVEL, PFN_NUMBER,
        STATUS_INSUFFICIENT_RESOURCES,
    },
    thread,
    verifier::{self, Check, catalogue::mdl as rules},
};

/// Reports a rule about an MDL that its flags break; `wrong` are those that are there or missing.
pub(super) fn broken(check: &'static Check, mdl: &MDL, wrong: i16, does: &str) {
    let (flags, wrong) = (mdl.MdlFlags.cast_unsigned(), wrong.cast_unsigned());
    let at = &raw const *mdl as u64;
    let text = format!("{} {does}", verifier::caller());
    check.broken_with([at, flags.into(), wrong.into()], text);
}

/// Reports a call at a level that is too high.
pub(super) fn broken_level(
    check: &'static Check,
    mdl: *const MDL,
    mode: KPROCESSOR_MODE,
    does: &str,
) {
    let level = irql::current();
    let text = format!("{} {does} at IRQL {level}", verifier::caller());
    let mode = u64::from(mode.cast_unsigned());
    check.broken_with([level.into(), mdl as u64, mode], text);
}

/// How many pages `length` bytes at an address touch.
fn pages(address: usize, length: usize) -> usize {
    (address % PAGE + length).div_ceil(PAGE)
}

/// Bytes of an MDL with the numbers of its pages.
pub(crate) fn size(address: usize, length: usize) -> usize {
    size_of::<MDL>() + pages(address, length) * size_of::<PFN_NUMBER>()
}

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size, align_of::<MDL>()).ok()
}

/// An MDL for a buffer; null if there is no memory for it.
pub(crate) fn allocate(address: usize, length: u32) -> *mut MDL {
    let size = size(address, length as usize);
    // Windows allows buffers of almost 4 GiB, for which the field is too small, too.
    let short = i16::try_from(size).unwrap_or(i16::MAX);
    let Some(layout) = layout(size) else { return ptr::null_mut() };
    // SAFETY: the size is not zero.
    let mdl: *mut MDL = unsafe { alloc_zeroed(layout) }.cast();
    if mdl.is_null() {
        return mdl;
    }
    let value = MDL {
        Size: short,
        StartVa: (address - address % PAGE) as *mut c_void,
        ByteCount: length,
        ByteOffset: u32::try_from(address % PAGE).unwrap_or_default(),
        ..MDL::default()
    };
    // SAFETY: the memory was just allocated, large enough for an MDL.
    unsafe { mdl.write(value) };
    thread::current(|thread| {
        let allocated = Allocated { bytes: size, caller: thread.caller.get() };
        thread.system.mm.mdls.lock().insert(mdl as usize, allocated);
    });
    mdl
}

/// Frees an MDL that [`allocate`] made.
///
/// # Safety
///
/// Nobody uses it any more. A driver may pass anything: what was not allocated is reported.
pub(crate) unsafe fn free(mdl: *mut MDL) {
    let system = thread::system();
    let allocated = system.mm.mdls.lock().remove(&(mdl as usize));
    let Some(layout) = allocated.and_then(|allocated| layout(allocated.bytes)) else {
        rules::FREE_NONE.broken_by_caller("frees an MDL that is none");
        return;
    };
    system.mm.locked.lock().remove(&(mdl as usize));
    // SAFETY: it was in the list, and so is an MDL.
    let flags = unsafe { (*mdl).MdlFlags };
    if flags & MDL_PARTIAL_HAS_BEEN_MAPPED != 0 {
        // The page says that freeing a partial MDL unmaps it.
        // SAFETY: as above.
        map::forget(unsafe { &mut *mdl });
    } else if flags & (MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL) == 0 {
        // SAFETY: as above.
        let mdl = unsafe { &*mdl };
        if flags & MDL_MAPPED_TO_SYSTEM_VA != 0 {
            broken(rules::FREE_MAPPED, mdl, MDL_MAPPED_TO_SYSTEM_VA, "frees an MDL that is mapped");
        } else if flags & MDL_PAGES_LOCKED != 0 {
            let does = "frees an MDL whose pages are locked";
            broken(rules::FREE_LOCKED, mdl, MDL_PAGES_LOCKED, does);
        }
    }
    // SAFETY: it was allocated with this layout, and is in use no more by the contract.
    unsafe { dealloc(mdl.cast(), layout) };
}

/// Writes the numbers of the pages behind an MDL.
///
/// # Safety
///
/// The MDL has room for them.
pub(crate) unsafe fn number_pages(mdl: *mut MDL) {
    // SAFETY: by the contract the MDL is valid.
    let described = unsafe { *mdl };
    let first = described.StartVa as usize / PAGE;
    let count = pages(address(&described), described.ByteCount as usize);
    // SAFETY: the numbers follow the structure.
    let numbers: *mut PFN_NUMBER = unsafe { mdl.add(1) }.cast();
    for index in 0..count {
        // SAFETY: by the contract there is room for so many.
        let number = unsafe { numbers.add(index) };
        // SAFETY: as above.
        unsafe { number.write(first + index) };
    }
}

/// Locks the pages of an MDL for the I/O manager or a driver.
///
/// # Safety
///
/// The MDL is valid, and has room for the numbers of its pages.
pub(crate) unsafe fn lock(mdl: *mut MDL, operation: LOCK_OPERATION) {
    // SAFETY: by the contract.
    unsafe { number_pages(mdl) };
    // SAFETY: by the contract.
    let mdl = unsafe { &mut *mdl };
    let wrong =
        MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL;
    let wrong = mdl.MdlFlags & wrong;
    if wrong != 0 {
        let does = "locks the pages of an MDL that are locked, or never need to be";
        broken(rules::LOCK_FLAGS, mdl, wrong, does);
    }
    pool::lock(address(mdl), true);
    mdl.MdlFlags |= MDL_PAGES_LOCKED;
    if operation != IoReadAccess {
        mdl.MdlFlags |= MDL_WRITE_OPERATION;
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocatemdl)
unsafe extern "efiapi" fn IoAllocateMdl(
    address: *mut c_void,
    length: u32,
    secondary: u8,
    _charge_quota: u8,
    irp: *mut IRP,
) -> *mut MDL {
    if denies("IoAllocateMdl") {
        return ptr::null_mut();
    }
    let mdl = allocate(address as usize, length);
    if mdl.is_null() || irp.is_null() {
        return mdl;
    }
    // SAFETY: the caller passed an IRP of its own.
    let mut place = unsafe { &raw mut (*irp).MdlAddress };
    if secondary != 0 {
        loop {
            // SAFETY: the place is in the IRP or in one of its MDLs.
            let last = unsafe { place.read() };
            // SAFETY: the MDLs of an IRP are valid.
            let Some(last) = (unsafe { last.as_mut() }) else { break };
            place = &raw mut last.Next;
        }
    }
    // SAFETY: the place is in the IRP or in one of its MDLs.
    unsafe { place.write(mdl) };
    mdl
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreemdl)
unsafe extern "efiapi" fn IoFreeMdl(mdl: *mut MDL) {
    // SAFETY: the caller is done with it.
    unsafe { free(mdl) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iobuildpartialmdl)
unsafe extern "efiapi" fn IoBuildPartialMdl(
    source: *mut MDL,
    target: *mut MDL,
    start: *mut c_void,
    length: u32,
) {
    // SAFETY: the caller passed a valid MDL.
    let source = unsafe { *source };
    let offset = (start as usize).wrapping_sub(address(&source));
    let left = (source.ByteCount as usize).checked_sub(offset);
    let length = if length == 0 { left.unwrap_or_default() } else { length as usize };
    if left.is_none_or(|left| length > left) {
        let does = "builds a partial MDL that is not a part of its source";
        rules::PARTIAL_RANGE.broken_by_caller(does);
        return;
    }
    // SAFETY: the caller passed a valid MDL, which is another one.
    let part = unsafe { &mut *target };
    part.StartVa = (start as usize - start as usize % PAGE) as *mut c_void;
    part.ByteOffset = u32::try_from(start as usize % PAGE).unwrap_or_default();
    part.ByteCount = u32::try_from(length).unwrap_or_default();
    part.Process = source.Process;
    let inherited = MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA | MDL_WRITE_OPERATION;
    part.MdlFlags = part.MdlFlags & !inherited | source.MdlFlags & inherited | MDL_PARTIAL;
    part.MappedSystemVa = (source.MappedSystemVa as usize).wrapping_add(offset) as *mut c_void;
    // SAFETY: the caller allocated it for so many bytes.
    unsafe { number_pages(target) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmbuildmdlfornonpagedpool)
unsafe extern "efiapi" fn MmBuildMdlForNonPagedPool(mdl: *mut MDL) {
    // SAFETY: the caller allocated it for its buffer.
    unsafe { number_pages(mdl) };
    // SAFETY: the caller passed a valid MDL.
    let mdl = unsafe { &mut *mdl };
    let system = thread::system();
    let level = u64::from(irql::current());
    let (at, start) = (&raw const *mdl as u64, address(mdl));
    if pool::is_paged(&system, start) {
        let text = format!("{} describes paged pool as if it were not", verifier::caller());
        let flags = mdl.MdlFlags.cast_unsigned();
        rules::BUILD_PAGED.broken_with([level, at, flags.into()], text);
    } else if system.mm.users.contains(start) {
        let text =
            format!("{} describes memory of a program as if it were pool", verifier::caller());
        rules::BUILD_PAGEABLE.broken_with([level, at, start as u64], text);
    }
    mdl.MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    mdl.MappedSystemVa = address(mdl) as *mut c_void;
}

/// Raises no exception: a buffer that cannot be accessed faults where it is used.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages)
unsafe extern "efiapi" fn MmProbeAndLockPages(
    mdl: *mut MDL,
    mode: KPROCESSOR_MODE,
    operation: LOCK_OPERATION,
) {
    if denies("MmProbeAndLockPages") {
        raise(STATUS_INSUFFICIENT_RESOURCES);
    }
    // SAFETY: the caller passed a valid MDL.
    let described = unsafe { *mdl };
    let system = thread::system();
    let start = address(&described);
    let level = irql::current();
    if level > DISPATCH_LEVEL || level > APC_LEVEL && pool::is_paged(&system, start) {
        broken_level(rules::LOCK_LEVEL, mdl, mode, "locks pages");
    }
    let pages = pages(start, described.ByteCount as usize);
    let caller = thread::current(|thread| thread.caller.get());
    system.mm.locked.lock().insert(mdl as usize, Locked { caller, pages });
    // SAFETY: the caller allocated it for its buffer.
    unsafe { lock(mdl, operation) };
}

/// Unlocks the pages of an MDL, and ends its mapping.
///
/// # Safety
///
/// The MDL is valid, and nobody else uses it.
pub(crate) unsafe fn unlock(mdl: *mut MDL) {
    // SAFETY: by the contract.
    let mdl = unsafe { &mut *mdl };
    thread::system().mm.locked.lock().remove(&(&raw const *mdl as usize));
    let flags = mdl.MdlFlags;
    if flags & MDL_PARTIAL != 0 {
        broken(rules::UNLOCK_PARTIAL, mdl, MDL_PARTIAL, "unlocks the pages of a partial MDL");
    } else if flags & MDL_SOURCE_IS_NONPAGED_POOL != 0 {
        let does = "unlocks pages of nonpaged pool";
        broken(rules::UNLOCK_NONPAGED, mdl, MDL_SOURCE_IS_NONPAGED_POOL, does);
    } else if flags & MDL_PAGES_LOCKED == 0 {
        broken(rules::UNLOCK_UNLOCKED, mdl, 0, "unlocks pages that are not locked");
    } else {
        pool::lock(address(mdl), false);
    }
    map::forget(mdl);
    mdl.MdlFlags &= !(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION);
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmunlockpages)
unsafe extern "efiapi" fn MmUnlockPages(mdl: *mut MDL) {
    // SAFETY: the caller passed a valid MDL.
    unsafe { unlock(mdl) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmsizeofmdl)
unsafe extern "efiapi" fn MmSizeOfMdl(base: *mut c_void, length: usize) -> usize {
    size(base as usize, length)
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoAllocateMdl: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoBuildPartialMdl: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoFreeMdl: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmBuildMdlForNonPagedPool: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmProbeAndLockPages: PASSIVE_LEVEL..=HIGH_LEVEL;
    MmSizeOfMdl: PASSIVE_LEVEL..=HIGH_LEVEL;
    MmUnlockPages: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
