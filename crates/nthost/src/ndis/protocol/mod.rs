//! Protocol drivers that have registered.

mod deregister;
mod handlers;
mod orphan;
mod register;
mod sweep;
mod version;

use std::sync::Arc;

use ndis_sys::{NDIS_HANDLE, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS};

use super::binding::Binding;
use crate::{
    export::{Export, exports},
    nt::PASSIVE_LEVEL,
    sched::{Condvar, Mutex},
    thread,
};

pub(super) use orphan::{check_unloaded, forget_driver};
pub(super) use register::text;
pub(crate) use register::wait_for_sweeps;
pub(super) use sweep::bind_all as bind_adapter;

use deregister::{NdisDeregisterProtocolDriver, NdisReEnumerateProtocolBindings};
use register::{NdisRegisterProtocolDriver, NdisSetOptionalHandlers};

/// A protocol driver that has registered.
pub(crate) struct Protocol {
    /// What the driver knows it by.
    pub handle: usize,
    /// Its name.
    pub name: String,
    /// The version of NDIS that it is made for, as `NDIS_RUNTIME_VERSION_…`.
    pub version: u32,
    /// What it registered. `Name` is not to be used.
    pub characteristics: NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    /// What it wants to be called with when it is to bind.
    context: usize,
    life: Mutex<Life>,
    changed: Condvar,
}

/// How far a protocol has come.
#[derive(Default)]
struct Life {
    /// Binds that may begin or have begun.
    sweeps: usize,
    /// No binds begin any more.
    ending: bool,
    /// It is not to be bound before `DriverEntry` has returned.
    waits: bool,
}

// SAFETY: the only pointers of the characteristics are functions, and a string that is not used.
unsafe impl Send for Protocol {}
// SAFETY: as above.
unsafe impl Sync for Protocol {}

impl Protocol {
    /// The context of the driver, as its handlers take it.
    fn context(&self) -> NDIS_HANDLE {
        self.context as NDIS_HANDLE
    }

    /// Begins to bind it to adapters. False if that is over.
    pub fn begin_sweep(&self) -> bool {
        let mut life = self.life.lock();
        life.sweeps += usize::from(!life.ending);
        !life.ending
    }

    /// Ends what [`begin_sweep`](Self::begin_sweep) began.
    pub fn end_sweep(&self) {
        self.life.lock().sweeps -= 1;
        self.changed.notify_all();
    }

    /// Its bindings.
    pub fn bindings(&self) -> Vec<Arc<Binding>> {
        let system = thread::system();
        let adapters = system.ndis.adapters.read();
        let all = adapters.iter().flat_map(|adapter| adapter.bindings().to_vec());
        all.filter(|binding| binding.protocol.handle == self.handle).collect()
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisDeregisterProtocolDriver: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisReEnumerateProtocolBindings: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisRegisterProtocolDriver: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisSetOptionalHandlers: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
