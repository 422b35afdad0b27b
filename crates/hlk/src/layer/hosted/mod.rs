//! The hosted kernel.

mod call;
mod lab;

use std::{path::PathBuf, sync::Arc, time::Duration};

use nthost::{
    Driver, File, Kernel, UserMemory,
    ndis::{Adapter, Link},
    wsk::{Network, Synthetic},
};
use parking::RwLock;

use super::{
    Completion, Handle, Lab, Machine, Memory, Pending, Protection, Setup, Started, System,
};
use crate::{
    call::{Call, OpenCall, OpenKind},
    status::Status,
    target::Target,
};

/// Poisoned locks are used all the same: a job that panics is a failure, and the others go on.
mod parking {
    use std::sync::{PoisonError, RwLockReadGuard, RwLockWriteGuard};

    /// A lock without poison.
    #[derive(Default)]
    pub struct RwLock<T>(std::sync::RwLock<T>);

    impl<T> RwLock<T> {
        pub const fn new(value: T) -> Self {
            Self(std::sync::RwLock::new(value))
        }

        pub fn read(&self) -> RwLockReadGuard<'_, T> {
            self.0.read().unwrap_or_else(PoisonError::into_inner)
        }

        pub fn write(&self) -> RwLockWriteGuard<'_, T> {
            self.0.write().unwrap_or_else(PoisonError::into_inner)
        }
    }
}

/// The hosted kernel, which loads the files of drivers.
#[derive(Debug)]
pub struct Hosted {
    folder: PathBuf,
}

impl Hosted {
    /// One that takes the drivers from this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn file(&self, target: &Target) -> PathBuf {
        self.folder.join(target.name).with_extension("sys")
    }
}

impl System for Hosted {
    fn name(&self) -> String {
        "nthost, the hosted kernel".to_owned()
    }

    fn check(&self, target: &Target) -> Result<(), String> {
        let file = self.file(target);
        if file.is_file() {
            return Ok(());
        }
        Err(format!(
            "There is no {}. `cargo xtask build` makes it; --drivers names another folder.",
            file.display()
        ))
    }

    fn start(&self, target: &Target, setup: &Setup) -> Result<Box<dyn Machine>, String> {
        let plan = Plan {
            file: self.file(target),
            device: format!(r"\Device\{}", target.name),
            setup: setup.clone(),
        };
        let state = plan.start()?;
        Ok(Box::new(Hosting { plan, state: RwLock::new(state) }))
    }
}

/// How a kernel is started, again and again.
struct Plan {
    file: PathBuf,
    device: String,
    setup: Setup,
}

/// A kernel with its driver.
struct State {
    kernel: Kernel,
    driver: Option<Driver>,
    links: Vec<Link>,
    network: Synthetic,
}

impl Plan {
    fn start(&self) -> Result<State, String> {
        let network = Synthetic::new();
        let mut builder = Kernel::builder().network(Network::Synthetic(network.clone()));
        let mut settings = nthost::ndis::Settings::default();
        if let Some(chance) = self.setup.chance {
            settings = nthost::ndis::Settings::random(chance);
            builder = builder
                .network_settings(nthost::wsk::Settings::seeded(chance))
                .ndis_settings(settings.clone());
        }
        let kernel = builder.build().map_err(|error| error.to_string())?;
        let driver = kernel.load(&self.file).map_err(|error| error.to_string())?;
        let plug = |(number, plug): (usize, &super::Plug)| {
            kernel.plug(Adapter {
                descriptors: plug.descriptors,
                low_mark: plug.low_mark,
                settings: settings.clone(),
                ..Adapter::new(format!("net{number}"))
            })
        };
        let links = self.setup.adapters.iter().enumerate().map(plug).collect();
        Ok(State { kernel, driver: Some(driver), links, network })
    }
}

/// A machine of the hosted kernel.
struct Hosting {
    plan: Plan,
    state: RwLock<State>,
}

impl Machine for Hosting {
    fn open(&self, name: &[u16], how: &OpenCall) -> Result<Arc<dyn Handle>, Status> {
        let kernel = self.state.read().kernel.clone();
        let kind = match how.kind {
            OpenKind::File => nthost::OpenKind::File,
            OpenKind::NamedPipe => nthost::OpenKind::NamedPipe,
            OpenKind::Mailslot => nthost::OpenKind::Mailslot,
        };
        let how = nthost::Open {
            kind,
            access: how.access,
            share: how.share,
            attributes: how.attributes,
            disposition: how.disposition,
            options: how.options,
        };
        let file = kernel.open_as(name, how).map_err(|status| Status(status.code()))?;
        Ok(Arc::new(Opened(file)))
    }

    fn memory(&self, length: usize) -> Result<Arc<dyn Memory>, String> {
        let memory = self.state.read().kernel.user_memory(length);
        Ok(Arc::new(memory.map_err(|error| error.to_string())?))
    }

    fn lab(&self) -> &dyn Lab {
        self
    }

    fn finish(self: Box<Self>) -> Vec<String> {
        let mut state = self.state.write();
        let mut sentences = state.unload();
        sentences.extend(state.broken());
        sentences
    }
}

impl State {
    /// Unloads the driver. Returns what it has left behind.
    fn unload(&mut self) -> Vec<String> {
        let Some(driver) = self.driver.take() else { return Vec::new() };
        match driver.unload() {
            Ok(unloaded) => {
                let left = unloaded.leftovers().iter();
                left.map(|what| format!("left behind: {what}")).collect()
            }
            Err(error) => {
                let sentence = error.to_string();
                error.driver.abandon();
                vec![sentence]
            }
        }
    }

    /// The rules that were broken.
    fn broken(&self) -> Vec<String> {
        let sentence =
            |violation: nthost::Violation| format!("{}: {}", violation.rule, violation.text);
        self.kernel.violations().into_iter().map(sentence).collect()
    }
}

/// A handle.
struct Opened(File);

impl Handle for Opened {
    fn start(&self, call: &Call) -> Started {
        let pending = self.0.start_call(&call::hosted(call));
        match pending.wait_for(Duration::ZERO) {
            Ok((completion, _)) => Started::Done(completed(completion)),
            Err(pending) => Started::Pending(Box::new(pending)),
        }
    }

    fn cancel(&self) {
        self.0.cancel();
    }

    fn section(&self) -> Status {
        Status(self.0.create_section().code())
    }
}

fn completed(completion: nthost::Completion) -> Completion {
    Completion { status: Status(completion.status.code()), information: completion.information }
}

impl Pending for nthost::Pending {
    fn wait(self: Box<Self>, time: Duration) -> Result<Completion, Box<dyn Pending>> {
        match (*self).wait_for(time) {
            Ok((completion, _)) => Ok(completed(completion)),
            Err(pending) => Err(Box::new(pending)),
        }
    }

    fn cancel(&self) {
        Self::cancel(self);
    }
}

impl Memory for UserMemory {
    fn address(&self) -> usize {
        Self::address(self)
    }

    fn len(&self) -> usize {
        Self::len(self)
    }

    fn protect(&self, protection: Protection) {
        let protection = match protection {
            Protection::NoAccess => nthost::Protection::NoAccess,
            Protection::ReadOnly => nthost::Protection::ReadOnly,
            Protection::ReadWrite => nthost::Protection::ReadWrite,
        };
        Self::protect(self, protection).expect("pages of our own can be protected");
    }

    fn write(&self, offset: usize, bytes: &[u8]) {
        Self::write(self, offset, bytes);
    }
}
