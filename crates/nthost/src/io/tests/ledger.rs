//! What drivers do wrongly with IRPs, and that the same is not reported when it is done well.

use super::{
    own::{ALWAYS, allocate, free, on_completion, pass_on, reuse, send},
    pended::Pended,
    rig::{Asked, Plan, Rig, Shared, create, delete},
};
use crate::{
    Status,
    io::{cancel::IoCancelIrp, irp::IofCompleteRequest},
    ke::irql,
    nt::{
        DISPATCH_LEVEL, IRP, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_READ, NTSTATUS,
        STATUS_CANCELLED, STATUS_INVALID_PARAMETER, STATUS_MORE_PROCESSING_REQUIRED,
        STATUS_PENDING, STATUS_SUCCESS, irp_mark_pending,
    },
};

const KEEP: NTSTATUS = STATUS_MORE_PROCESSING_REQUIRED;

/// A driver that does something with reads, pends control requests, and completes all others.
fn reading(read: impl Fn(Asked) -> NTSTATUS + Send + Sync + 'static) -> (Rig, Pended) {
    let pended = Pended::default();
    let queue = pended.clone();
    let rig = Plan::new(move |asked| match asked.major {
        IRP_MJ_READ => read(asked),
        IRP_MJ_INTERNAL_DEVICE_CONTROL => queue.add(asked),
        _ => asked.complete(STATUS_SUCCESS, 0),
    })
    .load();
    (rig, pended)
}

/// The rules that a driver breaks with a read.
fn broken_by_read(read: impl Fn(Asked) -> NTSTATUS + Send + Sync + 'static) -> Vec<&'static str> {
    let (rig, _) = reading(read);
    assert!(rig.open().read(&mut [0; 4]).status.is_success());
    rig.broken()
}

/// The rules that are broken with an own IRP that a driver has pended. The IRP has a routine that keeps
/// it.
fn broken_with_own(code: impl FnOnce(*mut IRP, &Pended)) -> Vec<&'static str> {
    let (rig, pended) = reading(|asked| asked.complete(STATUS_SUCCESS, 0));
    rig.inside(|device| {
        let irp = allocate(1);
        on_completion(irp, ALWAYS, |_| KEEP);
        assert_eq!(send(irp, device), STATUS_PENDING);
        code(irp, &pended);
    });
    rig.broken()
}

fn complete_all(pended: &Pended) {
    for asked in pended.take() {
        asked.complete(STATUS_SUCCESS, 0);
    }
}

fn mark(irp: *mut IRP) {
    // SAFETY: memory of an IRP is there for this, even where it is wrong.
    unsafe { irp_mark_pending(irp) };
}

