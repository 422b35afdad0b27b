//! The state of NDIS in one hosted kernel.

use std::sync::Arc;

use ndis_sys::NDIS_RUNTIME_VERSION_687;
use parking_lot::RwLock;

use super::{
    adapter::Adapter, api, data::Ledger, handle::Handles, protocol::Protocol, settings::Settings,
    support::Objects,
};
use crate::system::System;

/// The version of NDIS, unless another one is asked for.
pub(crate) const DEFAULT_VERSION: u32 = NDIS_RUNTIME_VERSION_687;
/// The index of the interface of the first adapter.
const FIRST_INDEX: u32 = 2;

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
            settings,
            handles: Handles::default(),
            data: Ledger::default(),
            objects: Objects::default(),
            protocols: RwLock::default(),
            adapters: RwLock::default(),
        }
    }
}

impl State {
    /// Ends all threads of NDIS. Nothing is called after that.
    pub fn shut_down(&self) {
        for adapter in self.adapters.read().iter() {
            adapter.feed.stop();
            adapter.filter.stop();
            adapter.send.stop();
        }
    }
}

/// Plugs an adapter in.
pub(crate) fn plug(system: &System, description: api::Adapter) -> Arc<Adapter> {
    let mut adapters = system.ndis.adapters.write();
    let index = u32::try_from(adapters.len()).unwrap_or(u32::MAX).saturating_add(FIRST_INDEX);
    let adapter = Arc::new(Adapter::new(description, index));
    adapter.set_handle(system.ndis.handles.number());
    adapters.push(Arc::clone(&adapter));
    adapter
}
