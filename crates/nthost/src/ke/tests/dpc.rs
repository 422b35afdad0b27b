//! Deferred procedure calls.

use core::ffi::c_void;
use std::{
    ptr,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
};

use parking_lot::Mutex;

use super::{imports, in_kernel, rules};
use crate::{
    ke::{self, irql},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, HighImportance, KDPC, KDPC_IMPORTANCE, KIRQL, NTSTATUS,
        PASSIVE_LEVEL, PKDEFERRED_ROUTINE, PROCESSOR_NUMBER, STATUS_INVALID_PARAMETER,
        STATUS_SUCCESS,
    },
    thread,
};

imports! {
    fn KeInitializeDpc(dpc: *mut KDPC, routine: PKDEFERRED_ROUTINE, context: *mut c_void);
    fn KeInsertQueueDpc(dpc: *mut KDPC, first: *mut c_void, second: *mut c_void) -> BOOLEAN;
    fn KeRemoveQueueDpc(dpc: *mut KDPC) -> BOOLEAN;
    fn KeFlushQueuedDpcs();
    fn KeSetImportanceDpc(dpc: *mut KDPC, importance: KDPC_IMPORTANCE);
    fn KeSetTargetProcessorDpcEx(dpc: *mut KDPC, number: *const PROCESSOR_NUMBER) -> NTSTATUS;
}

/// What a DPC saw when it ran.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    first: usize,
    second: usize,
    level: KIRQL,
    processor: u32,
}

type Runs = Mutex<Vec<Run>>;

unsafe extern "efiapi" fn note(
    _dpc: *mut KDPC,
    context: *mut c_void,
    first: *mut c_void,
    second: *mut c_void,
) {
    // SAFETY: the context outlives the DPC.
    let runs = unsafe { &*context.cast::<Runs>() };
    let processor = thread::current(|thread| thread.processor.get());
    let (first, second) = (first.addr(), second.addr());
    runs.lock().push(Run { first, second, level: irql::current(), processor });
}

#[expect(clippy::unnecessary_box_returns, reason = "an object stays where it was made")]
fn dpc(routine: PKDEFERRED_ROUTINE, context: *const c_void) -> Box<KDPC> {
    let mut dpc = Box::new(KDPC::default());
    // SAFETY: the memory is valid.
    unsafe { KeInitializeDpc(&raw mut *dpc, routine, context.cast_mut()) };
    dpc
}

fn insert(dpc: &mut KDPC, first: usize) -> bool {
    let first = ptr::without_provenance_mut(first);
    let second = ptr::without_provenance_mut(7);
    // SAFETY: the DPC is valid.
    unsafe { KeInsertQueueDpc(dpc, first, second) != 0 }
}

fn flush() {
    // SAFETY: it may always be called.
    unsafe { KeFlushQueuedDpcs() };
}

#[test]
fn runs_at_dispatch_level_on_its_processor() {
    in_kernel(3, |system| {
        let runs = Runs::default();
        let mut dpc = dpc(Some(note), (&raw const runs).cast());
        for processor in 0..3_u8 {
            let number = PROCESSOR_NUMBER { Number: processor, ..PROCESSOR_NUMBER::default() };
            // SAFETY: DPC and number are valid.
            let status = unsafe { KeSetTargetProcessorDpcEx(&raw mut *dpc, &raw const number) };
            assert_eq!((status, insert(&mut dpc, processor.into())), (STATUS_SUCCESS, true));
            flush();
        }
        let number = PROCESSOR_NUMBER { Number: 3, ..PROCESSOR_NUMBER::default() };
        // SAFETY: DPC and number are valid.
        let status = unsafe { KeSetTargetProcessorDpcEx(&raw mut *dpc, &raw const number) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
        let expected = (0..3).map(|processor| Run {
            first: processor as usize,
            second: 7,
            level: DISPATCH_LEVEL,
            processor,
        });
        assert_eq!(runs.into_inner(), expected.collect::<Vec<_>>());
        assert!(rules(system).is_empty());
    });
}

#[test]
fn is_queued_once_and_can_be_removed() {
    in_kernel(1, |_| {
        let runs = Runs::default();
        let [mut first, mut second, mut urgent] =
            [(); 3].map(|()| dpc(Some(note), (&raw const runs).cast()));
        // SAFETY: the DPC is valid.
        unsafe { KeSetImportanceDpc(&raw mut *urgent, HighImportance) };
        // While this thread has the only processor, none runs.
        irql::at_least(DISPATCH_LEVEL, || {
            assert!(insert(&mut first, 1));
            assert!(!insert(&mut first, 2));
            assert!(insert(&mut second, 3));
            assert!(insert(&mut urgent, 4));
            assert!(!first.DpcData.is_null());
            // SAFETY: the DPC is valid.
            assert_eq!(unsafe { KeRemoveQueueDpc(&raw mut *second) }, 1);
            // SAFETY: the DPC is valid.
            assert_eq!(unsafe { KeRemoveQueueDpc(&raw mut *second) }, 0);
        });
        flush();
        let order: Vec<_> = runs.into_inner().iter().map(|run| run.first).collect();
        assert_eq!(order, [4, 1]);
        assert!(first.DpcData.is_null());
    });
}

/// A DPC that queues itself until it has run often enough.
unsafe extern "efiapi" fn again(
    dpc: *mut KDPC,
    context: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
) {
    // SAFETY: the context outlives the DPC.
    let left = unsafe { &*context.cast::<AtomicU32>() };
    if left.fetch_sub(1, Ordering::SeqCst) > 1 {
        // SAFETY: the DPC is valid.
        assert!(unsafe { insert(&mut *dpc, 0) });
    }
}

#[test]
fn may_queue_itself() {
    in_kernel(2, |_| {
        let left = AtomicU32::new(100);
        let mut dpc = dpc(Some(again), (&raw const left).cast());
        assert!(insert(&mut dpc, 0));
        while left.load(Ordering::SeqCst) > 0 {
            flush();
        }
    });
}

unsafe extern "efiapi" fn forgets_to_lower(
    _: *mut KDPC,
    context: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
) {
    irql::lower(PASSIVE_LEVEL);
    // SAFETY: the context outlives the DPC.
    unsafe { &*context.cast::<AtomicUsize>() }.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn returning_at_another_level_is_reported() {
    in_kernel(1, |system| {
        let count = AtomicUsize::new(0);
        let mut dpc = dpc(Some(forgets_to_lower), (&raw const count).cast());
        assert!(insert(&mut dpc, 0));
        flush();
        assert_eq!((count.into_inner(), rules(system)), (1, vec!["irql-of-callback"]));
        let mut nothing = KDPC::default();
        assert!(!insert(&mut nothing, 0));
        assert_eq!(rules(system)[1..], ["dpc-uninitialized"]);
    });
}

#[test]
fn a_dpc_that_is_queued_in_a_driver_that_goes_away_is_reported() {
    in_kernel(1, |system| {
        let runs = Runs::default();
        let mut dpc = dpc(Some(note), (&raw const runs).cast());
        let place = (&raw const *dpc).addr();
        let routine = note as *const () as usize;
        irql::at_least(DISPATCH_LEVEL, || {
            assert!(insert(&mut dpc, 0));
            ke::check_unloaded(system, &(place..place + 1));
            ke::check_unloaded(system, &(routine..routine + 1));
        });
        flush();
        ke::check_unloaded(system, &(place..place + 1));
        assert_eq!(rules(system), ["dpc-left", "dpc-routine-left"]);
    });
}
