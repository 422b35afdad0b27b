//! Completing an IRP, until the I/O manager does it.

use crate::{
    ke,
    nt::{
        IO_STACK_LOCATION, IRP, KIRQL, SL_INVOKE_ON_CANCEL, SL_INVOKE_ON_ERROR,
        SL_INVOKE_ON_SUCCESS, SL_PENDING_RETURNED, STATUS_MORE_PROCESSING_REQUIRED,
    },
};

/// Completes an IRP with the status that is in it.
///
/// # Safety
///
/// The caller has the IRP, and gives it away.
pub(super) unsafe fn complete(irp: *mut IRP) {
    loop {
        // SAFETY: nobody else has the IRP until a routine stops the completion.
        let packet = unsafe { &mut *irp };
        if packet.CurrentLocation > packet.StackCount {
            return;
        }
        // SAFETY: whoever has an IRP uses this member.
        let place = unsafe { packet.Tail.Overlay.u2.CurrentStackLocation };
        // SAFETY: the number says that it is one of the IRP's locations.
        let location = unsafe { place.replace(IO_STACK_LOCATION::default()) };
        packet.PendingReturned = location.Control & SL_PENDING_RETURNED;
        packet.Tail.Overlay.u2.CurrentStackLocation = place.wrapping_add(1);
        packet.CurrentLocation += 1;
        // SAFETY: the provider sets this member.
        let status = unsafe { packet.IoStatus.u.Status };
        let by_result = if status >= 0 { SL_INVOKE_ON_SUCCESS } else { SL_INVOKE_ON_ERROR };
        let by_cancel = if packet.Cancel != 0 { SL_INVOKE_ON_CANCEL } else { 0 };
        let wanted = location.Control & (by_result | by_cancel) != 0;
        let Some(routine) = location.CompletionRoutine.filter(|_| wanted) else { continue };
        // SAFETY: the driver set the routine for this IRP.
        let answer = unsafe { routine(std::ptr::null_mut(), irp, location.Context) };
        if answer == STATUS_MORE_PROCESSING_REQUIRED {
            return;
        }
    }
}

/// Goes back to the level before the cancel spin lock.
pub(super) fn release_lock(level: KIRQL) {
    ke::irql::lower(level);
}
