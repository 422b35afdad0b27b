//! Work items.

use core::ffi::c_void;
use std::sync::{
    Arc, Barrier,
    atomic::{AtomicU32, Ordering},
    mpsc,
};

use crate::{
    ex,
    ke::{
        irql,
        tests::{imports, in_kernel, rules},
    },
    nt::{DISPATCH_LEVEL, DelayedWorkQueue, PASSIVE_LEVEL, WORK_QUEUE_ITEM, WORK_QUEUE_TYPE},
};

imports! {
    fn ExQueueWorkItem(item: *mut WORK_QUEUE_ITEM, kind: WORK_QUEUE_TYPE);
}

/// A work item that says that it ran.
struct Noting {
    item: WORK_QUEUE_ITEM,
    done: mpsc::Sender<u8>,
}

unsafe extern "efiapi" fn note(parameter: *mut c_void) {
    // SAFETY: the parameter is the item, which is no longer queued.
    let noting = unsafe { Box::from_raw(parameter.cast::<Noting>()) };
    assert!(noting.item.List.Flink.is_null());
    noting.done.send(irql::current()).unwrap();
}

#[test]
fn work_items_run_at_passive_level() {
    in_kernel(1, |system| {
        let (done, level) = mpsc::channel();
        let item = WORK_QUEUE_ITEM { WorkerRoutine: Some(note), ..WORK_QUEUE_ITEM::default() };
        let noting = Box::into_raw(Box::new(Noting { item, done }));
        // SAFETY: nobody else uses it yet.
        let noting = unsafe { &mut *noting };
        noting.item.Parameter = (&raw mut *noting).cast();
        // SAFETY: the item is valid until it runs.
        irql::at_least(DISPATCH_LEVEL, || unsafe {
            ExQueueWorkItem(&raw mut noting.item, DelayedWorkQueue);
        });
        assert_eq!(level.recv(), Ok(PASSIVE_LEVEL));
        assert!(rules(system).is_empty());
    });
}

#[test]
fn queueing_an_item_twice_is_reported() {
    in_kernel(1, |system| {
        let mut item = WORK_QUEUE_ITEM::default();
        item.List.Flink = &raw mut item.List;
        // SAFETY: the item is valid.
        unsafe { ExQueueWorkItem(&raw mut item, DelayedWorkQueue) };
        assert_eq!(rules(system), ["work-item-queued"]);
    });
}

#[test]
fn work_may_wait_for_other_work() {
    in_kernel(1, |system| {
        let meeting = Arc::new(Barrier::new(9));
        for _ in 0..8 {
            let meeting = Arc::clone(&meeting);
            ex::work::queue(system, move || {
                meeting.wait();
            });
        }
        meeting.wait();
    });
}

#[test]
fn all_work_is_done_before_the_end() {
    let count = Arc::new(AtomicU32::new(0));
    in_kernel(1, |system| {
        for _ in 0..1_000 {
            let count = Arc::clone(&count);
            ex::work::queue(system, move || {
                count.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    assert_eq!(count.load(Ordering::SeqCst), 1_000);
}

#[test]
fn an_item_that_is_queued_is_found_in_memory() {
    in_kernel(1, |system| {
        let gate = Arc::new(Barrier::new(65));
        for _ in 0..64 {
            let gate = Arc::clone(&gate);
            ex::work::queue(system, move || {
                gate.wait();
            });
        }
        // All who could do it wait.
        ex::work::queue_item(system, 0x1010, || ());
        let used = ex::in_use::within(system, &(0x1000..0x2000)).unwrap();
        assert_eq!((used.address, used.check.rule), (0x1010, "pool-holds-work-item"));
        assert!(ex::in_use::within(system, &(0x1000..0x1010)).is_none());
        gate.wait();
    });
}
