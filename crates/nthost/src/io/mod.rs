//! The I/O manager: drivers, devices, files, IRPs.

pub(crate) mod cancel;
mod csq;
mod device;
mod driver;
pub(crate) mod file;
pub(crate) mod irp;
mod name;
mod remove_lock;
pub(crate) mod request;
mod running;
#[cfg(test)]
mod tests;
mod work_item;

use parking_lot::Mutex;

use crate::{export::Export, system::System};

pub use device::DeviceInfo;
pub(crate) use driver::{LoadedDriver, Refusal};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {
    pub irps: irp::Arena,
    pub cancel: cancel::CancelLock,
    routines: irp::Routines,
    running: running::Running,
    tree: Mutex<device::Tree>,
    work_items: work_item::WorkItems,
}

/// The tables of what drivers import.
pub(crate) const TABLES: &[&[Export]] = &[
    cancel::EXPORTS,
    csq::EXPORTS,
    device::EXPORTS[0],
    device::EXPORTS[1],
    irp::EXPORTS[0],
    irp::EXPORTS[1],
    irp::EXPORTS[2],
    remove_lock::EXPORTS,
    work_item::EXPORTS,
];

/// What drivers have not given back, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let dangling = system.io.tree.lock().dangling();
    let links = dangling.iter().map(|link| format!("the symbolic link {link} was not deleted"));
    let items = work_item::leftovers(system);
    irp::leftovers(system).into_iter().chain(items).chain(links).collect()
}
