//! Work items, and routines that keep their driver loaded.

use core::{ffi::c_void, ptr};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{
    own::{allocate, free, send},
    rig::{Plan, Rig},
};
use crate::{
    io::{
        irp::routine::IoSetCompletionRoutineEx,
        work_item::{IoAllocateWorkItem, IoFreeWorkItem, IoQueueWorkItem, IoQueueWorkItemEx},
    },
    ke::irql,
    nt::{
        DEVICE_OBJECT, DelayedWorkQueue, IO_WORKITEM, IRP, NTSTATUS, PASSIVE_LEVEL,
        STATUS_MORE_PROCESSING_REQUIRED, STATUS_SUCCESS,
    },
};

fn rig() -> Rig {
    Plan::new(|asked| asked.complete(STATUS_SUCCESS, 0)).load()
}

/// Where a work item meets its test: it tells that it runs, and waits until it may end.
struct Meeting {
    begun: SyncSender<()>,
    may_end: Receiver<()>,
}

impl Meeting {
    fn new() -> (Box<Self>, Receiver<()>, SyncSender<()>) {
        let (begun, wait) = sync_channel(1);
        let (end, may_end) = sync_channel(1);
        (Box::new(Self { begun, may_end }), wait, end)
    }

    /// # Safety
    ///
    /// `context` is a meeting.
    unsafe fn hold(context: *mut c_void) {
        // SAFETY: by the contract.
        let meeting = unsafe { &*context.cast::<Self>() };
        assert_eq!(irql::current(), PASSIVE_LEVEL);
        meeting.begun.send(()).unwrap();
        meeting.may_end.recv().unwrap();
    }
}

unsafe extern "efiapi" fn work(_device: *mut DEVICE_OBJECT, context: *mut c_void) {
    // SAFETY: the test passes one.
    unsafe { Meeting::hold(context) };
}

unsafe extern "efiapi" fn work_and_free(
    _device: *mut c_void,
    context: *mut c_void,
    item: *mut IO_WORKITEM,
) {
    // SAFETY: the item is that of this routine, and is not queued any more.
    unsafe { IoFreeWorkItem(item) };
    // SAFETY: the test passes one.
    unsafe { Meeting::hold(context) };
}

fn queue(item: *mut IO_WORKITEM, meeting: &Meeting) {
    let context = (&raw const *meeting).cast_mut().cast();
    // SAFETY: the item is one, and the meeting stays until it is over.
    unsafe { IoQueueWorkItem(item, Some(work), DelayedWorkQueue, context) };
}

#[test]
fn a_work_item_runs_and_can_be_queued_again() {
    let rig = rig();
    let (meeting, begun, end) = Meeting::new();
    rig.inside(|device| {
        // SAFETY: the device is one.
        let item = unsafe { IoAllocateWorkItem(device) };
        for _ in 0..2 {
            queue(item, &meeting);
            begun.recv().unwrap();
            end.send(()).unwrap();
        }
        // SAFETY: it has begun to run, so that it is not queued any more.
        unsafe { IoFreeWorkItem(item) };
    });
    rig.finish();
}

#[test]
fn unloading_waits_for_a_work_item_that_has_freed_itself() {
    let rig = rig();
    let (meeting, begun, end) = Meeting::new();
    rig.inside(|device| {
        // SAFETY: the device is one.
        let item = unsafe { IoAllocateWorkItem(device) };
        let context = (&raw const *meeting).cast_mut().cast();
        // SAFETY: the item is one, and the meeting stays until it is over.
        unsafe { IoQueueWorkItemEx(item, Some(work_and_free), DelayedWorkQueue, context) };
    });
    begun.recv().unwrap();
    std::thread::scope(|scope| {
        let unloading = scope.spawn(move || rig.finish());
        assert!(!unloading.is_finished());
        end.send(()).unwrap();
    });
}

#[test]
fn work_items_that_are_not_freed_are_left_over_and_others_cannot_be_freed() {
    let rig = rig();
    rig.inside(|device| {
        // SAFETY: the device is one.
        let item = unsafe { IoAllocateWorkItem(device) };
        assert_eq!(rig.kernel.leftovers(), ["a work item that 0x0 allocated was not freed"]);
        // SAFETY: nobody has queued it.
        unsafe { IoFreeWorkItem(item) };
        // SAFETY: the wrong use is noticed.
        unsafe { IoFreeWorkItem(item) };
    });
    assert_eq!(rig.broken(), ["work-item-freed"]);
}

unsafe extern "efiapi" fn keep(
    device: *mut DEVICE_OBJECT,
    _irp: *mut IRP,
    context: *mut c_void,
) -> NTSTATUS {
    assert!(device.is_null());
    // SAFETY: the test passes a number.
    unsafe { *context.cast::<u32>() += 1 };
    STATUS_MORE_PROCESSING_REQUIRED
}

#[test]
fn a_guarded_routine_is_called_once_and_told_of_if_never() {
    let rig = rig();
    rig.inside(|device| {
        let irp = allocate(1);
        let mut calls = 0_u32;
        let set = |context: &mut u32| {
            let context = ptr::from_mut(context).cast();
            // SAFETY: the IRP is the test's own, and the number stays until it is completed.
            let status =
                unsafe { IoSetCompletionRoutineEx(device, irp, Some(keep), context, 1, 1, 1) };
            assert_eq!(status, STATUS_SUCCESS);
        };
        set(&mut calls);
        let left = ["the completion routine that 0x0 set was not called"];
        assert!(rig.kernel.leftovers().iter().any(|sentence| left.contains(&sentence.as_str())));
        assert_eq!(send(irp, device), STATUS_SUCCESS);
        assert_eq!(calls, 1);
        free(irp);
    });
    rig.finish();
}
