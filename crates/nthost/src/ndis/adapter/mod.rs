//! Adapters that are plugged in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ndis_sys::{IF_TYPE_ETHERNET_CSMACD, NET_LUID, NdisMedium802_3, NdisMedium802_5};
use parking_lot::RwLock;

use super::{
    api,
    binding::{Binding, BindingState},
    filter::Filter,
    miniport::Miniport,
    receive, send,
    source::Feed,
};

/// An adapter that is plugged in.
pub(crate) struct Adapter {
    /// What it is told to be.
    pub description: api::Adapter,
    /// The index of its interface.
    pub index: u32,
    /// Its lists of received frames.
    pub miniport: Miniport,
    /// What is between it and NDIS.
    pub filter: Filter,
    /// How its frames get to protocols and back.
    pub receive: receive::PerAdapter,
    /// What protocols send.
    pub send: send::PerAdapter,
    /// The source of its frames, if it has one.
    pub feed: Feed,
    /// `MiniportAdapterHandle`, another one each time that it is plugged in.
    handle: AtomicUsize,
    /// Those that are open.
    bindings: RwLock<Arc<[Arc<Binding>]>>,
}

impl Adapter {
    /// An adapter that is not plugged in yet.
    pub fn new(description: api::Adapter, index: u32) -> Self {
        Self {
            miniport: Miniport::default(),
            filter: Filter::default(),
            receive: receive::PerAdapter::new(&description),
            send: send::PerAdapter::default(),
            description,
            index,
            feed: Feed::default(),
            handle: AtomicUsize::new(0),
            bindings: RwLock::new(Arc::new([])),
        }
    }

    /// What its miniport is known by to NDIS: the `SourceHandle` of its lists.
    pub fn handle(&self) -> usize {
        self.handle.load(Ordering::Acquire)
    }

    /// It is plugged in, with this handle.
    pub fn set_handle(&self, handle: usize) {
        self.handle.store(handle, Ordering::Release);
    }

    /// The identifier of its interface.
    pub fn luid(&self) -> NET_LUID {
        let kind = u64::from(IF_TYPE_ETHERNET_CSMACD) << 48;
        NET_LUID { Value: kind | u64::from(self.index) << 24 }
    }

    /// The bindings that are open.
    pub fn bindings(&self) -> Arc<[Arc<Binding>]> {
        Arc::clone(&self.bindings.read())
    }

    /// The union of the packet filters of its bindings, `NDIS_PACKET_TYPE_…`.
    pub fn packet_filter(&self) -> u32 {
        let filters = self.bindings();
        let filters = filters.iter().map(|binding| binding.packet_filter.load(Ordering::Relaxed));
        filters.fold(0, |union, filter| union | filter)
    }

    /// Whether a binding runs that wants frames: of Ethernet and token ring, one that has set a filter.
    pub fn has_listener(&self) -> bool {
        let filtered =
            matches!(self.description.medium.number(), NdisMedium802_3 | NdisMedium802_5);
        let wants = |binding: &Arc<Binding>| {
            binding.state() == BindingState::Running
                && !(filtered && binding.packet_filter.load(Ordering::Relaxed) == 0)
        };
        self.bindings().iter().any(wants)
    }
}
