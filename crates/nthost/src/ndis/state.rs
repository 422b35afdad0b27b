//! The state of NDIS in one hosted kernel.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use fastrand::Rng;
use ndis_sys::NDIS_RUNTIME_VERSION_687;

use super::{
    adapter::Adapter,
    binding::{Binding, Parameters},
    data::Ledger,
    handle::Handles,
    pnp::Event,
    protocol::Protocol,
    receive,
    settings::Settings,
    support::Objects,
    watch::Watchdog,
};
use crate::{
    ke::thread::Tasks,
    sched::{Mutex, RwLock},
};

/// The version of NDIS, unless another one is asked for.
pub(crate) const DEFAULT_VERSION: u32 = NDIS_RUNTIME_VERSION_687;

/// Memory that drivers should not use any more is kept, so that nothing else is at the same place: so
/// many pieces of it.
const KEPT: usize = 256;

/// The state of NDIS in one hosted kernel.
pub(crate) struct State {
    /// The version that drivers are told, as `NDIS_RUNTIME_VERSION_…`.
    pub(super) version: u32,
    /// How NDIS behaves where that has to do with no one adapter.
    pub(super) settings: Settings,
    pub(super) handles: Handles,
    /// The pools of drivers, and what they have allocated.
    pub(super) data: Ledger,
    /// The other objects that drivers have.
    pub(super) objects: Objects,
    pub(super) protocols: RwLock<Vec<Arc<Protocol>>>,
    pub(super) adapters: RwLock<Vec<Arc<Adapter>>>,
    pub(super) tasks: Tasks,
    pub(super) watchdog: Watchdog,
    /// Events that are under way, and some that are over.
    pub(super) events: Mutex<VecDeque<Arc<Event>>>,
    /// Parameters of binds that are over.
    parameters: Mutex<VecDeque<Parameters>>,
    rng: Mutex<Rng>,
    numbers: AtomicU64,
}

impl Default for State {
    fn default() -> Self {
        Self::new(DEFAULT_VERSION, Settings::default())
    }
}

impl State {
    /// NDIS of this version, as `NDIS_RUNTIME_VERSION_…`, which behaves as `settings` say.
    pub fn new(version: u32, settings: Settings) -> Self {
        Self {
            version,
            rng: Mutex::new(Rng::with_seed(settings.seed)),
            settings,
            handles: Handles::default(),
            data: Ledger::default(),
            objects: Objects::default(),
            protocols: RwLock::default(),
            adapters: RwLock::default(),
            tasks: Tasks::new("ndis tasks"),
            watchdog: Watchdog::default(),
            events: Mutex::default(),
            parameters: Mutex::default(),
            numbers: AtomicU64::new(0),
        }
    }

    /// Ends all threads of NDIS. Nothing is called after that.
    pub fn shut_down(&self) {
        for adapter in self.adapters.read().iter() {
            adapter.feed.stop();
            adapter.filter.stop();
            adapter.send.stop();
        }
        self.tasks.stop();
        self.watchdog.stop();
    }

    /// Lets chance decide.
    pub(super) fn chance<R>(&self, decide: impl FnOnce(&mut Rng) -> R) -> R {
        decide(&mut self.rng.lock())
    }

    /// A number that was not given out before.
    pub(super) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// A bind is over: its parameters are not to be used any more.
    pub(super) fn retire(&self, mut used: Parameters) {
        used.poison();
        let mut parameters = self.parameters.lock();
        parameters.push_back(used);
        if parameters.len() > KEPT {
            parameters.pop_front();
        }
    }

    /// An event is over: its notification is not to be used any more.
    pub(super) fn end_event(&self, event: &Arc<Event>) {
        event.poison();
        let mut events = self.events.lock();
        while events.len() > KEPT {
            events.pop_front();
        }
    }

    /// What drivers have not given back.
    pub(super) fn leftovers(&self) -> Vec<String> {
        let adapters = self.adapters.read();
        let bindings = adapters.iter().flat_map(|adapter| adapter.bindings().to_vec());
        let bindings = bindings.map(|binding| left(&binding));
        let protocols = self.protocols.read();
        let protocols = protocols.iter().map(|known| format!("the protocol {}", known.name));
        let lists = adapters.iter().flat_map(|adapter| receive::leftovers(adapter));
        bindings.chain(protocols).chain(lists).collect()
    }
}

/// What a binding that was not closed leaves behind.
fn left(binding: &Binding) -> String {
    let requests = binding.requests.lock().len();
    let lists = receive::held(binding);
    format!("{}, which has {requests} requests pending and holds {lists} lists", binding.describe())
}
