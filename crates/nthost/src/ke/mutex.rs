//! Mutexes, which the thread that has one may acquire again.

use std::sync::atomic::Ordering;

use super::{
    deadlock::{self, Kind, Lock},
    object::Object,
    wait::Locked,
};
use crate::{
    export::{Export, exports},
    nt::{BOOLEAN, DISPATCH_LEVEL, HIGH_LEVEL, KMUTEX, MutantObject, PASSIVE_LEVEL},
    sched,
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializemutex)
unsafe extern "efiapi" fn KeInitializeMutex(mutex: *mut KMUTEX, _level: u32) {
    deadlock::initialized(mutex.addr(), Kind::Mutex);
    // SAFETY: the driver passes memory for a mutex.
    unsafe { mutex.write(KMUTEX { ApcDisable: 1, ..KMUTEX::default() }) };
    // SAFETY: as above; it begins with the head of an object.
    unsafe { Object::initialize_for_driver(mutex.cast(), MutantObject, 1) };
}

/// Where Windows raises `STATUS_MUTANT_NOT_OWNED`, a rule is broken and nothing changes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleasemutex)
unsafe extern "efiapi" fn KeReleaseMutex(mutex: *mut KMUTEX, _wait: BOOLEAN) -> i32 {
    // SAFETY: the driver passes a mutex.
    let object = unsafe { Object::new(mutex.cast()) };
    if !object.is_initialized("KeReleaseMutex") {
        return 0;
    }
    let lock = Lock::exclusive(object.address(), Kind::Mutex);
    if deadlock::releasing(lock, || object.owner()).is_none() {
        return object.state().load(Ordering::SeqCst);
    }
    let mut locked = Locked::new(&[object]);
    let before = object.state().load(Ordering::SeqCst);
    if before == 0 {
        object.set_owner(0);
    }
    object.state().store(before + 1, Ordering::SeqCst);
    let released = locked.offer(object, false);
    drop(locked);
    released.wake();
    sched::point("a signal", 0);
    before
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereadstatemutex)
unsafe extern "efiapi" fn KeReadStateMutex(mutex: *mut KMUTEX) -> i32 {
    // SAFETY: the driver passes a mutex.
    unsafe { Object::new(mutex.cast()) }.state().load(Ordering::SeqCst)
}

pub(super) const EXPORTS: &[Export] = exports! {
    KeInitializeMutex: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeReadStateMutex: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeReleaseMutex: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
