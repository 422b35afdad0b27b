//! Moving the beginning of the data of net buffers.

use std::ptr;

use ndis_sys::{
    BOOLEAN, NDIS_STATUS, NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS,
    NET_BUFFER, NET_BUFFER_ALLOCATE_MDL_HANDLER, NET_BUFFER_DATA, NET_BUFFER_FREE_MDL_HANDLER,
    NET_BUFFER_LIST,
};

use super::{
    ledger::{self, Kind},
    make::Described,
    rules, walk,
};
use crate::{
    export::{Export, exports},
    ke,
    mm::{self, PAGE},
    nt::{DISPATCH_LEVEL, MDL, PASSIVE_LEVEL},
    verifier,
};

/// Moves the beginning of the data to an offset, with this length.
///
/// # Safety
///
/// The MDLs are valid.
unsafe fn set(data: &mut NET_BUFFER_DATA, offset: u32, length: u32) {
    data.DataOffset = offset;
    data.u.stDataLength = length as usize;
    // SAFETY: by the contract.
    let (current, skip) = unsafe { walk::find(data.MdlChain, offset) };
    (data.CurrentMdl, data.CurrentMdlOffset) = (current.cast(), skip);
}

/// An MDL over new bytes; null if there is no memory.
fn new_space(bytes: u32) -> *mut MDL {
    let room = mm::size(PAGE - 1, bytes as usize).next_multiple_of(16);
    let Some(mut memory) = ledger::memory(room + bytes as usize) else { return ptr::null_mut() };
    let described = Described::nonpaged(memory.at::<u8>(room) as usize, bytes);
    memory.write(0, described.mdl(ptr::null_mut()));
    let mdl = memory.at(0);
    // SAFETY: there is room for the numbers of the pages.
    unsafe { mm::number_pages(mdl) };
    ledger::add(Kind::Retreat, 0, memory);
    mdl
}

/// Lets data begin earlier.
///
/// # Safety
///
/// The net buffer and its MDLs are valid, and so is the handler.
pub(super) unsafe fn retreat(
    buffer: *mut NET_BUFFER,
    delta: u32,
    backfill: u32,
    allocate: NET_BUFFER_ALLOCATE_MDL_HANDLER,
) -> NDIS_STATUS {
    // SAFETY: by the contract.
    let data = unsafe { walk::data(buffer) };
    let Some(length) = walk::length(data).checked_add(delta) else { return NDIS_STATUS_FAILURE };
    if let Some(offset) = data.DataOffset.checked_sub(delta) {
        // SAFETY: by the contract.
        unsafe { set(data, offset, length) };
        return NDIS_STATUS_SUCCESS;
    }
    let missing = delta - data.DataOffset;
    let Some(mut bytes) = missing.checked_add(backfill) else { return NDIS_STATUS_FAILURE };
    let mdl = match allocate {
        Some(allocate) => {
            // SAFETY: by the contract.
            let code = || unsafe { allocate(&raw mut bytes) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask(ptr::null_mut(), code) }.cast()
        }
        None => new_space(bytes),
    };
    // SAFETY: it is null or an MDL that was just allocated.
    let Some(new) = (unsafe { mdl.as_mut() }) else { return NDIS_STATUS_RESOURCES };
    if allocate.is_some() {
        ledger::add_foreign(Kind::ForeignRetreat, mdl as usize);
    }
    let Some(offset) = new.ByteCount.checked_sub(missing) else {
        rules::DATA.broken("a driver allocated fewer bytes for a retreat than it was told to");
        return NDIS_STATUS_FAILURE;
    };
    new.Next = data.MdlChain.cast();
    data.MdlChain = mdl.cast();
    // SAFETY: by the contract.
    unsafe { set(data, offset, length) };
    NDIS_STATUS_SUCCESS
}

/// Lets data begin later; frees what retreats have allocated that is used no more, if it is told to.
///
/// # Safety
///
/// The net buffer and its MDLs are valid, and so is the handler.
pub(super) unsafe fn advance(
    buffer: *mut NET_BUFFER,
    delta: u32,
    frees: bool,
    free: NET_BUFFER_FREE_MDL_HANDLER,
) {
    // SAFETY: by the contract.
    let data = unsafe { walk::data(buffer) };
    let length = walk::length(data).checked_sub(delta);
    let Some((length, offset)) = length.zip(data.DataOffset.checked_add(delta)) else {
        rules::DATA.broken(format!(
            "{} advances a net buffer of {} bytes by {delta}",
            verifier::caller(),
            walk::length(data)
        ));
        return;
    };
    // SAFETY: by the contract.
    unsafe { set(data, offset, length) };
    if frees {
        // SAFETY: by the contract.
        unsafe { free_unused(data, free) };
    }
}

