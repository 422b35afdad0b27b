//! The I/O manager: drivers, devices, files, IRPs.

pub(crate) mod cancel;
mod csq;
mod device;
mod driver;
mod error_log;
pub(crate) mod file;
pub(crate) mod irp;
mod name;
pub(crate) mod opening;
mod registration;
mod remove_lock;
pub(crate) mod request;
mod requestor;
mod running;
mod stack;
#[cfg(test)]
pub(crate) mod tests;
mod work_item;

use std::time::Duration;

use crate::{export::Export, sched::Mutex, system::System};

pub use device::DeviceInfo;
pub(crate) use device::exports::{
    IoCreateDevice, IoCreateSymbolicLink, IoDeleteDevice, IoDeleteSymbolicLink,
};
pub(crate) use driver::{LoadedDriver, Refusal};
pub use irp::Guards;
pub(crate) use registration::shut_down;
pub(crate) use stack::stack_range;

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {
    pub irps: irp::Arena,
    pub cancel: cancel::CancelLock,
    routines: irp::Routines,
    registrations: registration::Registrations,
    running: running::Running,
    remove_locks: remove_lock::Tags,
    tree: Mutex<device::Tree>,
    work_items: work_item::WorkItems,
    /// How long `DriverUnload` may take, if that is set.
    pub unload_patience: Option<Duration>,
}

impl State {
    /// True if the kernel allocated an IRP at the address.
    pub fn is_irp(&self, address: usize) -> bool {
        self.irps.record(address as *const _).is_some()
    }
}

/// The tables of what drivers import.
pub(crate) const TABLES: &[&[Export]] = &[
    cancel::EXPORTS,
    csq::EXPORTS,
    device::EXPORTS[0],
    device::EXPORTS[1],
    device::EXPORTS[2],
    error_log::EXPORTS,
    irp::EXPORTS[0],
    irp::EXPORTS[1],
    irp::EXPORTS[2],
    request::build::EXPORTS,
    requestor::EXPORTS,
    stack::EXPORTS,
    registration::EXPORTS,
    remove_lock::EXPORTS,
    work_item::EXPORTS,
];

/// What drivers have not given back, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let dangling = system.io.tree.lock().dangling();
    let links = dangling.iter().map(|link| format!("the symbolic link {link} was not deleted"));
    let mut left = irp::leftovers(system);
    left.extend(work_item::leftovers(system));
    left.extend(registration::leftovers(system));
    left.extend(links);
    left
}
