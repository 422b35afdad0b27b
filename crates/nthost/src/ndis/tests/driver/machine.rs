//! A hosted kernel with adapters.

use std::{sync::Arc, time::Duration};

use ndis_sys::NDIS_RUNTIME_VERSION_687;

use super::registration;
use crate::{
    Kernel, Response,
    ndis::{Adapter, Link, Settings},
    system::System,
    thread,
};

/// How long NDIS waits for a driver, in tests where it would wait for ever.
const PATIENCE: Duration = Duration::from_secs(1);

/// A hosted kernel with adapters.
pub struct Machine {
    pub kernel: Kernel,
    settings: Settings,
}

impl Machine {
    pub fn new(settings: Settings) -> Self {
        Self::with_version(NDIS_RUNTIME_VERSION_687, settings)
    }

    /// Its NDIS soon reports what it would wait for.
    pub fn impatient(mut settings: Settings) -> Self {
        settings.control.patience = PATIENCE;
        Self::new(settings)
    }

    pub fn with_version(version: u32, settings: Settings) -> Self {
        let builder = Kernel::builder().processors(4).on_violation(Response::GoOn);
        let kernel = builder.ndis_version(version).ndis_settings(settings.clone()).build();
        let kernel = kernel.expect("the settings are right");
        registration::begin(kernel.system());
        Self { kernel, settings }
    }

    /// Plugs an Ethernet adapter in.
    pub fn plug(&self, name: &str) -> Link {
        self.kernel.plug(self.adapter(name))
    }

    /// An Ethernet adapter that behaves as the machine does.
    pub fn adapter(&self, name: &str) -> Adapter {
        Adapter { settings: self.settings.clone(), ..Adapter::new(name) }
    }

    /// Longer than an impatient NDIS waits.
    pub fn more_than_patience(&self) -> Duration {
        self.settings.control.patience + PATIENCE
    }

    pub fn system(&self) -> &Arc<System> {
        self.kernel.system()
    }

    /// Runs code inside of the kernel.
    pub fn run<R>(&self, code: impl FnOnce() -> R) -> R {
        thread::enter(self.system(), |_| code())
    }

    /// The rules that were broken so far, in order.
    pub fn broken(&self) -> Vec<&'static str> {
        self.kernel.violations().into_iter().map(|violation| violation.rule).collect()
    }

    /// Fails if a rule was broken, or something is left.
    pub fn assert_clean(&self) {
        assert_eq!(self.kernel.violations(), []);
        assert_eq!(self.system().ndis.leftovers(), Vec::<String>::new());
    }
}
