//! Members of lists and buffers in memory that drivers have, too.

use ndis_sys::{NET_BUFFER, NET_BUFFER_DATA, NET_BUFFER_LIST};

use crate::ndis::frame;

/// The first buffer of a list.
///
/// # Safety
///
/// The list is valid, and not written to meanwhile.
pub(in crate::ndis) unsafe fn first_buffer(list: *const NET_BUFFER_LIST) -> *mut NET_BUFFER {
    // SAFETY: by the contract.
    let place = unsafe { &raw const (*list).u.s.FirstNetBuffer };
    // SAFETY: by the contract.
    unsafe { place.read() }
}

/// # Safety
///
/// The list is valid, and nobody else uses it.
pub(in crate::ndis) unsafe fn set_first_buffer(
    list: *mut NET_BUFFER_LIST,
    buffer: *mut NET_BUFFER,
) {
    // SAFETY: by the contract.
    let place = unsafe { &raw mut (*list).u.s.FirstNetBuffer };
    // SAFETY: by the contract.
    unsafe { place.write(buffer) };
}

/// The list that a list is linked with.
///
/// # Safety
///
/// The list is valid, and not written to meanwhile.
pub(in crate::ndis) unsafe fn next(list: *const NET_BUFFER_LIST) -> *mut NET_BUFFER_LIST {
    // SAFETY: by the contract.
    let place = unsafe { &raw const (*list).u.s.Next };
    // SAFETY: by the contract.
    unsafe { place.read() }
}

/// # Safety
///
/// The list is valid, and nobody else uses it.
pub(in crate::ndis) unsafe fn set_next(list: *mut NET_BUFFER_LIST, next: *mut NET_BUFFER_LIST) {
    // SAFETY: by the contract.
    let place = unsafe { &raw mut (*list).u.s.Next };
    // SAFETY: by the contract.
    unsafe { place.write(next) };
}

/// The flags of a list, `NDIS_NBL_FLAGS_…`.
///
/// # Safety
///
/// The list is valid, and not written to meanwhile.
pub(in crate::ndis) unsafe fn flags(list: *const NET_BUFFER_LIST) -> u32 {
    // SAFETY: by the contract.
    let place = unsafe { &raw const (*list).NblFlags };
    // SAFETY: by the contract.
    unsafe { place.read() }
}

/// # Safety
///
/// The list is valid, and nobody else uses it.
pub(in crate::ndis) unsafe fn set_flags(list: *mut NET_BUFFER_LIST, flags: u32) {
    // SAFETY: by the contract.
    let place = unsafe { &raw mut (*list).NblFlags };
    // SAFETY: by the contract.
    unsafe { place.write(flags) };
}

/// `SourceHandle` of a list.
///
/// # Safety
///
/// The list is valid, and not written to meanwhile.
pub(in crate::ndis) unsafe fn source(list: *const NET_BUFFER_LIST) -> usize {
    // SAFETY: by the contract.
    let place = unsafe { &raw const (*list).SourceHandle };
    // SAFETY: by the contract.
    unsafe { place.read() as usize }
}

/// # Safety
///
/// The list is valid, and nobody else uses it.
pub(in crate::ndis) unsafe fn set_source(list: *mut NET_BUFFER_LIST, handle: usize) {
    // SAFETY: by the contract.
    let place = unsafe { &raw mut (*list).SourceHandle };
    // SAFETY: by the contract.
    unsafe { place.write(handle as *mut _) };
}

/// The slots of a list.
///
/// # Safety
///
/// The list is valid, of this version, and not written to as long as they are used.
pub(in crate::ndis) unsafe fn slots<'l>(list: *const NET_BUFFER_LIST, version: u32) -> &'l [u64] {
    // SAFETY: by the contract.
    let place = unsafe { &raw const (*list).NetBufferListInfo };
    // SAFETY: a list of this version has so many slots.
    unsafe { std::slice::from_raw_parts(place.cast(), frame::slots(version)) }
}

/// # Safety
///
/// The list is valid, of a version with so many slots, and nobody else uses it.
pub(in crate::ndis) unsafe fn set_slots(list: *mut NET_BUFFER_LIST, slots: &[u64]) {
    // SAFETY: by the contract.
    let place = unsafe { &raw mut (*list).NetBufferListInfo };
    // SAFETY: by the contract.
    unsafe { place.cast::<u64>().copy_from_nonoverlapping(slots.as_ptr(), slots.len()) };
}

/// The data of a buffer.
///
/// # Safety
///
/// The buffer is valid, and not written to meanwhile.
pub(in crate::ndis) unsafe fn data(buffer: *const NET_BUFFER) -> NET_BUFFER_DATA {
    // SAFETY: by the contract.
    let place = unsafe { &raw const (*buffer).u.s };
    // SAFETY: by the contract.
    unsafe { place.read() }
}

/// # Safety
///
/// The buffer is valid, and nobody else uses it.
pub(in crate::ndis) unsafe fn set_data(buffer: *mut NET_BUFFER, data: NET_BUFFER_DATA) {
    // SAFETY: by the contract.
    let place = unsafe { &raw mut (*buffer).u.s };
    // SAFETY: by the contract.
    unsafe { place.write(data) };
}
