//! What is known of receiving at an adapter, and at a binding.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU32, AtomicUsize, Ordering},
};

use fastrand::Rng;

use super::{
    counters::Counters,
    descriptor::{Descriptor, Lists, Origin},
    gate::Gate,
    pool::Pool,
};
use crate::{
    ndis::{
        adapter::Adapter,
        api, frame,
        settings::{DataSettings, ReceiveSettings},
    },
    sched::{Mutex, RwLock},
    thread,
};

/// What is known of receiving at an adapter.
pub(crate) struct PerAdapter {
    pub(super) gate: Gate,
    pub(in crate::ndis) counters: Counters,
    /// Lists that came back, which NDIS keeps until others do.
    pub(super) mixed: Mutex<Lists>,
    own: OnceLock<Own>,
    measured: RwLock<Option<Arc<Pool>>>,
    rng: Mutex<Rng>,
    stamps: AtomicU32,
}

/// What NDIS has of its own.
pub(super) struct Own {
    pub pool: Arc<Pool>,
    /// `SourceHandle` of its lists.
    pub handle: usize,
}

impl PerAdapter {
    pub fn new(description: &api::Adapter) -> Self {
        Self {
            gate: Gate::default(),
            counters: Counters::default(),
            mixed: Mutex::default(),
            own: OnceLock::new(),
            measured: RwLock::default(),
            rng: Mutex::new(Rng::with_seed(description.settings.seed)),
            stamps: AtomicU32::new(1),
        }
    }

    /// Lets chance decide.
    pub(in crate::ndis) fn chance<R>(&self, decide: impl FnOnce(&mut Rng) -> R) -> R {
        decide(&mut self.rng.lock())
    }

    /// A number that the returns of the last four thousand million calls have not had.
    pub(super) fn stamp(&self) -> u32 {
        self.stamps.fetch_add(1, Ordering::Relaxed)
    }

    /// The lists that NDIS has made so far.
    pub(super) fn own_so_far(&self) -> Option<&Own> {
        self.own.get()
    }
}

/// What is known of the lists of a binding.
pub(crate) struct PerBinding {
    /// A number that no other binding has; never zero.
    pub(super) number: u32,
    /// How many lists the protocol has.
    pub(super) held: AtomicUsize,
    /// How many calls of its receive handler have begun, and how many have ended.
    begun: AtomicUsize,
    ended: AtomicUsize,
}

/// A call of a receive handler with lists that are given.
pub(super) struct Giving<'b>(&'b PerBinding);

impl Drop for Giving<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl Default for PerBinding {
    fn default() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            held: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
        }
    }
}

impl PerBinding {
    /// A number that no other binding has; never zero.
    pub(in crate::ndis) fn number(&self) -> u32 {
        self.number
    }

    /// Its receive handler is about to be called with lists that are given.
    pub(super) fn begin(&self) -> Giving<'_> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Giving(self)
    }

    /// How many lists the protocol has while its receive handler does not run; `None` while it does.
    pub(super) fn held_at_rest(&self) -> Option<usize> {
        let begun = self.begun.load(Ordering::SeqCst);
        let rests = self.ended.load(Ordering::SeqCst) == begun;
        let held = self.held.load(Ordering::SeqCst);
        (rests && self.begun.load(Ordering::SeqCst) == begun).then_some(held)
    }
}

impl Adapter {
    /// How frames get to protocols and back.
    pub(in crate::ndis) fn settings(&self) -> &ReceiveSettings {
        &self.description.settings.receive
    }

    /// How lists are made.
    pub(in crate::ndis) fn data_settings(&self) -> &DataSettings {
        &self.description.settings.data
    }

    /// Makes a pool; its lists are made later.
    pub(in crate::ndis) fn pool(&self, origin: Origin) -> Arc<Pool> {
        let count = self.description.descriptors as usize;
        Arc::new(Pool::new(origin, count, self.style(), self.data_settings().poison))
    }

    /// How lists are made.
    fn style(&self) -> frame::Style {
        let system = thread::system();
        let settings = self.data_settings();
        frame::Style {
            version: system.ndis.version,
            guarded: settings.guarded,
            mapped: settings.mapped,
            source: 0,
            pool: system.ndis.handles.number(),
        }
    }

    /// Lists to measure with, so many at most and as plain as can be. `None` while some of those for
    /// another measurement are not back.
    pub(super) fn measured(&self, count: usize) -> Option<Arc<Pool>> {
        let mut measured = self.receive.measured.write();
        if measured.as_ref().is_some_and(|pool| !pool.is_complete()) {
            return None;
        }
        let style = frame::Style { guarded: false, mapped: true, ..self.style() };
        let pool = Arc::new(Pool::new(Origin::Measured, count, style, frame::Poison::None));
        Some(Arc::clone(measured.insert(pool)))
    }

    /// The lists to measure with, if there are any.
    pub(super) fn measured_so_far(&self) -> Option<Arc<Pool>> {
        self.receive.measured.read().clone()
    }

    /// What NDIS has of its own.
    pub(super) fn own(&self) -> &Own {
        self.receive.own.get_or_init(|| Own {
            pool: self.pool(Origin::Ndis),
            handle: thread::system().ndis.handles.number(),
        })
    }

    /// The list with this address, if it is one of this adapter's.
    pub(super) fn find(&self, address: usize) -> Option<Arc<Descriptor>> {
        let miniport = self.miniport.pool_so_far().and_then(|pool| pool.find(address));
        let filter = || self.filter.pool_so_far()?.find(address);
        let own = || self.receive.own_so_far()?.pool.find(address);
        let measured = || self.measured_so_far()?.find(address);
        miniport.or_else(own).or_else(filter).or_else(measured)
    }
}
