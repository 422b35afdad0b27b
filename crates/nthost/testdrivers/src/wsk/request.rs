//! Faults of the IRPs of requests.

use core::ptr;

use wdk_sys::{DEVICE_OBJECT, IRP, LARGE_INTEGER, LARGE_INTEGER as Time, NTSTATUS, PVOID};

use super::{at_entry, bound};
use crate::{
    fault::Fault,
    kernel::{
        irp::{
            IoAllocateIrp, IoFreeIrp, IofCallDriver, IofCompleteRequest, KEEP, kind,
            set_cancel_routine, set_routine,
        },
        wsk::{KeDelayExecutionThread, World, call, request},
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    at_entry!("wsk-irp-missing", without_irp),
    at_entry!("wsk-irp-no-stack-location", without_location),
    at_entry!("wsk-irp-no-completion-routine", without_routine),
    at_entry!("wsk-call-in-completion-routine", call_in_routine),
    at_entry!("wsk-wait-in-wsk-context", wait_in_routine),
    at_entry!("wsk-send-data-changed", change_sent),
    at_entry!("irp-forwarded-beneath", forward_pending),
    at_entry!("irp-completed-beneath", complete_pending),
    at_entry!("irp-touched", touch_pending),
    at_entry!("irp-cancel-routine-beneath", set_cancel_routine_pending),
];

fn without_irp(world: &mut World, wrong: bool) {
    bound(world);
    if wrong {
        world.local_address(ptr::null_mut());
    }
}

/// Gives an IRP without any stack location.
fn without_location(world: &mut World, wrong: bool) {
    bound(world);
    let irp = if wrong { IoAllocateIrp(0, 0) } else { request() };
    world.local_address(irp);
    IoFreeIrp(irp);
}

/// Gives an IRP without a completion routine.
fn without_routine(world: &mut World, wrong: bool) {
    bound(world);
    let irp = if wrong { IoAllocateIrp(1, 0) } else { request() };
    world.local_address(irp);
    IoFreeIrp(irp);
}

/// Gives an IRP with this completion routine, or one that does nothing.
fn with_routine(
    world: &mut World,
    routine: Option<unsafe extern "C" fn(*mut DEVICE_OBJECT, *mut IRP, PVOID) -> NTSTATUS>,
) {
    bound(world);
    let irp = request();
    if routine.is_some() {
        set_routine(irp, routine);
    }
    world.local_address(irp);
    IoFreeIrp(irp);
}

fn call_in_routine(world: &mut World, wrong: bool) {
    with_routine(world, wrong.then_some(ask));
}

/// Starts another request.
unsafe extern "C" fn ask(_device: *mut DEVICE_OBJECT, _irp: *mut IRP, _context: PVOID) -> NTSTATUS {
    call(|irp| World::get().local_address(irp.cast()));
    KEEP
}

fn wait_in_routine(world: &mut World, wrong: bool) {
    with_routine(world, wrong.then_some(wait));
}

unsafe extern "C" fn wait(
    _device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    let mut time: Time = LARGE_INTEGER { QuadPart: -1 };
    let _ = KeDelayExecutionThread(0, 0, &raw mut time);
    KEEP
}

/// Changes what it sends.
fn change_sent(world: &mut World, wrong: bool) {
    bound(world);
    world.make_buffer();
    world.send_and(|world| {
        if wrong {
            world.change_buffer();
        }
    });
}

/// An IRP that waits for a datagram.
fn pending(world: &mut World) -> *mut IRP {
    bound(world);
    world.make_buffer();
    world.irp = request();
    world.receive(0, ptr::null_mut(), world.irp);
    world.irp
}

/// Sends an IRP to a device that is pending in the provider.
fn forward_pending(world: &mut World, wrong: bool) {
    let irp = pending(world);
    if wrong {
        let _ = IofCallDriver(ptr::null_mut(), irp);
    }
}

/// Completes an IRP that is pending in the provider.
fn complete_pending(world: &mut World, wrong: bool) {
    let irp = pending(world);
    if wrong {
        IofCompleteRequest(irp, 0);
    }
}

/// Looks at an IRP that is pending in the provider.
fn touch_pending(world: &mut World, wrong: bool) {
    let irp = pending(world);
    if wrong {
        kind(irp);
    }
}

/// Sets a cancel routine in an IRP that is pending in the provider.
fn set_cancel_routine_pending(world: &mut World, wrong: bool) {
    let irp = pending(world);
    if wrong {
        set_cancel_routine(irp, None);
    }
}
