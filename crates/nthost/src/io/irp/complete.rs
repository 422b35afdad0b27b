//! The way back up.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest)

use core::{ffi::c_void, ptr};

use super::{
    current,
    history::Event,
    record::{Origin, Place, Record},
    returned::Before,
    routine, rules, set_current,
};
use crate::{
    Status,
    io::request,
    ke,
    nt::{
        DEVICE_OBJECT, IO_COMPLETION_ROUTINE, IO_STACK_LOCATION, IO_TYPE_IRP, IRP,
        SL_INVOKE_ON_CANCEL, SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS, SL_PENDING_RETURNED,
        STATUS_MORE_PROCESSING_REQUIRED, STATUS_PENDING,
    },
    sched,
    system::System,
    thread,
    verifier::caller,
};

/// Completes an IRP for the component that has it, with the status that it has set.
///
/// # Safety
///
/// The caller has the IRP, and gives it away.
pub(crate) unsafe fn complete(system: &System, irp: *mut IRP) {
    // SAFETY: by the contract.
    unsafe { walk(system, irp, system.io.irps.record(irp)) };
}

/// Completes an IRP for a driver that says that it has it.
///
/// # Safety
///
/// `irp` is an IRP, or was one that the kernel allocated.
pub(super) unsafe fn complete_for_driver(system: &System, irp: *mut IRP) {
    let record = system.io.irps.record(irp);
    if let Some(record) = record
        && !has(record)
    {
        return;
    }
    // SAFETY: the record says that it is an IRP, or the driver does.
    let packet = unsafe { &mut *irp };
    if packet.Type != IO_TYPE_IRP || packet.CurrentLocation > packet.StackCount + 1 {
        rules::by_caller(rules::COMPLETED_TWICE, irp, "completes what is no IRP that was sent");
        return;
    }
    if let Some(routine) = packet.CancelRoutine {
        let text = format!("{} completes an IRP whose cancel routine is still set", caller());
        let parameters = [0x07, routine as usize as u64, irp as u64, 0];
        rules::with(rules::CANCEL_ROUTINE_LEFT, irp, parameters, text);
        packet.CancelRoutine = None;
    }
    // SAFETY: drivers set this member of the union.
    let status = unsafe { packet.IoStatus.u.Status };
    if matches!(status, STATUS_PENDING | -1) {
        let text = format!("{} completes an IRP with {}", caller(), Status::new(status));
        let parameters = [0x06, status.cast_unsigned().into(), irp as u64, 0];
        rules::with(rules::COMPLETED_PENDING, irp, parameters, text);
    }
    if let Some(record) = record {
        let by = thread::current(|thread| thread.caller.get());
        record.note(Event::Completed { status, by });
    }
    // SAFETY: the driver has the IRP.
    unsafe { walk(system, irp, record) };
}

/// Whether a driver can complete an IRP: it was sent, and no provider has it.
fn has(record: &Record) -> bool {
    let (rule, text) = match record.place() {
        Place::Sent if record.is_provided() => {
            let text = "completes an IRP that is still pending where it was sent before";
            (rules::COMPLETED_BENEATH, text)
        }
        Place::Sent => return true,
        Place::Owner => (rules::COMPLETED_NOT_SENT, "completes an IRP that was not sent to it"),
        Place::Back | Place::Free => {
            (rules::COMPLETED_TWICE, "completes an IRP that has been completed before")
        }
    };
    rules::by_caller(rule, record.irp(), text);
    false
}

/// What is done with an IRP whose completion has left a stack location.
enum Step {
    /// The driver above is told.
    Tell(Routine),
    /// Completion goes on.
    GoOn,
    /// Nobody is above.
    Top,
}

/// A completion routine, and what it is called with.
struct Routine {
    code: IO_COMPLETION_ROUTINE,
    /// What a report calls it.
    name: usize,
    device: *mut DEVICE_OBJECT,
    context: *mut c_void,
    /// The location of its driver is beyond the last one, since it allocated the IRP.
    of_owner: bool,
}

/// # Safety
///
/// The caller has the IRP, and gives it away. `record` is its record, if it has one.
unsafe fn walk(system: &System, irp: *mut IRP, record: Option<&Record>) {
    let mut told_owner = None;
    loop {
        // SAFETY: nobody else has the IRP until a routine says so.
        let step = unsafe { leave(&mut *irp, record) };
        match step {
            Step::GoOn => {}
            // SAFETY: as above.
            Step::Top => return unsafe { finish(system, irp, record, told_owner) },
            Step::Tell(routine) => {
                let name = routine.name;
                // SAFETY: as above.
                let pending = unsafe { (*irp).PendingReturned } != 0;
                if let Some(record) = record {
                    record.note(Event::Told { routine: name });
                }
                // SAFETY: the driver above set the routine for this IRP.
                let status = unsafe { tell(irp, &routine) };
                if status == STATUS_MORE_PROCESSING_REQUIRED {
                    // The driver has the IRP, and may have freed it.
                    if let Some(record) = record.filter(|_| routine.of_owner) {
                        check_end(record, name);
                    }
                    return;
                }
                if record.is_some_and(|record| record.place() == Place::Free) {
                    rules::by(
                        rules::CONTINUED_FREED,
                        irp,
                        name,
                        "let the completion of an IRP go on that it had freed",
                    );
                    return;
                }
                // SAFETY: the routine left the IRP to the kernel.
                unsafe { check_pending(&*irp, name, pending) };
                if routine.of_owner {
                    told_owner = Some(name);
                }
            }
        }
    }
}

