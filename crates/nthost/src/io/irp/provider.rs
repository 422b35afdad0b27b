//! For components of the kernel that act as the driver below.
//!
//! As long as such a component has an IRP, drivers do not: once it is [`lent`](lend), they cannot even
//! look at it. The component uses [`view`] then.

use super::{check, complete::complete, history::Event, record::Record, routine};
use crate::{
    nt::{
        IO_STACK_LOCATION, IRP, NTSTATUS, SL_PENDING_RETURNED, irp_current, irp_next, irp_set_next,
    },
    thread,
};

/// Whether a driver that hands an IRP over has one.
///
/// # Safety
///
/// `irp` is an IRP, or was one that the kernel allocated.
pub(crate) unsafe fn can_take(irp: *mut IRP) -> bool {
    // SAFETY: by the contract.
    thread::current(|thread| unsafe { check::has_irp(&thread.system, irp) })
}

/// Takes an IRP that a driver hands over to `function`, as `IoCallDriver` does for the driver below: the
/// next stack location becomes the current one.
///
/// # Safety
///
/// The driver has the IRP, gives it away, and has left a stack location.
pub(crate) unsafe fn take_for_provider(function: &'static str, irp: *mut IRP) {
    thread::current(|thread| {
        // SAFETY: by the contract.
        unsafe { check::prepared(irp) };
        // SAFETY: by the contract.
        routine::check(&thread.system, irp, unsafe { irp_next(irp) });
        let Some(record) = thread.system.io.irps.record(irp) else { return };
        record.note(Event::Given { to: function, by: thread.caller.get() });
        // SAFETY: by the contract.
        record.sent(unsafe { (*irp).CurrentLocation });
        record.provide(true);
    });
    // SAFETY: by the contract.
    unsafe { irp_set_next(irp) };
}

/// Marks an IRP pending, and takes it away from drivers until it is completed.
///
/// # Safety
///
/// The caller has the IRP, which has a stack location for it.
pub(crate) unsafe fn lend(irp: *mut IRP) {
    // SAFETY: by the contract.
    let location = unsafe { location(irp) };
    // SAFETY: as above.
    unsafe { (*location).Control |= SL_PENDING_RETURNED };
    hold(irp);
}

/// Takes an IRP away from drivers until it is completed.
pub(crate) fn hold(irp: *mut IRP) {
    thread::current(|thread| {
        if let Some(record) = thread.system.io.irps.record(irp) {
            record.note(Event::Pending);
            record.hide();
        }
    });
}

/// Where the kernel sees an IRP.
pub(crate) fn view(irp: *mut IRP) -> *mut IRP {
    thread::current(|thread| thread.system.io.irps.view(irp))
}

/// The current stack location of an IRP, where the kernel sees it.
///
/// # Safety
///
/// The caller has the IRP, which was sent to it.
pub(crate) unsafe fn location(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    let known = thread::current(|thread| thread.system.io.irps.record(irp).map(Record::location));
    // SAFETY: by the contract.
    known.unwrap_or_else(|| unsafe { irp_current(irp) })
}

/// Completes an IRP as `IoCompleteRequest` does for the driver below.
///
/// # Safety
///
/// The caller has the IRP, and gives it away.
pub(crate) unsafe fn complete_from_provider(irp: *mut IRP, status: NTSTATUS, information: usize) {
    thread::current(|thread| {
        if let Some(record) = thread.system.io.irps.record(irp) {
            record.note(Event::Ended { status });
            record.provide(false);
            record.show();
        }
        // SAFETY: by the contract.
        let packet = unsafe { &mut *irp };
        packet.IoStatus.u.Status = status;
        packet.IoStatus.Information = information;
        // SAFETY: by the contract.
        unsafe { complete(&thread.system, irp) };
    });
}
