//! The way down.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/passing-irps-down-the-driver-stack)

use super::{
    complete::{complete, complete_for_driver},
    current,
    record::{Left, Place, Record},
    rules, set_current,
};
use crate::{
    export::{Export, exports},
    ke,
    nt::{
        DEVICE_OBJECT, DISPATCH_LEVEL, DRIVER_DISPATCH, IRP, KIRQL, NTSTATUS, PASSIVE_LEVEL,
        STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER, STATUS_PENDING,
        STATUS_UNSUCCESSFUL,
    },
    sched,
    system::System,
    thread,
};

/// Sends an IRP to the driver of a device, and returns what its dispatch routine does.
///
/// # Safety
///
/// The caller has the IRP, has filled in the next stack location, and gives it away. The device is
/// valid.
pub(crate) unsafe fn call(system: &System, device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    let record = system.io.irps.record(irp);
    if record.is_some_and(|record| record.place() == Place::Free) {
        rules::SENT_AFTER_FREE.broken_by_caller("sends an IRP that has been freed");
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: by the contract nobody else has it.
    let packet = unsafe { &mut *irp };
    if let Some(record) = record {
        record.sent(packet.CurrentLocation);
    }
    if packet.CurrentLocation <= 1 {
        // SAFETY: the contract is the same.
        return unsafe { refuse(system, irp) };
    }
    let number = packet.CurrentLocation - 1;
    packet.CurrentLocation = number;
    let location = current(packet).wrapping_sub(1);
    set_current(packet, location);
    // SAFETY: the number says that it is one of the IRP's locations.
    let location = unsafe { &mut *location };
    location.DeviceObject = device;
    // SAFETY: by the contract the device is valid.
    let routine = unsafe { routine(device, location.MajorFunction) };
    let call = record.map(|record| (record, record.called(number)));
    let level = ke::irql::current();
    sched::point("a dispatch routine", routine as usize);
    // SAFETY: it is the driver's routine for such requests, and the IRP is its own now.
    let code = || unsafe { routine(device, irp) };
    // SAFETY: there is nothing to drop.
    let status = unsafe { ke::thread::ask(STATUS_UNSUCCESSFUL, code) };
    sched::point("a return of the driver", routine as usize);
    if system.stop.is_stopped() {
        return status;
    }
    check_level(level, routine as usize);
    if let Some((record, call)) = call {
        check_status(record, number, call, status, routine as usize);
    }
    status
}

/// Ends a request that has no stack location for the driver that it is sent to.
///
/// # Safety
///
/// The caller has the IRP, and gives it away.
unsafe fn refuse(system: &System, irp: *mut IRP) -> NTSTATUS {
    rules::NO_STACK_LOCATION
        .broken_by_caller("sends an IRP that has no stack location for the driver below");
    // SAFETY: by the contract nobody else has it.
    let packet = unsafe { &mut *irp };
    packet.IoStatus.u.Status = STATUS_INVALID_PARAMETER;
    packet.IoStatus.Information = 0;
    if packet.CurrentLocation <= packet.StackCount {
        // SAFETY: by the contract.
        unsafe { complete(system, irp) };
    }
    STATUS_INVALID_PARAMETER
}

/// The dispatch routine of a device's driver for a major function.
///
/// # Safety
///
/// The device is valid.
unsafe fn routine(device: *mut DEVICE_OBJECT, major: u8) -> DRIVER_DISPATCH {
    // SAFETY: by the contract.
    let driver = unsafe { (*device).DriverObject };
    // SAFETY: a device's driver is valid as long as the device.
    let routines = unsafe { &(*driver).MajorFunction };
    let routine = routines.get(usize::from(major)).copied().flatten();
    routine.unwrap_or_else(|| {
        rules::NO_DISPATCH_ROUTINE
            .broken(format!("a driver has no dispatch routine for the major function {major:#x}"));
        invalid_request
    })
}

/// A routine must return at the level that it was called at.
pub(crate) fn check_level(level: KIRQL, routine: usize) {
    let now = ke::irql::current();
    if now != level {
        ke::irql::lower(level);
        ke::irql::raise(level);
        rules::LEVEL_AT_RETURN
            .broken_by(routine, &format!("was called at IRQL {level} and returned at {now}"));
    }
}

/// What a dispatch routine returns must fit what it has done with the IRP.
fn check_status(record: &Record, number: i8, call: u64, status: NTSTATUS, routine: usize) {
    let left = record.outcome(number, call);
    match (left, status) {
        (Left::Yes { pending: false }, STATUS_PENDING) => {
            rules::PENDING_NOT_MARKED
                .broken_by(routine, "returned STATUS_PENDING for an IRP that it had not marked");
        }
        (Left::Not, STATUS_PENDING) => {
            // A driver that has passed the IRP on leaves it to those below.
            let is_fine = record.is_marked_pending(number) || record.is_passed_on(number);
            // Completion may have begun meanwhile, and cleared the mark.
            if !is_fine && record.outcome(number, call) == Left::Not {
                rules::PENDING_NOT_MARKED.broken_by(
                    routine,
                    "returned STATUS_PENDING for an IRP that it had not marked",
                );
            }
        }
        (Left::Not, _) => {
            rules::NOT_COMPLETED.broken_by(
                routine,
                &format!(
                    "returned {} for an IRP that it had not completed",
                    crate::Status::new(status)
                ),
            );
        }
        (Left::Yes { pending: true }, status) if status != STATUS_PENDING => {
            rules::PENDING_NOT_RETURNED
                .broken_by(routine, "marked an IRP pending and did not return STATUS_PENDING");
        }
        _ => {}
    }
}

/// The dispatch routine for what a driver has no routine for.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/writing-dispatch-routines)
pub(crate) unsafe extern "efiapi" fn invalid_request(
    _device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the IRP was sent here.
    let packet = unsafe { &mut *irp };
    packet.IoStatus.u.Status = STATUS_INVALID_DEVICE_REQUEST;
    packet.IoStatus.Information = 0;
    // SAFETY: as above.
    thread::current(|thread| unsafe { complete(&thread.system, irp) });
    STATUS_INVALID_DEVICE_REQUEST
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iofcalldriver)
pub(crate) unsafe extern "efiapi" fn IofCallDriver(
    device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
) -> NTSTATUS {
    // SAFETY: the driver has the IRP, and has filled in the next stack location.
    thread::current(|thread| unsafe { call(&thread.system, device, irp) })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocalldriver)
unsafe extern "efiapi" fn IoCallDriver(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    // SAFETY: the contract is the same.
    unsafe { IofCallDriver(device, irp) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest)
pub(crate) unsafe extern "efiapi" fn IofCompleteRequest(irp: *mut IRP, _priority_boost: i8) {
    // SAFETY: the driver passes an IRP.
    thread::current(|thread| unsafe { complete_for_driver(&thread.system, irp) });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest)
unsafe extern "efiapi" fn IoCompleteRequest(irp: *mut IRP, priority_boost: i8) {
    // SAFETY: the contract is the same.
    unsafe { IofCompleteRequest(irp, priority_boost) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoCallDriver: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoCompleteRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IofCallDriver: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IofCompleteRequest: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
