//! Faults of IRPs that the driver allocates itself.

use wdk_sys::{
    DEVICE_OBJECT, DRIVER_OBJECT, IRP, NTSTATUS, PVOID, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use super::{at_entry, end, finish_own, keep, own_for_one, pending, prepare, send};
use crate::{
    fault::{Fault, done, entry},
    kernel::irp::{
        IoAllocateIrp, IoFreeIrp, IoInitializeIrp, IoReuseIrp, IofCompleteRequest, KEEP, kind,
        mark_pending,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("irp-freed-no-irp", entry!(free_a_part)),
    Fault::at_entry("irp-freed-twice", entry!(free_twice)),
    Fault::at_request("irp-freed-not-owned", free_of_program),
    at_entry("irp-freed-while-pending", free_while_pending),
    Fault::at_entry("irp-initialized-allocated", entry!(initialize)),
    at_entry("irp-reused-while-pending", reuse_while_pending),
    Fault::at_request("irp-reused-not-owned", reuse_of_program),
    Fault::at_entry("irp-completed-not-sent", entry!(complete_unsent)),
    Fault::at_entry("irp-touched-after-free", entry!(touch_after_free)),
    at_entry("irp-no-completion-routine", without_routine),
    at_entry("irp-completion-continued", let_go_on),
    at_entry("irp-continued-after-free", let_go_on_after_free),
    at_entry("irp-marked-behind-the-end", mark_own),
];

/// Frees what is no IRP.
fn free_a_part(wrong: bool) {
    let irp = IoAllocateIrp(1, 0);
    if wrong {
        IoFreeIrp(irp.wrapping_byte_add(16));
    }
    IoFreeIrp(irp);
}

fn free_twice(wrong: bool) {
    let irp = IoAllocateIrp(1, 0);
    IoFreeIrp(irp);
    if wrong {
        IoFreeIrp(irp);
    }
}

/// Frees the IRP of a program.
fn free_of_program(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if wrong {
        IoFreeIrp(irp);
    }
    done(irp)
}

fn free_while_pending(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = pending(driver);
    if wrong {
        IoFreeIrp(irp);
    }
    end(irp);
    STATUS_SUCCESS
}

/// Initializes an IRP that the kernel has initialized.
fn initialize(wrong: bool) {
    let irp = IoAllocateIrp(1, 0);
    if wrong {
        IoInitializeIrp(irp, 280, 1);
    }
    IoFreeIrp(irp);
}

fn reuse_while_pending(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = pending(driver);
    if wrong {
        IoReuseIrp(irp, STATUS_SUCCESS);
    }
    finish_own();
    IoReuseIrp(irp, STATUS_SUCCESS);
    prepare(irp, Some(keep));
    send(driver, irp);
    end(irp);
    STATUS_SUCCESS
}

/// Reuses the IRP of a program.
fn reuse_of_program(irp: *mut IRP, wrong: bool) -> NTSTATUS {
    if wrong {
        IoReuseIrp(irp, STATUS_SUCCESS);
    }
    done(irp)
}

/// Completes an IRP that it has never sent.
fn complete_unsent(wrong: bool) {
    let irp = IoAllocateIrp(1, 0);
    if wrong {
        IofCompleteRequest(irp, 0);
    }
    IoFreeIrp(irp);
}

fn touch_after_free(wrong: bool) {
    let irp = IoAllocateIrp(1, 0);
    if wrong {
        IoFreeIrp(irp);
        kind(irp);
    } else {
        kind(irp);
        IoFreeIrp(irp);
    }
}

/// Sends an IRP that nobody takes back.
fn without_routine(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = own_for_one(if wrong { None } else { Some(keep) });
    send(driver, irp);
    end(irp);
    STATUS_SUCCESS
}

/// Lets completion go on behind the routine of an own IRP.
fn let_go_on(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = own_for_one(Some(if wrong { go_on } else { keep }));
    send(driver, irp);
    end(irp);
    STATUS_SUCCESS
}

unsafe extern "C" fn go_on(
    _device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    STATUS_SUCCESS
}

/// Frees an IRP in its completion routine, and lets completion go on.
fn let_go_on_after_free(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    send(driver, own_for_one(Some(if wrong { free_and_go_on } else { free_and_keep })));
    finish_own();
    STATUS_SUCCESS
}

unsafe extern "C" fn free_and_go_on(
    _device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    IoFreeIrp(irp);
    STATUS_INVALID_PARAMETER
}

unsafe extern "C" fn free_and_keep(
    _device: *mut DEVICE_OBJECT,
    irp: *mut IRP,
    _context: PVOID,
) -> NTSTATUS {
    IoFreeIrp(irp);
    KEEP
}

/// Marks an own IRP pending in its completion routine, which has no stack location for that.
fn mark_own(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let irp = own_for_one(Some(if wrong { mark } else { keep }));
    send(driver, irp);
    end(irp);
    STATUS_SUCCESS
}

unsafe extern "C" fn mark(_device: *mut DEVICE_OBJECT, irp: *mut IRP, _context: PVOID) -> NTSTATUS {
    mark_pending(irp);
    KEEP
}
