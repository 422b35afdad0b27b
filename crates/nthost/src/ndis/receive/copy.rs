//! Other lists with the same frames.

use std::{ptr, sync::Arc};

use ndis_sys::NET_BUFFER_LIST;

use super::{
    descriptor::{Descriptor, Lists},
    gather,
    pool::Pool,
    raw,
};
use crate::{
    ndis::{
        adapter::Adapter,
        frame::{Frame, Geometry},
    },
    thread,
};

/// Copies of lists in lists of somebody with this handle: all, or none if there are too few, or one is
/// malformed.
pub(in crate::ndis) fn copy(
    adapter: &Adapter,
    pool: &Pool,
    handle: usize,
    lists: &[Arc<Descriptor>],
) -> Option<Lists> {
    let version = thread::system().ndis.version;
    let read = |list: &Arc<Descriptor>| {
        // SAFETY: who copies owns the lists.
        unsafe { gather::frame(list.address(), version) }
    };
    let frames = lists.iter().map(read).collect::<Option<Vec<_>>>()?;
    let copies = take(pool, lists.len())?;
    super::fill(adapter, &copies, &frames.iter().collect::<Vec<_>>(), handle);
    Some(copies)
}

/// Copies of lists that are NDIS' own.
pub(super) fn by_ndis(adapter: &Adapter, lists: &[Arc<Descriptor>]) -> Option<Lists> {
    let own = adapter.own();
    let copies = copy(adapter, &own.pool, own.handle, lists)?;
    adapter.receive.counters.copies.add(copies.len());
    Some(copies)
}

/// Lists of NDIS' own with the data of others, which do not go back before these do.
pub(super) fn clones(adapter: &Adapter, lists: &[Arc<Descriptor>]) -> Option<Lists> {
    let own = adapter.own();
    let clones = take(&own.pool, lists.len())?;
    let version = thread::system().ndis.version;
    let mut rng = adapter.receive.chance(fastrand::Rng::fork);
    for (clone, list) in clones.iter().zip(lists) {
        let more = (list.frames() as usize).saturating_sub(1);
        let blank = Frame { more_buffers: vec![Vec::new(); more], ..Frame::default() };
        super::reclaim(adapter, clone);
        clone.memory().list.fill(&blank, &Geometry::Single, &mut rng);
        // SAFETY: NDIS owns both, and the clone has as many buffers.
        unsafe { refer(clone.address(), list.address(), version) };
        clone.is_like(list);
        clone.set_source(own.handle);
        if !list.has_children() {
            list.hold();
        }
        clone.adopt(list);
    }
    Some(clones)
}

/// Takes so many lists, or none.
fn take(pool: &Pool, count: usize) -> Option<Lists> {
    let (taken, _) = pool.take(count);
    if taken.len() < count {
        pool.put(taken);
        return None;
    }
    Some(taken)
}

/// Lets a list have the data of another one, and all that is known of it.
///
/// # Safety
///
/// Both are valid, of this version and the caller's, and the first one has as many buffers as the other.
unsafe fn refer(list: *mut NET_BUFFER_LIST, other: *mut NET_BUFFER_LIST, version: u32) {
    // SAFETY: by the contract.
    let slots = unsafe { raw::slots(other, version) };
    // SAFETY: by the contract.
    unsafe { raw::set_slots(list, slots) };
    // SAFETY: by the contract.
    let flags = unsafe { raw::flags(other) };
    // SAFETY: by the contract.
    unsafe { raw::set_flags(list, flags) };
    // SAFETY: by the contract.
    let parent = unsafe { &raw mut (*list).ParentNetBufferList };
    // SAFETY: by the contract.
    unsafe { parent.write(other) };
    // SAFETY: by the contract.
    let (mut to, mut from) =
        (unsafe { raw::first_buffer(list) }, unsafe { raw::first_buffer(other) });
    if from.is_null() {
        // SAFETY: by the contract; malformed lists have no buffer.
        unsafe { raw::set_first_buffer(list, ptr::null_mut()) };
    }
    while !to.is_null() && !from.is_null() {
        // SAFETY: both are buffers of the lists.
        let mut data = unsafe { raw::data(from) };
        from = data.Next;
        // SAFETY: as above.
        data.Next = unsafe { raw::data(to) }.Next;
        // SAFETY: as above.
        unsafe { raw::set_data(to, data) };
        to = data.Next;
    }
}
