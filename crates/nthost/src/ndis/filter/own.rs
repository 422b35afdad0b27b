//! Lists of a filter's own.

use std::sync::Arc;

use crate::{
    ndis::{
        adapter::Adapter,
        frame::Frame,
        receive::{self, Descriptor, Lists, Origin, Pool},
    },
    thread,
};

/// The type of frames that a filter makes up, which is for experiments.
const MADE_UP: [u8; 2] = [0x88, 0xb5];

/// What a filter has of its own.
pub(super) struct Own {
    pub pool: Arc<Pool>,
    /// `NdisFilterHandle`.
    pub handle: usize,
}

/// What the filter of an adapter has of its own.
pub(super) fn of(adapter: &Adapter) -> &Own {
    adapter.filter.own.get_or_init(|| Own {
        pool: adapter.pool(Origin::Filter),
        handle: thread::system().ndis.handles.number(),
    })
}

/// Lists of its own with the same frames, if it has so many, and all frames can be read.
pub(super) fn copies(adapter: &Adapter, lists: &[Arc<Descriptor>]) -> Option<Lists> {
    let own = of(adapter);
    receive::copy(adapter, &own.pool, own.handle, lists)
}

/// Indicates a frame that it makes up: a broadcast of no known type.
pub(super) fn inject(adapter: &Arc<Adapter>) {
    let own = of(adapter);
    let mut data = vec![0xff; 6];
    data.extend(adapter.description.mac);
    data.extend(MADE_UP);
    data.resize(60, 0);
    let (lists, _) = own.pool.take(1);
    receive::fill(adapter, &lists, &[&Frame::from(data)], own.handle);
    adapter.receive.counters.injected.add(lists.len());
    receive::give(adapter, lists);
}
