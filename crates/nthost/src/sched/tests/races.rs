//! Drivers with a planted race, and their right twins.

use core::{cell::UnsafeCell, ffi::c_void, ptr};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::SeqCst},
};

use super::{STRATEGIES, seeded};
use crate::{
    Kernel, Strategy, Trace,
    io::tests::rig::{Asked, Plan},
    ke::tests::imports,
    nt::{
        BOOLEAN, EVENT_TYPE, IRP, IRP_MJ_READ, KEVENT, KIRQL, KPRIORITY, KPROCESSOR_MODE,
        KSPIN_LOCK, KWAIT_REASON, KernelMode, LARGE_INTEGER, NTSTATUS, STATUS_CANCELLED,
        STATUS_PENDING, STATUS_SUCCESS, STATUS_TIMEOUT, SynchronizationEvent, irp_mark_pending,
        irp_set_cancel_routine,
    },
    thread,
};

imports! {
    fn KeInitializeEvent(event: *mut KEVENT, kind: EVENT_TYPE, state: BOOLEAN);
    fn KeSetEvent(event: *mut KEVENT, increment: KPRIORITY, wait: BOOLEAN) -> i32;
    fn KeResetEvent(event: *mut KEVENT) -> i32;
    fn KeWaitForSingleObject(
        object: *mut c_void,
        reason: KWAIT_REASON,
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS;
    fn KeAcquireSpinLockRaiseToDpc(lock: *mut KSPIN_LOCK) -> KIRQL;
    fn KeReleaseSpinLock(lock: *mut KSPIN_LOCK, level: KIRQL);
    fn IoReleaseCancelSpinLock(level: KIRQL);
}

/// So many seeds are tried.
const TRIES: u64 = 300;

/// Runs something with seeds until it fails; none if it never does.
fn find(strategy: Strategy, run: impl Fn(&Kernel) -> bool) -> Option<(u64, Trace)> {
    (0..TRIES).find_map(|seed| {
        let kernel = seeded(seed, strategy);
        let is_right = run(&kernel);
        assert_eq!(kernel.violations(), []);
        (!is_right).then(|| (seed, kernel.trace().unwrap()))
    })
}

/// Each strategy finds that the wrong one is wrong, and again with the seed that it found it with. None
/// finds anything wrong with its twin.
fn is_found(run: impl Fn(&Kernel, bool) -> bool) {
    for strategy in STRATEGIES {
        let found = find(strategy, |kernel| run(kernel, true));
        let (seed, trace) = found.unwrap_or_else(|| panic!("{strategy} finds nothing"));
        let kernel = seeded(seed, strategy);
        assert!(!run(&kernel, true), "{strategy} with seed {seed} finds it once");
        assert_eq!(kernel.trace(), Some(trace), "{strategy} with seed {seed}");
        drop(kernel);
        let found = find(strategy, |kernel| run(kernel, false));
        assert_eq!(found, None, "{strategy} finds what is not there");
    }
}

/// Runs code on a thread of a driver.
fn spawn(kernel: &Kernel, code: impl FnOnce() + Send + 'static) -> crate::Task<()> {
    let system = Arc::clone(kernel.system());
    kernel.spawn("driver", move || thread::enter(&system, |_| code()))
}

/// What threads of a driver share.
struct Shared<T>(UnsafeCell<T>);

// SAFETY: what is in it is for threads to share.
unsafe impl<T> Sync for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Send for Shared<T> {}

fn event() -> Arc<Shared<KEVENT>> {
    let event = Arc::new(Shared(UnsafeCell::new(KEVENT::default())));
    // SAFETY: it is memory for an event.
    unsafe { KeInitializeEvent(event.0.get(), SynchronizationEvent, 0) };
    event
}

/// Waits for a second. False if that was in vain.
fn wait(event: &Shared<KEVENT>) -> bool {
    let second = LARGE_INTEGER { QuadPart: -10_000_000 };
    let object = event.0.get().cast();
    // SAFETY: it is an event.
    let status = unsafe { KeWaitForSingleObject(object, 0, KernelMode, 0, &raw const second) };
    status != STATUS_TIMEOUT
}

/// A thread looks whether there is work, and if not resets the event and waits for it: what comes in
/// between is lost.
#[test]
fn a_lost_wake_up() {
    is_found(|kernel, wrong| {
        let (event, work) = (event(), Arc::new(AtomicBool::new(false)));
        let consumer = {
            let (event, work) = (Arc::clone(&event), Arc::clone(&work));
            let system = Arc::clone(kernel.system());
            kernel.spawn("consumer", move || {
                thread::enter(&system, |_| {
                    while !work.load(SeqCst) {
                        if wrong {
                            // SAFETY: it is an event.
                            unsafe { KeResetEvent(event.0.get()) };
                        }
                        if !wait(&event) {
                            return false;
                        }
                    }
                    true
                })
            })
        };
        let producer = spawn(kernel, move || {
            work.store(true, SeqCst);
            // SAFETY: it is an event.
            unsafe { KeSetEvent(event.0.get(), 0, 0) };
        });
        producer.join();
        consumer.join()
    });
}

/// Two threads look whether something is there already, and make it if it is not. The wrong ones let go
/// of the lock between the two.
#[test]
fn a_check_that_is_old_when_it_is_acted_on() {
    is_found(|kernel, wrong| {
        let lock: Arc<Shared<KSPIN_LOCK>> = Arc::new(Shared(UnsafeCell::new(0)));
        let (there, made) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let makers = [(); 2].map(|()| {
            let (lock, there, made) = (Arc::clone(&lock), Arc::clone(&there), Arc::clone(&made));
            spawn(kernel, move || {
                // SAFETY: it is a lock.
                let level = unsafe { KeAcquireSpinLockRaiseToDpc(lock.0.get()) };
                let is_there = there.load(SeqCst);
                if wrong {
                    // SAFETY: as above.
                    unsafe { KeReleaseSpinLock(lock.0.get(), level) };
                    // SAFETY: as above.
                    unsafe { KeAcquireSpinLockRaiseToDpc(lock.0.get()) };
                }
                if !is_there {
                    there.store(true, SeqCst);
                    made.fetch_add(1, SeqCst);
                }
                // SAFETY: as above.
                unsafe { KeReleaseSpinLock(lock.0.get(), level) };
            })
        });
        makers.into_iter().for_each(crate::Task::join);
        made.load(SeqCst) == 1
    });
}

/// The read that a driver keeps.
static KEPT: [AtomicPtr<IRP>; 2] = [const { AtomicPtr::new(ptr::null_mut()) }; 2];

/// The cancel routine of the driver below: who takes the read completes it.
unsafe extern "efiapi" fn cancelled<const WRONG: usize>(
    device: *mut crate::nt::DEVICE_OBJECT,
    irp: *mut IRP,
) {
    // SAFETY: the kernel has passed the request.
    let level = unsafe { (*irp).CancelIrql };
    // SAFETY: the kernel has acquired the lock for this.
    unsafe { IoReleaseCancelSpinLock(level) };
    let kept = KEPT[WRONG].compare_exchange(irp, ptr::null_mut(), SeqCst, SeqCst);
    if kept.is_ok() {
        let asked = Asked { device, irp, major: IRP_MJ_READ };
        asked.complete(STATUS_CANCELLED, 0);
    }
}

/// Keeps a read. The wrong driver does not look whether it was cancelled before it had a cancel routine.
fn keep<const WRONG: usize>(asked: Asked) -> NTSTATUS {
    if asked.major != IRP_MJ_READ {
        return asked.complete(STATUS_SUCCESS, 0);
    }
    crate::sched::point("something that the driver does first", 0);
    // SAFETY: the driver has the request.
    unsafe { irp_mark_pending(asked.irp) };
    KEPT[WRONG].store(asked.irp, SeqCst);
    // SAFETY: as above.
    unsafe { irp_set_cancel_routine(asked.irp, Some(cancelled::<WRONG>)) };
    // SAFETY: as above.
    let is_late = WRONG == 0 && unsafe { (*asked.irp).Cancel } != 0;
    // SAFETY: as above.
    if is_late && unsafe { irp_set_cancel_routine(asked.irp, None) }.is_some() {
        KEPT[WRONG].store(ptr::null_mut(), SeqCst);
        asked.complete(STATUS_CANCELLED, 0);
    }
    STATUS_PENDING
}

/// A read is cancelled, or completed by something else, exactly once, and never waits for ever.
#[test]
fn a_cancellation_that_comes_too_early() {
    fn run<const WRONG: usize>(kernel: &Kernel) -> bool {
        let rig = Plan::new(keep::<WRONG>).load_into(kernel).unwrap();
        let file = rig.open();
        let reader = {
            let file = file.clone();
            kernel.spawn("reader", move || {
                let read = file.start_read(8).wait_for(std::time::Duration::from_secs(1));
                let ended = read.is_ok();
                if let Err(pending) = read {
                    // Else nobody ever ends it.
                    pending.cancel();
                }
                ended
            })
        };
        let canceller = kernel.spawn("canceller", move || file.cancel() > 0);
        let was_cancelled = canceller.join();
        reader.join() || !was_cancelled
    }
    is_found(|kernel, wrong| if wrong { run::<1>(kernel) } else { run::<0>(kernel) });
}