/// Moves completion from the current stack location to the one above.
fn leave(packet: &mut IRP, record: Option<&Record>) -> Step {
    let number = packet.CurrentLocation;
    if number > packet.StackCount {
        return Step::Top;
    }
    let here = current(packet);
    // SAFETY: the number says that it is one of the IRP's locations.
    let location = unsafe { &mut *here };
    let pending = location.Control & SL_PENDING_RETURNED != 0;
    let code = location.CompletionRoutine.filter(|_| is_wanted(packet, location.Control));
    let context = location.Context;
    packet.PendingReturned = pending.into();
    if let Some(record) = record {
        // Before the location is cleared: whoever finds it so knows then that completion has left it.
        // SAFETY: who completes an IRP sets this member of the union.
        record.left(number, pending, unsafe { packet.IoStatus.u.Status });
        if record.origin() == Origin::Driver && record.is_back_at(number + 1) {
            record.put(Place::Back);
        }
    }
    clear(location);
    let above = here.wrapping_add(1);
    packet.CurrentLocation += 1;
    set_current(packet, above);
    let of_owner = packet.CurrentLocation > packet.StackCount;
    let Some(code) = code else {
        if pending && !of_owner {
            // SAFETY: the location above is one of the IRP's.
            unsafe { (*above).Control |= SL_PENDING_RETURNED };
        }
        return Step::GoOn;
    };
    let device = if of_owner {
        ptr::null_mut()
    } else {
        // SAFETY: as above.
        unsafe { (*above).DeviceObject }
    };
    // SAFETY: it is called below.
    let name = unsafe { routine::name(code, context) };
    Step::Tell(Routine { code, name, device, context, of_owner })
}

/// Whether the driver above wants to be told of this result.
fn is_wanted(packet: &IRP, control: u8) -> bool {
    // SAFETY: whoever completes an IRP sets this member of the union.
    let status = unsafe { packet.IoStatus.u.Status };
    let by_result = if status >= 0 { SL_INVOKE_ON_SUCCESS } else { SL_INVOKE_ON_ERROR };
    control & by_result != 0 || packet.Cancel != 0 && control & SL_INVOKE_ON_CANCEL != 0
}

/// Makes a location empty that completion has left, so that nobody relies on it.
fn clear(location: &mut IO_STACK_LOCATION) {
    let MajorFunction = location.MajorFunction;
    *location = IO_STACK_LOCATION { MajorFunction, ..IO_STACK_LOCATION::default() };
}

/// Calls a completion routine.
///
/// # Safety
///
/// The routine is one that a driver set for the IRP, and its turn has come.
unsafe fn tell(irp: *mut IRP, routine: &Routine) -> i32 {
    let before = Before::now();
    sched::point("a completion routine", routine.name);
    // SAFETY: by the contract.
    let code = || unsafe { (routine.code)(routine.device, irp, routine.context) };
    // SAFETY: there is nothing to drop. A driver that is left keeps the IRP.
    let status = unsafe { ke::thread::ask(STATUS_MORE_PROCESSING_REQUIRED, code) };
    sched::point("a return of the driver", routine.name);
    before.check_completion(routine.name, irp);
    status
}

/// A routine that lets completion go on has to hand on that the IRP is pending, unless its driver had
/// marked it itself.
fn check_pending(packet: &IRP, routine: usize, pending: bool) {
    if !pending || packet.CurrentLocation > packet.StackCount {
        return;
    }
    // SAFETY: the number says that it is one of the IRP's locations.
    if unsafe { (*current(packet)).Control } & SL_PENDING_RETURNED == 0 {
        rules::by(
            rules::PENDING_NOT_PROPAGATED,
            packet,
            routine,
            "did not mark an IRP pending whose PendingReturned was set",
        );
    }
}

/// Looks for the trace of `IoMarkIrpPending` without a stack location of the driver.
fn check_end(record: &Record, routine: usize) {
    if record.place() == Place::Back && record.was_written_behind_the_end() {
        rules::by(
            rules::MARKED_BEHIND_THE_END,
            record.irp(),
            routine,
            "marked an IRP of its own pending, which has no stack location for that: what lies behind \
             it is overwritten",
        );
    }
}

/// Gives the IRP back to whoever made it.
///
/// # Safety
///
/// All drivers are done with the IRP.
unsafe fn finish(
    system: &System,
    irp: *mut IRP,
    record: Option<&Record>,
    told_owner: Option<usize>,
) {
    if let Some(record) = record
        && record.origin() != Origin::Driver
    {
        let is_first = record.put(Place::Back) == Place::Sent;
        match record.take_request().filter(|_| is_first) {
            // SAFETY: by the contract.
            Some(request) => unsafe { request::finish(system, irp, record, &request) },
            None => rules::by_caller(
                rules::COMPLETED_TWICE,
                irp,
                "completes an IRP that has been completed before",
            ),
        }
        return;
    }
    if let Some(routine) = told_owner {
        if let Some(record) = record {
            check_end(record, routine);
        }
        rules::by(
            rules::CONTINUED,
            irp,
            routine,
            "did not return STATUS_MORE_PROCESSING_REQUIRED for an IRP of its own",
        );
        return;
    }
    let by = record.map_or(0, Record::allocated_by);
    let text = format!(
        "the IRP that {} allocated was completed, and no completion routine took it back",
        system.describe(by)
    );
    rules::with(rules::NO_COMPLETION_ROUTINE, irp, [0; 4], text);
}
