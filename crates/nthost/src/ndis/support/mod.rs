//! Memory, locks, events, timers, work items, configuration: what NDIS has for drivers beside the network.

mod configuration;
mod device;
mod event;
mod generic;
mod lock;
mod memory;
mod objects;
mod request;
mod rules;
mod system;
#[cfg(test)]
mod tests;
mod timer;
mod work;

use crate::export::Export;

pub(super) use objects::{Objects, check_unloaded, leftovers};

/// The tables of the functions of this component.
pub(crate) const TABLES: &[&[Export]] = &[
    configuration::EXPORTS,
    device::EXPORTS,
    event::EXPORTS,
    generic::EXPORTS,
    lock::EXPORTS,
    memory::EXPORTS,
    request::EXPORTS,
    system::EXPORTS,
    timer::EXPORTS,
    work::EXPORTS,
];
