//! Walking lists, net buffers and MDLs, which lie in memory of drivers.

use std::{iter, ptr::NonNull};

use ndis_sys::{NET_BUFFER, NET_BUFFER_DATA, NET_BUFFER_LIST, NET_BUFFER_LIST_DATA};

use crate::nt::MDL;

/// What a net buffer says of its data.
///
/// # Safety
///
/// The net buffer is valid, and nobody else uses it meanwhile.
pub(super) unsafe fn data<'a>(buffer: *mut NET_BUFFER) -> &'a mut NET_BUFFER_DATA {
    // SAFETY: by the contract; a net buffer begins with it.
    unsafe { &mut *buffer.cast::<NET_BUFFER_DATA>() }
}

/// Bytes of data.
pub(super) fn length(data: &NET_BUFFER_DATA) -> u32 {
    // SAFETY: both members of the union are numbers.
    unsafe { data.u.DataLength }
}

/// How a list is linked.
///
/// # Safety
///
/// The list is valid, and nobody else uses it meanwhile.
pub(super) unsafe fn links<'a>(list: *mut NET_BUFFER_LIST) -> &'a mut NET_BUFFER_LIST_DATA {
    // SAFETY: by the contract; a list begins with it.
    unsafe { &mut *list.cast::<NET_BUFFER_LIST_DATA>() }
}

/// The net buffers of a list.
///
/// # Safety
///
/// The list and its net buffers are valid as long as the iterator is used.
pub(super) unsafe fn buffers(list: *mut NET_BUFFER_LIST) -> impl Iterator<Item = *mut NET_BUFFER> {
    // SAFETY: by the contract.
    let first = unsafe { links(list) }.FirstNetBuffer;
    iter::successors(NonNull::new(first), |buffer| {
        // SAFETY: by the contract.
        NonNull::new(unsafe { data(buffer.as_ptr()) }.Next)
    })
    .map(NonNull::as_ptr)
}

/// The MDLs from one on.
///
/// # Safety
///
/// They are valid as long as the iterator is used.
pub(super) unsafe fn mdls(first: *mut ndis_sys::MDL) -> impl Iterator<Item = *mut MDL> {
    iter::successors(NonNull::new(first.cast::<MDL>()), |mdl| {
        // SAFETY: by the contract.
        NonNull::new(unsafe { (*mdl.as_ptr()).Next })
    })
    .map(NonNull::as_ptr)
}

/// A part of the data of a net buffer, all in one MDL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub mdl: *mut MDL,
    /// Bytes of the MDL before it.
    pub skip: usize,
    pub bytes: usize,
}

/// The parts of `length` bytes of data, `offset` bytes behind its beginning. They are fewer bytes where
/// the MDLs are.
///
/// # Safety
///
/// The MDLs are valid as long as the iterator is used.
pub(super) unsafe fn parts(
    data: &NET_BUFFER_DATA,
    offset: usize,
    length: usize,
) -> impl Iterator<Item = Part> {
    let (mut skip, mut left) = (data.CurrentMdlOffset as usize + offset, length);
    // SAFETY: the same contract.
    let mdls = unsafe { mdls(data.CurrentMdl) };
    mdls.map_while(move |mdl| {
        // SAFETY: by the contract.
        let count = unsafe { (*mdl).ByteCount } as usize;
        let skipped = skip.min(count);
        let bytes = (count - skipped).min(left);
        let goes_on = left > 0;
        skip -= skipped;
        left -= bytes;
        goes_on.then_some(Part { mdl, skip: skipped, bytes })
    })
    .filter(|part| part.bytes > 0)
}

/// Where data begins that is so many bytes behind the beginning of a chain: the MDL, and the bytes of it
/// before.
///
/// # Safety
///
/// The MDLs are valid.
pub(super) unsafe fn find(first: *mut ndis_sys::MDL, offset: u32) -> (*mut MDL, u32) {
    let mut left = offset;
    let mut last = (first.cast::<MDL>(), offset);
    // SAFETY: the same contract.
    for mdl in unsafe { mdls(first) } {
        // SAFETY: by the contract.
        let count = unsafe { (*mdl).ByteCount };
        last = (mdl, left);
        if left < count {
            break;
        }
        // SAFETY: by the contract.
        if unsafe { (*mdl).Next }.is_null() {
            break;
        }
        left -= count;
    }
    last
}
