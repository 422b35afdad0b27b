//! The life of files.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    pended::Pended,
    rig::{Asked, Plan, dereference},
};
use crate::{
    Status, UnloadRefusal,
    nt::{
        FILE_OBJECT, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_READ, NTSTATUS,
        STATUS_ACCESS_DENIED, STATUS_CANCELLED, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS,
        UserMode,
    },
    ob,
};

/// What a driver was asked, in order.
type Log = Arc<Mutex<Vec<u8>>>;

fn logging(dispatch: impl Fn(Asked) -> NTSTATUS + Send + Sync + 'static) -> (Plan, Log) {
    let log = Log::default();
    let seen = Arc::clone(&log);
    let plan = Plan::new(move |asked| {
        seen.lock().push(asked.major);
        dispatch(asked)
    });
    (plan, log)
}

fn succeed(asked: Asked) -> NTSTATUS {
    asked.complete(STATUS_SUCCESS, 0)
}

const OPEN_AND_CLOSE: [u8; 3] = [IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE];

#[test]
fn a_file_is_created_cleaned_up_and_closed() {
    let (plan, log) = logging(succeed);
    let rig = plan.load();
    drop(rig.open());
    assert_eq!(*log.lock(), OPEN_AND_CLOSE);
    rig.finish();
}

#[test]
fn what_programs_hold_can_be_used_by_all_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<crate::Kernel>();
    is_shared::<crate::Driver>();
    is_shared::<crate::File>();
    is_shared::<crate::Pending>();
}

#[test]
fn duplicates_are_one_file() {
    let (plan, log) = logging(succeed);
    let rig = plan.load();
    let file = rig.open();
    let other = file.clone();
    file.close();
    assert_eq!(*log.lock(), [IRP_MJ_CREATE]);
    drop(other);
    assert_eq!(*log.lock(), OPEN_AND_CLOSE);
    rig.finish();
}

#[test]
fn the_create_says_what_is_opened() {
    let rig = Plan::new(|asked| {
        if asked.major == IRP_MJ_CREATE {
            let location = asked.location();
            // SAFETY: it is a create.
            let create = unsafe { location.Parameters.Create };
            assert_eq!((create.Options, create.EaLength), (1 << 24, 0));
            assert!(!create.SecurityContext.is_null());
            assert_eq!(asked.packet().RequestorMode, UserMode);
            // SAFETY: a create has a file object.
            let file: &FILE_OBJECT = unsafe { &*location.FileObject };
            assert_eq!(file.DeviceObject, asked.device);
            // SAFETY: the name is valid during the create.
            let name = unsafe { file.FileName.to_string_lossy() };
            return match name.as_str() {
                "" | r"\Rest\Of it" => succeed(asked),
                _ => asked.complete(STATUS_OBJECT_NAME_NOT_FOUND, 0),
            };
        }
        succeed(asked)
    })
    .load();
    for name in [r"\\.\Test", r"\DosDevices\test", r"\Device\Test", r"\??\TEST\Rest\Of it"] {
        drop(rig.kernel.open(name).unwrap());
    }
    let error = |name| rig.kernel.open(name).unwrap_err();
    assert_eq!(error(r"\\.\Test\Other"), Status::new(STATUS_OBJECT_NAME_NOT_FOUND));
    assert_eq!(error(r"\\.\Nothing"), Status::new(STATUS_OBJECT_NAME_NOT_FOUND));
    rig.finish();
}

#[test]
fn a_create_that_fails_is_all_that_the_driver_hears() {
    let (plan, log) = logging(|asked| asked.complete(STATUS_ACCESS_DENIED, 0));
    let rig = plan.load();
    let error = rig.kernel.open(r"\\.\Test").unwrap_err();
    assert_eq!(error, Status::new(STATUS_ACCESS_DENIED));
    assert_eq!(*log.lock(), [IRP_MJ_CREATE]);
    rig.finish();
}

#[test]
fn an_exclusive_device_is_opened_once_at_a_time() {
    let rig = Plan { exclusive: true, ..Plan::new(succeed) }.load();
    let file = rig.open();
    let error = rig.kernel.open(r"\\.\Test").unwrap_err();
    assert_eq!(error, Status::new(STATUS_ACCESS_DENIED));
    drop(file);
    drop(rig.open());
    rig.finish();
}