/// Frees what retreats have allocated at the beginning of a chain that is before the data.
///
/// # Safety
///
/// The MDLs are valid, and so is the handler.
unsafe fn free_unused(data: &mut NET_BUFFER_DATA, free: NET_BUFFER_FREE_MDL_HANDLER) {
    loop {
        let first = data.MdlChain.cast::<MDL>();
        // SAFETY: by the contract.
        let Some(mdl) = (unsafe { first.as_ref() }) else { return };
        let kind = ledger::kind(first as usize);
        let is_foreign = match kind {
            Some(Kind::Retreat) => false,
            Some(Kind::ForeignRetreat) if free.is_some() => true,
            _ => return,
        };
        let Some(offset) = data.DataOffset.checked_sub(mdl.ByteCount) else { return };
        let (next, length) = (mdl.Next, walk::length(data));
        data.MdlChain = next.cast();
        // SAFETY: by the contract.
        unsafe { set(data, offset, length) };
        let kind = if is_foreign { Kind::ForeignRetreat } else { Kind::Retreat };
        drop(ledger::take(first as usize, kind, rules::BUFFER));
        if let (true, Some(free)) = (is_foreign, free) {
            // SAFETY: by the contract; the driver has allocated it.
            let code = || unsafe { free(first.cast()) };
            // SAFETY: there is nothing to drop.
            unsafe { ke::thread::ask((), code) };
        }
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisretreatnetbufferdatastart)
unsafe extern "efiapi" fn NdisRetreatNetBufferDataStart(
    buffer: *mut NET_BUFFER,
    delta: u32,
    backfill: u32,
    allocate: NET_BUFFER_ALLOCATE_MDL_HANDLER,
) -> NDIS_STATUS {
    // SAFETY: the caller passed a net buffer of its own, and a handler.
    unsafe { retreat(buffer, delta, backfill, allocate) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadvancenetbufferdatastart)
unsafe extern "efiapi" fn NdisAdvanceNetBufferDataStart(
    buffer: *mut NET_BUFFER,
    delta: u32,
    frees: BOOLEAN,
    free: NET_BUFFER_FREE_MDL_HANDLER,
) {
    // SAFETY: the caller passed a net buffer of its own, and a handler.
    unsafe { advance(buffer, delta, frees != 0, free) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisretreatnetbufferlistdatastart)
unsafe extern "efiapi" fn NdisRetreatNetBufferListDataStart(
    list: *mut NET_BUFFER_LIST,
    delta: u32,
    backfill: u32,
    allocate: NET_BUFFER_ALLOCATE_MDL_HANDLER,
    free: NET_BUFFER_FREE_MDL_HANDLER,
) -> NDIS_STATUS {
    // SAFETY: the caller passed a list of its own.
    let all: Vec<_> = unsafe { walk::buffers(list) }.collect();
    for (done, &buffer) in all.iter().enumerate() {
        // SAFETY: the net buffers of a list are valid, and the caller passed a handler.
        let status = unsafe { retreat(buffer, delta, backfill, allocate) };
        if status != NDIS_STATUS_SUCCESS {
            for &buffer in &all[..done] {
                // SAFETY: as above.
                unsafe { advance(buffer, delta, true, free) };
            }
            return status;
        }
    }
    NDIS_STATUS_SUCCESS
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadvancenetbufferlistdatastart)
unsafe extern "efiapi" fn NdisAdvanceNetBufferListDataStart(
    list: *mut NET_BUFFER_LIST,
    delta: u32,
    frees: BOOLEAN,
    free: NET_BUFFER_FREE_MDL_HANDLER,
) {
    // SAFETY: the caller passed a list of its own.
    for buffer in unsafe { walk::buffers(list) } {
        // SAFETY: the net buffers of a list are valid, and the caller passed a handler.
        unsafe { advance(buffer, delta, frees != 0, free) };
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAdvanceNetBufferDataStart: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisAdvanceNetBufferListDataStart: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisRetreatNetBufferDataStart: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisRetreatNetBufferListDataStart: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
