//! The way down.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/passing-irps-down-the-driver-stack)

use super::{
    check,
    complete::{complete, complete_for_driver},
    current,
    history::Event,
    returned::{Before, Call},
    routine, rules, set_current,
};
use crate::{
    export::{Export, exports},
    ke,
    nt::{
        DEVICE_OBJECT, DISPATCH_LEVEL, DRIVER_DISPATCH, IRP, KernelMode, NTSTATUS, PASSIVE_LEVEL,
        STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER, STATUS_UNSUCCESSFUL, irp_next,
    },
    sched,
    system::System,
    thread,
    verifier::{self, catalogue::object},
};

/// Sends an IRP to the driver of a device, and returns what its dispatch routine does.
///
/// # Safety
///
/// The caller has the IRP, has filled in the next stack location, and gives it away. The device is
/// valid.
pub(crate) unsafe fn call(system: &System, device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    let record = system.io.irps.record(irp);
    // SAFETY: by the contract nobody else has it.
    let packet = unsafe { &mut *irp };
    let number = packet.CurrentLocation - 1;
    packet.CurrentLocation = number;
    let location = current(packet).wrapping_sub(1);
    set_current(packet, location);
    // SAFETY: the number says that it is one of the IRP's locations.
    let location = unsafe { &mut *location };
    location.DeviceObject = device;
    // SAFETY: by the contract the device is valid.
    let routine = unsafe { dispatch_routine(device, location.MajorFunction) };
    let address = routine as usize;
    let call = record.map(|record| {
        record.sent(number + 1);
        record.note(Event::Sent { to: address, by: thread::current(|thread| thread.caller.get()) });
        Call { record, location: number, number: record.called(number), routine: address }
    });
    let before = Before::now();
    sched::point("a dispatch routine", address);
    // SAFETY: it is the driver's routine for such requests, and the IRP is its own now.
    let code = || unsafe { routine(device, irp) };
    // SAFETY: there is nothing to drop.
    let status = unsafe { ke::thread::ask(STATUS_UNSUCCESSFUL, code) };
    sched::point("a return of the driver", routine as usize);
    if system.stop.is_stopped() {
        return status;
    }
    before.check_dispatch(address, device, irp);
    if let Some(call) = call {
        call.check(status);
    }
    status
}

/// Does the same for a driver, if it may.
///
/// # Safety
///
/// What the driver says that it sends is an IRP, or was one that the kernel allocated.
unsafe fn call_for_driver(system: &System, device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    // SAFETY: by the contract.
    if !unsafe { check::has_irp(system, irp) } || !check::is_device(system, device, irp) {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver has the IRP.
    check_addresses(system, unsafe { &*irp });
    // SAFETY: as above.
    unsafe { check::prepared(irp) };
    // SAFETY: as above.
    if unsafe { (*irp).CurrentLocation } <= 1 {
        // SAFETY: as above.
        return unsafe { refuse(system, irp) };
    }
    // SAFETY: the number says that there is another location.
    unsafe { check::location(irp, system.io.irps.record(irp)) };
    // SAFETY: as above.
    routine::check(system, irp, unsafe { irp_next(irp) });
    // SAFETY: the driver gives the IRP away.
    unsafe { call(system, device, irp) }
}

/// Looks whether a request of the kernel has addresses of a program.
fn check_addresses(system: &System, packet: &IRP) {
    let address = packet.UserBuffer as usize;
    if packet.RequestorMode == KernelMode && system.mm.users.contains(address) {
        let at = &raw const *packet as u64;
        let text = format!(
            "{} sends a request of the kernel with the address {address:#x} of a program",
            verifier::caller()
        );
        object::IRP_USER_ADDRESS.broken_with([at, address as u64, 0], text);
    }
}

/// Ends a request that has no stack location for the driver that it is sent to.
///
/// # Safety
///
/// The caller has the IRP, and gives it away.
unsafe fn refuse(system: &System, irp: *mut IRP) -> NTSTATUS {
    let text = "sends an IRP that has no stack location for the driver below";
    rules::by_caller(rules::NO_STACK_LOCATION, irp, text);
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
unsafe fn dispatch_routine(device: *mut DEVICE_OBJECT, major: u8) -> DRIVER_DISPATCH {
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
    thread::current(|thread| unsafe { call_for_driver(&thread.system, device, irp) })
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocalldriver)
unsafe extern "efiapi" fn IoCallDriver(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    // SAFETY: the contract is the same.
    unsafe { IofCallDriver(device, irp) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocompleterequest)
pub(crate) unsafe extern "efiapi" fn IofCompleteRequest(irp: *mut IRP, _priority_boost: i8) {
    ke::deadlock::check_completion();
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::check_addresses;
    use crate::{
        nt::{IRP, KernelMode, UserMode},
        system::System,
        thread,
    };

    #[test]
    fn requests_of_the_kernel_have_no_addresses_of_programs() {
        let system = Arc::new(System::new(1));
        thread::enter(&system, |_| {
            let region = system.mm.users.add(1).unwrap();
            let buffer = region.address() as *mut _;
            let mut packet = IRP { UserBuffer: buffer, ..IRP::default() };
            packet.RequestorMode = UserMode;
            check_addresses(&system, &packet);
            assert!(system.verifier.violations().is_empty());
            packet.RequestorMode = KernelMode;
            check_addresses(&system, &packet);
            assert_eq!(system.verifier.violations()[0].rule, "irp-user-address");
        });
    }
}
