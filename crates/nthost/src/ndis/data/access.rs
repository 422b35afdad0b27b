//! Getting at the bytes of net buffers.

use std::{ffi::c_void, ptr};

use ndis_sys::{NDIS_STATUS, NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS, NET_BUFFER};

use super::{
    rules,
    walk::{self, Part},
};
use crate::{
    export::{Export, exports},
    mm::{self, PAGE},
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, PASSIVE_LEVEL},
    verifier,
};

/// Where a part is; null if it cannot be mapped.
///
/// # Safety
///
/// Its MDL is valid.
unsafe fn map(part: &Part) -> *mut u8 {
    // SAFETY: by the contract.
    let mdl = unsafe { &mut *part.mdl };
    let base = mm::system_address(mdl).cast::<u8>();
    if base.is_null() { base } else { base.wrapping_add(part.skip) }
}

/// Where `bytes` bytes at the beginning of data are: in one piece in an MDL, or copied to `storage`; null
/// if that is not possible.
///
/// # Safety
///
/// The MDLs are valid, and `storage` is null or has room for the bytes.
unsafe fn contiguous(parts: &[Part], bytes: usize, storage: *mut u8, align: (u32, u32)) -> *mut u8 {
    if let [part] = parts {
        // SAFETY: by the contract.
        let at = unsafe { map(part) };
        let (multiple, offset) = (align.0.max(1) as usize, align.1 as usize);
        if at.is_null() || at as usize % multiple == offset % multiple {
            return at;
        }
    }
    if storage.is_null() || parts.iter().map(|part| part.bytes).sum::<usize>() < bytes {
        return ptr::null_mut();
    }
    let mut to = storage;
    for part in parts {
        // SAFETY: by the contract.
        let from = unsafe { map(part) };
        if from.is_null() {
            return from;
        }
        // SAFETY: the MDL describes so many bytes, and there is room for them.
        unsafe { to.copy_from(from, part.bytes) };
        to = to.wrapping_add(part.bytes);
    }
    storage
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetdatabuffer)
unsafe extern "efiapi" fn NdisGetDataBuffer(
    buffer: *mut NET_BUFFER,
    bytes: u32,
    storage: *mut c_void,
    multiple: u32,
    offset: u32,
) -> *mut c_void {
    if !multiple.is_power_of_two() {
        rules::DATA.broken(format!(
            "{} asks for data at a multiple of {multiple}, which is no power of two",
            verifier::caller()
        ));
    }
    // SAFETY: the caller passed a net buffer.
    let data = unsafe { walk::data(buffer) };
    if walk::length(data) < bytes {
        return ptr::null_mut();
    }
    let bytes = bytes as usize;
    // SAFETY: the MDLs of a net buffer are valid.
    let mut parts = unsafe { walk::parts(data, 0, bytes) };
    // Most often the first one is all there is.
    let first = parts.next();
    match first {
        Some(part) if part.bytes == bytes => {
            // SAFETY: the MDL is valid, and the caller passed storage for the bytes, or none.
            unsafe { contiguous(&[part], bytes, storage.cast(), (multiple, offset)) }.cast()
        }
        _ => {
            let all: Vec<_> = first.into_iter().chain(parts).collect();
            // SAFETY: as above.
            unsafe { contiguous(&all, bytes, storage.cast(), (multiple, offset)) }.cast()
        }
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopyfromnetbuffertonetbuffer)
unsafe extern "efiapi" fn NdisCopyFromNetBufferToNetBuffer(
    destination: *mut NET_BUFFER,
    destination_offset: u32,
    bytes: u32,
    source: *const NET_BUFFER,
    source_offset: u32,
    copied: *mut u32,
) -> NDIS_STATUS {
    // SAFETY: the caller passed a net buffer.
    let to = unsafe { walk::data(destination) };
    // SAFETY: the caller passed a net buffer, which is only read.
    let from = unsafe { walk::data(source.cast_mut()) };
    let room = walk::length(to).saturating_sub(destination_offset);
    let there = walk::length(from).saturating_sub(source_offset);
    let wanted = bytes.min(room).min(there) as usize;
    // SAFETY: the MDLs of a net buffer are valid.
    let mut targets = unsafe { walk::parts(to, destination_offset as usize, wanted) };
    // SAFETY: as above.
    let sources = unsafe { walk::parts(from, source_offset as usize, wanted) };
    let (mut target, mut done, mut status) = (targets.next(), 0, NDIS_STATUS_SUCCESS);
    'parts: for mut part in sources {
        while part.bytes > 0 {
            let Some(room) = target.as_mut() else { break 'parts };
            let count = part.bytes.min(room.bytes);
            // SAFETY: the MDL is valid.
            let (source, destination) = (unsafe { map(&part) }, {
                // SAFETY: as above.
                unsafe { map(room) }
            });
            if source.is_null() || destination.is_null() {
                status = NDIS_STATUS_RESOURCES;
                break 'parts;
            }
            // SAFETY: both MDLs describe so many bytes, which may be the same.
            unsafe { destination.copy_from(source, count) };
            done += count;
            (part.skip, part.bytes) = (part.skip + count, part.bytes - count);
            (room.skip, room.bytes) = (room.skip + count, room.bytes - count);
            if room.bytes == 0 {
                target = targets.next();
            }
        }
    }
    // SAFETY: the caller passed a place for it.
    unsafe { copied.write(u32::try_from(done).unwrap_or(u32::MAX)) };
    status
}

/// Counts the pages that the data touches.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisquerynetbufferphysicalcount)
unsafe extern "efiapi" fn NdisQueryNetBufferPhysicalCount(buffer: *mut NET_BUFFER) -> u32 {
    // SAFETY: the caller passed a net buffer.
    let data = unsafe { walk::data(buffer) };
    // SAFETY: the MDLs of a net buffer are valid.
    let parts = unsafe { walk::parts(data, 0, walk::length(data) as usize) };
    let pages = parts.map(|part| {
        // SAFETY: as above.
        let start = mm::address(unsafe { &*part.mdl }) + part.skip;
        (start % PAGE + part.bytes).div_ceil(PAGE)
    });
    u32::try_from(pages.sum::<usize>()).unwrap_or(u32::MAX)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadjustnetbuffercurrentmdl)
unsafe extern "efiapi" fn NdisAdjustNetBufferCurrentMdl(buffer: *mut NET_BUFFER) {
    // SAFETY: the caller passed a net buffer.
    let data = unsafe { walk::data(buffer) };
    // SAFETY: the MDLs of a net buffer are valid.
    let (current, offset) = unsafe { walk::find(data.MdlChain, data.DataOffset) };
    (data.CurrentMdl, data.CurrentMdlOffset) = (current.cast(), offset);
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAdjustNetBufferCurrentMdl: PASSIVE_LEVEL..=HIGH_LEVEL;
    NdisCopyFromNetBufferToNetBuffer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisGetDataBuffer: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisQueryNetBufferPhysicalCount: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
