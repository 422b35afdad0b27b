//! Setting up a kernel.

use std::{sync::Arc, time::Duration};

use super::{Inner, Kernel};
use crate::{
    Guards, LowResources, Pool, Response, Schedule, TimeLimits, Value, ex, io, low_resources, ndis,
    netio,
    overtime::Monitor,
    sched::{self, Scheduler},
    system::System,
    wsk::{Network, Settings},
};

/// Sets up a [`Kernel`].
#[derive(Debug, Default)]
pub struct Builder {
    processors: Option<u32>,
    parameters: Vec<(String, Value)>,
    schedule: Schedule,
    records_schedule: bool,
    network: Network,
    settings: Settings,
    ndis_version: Option<u32>,
    ndis_settings: ndis::Settings,
    guards: Guards,
    response: Response,
    unload_patience: Option<Duration>,
    time_limits: TimeLimits,
    low_resources: LowResources,
    pool: Pool,
}

/// Why a kernel was not made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Windows has from 1 to 64 processors in a group, and here there is one group.
    #[error("a kernel has from 1 to 64 processors, not {0}")]
    Processors(u32),
    /// What comes from the network of this machine comes when it comes.
    #[error("a seeded schedule needs a synthetic network: that of this machine follows no seed")]
    SeededHostNetwork,
    /// A thread makes one kernel with a seeded schedule at a time.
    #[error("this thread is under the seeded schedule of another kernel")]
    SeededTwice,
}

impl Builder {
    /// Sets how many processors the kernel has: so many threads can be at `DISPATCH_LEVEL` at a time.
    /// Otherwise there are as many as the host lets the process use.
    #[must_use]
    pub const fn processors(mut self, count: u32) -> Self {
        self.processors = Some(count);
        self
    }

    /// Sets how long `DriverUnload` may take, before it counts as one that never returns: otherwise a
    /// minute.
    #[must_use]
    pub const fn unload_patience(mut self, patience: Duration) -> Self {
        self.unload_patience = Some(patience);
        self
    }

    /// Sets how long drivers may keep a processor.
    #[must_use]
    pub const fn time_limits(mut self, limits: TimeLimits) -> Self {
        self.time_limits = limits;
        self
    }

    /// Sets a value of the key `Parameters` of each driver that is loaded.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: Value) -> Self {
        self.parameters.push((name.into(), value));
        self
    }

    /// Sets which thread of the kernel goes on. Otherwise the host decides.
    ///
    /// With a seed, the thread that makes the kernel is under its schedule until the kernel ends, and so
    /// are those that [`Kernel::spawn`] makes.
    #[must_use]
    pub const fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Keeps all decisions of a seeded schedule, for [`Kernel::decisions`].
    #[must_use]
    pub const fn record_decisions(mut self) -> Self {
        self.records_schedule = true;
        self
    }

    /// Sets where the datagrams of drivers come from and go to. Otherwise that is the network of this
    /// machine.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Sets how Winsock Kernel behaves where its documentation leaves it a choice.
    #[must_use]
    pub fn network_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets the version of NDIS, as `NDIS_RUNTIME_VERSION_…`. Otherwise it is 6.87.
    #[must_use]
    pub const fn ndis_version(mut self, version: u32) -> Self {
        self.ndis_version = Some(version);
        self
    }

    /// Sets how NDIS behaves where its documentation leaves it a choice, and where that has to do with no
    /// one adapter; see also [`ndis::Adapter::settings`].
    #[must_use]
    pub fn ndis_settings(mut self, settings: ndis::Settings) -> Self {
        self.ndis_settings = settings;
        self
    }

    /// Sets what happens when a driver breaks a rule. Otherwise the kernel stops.
    #[must_use]
    pub const fn on_violation(mut self, response: Response) -> Self {
        self.response = response;
        self
    }

    /// Sets which of the calls that can fail do so because something is short. Otherwise none does.
    #[must_use]
    pub fn low_resources(mut self, which: LowResources) -> Self {
        self.low_resources = which;
        self
    }

    /// Sets where blocks of pool are. Otherwise they are special.
    #[must_use]
    pub const fn pool(mut self, pool: Pool) -> Self {
        self.pool = pool;
        self
    }

    /// Sets whether memory that a driver may not use for the time is inaccessible for it. Otherwise it is.
    #[must_use]
    pub const fn guards(mut self, guards: Guards) -> Self {
        self.guards = guards;
        self
    }

    /// Makes the kernel.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings.
    pub fn build(self) -> Result<Kernel, BuildError> {
        let host = std::thread::available_parallelism();
        let host = host.map_or(1, |count| u32::try_from(count.get()).unwrap_or(64).min(64));
        let processors = self.processors.unwrap_or(host);
        if !(1..=64).contains(&processors) {
            return Err(BuildError::Processors(processors));
        }
        let scheduler = self.scheduler()?;
        let mut system = System::new(processors);
        system.scheduler.clone_from(&scheduler);
        system.seeds = self.seeds();
        system.io.unload_patience = self.unload_patience;
        system.time_limits = self.time_limits;
        system.io.irps = io::irp::Arena::new(self.guards);
        system.netio = netio::State::new(self.network, self.settings);
        system.ex = ex::State::new(self.pool);
        system.netio.guards = self.guards;
        let version = self.ndis_version.unwrap_or(ndis::DEFAULT_VERSION);
        system.ndis = ndis::State::new(version, self.ndis_settings);
        system.verifier.set_response(self.response);
        system.low_resources = low_resources::State::new(self.low_resources);
        let system = Arc::new(system);
        if let Some(scheduler) = scheduler {
            scheduler.set_system(Arc::downgrade(&system));
        }
        let monitor = Monitor::start(&system);
        let inner = Inner { system, parameters: self.parameters, _monitor: monitor };
        Ok(Kernel { inner: Arc::new(inner) })
    }
}

impl Builder {
    /// The seeds, each with what follows from it.
    fn seeds(&self) -> Vec<String> {
        let schedule = match self.schedule {
            Schedule::Seeded { seed, strategy } => {
                Some(format!("schedule: seed {seed}, {strategy}"))
            }
            Schedule::Free => None,
        };
        let made = |what: &str, seed: Option<u64>| seed.map(|seed| format!("{what}: seed {seed}"));
        let network = made("settings of the network", self.settings.chosen_by);
        let ndis = made("settings of NDIS", self.ndis_settings.chosen_by);
        let short = match self.low_resources {
            LowResources::Random { seed, percent } => {
                Some(format!("low resources: seed {seed}, {percent} of 100"))
            }
            _ => None,
        };
        [schedule, network, ndis, short].into_iter().flatten().collect()
    }

    /// What decides who goes on, which decides about this thread from now on.
    fn scheduler(&self) -> Result<Option<Arc<Scheduler>>, BuildError> {
        let Schedule::Seeded { seed, strategy } = self.schedule else { return Ok(None) };
        if matches!(self.network, Network::Host) {
            return Err(BuildError::SeededHostNetwork);
        }
        let scheduler = Arc::new(Scheduler::new(seed, strategy, self.records_schedule));
        if sched::adopt_maker(&scheduler) {
            Ok(Some(scheduler))
        } else {
            Err(BuildError::SeededTwice)
        }
    }
}
