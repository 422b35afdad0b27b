//! For components of the kernel that act as the driver below.

use super::{complete::complete, record::Place, rules};
use crate::{
    nt::{IRP, irp_set_next},
    thread,
};

/// Takes an IRP that a driver hands over, as `IoCallDriver` does for the driver below: the next stack
/// location becomes the current one.
///
/// # Safety
///
/// The driver has the IRP, gives it away, and has left a stack location.
pub(crate) unsafe fn take_for_provider(irp: *mut IRP) {
    thread::current(|thread| {
        let Some(record) = thread.system.io.irps.record(irp) else { return };
        if record.place() == Place::Free {
            rules::SENT_AFTER_FREE.broken_by_caller("passes an IRP on that has been freed");
            return;
        }
        // SAFETY: by the contract.
        record.sent(unsafe { (*irp).CurrentLocation });
    });
    // SAFETY: by the contract.
    unsafe { irp_set_next(irp) };
}

/// Completes an IRP with the status that is in it, as `IoCompleteRequest` does for the driver below.
///
/// # Safety
///
/// The caller has the IRP, and gives it away.
pub(crate) unsafe fn complete_from_provider(irp: *mut IRP) {
    // SAFETY: by the contract.
    thread::current(|thread| unsafe { complete(&thread.system, irp) });
}