#[test]
fn close_waits_for_requests_and_references() {
    let (plan, log) = logging(|asked| {
        let file = asked.location().FileObject;
        match asked.major {
            IRP_MJ_CREATE => {
                ob::lend(file as usize);
            }
            // The reference of the create.
            IRP_MJ_READ => {
                let status = succeed(asked);
                dereference(file.cast());
                return status;
            }
            _ => {}
        }
        succeed(asked)
    });
    let rig = plan.load();
    let file = rig.open();
    let other = file.clone();
    assert!(file.read(&mut []).ok().is_ok());
    drop((file, other));
    assert_eq!(*log.lock(), [IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_CLEANUP, IRP_MJ_CLOSE]);
    rig.finish();
}

/// A driver that pends reads, and completes them when they are cancelled, or in its cleanup if it should.
fn pending(cleans_up: bool) -> (Plan, Log) {
    let pended = Pended::default();
    logging(move |asked| {
        if asked.major == IRP_MJ_READ {
            return pended.add(asked);
        }
        if asked.major == IRP_MJ_CLEANUP && cleans_up {
            for read in pended.take() {
                read.complete(STATUS_CANCELLED, 0);
            }
        }
        succeed(asked)
    })
}

#[test]
fn cleanup_comes_before_pended_requests_end_and_close_after() {
    let (plan, log) = pending(true);
    let rig = plan.load();
    let file = rig.open();
    let read = file.start_read(8);
    assert!(!read.is_done());
    drop(file);
    let (completion, buffer) = read.wait();
    assert_eq!((completion.status, buffer.len()), (Status::new(STATUS_CANCELLED), 8));
    assert_eq!(*log.lock(), [IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_CLEANUP, IRP_MJ_CLOSE]);
    rig.finish();
}

#[test]
fn closing_does_not_cancel_and_a_pending_request_keeps_the_driver() {
    let (plan, log) = pending(false);
    let mut rig = plan.load();
    let file = rig.open();
    let read = file.start_read(8);
    drop(file);
    assert_eq!(*log.lock(), [IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_CLEANUP]);
    let refused = rig.driver.unload().unwrap_err();
    assert_eq!(refused.reason, UnloadRefusal::Open(1));
    rig.driver = refused.driver;
    drop(read);
    assert_eq!(log.lock().last(), Some(&IRP_MJ_CLOSE));
    rig.finish();
}

#[test]
fn cancel_ends_all_requests_of_a_file_and_no_others() {
    let (plan, _) = pending(false);
    let rig = plan.load();
    let (file, other) = (rig.open(), rig.open());
    let (first, second, third) = (file.start_read(1), file.start_read(1), other.start_read(1));
    assert_eq!(file.cancel(), 2);
    for read in [first, second] {
        assert_eq!(read.wait().0.status, Status::new(STATUS_CANCELLED));
    }
    let third = third.wait_for(std::time::Duration::ZERO).unwrap_err();
    third.cancel();
    assert_eq!(third.wait().0.status, Status::new(STATUS_CANCELLED));
    assert_eq!(file.cancel(), 0);
    drop((file, other));
    rig.finish();
}

#[test]
fn cancel_and_completion_race_without_harm() {
    let (plan, _) = pending(true);
    let rig = plan.load();
    for _ in 0..200 {
        let file = rig.open();
        let reads: Vec<_> = (0..4).map(|_| file.start_read(1)).collect();
        std::thread::scope(|scope| {
            let canceller = file.clone();
            scope.spawn(move || canceller.cancel());
            scope.spawn(|| drop(file));
        });
        for read in reads {
            assert_eq!(read.wait().0.status, Status::new(STATUS_CANCELLED));
        }
    }
    rig.finish();
}

#[test]
fn unloading_needs_an_unload_routine_and_closed_files() {
    let rig = Plan { unloads: false, ..Plan::new(succeed) }.load();
    let error = rig.driver.unload().unwrap_err();
    assert_eq!(error.reason, UnloadRefusal::NoUnloadRoutine);
    assert_eq!(error.to_string(), "test cannot be unloaded: it has no unload routine");
    let mut rig = Plan::new(succeed).load();
    let file = rig.open();
    let error = rig.driver.unload().unwrap_err();
    assert_eq!(error.to_string(), "test cannot be unloaded: 1 of its files are open");
    rig.driver = error.driver;
    drop(file);
    rig.finish();
}
