//! Adapters that are plugged in.

mod attributes;
pub(super) mod interface;
pub(super) mod names;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use ndis_sys::{NDIS_OID, NDIS_STATUS, NdisMedium802_3, NdisMedium802_5};

use super::{
    api,
    binding::{Binding, BindingState},
    filter::Filter,
    miniport::Miniport,
    protocol::Protocol,
    receive, send,
    source::Feed,
};
use crate::{
    nt::DEVICE_OBJECT,
    sched::{Mutex, RwLock},
};

pub(super) use attributes::Attributes;

/// The most requests that are remembered.
const REMEMBERED: usize = 10_000;

/// An adapter that is plugged in.
pub(crate) struct Adapter {
    /// What it is told to be.
    pub description: api::Adapter,
    /// What of that may change.
    pub attributes: Mutex<Attributes>,
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
    /// Held while its bindings come, go, pause or restart: one such thing at a time.
    pub operation: Mutex<Operation>,
    /// `MiniportAdapterHandle`, another one each time that it is plugged in.
    handle: AtomicUsize,
    /// It is there.
    present: AtomicBool,
    /// It takes requests: it is not in low power.
    powered: AtomicBool,
    /// It is being reset.
    resetting: AtomicBool,
    /// Those that are open.
    bindings: RwLock<Arc<[Arc<Binding>]>>,
    /// The requests that have ended.
    requests: Mutex<Vec<(NDIS_OID, NDIS_STATUS)>>,
    device: Device,
}

/// Its physical device object, which nobody sends requests to.
struct Device(Box<DEVICE_OBJECT>);

// SAFETY: nobody uses what it points to, which is nothing.
unsafe impl Send for Device {}
// SAFETY: as above.
unsafe impl Sync for Device {}

/// Whether an adapter runs.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
pub(crate) struct Operation {
    /// It is there.
    pub present: bool,
    /// It is in low power.
    pub low_power: bool,
    /// A program has paused it.
    pub paused: bool,
    /// Bindings are told nothing when they run again.
    pub silent: bool,
}

impl Operation {
    /// Whether bindings run.
    pub const fn runs(&self) -> bool {
        self.present && !self.low_power && !self.paused
    }
}

impl Adapter {
    /// An adapter that is not plugged in yet.
    pub fn new(description: api::Adapter, index: u32) -> Self {
        Self {
            miniport: Miniport::default(),
            filter: Filter::default(),
            receive: receive::PerAdapter::new(&description),
            send: send::PerAdapter::default(),
            attributes: Mutex::new(Attributes::new(&description)),
            description,
            index,
            feed: Feed::default(),
            operation: Mutex::default(),
            handle: AtomicUsize::new(0),
            present: AtomicBool::new(false),
            powered: AtomicBool::new(true),
            resetting: AtomicBool::new(false),
            bindings: RwLock::new(Arc::new([])),
            requests: Mutex::default(),
            device: Device(Box::default()),
        }
    }

    /// What its miniport is known by to NDIS: the `SourceHandle` of its lists.
    pub fn handle(&self) -> usize {
        self.handle.load(Ordering::Acquire)
    }

    /// It is plugged in, with this handle.
    pub fn set_present(&self, handle: usize) {
        self.handle.store(handle, Ordering::Release);
        self.set_resetting(false);
        self.set_powered(true);
        self.present.store(true, Ordering::Release);
    }

    /// It is gone.
    pub fn set_gone(&self) {
        self.present.store(false, Ordering::Release);
    }

    /// Whether it is there.
    pub fn is_present(&self) -> bool {
        self.present.load(Ordering::Acquire)
    }

    /// It takes requests from now on, or takes none.
    pub fn set_powered(&self, powered: bool) {
        self.powered.store(powered, Ordering::Release);
    }

    /// Whether it takes requests: whether it is not in low power.
    pub fn is_powered(&self) -> bool {
        self.powered.load(Ordering::Acquire)
    }

    /// It is being reset from now on, or is not.
    pub fn set_resetting(&self, resetting: bool) {
        self.resetting.store(resetting, Ordering::Release);
    }

    /// Whether it is being reset.
    pub fn is_resetting(&self) -> bool {
        self.resetting.load(Ordering::Acquire)
    }

    /// Its physical device object.
    pub fn device(&self) -> *mut DEVICE_OBJECT {
        (&raw const *self.device.0).cast_mut()
    }

    /// The bindings that are open.
    pub fn bindings(&self) -> Arc<[Arc<Binding>]> {
        Arc::clone(&self.bindings.read())
    }

    pub fn add(&self, binding: &Arc<Binding>) {
        let mut bindings = self.bindings.write();
        *bindings = bindings.iter().chain([binding]).cloned().collect();
    }

    pub fn remove(&self, binding: &Arc<Binding>) {
        let mut bindings = self.bindings.write();
        let others = bindings.iter().filter(|known| !Arc::ptr_eq(known, binding));
        *bindings = others.cloned().collect();
    }

    /// Whether a protocol has a binding to it.
    pub fn is_bound_to(&self, protocol: &Protocol) -> bool {
        self.bindings().iter().any(|binding| binding.protocol.handle == protocol.handle)
    }

    /// The union of the packet filters of its bindings.
    pub fn packet_filter(&self) -> u32 {
        let bindings = self.bindings();
        let filters = bindings.iter().map(|binding| binding.packet_filter.load(Ordering::Relaxed));
        filters.fold(0, |all, filter| all | filter)
    }

    /// The groups that its bindings want.
    pub fn groups(&self) -> Vec<[u8; 6]> {
        let bindings = self.bindings();
        let mut groups: Vec<_> =
            bindings.iter().flat_map(|binding| binding.groups.lock().clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// Whether a binding runs that wants frames: of Ethernet and token ring, one that has set a filter.
    pub fn has_listener(&self) -> bool {
        let is_filtered =
            matches!(self.description.medium.number(), NdisMedium802_3 | NdisMedium802_5);
        let wants = |binding: &Arc<Binding>| {
            binding.state() == BindingState::Running
                && !(is_filtered && binding.packet_filter.load(Ordering::Relaxed) == 0)
        };
        self.bindings().iter().any(wants)
    }

    /// A request has ended.
    pub fn note_request(&self, oid: NDIS_OID, status: NDIS_STATUS) {
        let mut requests = self.requests.lock();
        if requests.len() < REMEMBERED {
            requests.push((oid, status));
        }
    }

    /// The requests that have ended, the first ones.
    pub fn requests(&self) -> Vec<(NDIS_OID, NDIS_STATUS)> {
        self.requests.lock().clone()
    }
}