#[test]
fn what_is_done_well_is_not_reported() {
    assert!(broken_by_read(|asked| asked.complete(STATUS_SUCCESS, 0)).is_empty());
    let broken = broken_with_own(|irp, pended| {
        complete_all(pended);
        reuse(irp);
        free(irp);
    });
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn completing_twice() {
    let broken = broken_by_read(|asked| {
        let status = asked.complete(STATUS_SUCCESS, 0);
        // SAFETY: the wrong use is noticed.
        unsafe { IofCompleteRequest(asked.irp, 0) };
        status
    });
    assert_eq!(broken, ["irp-completed-twice"]);
    let broken = broken_with_own(|irp, pended| {
        complete_all(pended);
        // SAFETY: the wrong use is noticed.
        unsafe { IofCompleteRequest(irp, 0) };
        free(irp);
    });
    assert_eq!(broken, ["irp-completed-twice"]);
}

#[test]
fn freeing_what_is_pending_free_or_not_owned() {
    let broken = broken_with_own(|irp, pended| {
        free(irp);
        complete_all(pended);
        free(irp);
        free(irp);
    });
    assert_eq!(broken, ["irp-freed-while-pending", "irp-freed-twice"]);
    let broken = broken_by_read(|asked| {
        free(asked.irp);
        asked.complete(STATUS_SUCCESS, 0)
    });
    assert_eq!(broken, ["irp-freed-not-owned"]);
}

#[test]
fn reusing_what_is_pending_or_not_owned() {
    let broken = broken_with_own(|irp, pended| {
        reuse(irp);
        complete_all(pended);
        reuse(irp);
        free(irp);
    });
    assert_eq!(broken, ["irp-reused-while-pending"]);
    let broken = broken_by_read(|asked| {
        reuse(asked.irp);
        asked.complete(STATUS_SUCCESS, 0)
    });
    assert_eq!(broken, ["irp-reused-not-owned"]);
}

#[test]
fn sending_what_is_free() {
    let (rig, _) = reading(|asked| asked.complete(STATUS_SUCCESS, 0));
    rig.inside(|device| {
        let irp = allocate(1);
        free(irp);
        // SAFETY: the wrong use is noticed.
        unsafe { crate::io::irp::IofCallDriver(device, irp) };
    });
    assert_eq!(rig.broken(), ["irp-sent-after-free"]);
}

#[test]
fn own_irps_that_nobody_takes_back() {
    let (rig, pended) = reading(|asked| asked.complete(STATUS_SUCCESS, 0));
    rig.inside(|device| {
        let irp = allocate(1);
        send(irp, device);
        complete_all(&pended);
        reuse(irp);
        on_completion(irp, ALWAYS, |_| STATUS_SUCCESS);
        send(irp, device);
        complete_all(&pended);
        free(irp);
    });
    assert_eq!(rig.broken(), ["irp-no-completion-routine", "irp-completion-continued"]);
}

#[test]
fn letting_an_irp_go_on_that_was_freed() {
    let (rig, pended) = reading(|asked| asked.complete(STATUS_SUCCESS, 0));
    rig.inside(|device| {
        let irp = allocate(1);
        on_completion(irp, ALWAYS, |completed| {
            free(completed.irp);
            STATUS_SUCCESS
        });
        send(irp, device);
        complete_all(&pended);
    });
    assert_eq!(rig.broken(), ["irp-continued-after-free"]);
}

#[test]
fn marking_an_own_irp_pending() {
    let (rig, pended) = reading(|asked| asked.complete(STATUS_SUCCESS, 0));
    rig.inside(|device| {
        let irp = allocate(1);
        on_completion(irp, ALWAYS, |completed| {
            mark(completed.irp);
            KEEP
        });
        send(irp, device);
        complete_all(&pended);
        assert_eq!(rig.broken(), ["irp-marked-behind-the-end"]);
        mark(irp);
        free(irp);
    });
    assert_eq!(rig.broken(), ["irp-marked-behind-the-end"; 2]);
}

#[test]
fn no_stack_location_left() {
    let (rig, _) = reading(|asked| {
        // The device has one location for itself, and none for another device.
        // SAFETY: the wrong use is noticed; it ends the request.
        unsafe { crate::io::irp::IofCallDriver(asked.device, asked.irp) }
    });
    assert_eq!(rig.open().read(&mut [0; 4]).status, Status::new(STATUS_INVALID_PARAMETER));
    assert_eq!(rig.broken(), ["irp-no-stack-location"]);
}

#[test]
fn pending_that_is_not_marked_or_not_returned() {
    let broken = broken_by_read(|asked| {
        asked.complete(STATUS_SUCCESS, 0);
        STATUS_PENDING
    });
    assert_eq!(broken, ["irp-pending-not-marked"]);
    let broken = broken_by_read(|asked| {
        mark(asked.irp);
        asked.complete(STATUS_SUCCESS, 0)
    });
    assert_eq!(broken, ["irp-pending-not-returned"]);
    let broken = broken_by_read(|asked| {
        mark(asked.irp);
        asked.complete(STATUS_SUCCESS, 0);
        STATUS_PENDING
    });
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn requests_that_are_neither_completed_nor_pending() {
    let kept = std::sync::Arc::new(parking_lot::Mutex::new(None));
    let keep = std::sync::Arc::clone(&kept);
    let (rig, _) = reading(move |asked| {
        *keep.lock() = Some(asked);
        if asked.packet().UserBuffer.is_null() { STATUS_PENDING } else { STATUS_SUCCESS }
    });
    let file = rig.open();
    for (length, rule) in [(1, "irp-not-completed"), (0, "irp-pending-not-marked")] {
        let read = file.start_read(length);
        assert_eq!(rig.broken().last(), Some(&rule));
        assert!(!read.is_done());
        let asked = kept.lock().take().unwrap();
        rig.inside(|_| asked.complete(STATUS_SUCCESS, 0));
        assert!(read.wait().0.ok().is_ok());
    }
}

#[test]
fn pending_that_a_completion_routine_does_not_hand_on() {
    for (marks, broken) in [(false, vec!["irp-pending-not-propagated"]), (true, vec![])] {
        let (rig, pended) = reading(|asked| asked.complete(STATUS_SUCCESS, 0));
        rig.inside(|lower| {
            let below = Shared(lower);
            let plan = Plan::new(move |asked| {
                pass_on(asked, below.get(), move |completed| {
                    if marks && completed.packet().PendingReturned != 0 {
                        mark(completed.irp);
                    }
                    STATUS_SUCCESS
                })
            });
            // SAFETY: a device has a driver.
            let driver = unsafe { (*lower).DriverObject };
            let upper = create(driver, None, &Plan { stack_size: 2, ..plan });
            let irp = allocate(2);
            on_completion(irp, ALWAYS, |_| KEEP);
            assert_eq!(send(irp, upper), STATUS_PENDING);
            complete_all(&pended);
            free(irp);
            delete(upper);
        });
        assert_eq!(rig.broken(), broken);
    }
}

#[test]
fn cancelling_ones_own_and_what_is_borrowed() {
    let broken = broken_with_own(|irp, _| {
        // SAFETY: the IRP is the test's own.
        assert_eq!(unsafe { IoCancelIrp(irp) }, 1);
        // SAFETY: it has been completed, and is the test's again.
        let packet = unsafe { &*irp };
        // SAFETY: a completed IRP has a status.
        assert_eq!((packet.Cancel, unsafe { packet.IoStatus.u.Status }), (1, STATUS_CANCELLED));
        // SAFETY: as above.
        assert_eq!(unsafe { IoCancelIrp(irp) }, 0);
        free(irp);
    });
    assert!(broken.is_empty(), "{broken:?}");
    let broken = broken_by_read(|asked| {
        // SAFETY: the wrong use is noticed.
        assert_eq!(unsafe { IoCancelIrp(asked.irp) }, 0);
        assert_eq!(asked.packet().Cancel, 0);
        asked.complete(STATUS_SUCCESS, 0)
    });
    assert_eq!(broken, ["irp-cancelled-not-owned"]);
}

#[test]
fn completing_with_a_cancel_routine_or_as_pending() {
    unsafe extern "efiapi" fn never(_: *mut crate::nt::DEVICE_OBJECT, _: *mut IRP) {}
    let broken = broken_by_read(|asked| {
        asked.packet().CancelRoutine = Some(never);
        asked.complete(STATUS_SUCCESS, 0)
    });
    assert_eq!(broken, ["irp-cancel-routine-left"]);
    let broken = broken_by_read(|asked| {
        mark(asked.irp);
        asked.complete(STATUS_PENDING, 0);
        STATUS_PENDING
    });
    assert_eq!(broken, ["irp-completed-pending"]);
}

#[test]
fn returning_at_another_level() {
    let broken = broken_by_read(|asked| {
        irql::raise(DISPATCH_LEVEL);
        asked.complete(STATUS_SUCCESS, 0)
    });
    assert_eq!(broken, ["irp-dispatch-irql"]);
}

#[test]
fn more_information_than_room() {
    let broken = broken_by_read(|asked| asked.complete(STATUS_SUCCESS, 5));
    assert_eq!(broken, ["irp-information-too-large"]);
}

#[test]
fn irps_that_are_left_over() {
    let (rig, pended) = reading(|asked| asked.complete(STATUS_SUCCESS, 0));
    let irp = rig.inside(|device| {
        let irp = allocate(1);
        assert_eq!(rig.kernel.leftovers(), ["an IRP that 0x0 allocated was not freed"]);
        on_completion(irp, ALWAYS, |_| KEEP);
        send(irp, device);
        irp
    });
    assert_eq!(rig.kernel.leftovers(), ["an IRP that 0x0 allocated is still pending"]);
    rig.inside(|_| complete_all(&pended));
    free_in(&rig, irp);
    rig.finish();
}

fn free_in(rig: &Rig, irp: *mut IRP) {
    rig.inside(|_| free(irp));
}
