//! The way of IRPs down and back up.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use parking_lot::Mutex;

use super::{
    own::{ALWAYS, allocate, free, next, on_completion, pass_on, reuse, send},
    pended::Pended,
    rig::{Asked, Plan, Rig, Shared, create, delete},
};
use crate::{
    Status,
    io::irp::IofCompleteRequest,
    nt::{
        DEVICE_OBJECT, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_READ, NTSTATUS, SL_INVOKE_ON_CANCEL,
        SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_CANCELLED,
        STATUS_MORE_PROCESSING_REQUIRED, STATUS_PENDING, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
        irp_mark_pending,
    },
};

const KEEP: NTSTATUS = STATUS_MORE_PROCESSING_REQUIRED;

/// A driver that completes all requests at once, control requests with a status.
fn answering(status: NTSTATUS) -> Rig {
    Plan::new(move |asked| match asked.major {
        IRP_MJ_INTERNAL_DEVICE_CONTROL => asked.complete(status, 7),
        _ => asked.complete(STATUS_SUCCESS, 0),
    })
    .load()
}

#[test]
fn an_own_irp_comes_back_to_its_owner() {
    let rig = answering(STATUS_SUCCESS);
    rig.inside(|device| {
        let irp = allocate(1);
        let calls = Arc::new(AtomicUsize::new(0));
        for round in 1..=3 {
            let seen = Arc::clone(&calls);
            on_completion(irp, ALWAYS, move |completed| {
                seen.fetch_add(1, Ordering::SeqCst);
                assert!(completed.device.is_null());
                assert_eq!(completed.status(), STATUS_SUCCESS);
                let packet = completed.packet();
                assert_eq!((packet.IoStatus.Information, packet.PendingReturned), (7, 0));
                assert_eq!((packet.CurrentLocation, packet.StackCount), (2, 1));
                KEEP
            });
            assert_eq!(send(irp, device), STATUS_SUCCESS);
            assert_eq!(calls.load(Ordering::SeqCst), round);
            reuse(irp);
            assert!(next(irp).CompletionRoutine.is_none());
        }
        free(irp);
    });
    rig.finish();
}

#[test]
fn routines_are_called_for_the_results_that_they_are_for() {
    let cases = [
        (STATUS_SUCCESS, SL_INVOKE_ON_SUCCESS, false, true),
        (STATUS_SUCCESS, SL_INVOKE_ON_ERROR, false, false),
        (STATUS_SUCCESS, SL_INVOKE_ON_CANCEL, false, false),
        (STATUS_SUCCESS, SL_INVOKE_ON_CANCEL, true, true),
        (STATUS_UNSUCCESSFUL, SL_INVOKE_ON_SUCCESS, false, false),
        (STATUS_UNSUCCESSFUL, SL_INVOKE_ON_ERROR, false, true),
        (STATUS_UNSUCCESSFUL, SL_INVOKE_ON_SUCCESS, true, false),
        // A warning is no success.
        (STATUS_BUFFER_OVERFLOW, SL_INVOKE_ON_SUCCESS, false, false),
        (STATUS_BUFFER_OVERFLOW, SL_INVOKE_ON_ERROR, false, true),
    ];
    for (status, control, cancelled, wanted) in cases {
        let rig = answering(status);
        rig.inside(|device| {
            // The upper routine is for all results, the lower one is asked about.
            let irp = allocate(2);
            on_completion(irp, ALWAYS, |_| KEEP);
            // SAFETY: the IRP has another location, which is the test's own.
            unsafe { crate::nt::irp_set_next(irp) };
            let called = Arc::new(AtomicUsize::new(0));
            let seen = Arc::clone(&called);
            on_completion(irp, control, move |_| {
                seen.fetch_add(1, Ordering::SeqCst);
                STATUS_SUCCESS
            });
            // SAFETY: the test has the IRP.
            unsafe { (*irp).Cancel = cancelled.into() };
            send(irp, device);
            let case = (Status::new(status), control, cancelled);
            assert_eq!(called.load(Ordering::SeqCst), usize::from(wanted), "{case:?}");
            free(irp);
        });
        rig.finish();
    }
}

/// A device on top of that of a rig, whose driver passes requests on and does something on completion.
struct Upper {
    device: Shared<DEVICE_OBJECT>,
}

