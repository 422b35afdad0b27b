//! MDLs: making them, locking what they describe, and freeing them.

use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    ffi::c_void,
    ptr,
};

use super::{PAGE, address, map};
use crate::{
    ex::pool,
    export::{Export, exports},
    ke::{bug_check::raise, irql},
    low_resources::denies,
    nt::{
        DISPATCH_LEVEL, HIGH_LEVEL, IRP, IoReadAccess, KPROCESSOR_MODE, LOCK_OPERATION, MDL,
        MDL_MAPPED_TO_SYSTEM_VA, MDL_PAGES_LOCKED, MDL_PARTIAL, MDL_PARTIAL_HAS_BEEN_MAPPED,
        MDL_SOURCE_IS_NONPAGED_POOL, MDL_WRITE_OPERATION, PASSIVE_LEVEL, PFN_NUMBER,
        STATUS_INSUFFICIENT_RESOURCES,
    },
    thread,
    verifier::{self, catalogue::mdl as rules},
};

const PAGE_OF_MDLS: &str =
    "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-mdls";

/// The flags of an MDL, as reports have them.
fn flags(mdl: &MDL) -> u64 {
    u64::from(mdl.MdlFlags.cast_unsigned())
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
    thread::system().mm.mdls.lock().insert(mdl as usize, size);
    mdl
}

/// Frees an MDL that [`allocate`] made.
///
/// # Safety
///
/// Nobody uses it any more. A driver may pass anything: what was not allocated is reported.
pub(crate) unsafe fn free(mdl: *mut MDL) {
    let size = thread::system().mm.mdls.lock().remove(&(mdl as usize));
    let Some(layout) = size.and_then(layout) else {
        verifier::report("mdl-free", PAGE_OF_MDLS, "IoFreeMdl was called for what is no MDL");
        return;
    };
    // SAFETY: it was in the list, and so is an MDL.
    let flags = unsafe { (*mdl).MdlFlags };
    if flags & MDL_PARTIAL_HAS_BEEN_MAPPED != 0 {
        // The page says that freeing a partial MDL unmaps it.
        // SAFETY: as above.
        map::forget(unsafe { &mut *mdl });
    } else if flags & MDL_PAGES_LOCKED != 0 && flags & MDL_PARTIAL == 0 {
        verifier::report("mdl-locked", PAGE_OF_MDLS, "IoFreeMdl was called for locked pages");
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
    if mdl.MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL) != 0 {
        verifier::report("mdl-lock", PAGE_OF_MDLS, "the pages of an MDL were locked twice");
    }
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
        verifier::report("mdl-partial", PAGE_OF_MDLS, "a partial MDL is not a part of its source");
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
    let at = mdl as usize;
    // SAFETY: the caller passed a valid MDL.
    let mdl = unsafe { &mut *mdl };
    if pool::is_paged(&thread::system(), address(mdl)) {
        let text = format!("{} describes paged pool as if it were not", verifier::caller());
        let parameters = [irql::current().into(), at as u64, flags(mdl)];
        rules::BUILD_PAGED.broken_with(parameters, text);
    }
    mdl.MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    mdl.MappedSystemVa = address(mdl) as *mut c_void;
}

/// Raises no exception: a buffer that cannot be accessed faults where it is used.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-mmprobeandlockpages)
unsafe extern "efiapi" fn MmProbeAndLockPages(
    mdl: *mut MDL,
    _mode: KPROCESSOR_MODE,
    operation: LOCK_OPERATION,
) {
    if denies("MmProbeAndLockPages") {
        raise(STATUS_INSUFFICIENT_RESOURCES);
    }
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
    if mdl.MdlFlags & MDL_PAGES_LOCKED == 0 {
        verifier::report("mdl-unlock", PAGE_OF_MDLS, "pages were unlocked that were not locked");
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
    MmProbeAndLockPages: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    MmSizeOfMdl: PASSIVE_LEVEL..=HIGH_LEVEL;
    MmUnlockPages: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
