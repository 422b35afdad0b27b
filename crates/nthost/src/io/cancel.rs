//! Cancellation.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/canceling-irps)

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use crate::{
    export::{Export, exports},
    io::irp::{self, Event, Origin, Place, rules},
    ke::{self, irql},
    nt::{BOOLEAN, DISPATCH_LEVEL, IRP, KIRQL, PASSIVE_LEVEL, TRUE, irp_set_cancel_routine},
    sched::{self, RawMutex},
    system::System,
    thread::{self, Thread},
};

/// The cancel spin lock, which protects all cancel routines.
pub(crate) struct CancelLock {
    raw: RawMutex,
    /// The thread that holds it, or zero.
    owner: AtomicUsize,
}

impl Default for CancelLock {
    fn default() -> Self {
        Self { raw: RawMutex::new(), owner: AtomicUsize::new(0) }
    }
}

impl CancelLock {
    fn is_mine(&self, thread: &Thread) -> bool {
        self.owner.load(Ordering::Relaxed) == thread.address()
    }
}

/// Acquires the cancel spin lock, and returns the level to go back to.
pub(crate) fn acquire_lock() -> KIRQL {
    sched::point("the cancel spin lock", 0);
    let level = irql::raise(DISPATCH_LEVEL);
    thread::current(|thread| {
        let lock = &thread.system.io.cancel;
        if lock.is_mine(thread) {
            rules::CANCEL_LOCK_RECURSION
                .broken_by_caller("acquires the cancel spin lock, which its thread holds already");
        } else {
            lock.raw.lock();
            lock.owner.store(thread.address(), Ordering::Relaxed);
        }
    });
    level
}

/// Releases the cancel spin lock, and goes back to a level.
pub(crate) fn release_lock(level: KIRQL) {
    let released = thread::current(|thread| {
        let lock = &thread.system.io.cancel;
        let is_mine = lock.is_mine(thread);
        if is_mine {
            lock.owner.store(0, Ordering::Relaxed);
            // SAFETY: this thread locked it, as the owner says.
            unsafe { lock.raw.unlock() };
        }
        is_mine
    });
    if !released {
        rules::CANCEL_LOCK_NOT_HELD
            .broken_by_caller("releases the cancel spin lock, which its thread does not hold");
    }
    irql::lower(level);
}

/// Asks the driver that has an IRP to cancel it. Returns whether it has a cancel routine, which has
/// been called then.
///
/// # Safety
///
/// The IRP is valid until this returns.
pub(crate) unsafe fn cancel(irp: *mut IRP) -> bool {
    let level = acquire_lock();
    let (system, by) = thread::current(|thread| (thread.system.clone(), thread.caller.get()));
    let record = system.io.irps.record(irp);
    if let Some(record) = record {
        record.note(Event::Cancelled { by });
    }
    let view = system.io.irps.view(irp);
    // SAFETY: by the contract.
    let flag = unsafe { &raw mut (*view).Cancel };
    // SAFETY: drivers read it while others may write it, and in this order with the cancel routine.
    unsafe { AtomicU8::from_ptr(flag) }.store(TRUE, Ordering::SeqCst);
    // SAFETY: by the contract.
    let Some(routine) = (unsafe { irp_set_cancel_routine(view, None) }) else {
        release_lock(level);
        return false;
    };
    if record.is_some_and(|record| record.place() == Place::Back) {
        let name = system.describe(routine as usize);
        let parameters = [irp as u64, routine as usize as u64, 0, 0];
        let text = format!("an IRP is cancelled that has been completed, with the routine {name}");
        rules::with(rules::CANCELLED_COMPLETED, irp, parameters, text);
        release_lock(level);
        return false;
    }
    // SAFETY: by the contract.
    unsafe { (*view).CancelIrql = level };
    // SAFETY: an IRP with a cancel routine has been sent, and has a current stack location.
    let location = unsafe { irp::location(irp) };
    // SAFETY: as above.
    let device = unsafe { (*location).DeviceObject };
    sched::point("a cancel routine", routine as usize);
    // SAFETY: the driver that has the IRP set the routine, and the lock is held.
    let code = || unsafe { routine(device, irp) };
    // SAFETY: there is nothing to drop.
    unsafe { ke::thread::ask((), code) };
    if thread::current(|thread| thread.system.io.cancel.is_mine(thread)) {
        let name = thread::system().describe(routine as usize);
        rules::with(
            rules::CANCEL_LOCK_KEPT,
            irp,
            [irp as u64, routine as usize as u64, 0, 0],
            format!("the cancel routine {name} did not release the cancel spin lock"),
        );
        release_lock(level);
    }
    true
}

/// Drivers may cancel what they allocated, and nothing else.
fn check_owner(system: &System, irp: *mut IRP) -> bool {
    let Some(record) = system.io.irps.record(irp) else { return true };
    match (record.origin(), record.place()) {
        (_, Place::Free) => {
            let text = "cancels an IRP that has been freed";
            rules::by_caller(rules::CANCELLED_AFTER_FREE, irp, text);
        }
        (Origin::IoManager, _) => {
            let text = "cancels an IRP that it did not allocate";
            rules::by_caller(rules::CANCELLED_NOT_OWNED, irp, text);
        }
        _ => return true,
    }
    false
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocancelirp)
pub(crate) unsafe extern "efiapi" fn IoCancelIrp(irp: *mut IRP) -> BOOLEAN {
    if !thread::current(|thread| check_owner(&thread.system, irp)) {
        return 0;
    }
    // SAFETY: the driver owns the IRP.
    unsafe { cancel(irp) }.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioacquirecancelspinlock)
pub(crate) unsafe extern "efiapi" fn IoAcquireCancelSpinLock(level: *mut KIRQL) {
    let before = acquire_lock();
    // SAFETY: the driver passes a place for the level.
    unsafe { level.write(before) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreleasecancelspinlock)
pub(crate) unsafe extern "efiapi" fn IoReleaseCancelSpinLock(level: KIRQL) {
    release_lock(level);
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoAcquireCancelSpinLock: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoCancelIrp: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoReleaseCancelSpinLock: DISPATCH_LEVEL..=DISPATCH_LEVEL;
};