impl Upper {
    fn new(
        lower: *mut DEVICE_OBJECT,
        code: impl Fn(Asked, *mut DEVICE_OBJECT) -> NTSTATUS + Send + Sync + 'static,
    ) -> Self {
        // SAFETY: a device has a driver.
        let driver = unsafe { (*lower).DriverObject };
        let below = Shared(lower);
        let plan = Plan::new(move |asked| code(asked, below.get()));
        Self { device: Shared(create(driver, None, &Plan { stack_size: 2, ..plan })) }
    }
}

impl Drop for Upper {
    fn drop(&mut self) {
        delete(self.device.get());
    }
}

#[test]
fn each_driver_is_told_with_its_own_device_and_may_stop_the_completion() {
    let rig = answering(STATUS_UNSUCCESSFUL);
    rig.inside(|lower| {
        let log = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::clone(&log);
        let upper = Upper::new(lower, move |asked, lower| {
            let stopped = Arc::clone(&stopped);
            // SAFETY: the driver has the IRP.
            unsafe { irp_mark_pending(asked.irp) };
            pass_on(asked, lower, move |completed| {
                assert_eq!(completed.packet().CurrentLocation, 2);
                stopped.lock().push(completed.device as usize);
                KEEP
            });
            STATUS_PENDING
        });
        let irp = allocate(2);
        let told = Arc::clone(&log);
        on_completion(irp, ALWAYS, move |completed| {
            assert_eq!(completed.status(), STATUS_UNSUCCESSFUL);
            assert_eq!(completed.packet().PendingReturned, 1);
            told.lock().push(completed.device as usize);
            KEEP
        });
        assert_eq!(send(irp, upper.device.get()), STATUS_PENDING);
        assert_eq!(*log.lock(), [upper.device.get() as usize]);
        // SAFETY: the upper driver has the IRP.
        unsafe { IofCompleteRequest(irp, 0) };
        assert_eq!(*log.lock(), [upper.device.get() as usize, 0]);
        free(irp);
    });
    rig.finish();
}

#[test]
fn pending_goes_up_to_drivers_without_a_routine_by_itself() {
    let pended = Pended::default();
    let queue = pended.clone();
    let rig = Plan::new(move |asked| match asked.major {
        IRP_MJ_INTERNAL_DEVICE_CONTROL => queue.add(asked),
        _ => asked.complete(STATUS_SUCCESS, 0),
    })
    .load();
    rig.inside(|lower| {
        let upper = Upper::new(lower, |asked, lower| send(asked.irp, lower));
        let irp = allocate(2);
        on_completion(irp, ALWAYS, |completed| {
            assert_eq!(completed.packet().PendingReturned, 1);
            KEEP
        });
        assert_eq!(send(irp, upper.device.get()), STATUS_PENDING);
        for asked in pended.take() {
            asked.complete(STATUS_CANCELLED, 0);
        }
        free(irp);
    });
    rig.finish();
}

#[test]
fn a_location_is_empty_when_completion_has_left_it() {
    let rig = answering(STATUS_SUCCESS);
    rig.inside(|device| {
        let irp = allocate(1);
        on_completion(irp, ALWAYS, |completed| {
            // The next location is the one that the lower driver had.
            let location = next(completed.irp);
            assert!(location.FileObject.is_null() && location.Context.is_null());
            assert_eq!((location.Control, location.Flags), (0, 0));
            // SAFETY: any bytes are a value.
            let length = unsafe { location.Parameters.Read }.Length;
            assert_eq!(length, 0);
            KEEP
        });
        let mut parameters = next(irp).Parameters;
        parameters.Read.Length = 5;
        next(irp).Parameters = parameters;
        send(irp, device);
        free(irp);
    });
    rig.finish();
}

#[test]
fn a_request_of_a_program_passes_through_a_driver_that_stops_it() {
    let rig = Plan::new(|asked| match asked.major {
        IRP_MJ_READ => {
            let status = asked.complete(STATUS_SUCCESS, 3);
            assert_eq!(status, STATUS_SUCCESS);
            status
        }
        _ => asked.complete(STATUS_SUCCESS, 0),
    })
    .load();
    let file = rig.open();
    assert_eq!(file.read(&mut [0; 8]).ok(), Ok(3));
    drop(file);
    rig.finish();
}
