//! Cancel-safe queues and remove locks.

use core::{ffi::c_void, ptr};
use std::sync::Arc;

use parking_lot::Mutex;

use super::rig::{Asked, Plan, Rig, Shared};
use crate::{
    Pending, Status,
    io::{
        csq::{
            IoCsqInitialize, IoCsqInsertIrp, IoCsqInsertIrpEx, IoCsqRemoveIrp, IoCsqRemoveNextIrp,
        },
        remove_lock::{
            IoAcquireRemoveLockEx, IoInitializeRemoveLockEx, IoReleaseRemoveLockAndWaitEx,
            IoReleaseRemoveLockEx,
        },
    },
    ke::irql,
    nt::{
        DISPATCH_LEVEL, IO_CSQ, IO_CSQ_IRP_CONTEXT, IO_REMOVE_LOCK, IRP, IRP_MJ_CLEANUP,
        IRP_MJ_READ, IRP_MJ_WRITE, KIRQL, STATUS_CANCELLED, STATUS_DELETE_PENDING, STATUS_PENDING,
        STATUS_SUCCESS,
    },
};

/// A queue of a driver. The library's part comes first, so that its address is that of this.
#[repr(C)]
struct Queue {
    csq: IO_CSQ,
    context: IO_CSQ_IRP_CONTEXT,
    irps: Vec<*mut IRP>,
    lock: Mutex<()>,
}

impl Queue {
    fn new() -> Shared<Self> {
        let queue = Box::new(Self {
            csq: IO_CSQ::default(),
            context: IO_CSQ_IRP_CONTEXT::default(),
            irps: Vec::new(),
            lock: Mutex::new(()),
        });
        let queue = Shared(Box::into_raw(queue));
        // SAFETY: it stays, and the routines are for it.
        let status = unsafe {
            IoCsqInitialize(
                queue.get().cast(),
                Some(insert),
                Some(remove),
                Some(peek),
                Some(acquire),
                Some(release),
                Some(complete_cancelled),
            )
        };
        assert_eq!(status, STATUS_SUCCESS);
        queue
    }
}

fn queue<'a>(csq: *mut IO_CSQ) -> &'a mut Queue {
    // SAFETY: the queue lies around it.
    unsafe { &mut *csq.cast::<Queue>() }
}

unsafe extern "efiapi" fn insert(csq: *mut IO_CSQ, irp: *mut IRP) {
    queue(csq).irps.push(irp);
}

unsafe extern "efiapi" fn remove(csq: *mut IO_CSQ, irp: *mut IRP) {
    queue(csq).irps.retain(|other| *other != irp);
}

/// The context of a search is the file object that an IRP has to be for, or null.
unsafe extern "efiapi" fn peek(csq: *mut IO_CSQ, after: *mut IRP, file: *mut c_void) -> *mut IRP {
    let irps = &queue(csq).irps;
    let start = irps.iter().position(|irp| *irp == after).map_or(0, |at| at + 1);
    let is_meant = |irp: &&*mut IRP| {
        let asked = Asked { device: ptr::null_mut(), irp: **irp, major: IRP_MJ_READ };
        file.is_null() || asked.location().FileObject.cast() == file
    };
    irps[start..].iter().find(is_meant).copied().unwrap_or(ptr::null_mut())
}

unsafe extern "efiapi" fn acquire(csq: *mut IO_CSQ, level: *mut KIRQL) {
    // SAFETY: the library passes a place for the level.
    unsafe { level.write(irql::raise(DISPATCH_LEVEL)) };
    std::mem::forget(queue(csq).lock.lock());
}

unsafe extern "efiapi" fn release(csq: *mut IO_CSQ, level: KIRQL) {
    // SAFETY: the lock is held.
    unsafe { queue(csq).lock.force_unlock() };
    irql::lower(level);
}

unsafe extern "efiapi" fn complete_cancelled(_csq: *mut IO_CSQ, irp: *mut IRP) {
    Asked { device: ptr::null_mut(), irp, major: IRP_MJ_READ }.complete(STATUS_CANCELLED, 0);
}

/// A driver that queues reads; a write completes the next one, and a cleanup all of the file.
fn rig() -> (Rig, Shared<Queue>) {
    let shared = Queue::new();
    let rig = Plan::new(move |asked| {
        let csq = shared.get().cast();
        match asked.major {
            IRP_MJ_READ => {
                // SAFETY: the driver has the IRP, and the queue stays.
                unsafe { IoCsqInsertIrp(csq, asked.irp, ptr::null_mut()) };
                STATUS_PENDING
            }
            IRP_MJ_WRITE => {
                // SAFETY: the queue stays.
                let next = unsafe { IoCsqRemoveNextIrp(csq, ptr::null_mut()) };
                assert!(!next.is_null());
                Asked { irp: next, ..asked }.complete(STATUS_SUCCESS, 0);
                asked.complete(STATUS_SUCCESS, 0)
            }
            IRP_MJ_CLEANUP => {
                let file = asked.location().FileObject.cast();
                loop {
                    // SAFETY: the queue stays.
                    let next = unsafe { IoCsqRemoveNextIrp(csq, file) };
                    if next.is_null() {
                        break;
                    }
                    Asked { irp: next, ..asked }.complete(STATUS_CANCELLED, 0);
                }
                asked.complete(STATUS_SUCCESS, 0)
            }
            _ => asked.complete(STATUS_SUCCESS, 0),
        }
    })
    .load();
    (rig, shared)
}

