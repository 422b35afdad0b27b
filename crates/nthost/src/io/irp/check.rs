//! What a driver has to heed when it sends an IRP, to another driver or to a provider.

use std::ptr;

use super::{
    current,
    record::{Origin, Place, Record},
    rules,
};
use crate::{
    io::device,
    ke::irql,
    nt::{
        APC_LEVEL, DEVICE_OBJECT, IO_STACK_LOCATION, IO_TYPE_IRP, IRP, IRP_MJ_CLEANUP,
        IRP_MJ_CLOSE, IRP_MJ_CREATE, PASSIVE_LEVEL, SL_ERROR_RETURNED, SL_PENDING_RETURNED,
        irp_set_cancel_routine,
    },
    system::System,
};

/// Whether a driver can send this IRP: it is one, and the driver has it.
///
/// # Safety
///
/// `irp` is null, an IRP, or was one that the kernel allocated.
pub(super) unsafe fn has_irp(system: &System, irp: *mut IRP) -> bool {
    match system.io.irps.record(irp) {
        Some(record) if record.place() == Place::Free => {
            rules::by_caller(rules::SENT_AFTER_FREE, irp, "sends an IRP that has been freed");
            return false;
        }
        Some(record) if record.is_provided() => {
            rules::by_caller(
                rules::FORWARDED_BENEATH,
                irp,
                "sends an IRP that is still pending where it was sent before",
            );
            return false;
        }
        _ => {}
    }
    // SAFETY: by the contract.
    if irp.is_null() || unsafe { (*irp).Type } != IO_TYPE_IRP {
        rules::by_caller(rules::SENT_NO_IRP, irp, "sends what is no IRP");
        return false;
    }
    true
}

/// Whether a driver can send an IRP to this device.
pub(super) fn is_device(system: &System, device: *mut DEVICE_OBJECT, irp: *mut IRP) -> bool {
    if device.is_null() {
        rules::by_caller(rules::SENT_NULL_DEVICE, irp, "sends an IRP to no device");
        return false;
    }
    let is_one = device::exists(system, device);
    if !is_one {
        let first = rules::SENT_NO_DEVICE;
        let text = format!("{} sends an IRP to what is no device", crate::verifier::caller());
        rules::with(first, irp, [0x04, device as u64, 0, 0], text);
    }
    is_one
}

/// Checks how a driver has prepared an IRP that it sends.
///
/// # Safety
///
/// The driver has the IRP.
pub(super) unsafe fn prepared(irp: *mut IRP) {
    // SAFETY: by the contract.
    if unsafe { (*irp).CancelRoutine }.is_some() {
        rules::by_caller(
            rules::SENT_WITH_CANCEL_ROUTINE,
            irp,
            "sends an IRP whose cancel routine is still set",
        );
        // SAFETY: by the contract.
        unsafe { irp_set_cancel_routine(irp, None) };
    }
}

/// Checks the stack location that a driver has prepared for the driver below.
///
/// # Safety
///
/// The driver has the IRP, which has another stack location.
pub(super) unsafe fn location(irp: *mut IRP, record: Option<&Record>) {
    // SAFETY: by the contract.
    let packet = unsafe { &*irp };
    check_level(packet, record);
    let number = packet.CurrentLocation - 1;
    let is_skipped = record.is_some_and(|record| record.was_called(number));
    if packet.CurrentLocation > packet.StackCount || is_skipped {
        return;
    }
    let here = current(packet);
    // SAFETY: the numbers say that both are locations of the IRP.
    let own = unsafe { &*here };
    // SAFETY: as above.
    let next = unsafe { &mut *here.wrapping_sub(1) };
    if next.Control & (SL_PENDING_RETURNED | SL_ERROR_RETURNED) != 0 {
        rules::by_caller(
            rules::CONTROL_NOT_CLEARED,
            irp,
            "sends an IRP on with the marks of its own stack location in the next one",
        );
        next.Control &= !(SL_PENDING_RETURNED | SL_ERROR_RETURNED);
    }
    let same = own.CompletionRoutine.map(|routine| routine as usize)
        == next.CompletionRoutine.map(|routine| routine as usize);
    if next.CompletionRoutine.is_some() && same && own.Context == next.Context {
        rules::by_caller(
            rules::ROUTINE_COPIED,
            irp,
            "sends an IRP on with a copy of the completion routine of the driver above",
        );
        next.CompletionRoutine = None;
    }
    if own.MajorFunction != IRP_MJ_CREATE && is_untouched(next) {
        rules::by_caller(
            rules::STACK_NOT_COPIED,
            irp,
            "sends an IRP on, and has prepared no stack location for the driver below",
        );
    }
}

/// Whether nobody has written to a stack location, but for a completion routine.
fn is_untouched(location: &IO_STACK_LOCATION) -> bool {
    let IO_STACK_LOCATION { MajorFunction, MinorFunction, Flags, Parameters, FileObject, .. } =
        location;
    // SAFETY: all members of the union are numbers or pointers, and this is as long as any.
    let parameters = unsafe { &Parameters.Others };
    let arguments =
        [parameters.Argument1, parameters.Argument2, parameters.Argument3, parameters.Argument4];
    (*MajorFunction, *MinorFunction, *Flags) == (0, 0, 0)
        && FileObject.is_null()
        && arguments.iter().all(|argument| argument.is_null())
}

/// Checks the level at which an IRP is sent.
fn check_level(packet: &IRP, record: Option<&Record>) {
    let level = irql::current();
    let next = current(packet).wrapping_sub(1);
    // SAFETY: the caller says that there is another location.
    let major = unsafe { (*next).MajorFunction };
    if level > PASSIVE_LEVEL && matches!(major, IRP_MJ_CREATE | IRP_MJ_CLEANUP | IRP_MJ_CLOSE) {
        rules::by_caller(
            rules::SENT_AT_LEVEL,
            packet,
            &format!("sends a request to open or close a file at IRQL {level}"),
        );
    }
    if level >= APC_LEVEL && record.is_some_and(|record| record.origin() == Origin::Threaded) {
        let who = crate::verifier::caller();
        rules::with(
            rules::SENT_THREADED,
            ptr::from_ref(packet),
            [0x302, level.into(), ptr::from_ref(packet) as u64, 0],
            format!("{who} sends at IRQL {level} an IRP that its thread has to finish"),
        );
    }
}
