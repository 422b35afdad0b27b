//! Faults of drivers on IRPs that they do not have.

use std::mem::offset_of;

use super::{record::Place, rules};
use crate::{fault::regions::Meaning, nt::IRP, thread};

/// What a fault on the pages of an IRP means, which drivers may not use now.
pub(super) fn meaning(address: usize) -> Option<Meaning> {
    let system = thread::system();
    let record = system.io.irps.around(address)?;
    let irp = record.irp() as usize;
    let is_pending = record.place() != Place::Free;
    let check = match address.checked_sub(irp) {
        _ if !is_pending => rules::TOUCHED_FREED,
        Some(offset) if offset == offset_of!(IRP, CancelRoutine) => rules::CANCEL_ROUTINE_BENEATH,
        _ => rules::TOUCHED,
    };
    let state = if is_pending { "is pending where it was sent" } else { "is completed or freed" };
    Some(Meaning {
        check,
        what: format!("it is in the IRP {irp:#x}, which {state}"),
        history: record.history(&system),
    })
}