fn status(read: Pending) -> Status {
    read.wait().0.status
}

const CANCELLED: Status = Status::new(STATUS_CANCELLED);

#[test]
fn requests_leave_a_queue_in_order_or_when_they_are_cancelled() {
    let (rig, _) = rig();
    let (file, other) = (rig.open(), rig.open());
    let reads = [file.start_read(1), file.start_read(1), other.start_read(1)];
    let [first, second, third] = reads;
    second.cancel();
    assert_eq!(status(second), CANCELLED);
    assert!(file.write(b"").status.is_success());
    assert!(status(first).is_success());
    let fourth = file.start_read(1);
    drop(file);
    assert_eq!(status(fourth), CANCELLED);
    assert!(!third.is_done());
    assert!(other.write(b"").status.is_success());
    assert!(status(third).is_success());
    drop(other);
    rig.finish();
}

#[test]
fn cancelling_races_with_taking_without_harm() {
    let (rig, _) = rig();
    for _ in 0..100 {
        let file = rig.open();
        let reads: Vec<_> = (0..4).map(|_| file.start_read(1)).collect();
        std::thread::scope(|scope| {
            let canceller = file.clone();
            scope.spawn(move || canceller.cancel());
            scope.spawn(|| drop(file));
        });
        for read in reads {
            assert_eq!(status(read), CANCELLED);
        }
    }
    rig.finish();
}

#[test]
fn a_context_finds_its_request_once() {
    let found = Arc::new(Mutex::new(0));
    let (seen, shared) = (Arc::clone(&found), Queue::new());
    let rig = Plan::new(move |asked| {
        let csq: *mut IO_CSQ = shared.get().cast();
        let context = &raw mut queue(csq).context;
        match asked.major {
            IRP_MJ_READ => {
                // SAFETY: the driver has the IRP, and the queue and the context stay.
                unsafe { IoCsqInsertIrpEx(csq, asked.irp, context, ptr::null_mut()) };
                STATUS_PENDING
            }
            IRP_MJ_WRITE => {
                // SAFETY: as above.
                let irp = unsafe { IoCsqRemoveIrp(csq, context) };
                if !irp.is_null() {
                    *seen.lock() += 1;
                    Asked { irp, ..asked }.complete(STATUS_SUCCESS, 0);
                }
                asked.complete(STATUS_SUCCESS, 0)
            }
            _ => asked.complete(STATUS_SUCCESS, 0),
        }
    })
    .load();
    let file = rig.open();
    let read = file.start_read(1);
    for _ in 0..2 {
        assert!(file.write(b"").status.is_success());
    }
    assert!(status(read).is_success());
    assert_eq!(*found.lock(), 1);
    let read = file.start_read(1);
    read.cancel();
    assert_eq!(status(read), CANCELLED);
    assert!(file.write(b"").status.is_success());
    assert_eq!(*found.lock(), 1);
    drop(file);
    rig.finish();
}

#[test]
fn a_remove_lock_lets_the_device_go_when_all_have_released_it() {
    let rig = Plan::new(|asked| asked.complete(STATUS_SUCCESS, 0)).load();
    let mut memory = Box::new(IO_REMOVE_LOCK::default());
    let lock = Shared(&raw mut *memory);
    let acquire = move || {
        // SAFETY: the lock was initialized.
        unsafe { IoAcquireRemoveLockEx(lock.get(), ptr::null_mut(), ptr::null(), 0, 32) }
    };
    // SAFETY: the lock was initialized.
    let release = move || unsafe { IoReleaseRemoveLockEx(lock.get(), ptr::null_mut(), 32) };
    rig.inside(|_| {
        // SAFETY: the memory is that of a lock.
        unsafe { IoInitializeRemoveLockEx(lock.get(), 0, 0, 0, 32) };
        assert_eq!([acquire(), acquire()], [STATUS_SUCCESS; 2]);
    });
    std::thread::scope(|scope| {
        let remover = scope.spawn(|| {
            rig.inside(|_| {
                // SAFETY: the lock was initialized and acquired.
                unsafe { IoReleaseRemoveLockAndWaitEx(lock.get(), ptr::null_mut(), 32) };
            });
        });
        rig.inside(|_| {
            // One who comes after the removal has begun is refused.
            loop {
                match acquire() {
                    STATUS_DELETE_PENDING => break,
                    _ => release(),
                }
            }
            assert!(!remover.is_finished());
            release();
        });
        remover.join().unwrap();
    });
    rig.inside(|_| release());
    assert_eq!(rig.broken(), ["remove-lock-released"]);
}
