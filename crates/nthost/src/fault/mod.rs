//! Faults: what the processor refuses to do for a driver.
//!
//! The host says so with a signal. Its handler changes nothing but where the thread goes on: in a function
//! that reports the fault, on a stack of its own, and leaves the driver. A fault in the kernel's own code, or
//! in the host's, counts as one of the driver that had called it. One on a thread that runs no driver is left
//! to who handled such signals before.

mod classify;
mod code;
mod handler;
mod place;
pub(crate) mod regions;
mod report;
mod reserve;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    handler::{Fault, INTERRUPT},
    report::on_other_stack,
    reserve::prepare,
};
