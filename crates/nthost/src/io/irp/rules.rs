//! Rules for IRPs that drivers can break, and how that is reported: with the history of the IRP.

use crate::{
    nt::IRP,
    system::System,
    thread,
    verifier::{self, Check, Code},
};

pub(in crate::io) use crate::verifier::catalogue::irp::*;

/// Notes that a driver broke a rule with an IRP where it called the kernel last. `text` goes behind that.
#[cold]
pub(crate) fn by_caller(check: &'static Check, irp: *const IRP, text: &str) {
    let caller = thread::current(|thread| thread.caller.get());
    let parameters = parameters(check, irp, caller);
    with(check, irp, parameters, format!("{} {text}", verifier::caller()));
}

/// Notes that a routine of a driver broke a rule with an IRP. `text` goes behind its name.
#[cold]
pub(crate) fn by(check: &'static Check, irp: *const IRP, routine: usize, text: &str) {
    let name = thread::system().describe(routine);
    let parameters = parameters(check, irp, routine);
    with(check, irp, parameters, format!("{name} {text}"));
}

/// Notes that a driver broke a rule with an IRP.
#[cold]
pub(crate) fn with(check: &'static Check, irp: *const IRP, parameters: [u64; 4], text: String) {
    check.broken_after(parameters, text, history(&thread::system(), irp));
}

/// What happened to an IRP, the oldest first.
pub(super) fn history(system: &System, irp: *const IRP) -> Vec<String> {
    let history = system.io.irps.record(irp).map(|record| record.history(system));
    history.into_iter().flatten().map(|event| format!("the IRP was {event}")).collect()
}

/// The parameters that most bug checks for IRPs have, where `place` is in the code of the driver.
pub(super) fn parameters(check: &Check, irp: *const IRP, place: usize) -> [u64; 4] {
    let (irp, place) = (irp as u64, place as u64);
    match check.code {
        Code::Windows { first: Some(first @ ..=3), .. } => [first, irp, 0, 0],
        Code::Windows { first: Some(first), .. } => [first, place, irp, 0],
        Code::Windows { first: None, .. } => [irp, place, 0, 0],
        Code::Hosted => [0; 4],
    }
}
