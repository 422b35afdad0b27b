//! I/O request packets: their memory, their way down and back up, and who has them.
//!
//! For other components that act as a driver below, such as the provider of Winsock Kernel:
//! [`take_for_provider`] does what `IoCallDriver` does for a driver, and
//! [`complete_from_provider`] what `IoCompleteRequest` does, and between them [`lend`] keeps drivers away.

pub(super) mod allocate;
mod arena;
mod call;
mod check;
mod complete;
mod history;
mod provider;
mod record;
mod returned;
pub(super) mod routine;
pub(crate) mod rules;
mod touched;

use crate::{
    export::Export,
    nt::{IO_STACK_LOCATION, IRP, irp_current},
    system::System,
};

pub(crate) use allocate::{allocate, free, free_new};
pub(crate) use arena::Arena;
pub use arena::Guards;
#[cfg(test)]
pub(crate) use call::{IofCallDriver, IofCompleteRequest};
pub(crate) use call::{call, invalid_request};
pub(crate) use history::Event;
pub(crate) use provider::{
    can_take, complete_from_provider, hold, lend, location, take_for_provider, view,
};
pub(crate) use record::{Origin, Place, Record};
pub(super) use routine::Routines;

/// The tables of what drivers import.
pub(crate) const EXPORTS: [&[Export]; 3] = [allocate::EXPORTS, call::EXPORTS, routine::EXPORTS];

/// Makes a stack location the current one.
fn set_current(packet: &mut IRP, location: *mut IO_STACK_LOCATION) {
    packet.Tail.Overlay.u2.CurrentStackLocation = location;
}

/// The current stack location; one past the last one if the IRP has not been sent.
fn current(packet: &IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: the packet is valid.
    unsafe { irp_current(packet) }
}

/// IRPs that drivers have allocated and not freed, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let records = system.io.irps.records();
    let left = records.filter(|record| record.place() != Place::Free);
    left.map(|record| {
        let by = system.describe(record.allocated_by());
        match (record.origin(), record.place()) {
            (Origin::IoManager, _) => format!("a request to {by} was not completed"),
            (_, Place::Sent) => format!("an IRP that {by} allocated is still pending"),
            _ => format!("an IRP that {by} allocated was not freed"),
        }
    })
    .chain(routine::leftovers(system))
    .collect()
}
