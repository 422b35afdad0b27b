//! Fast mutexes and guarded mutexes.
//!
//! The count is 1 while nobody has the mutex, 0 while one thread has it, and below that while others
//! wait.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use crate::{
    export::{Export, exports},
    ke::{event, irql, region, wait::Limit},
    nt::{APC_LEVEL, BOOLEAN, FAST_MUTEX, KGUARDED_MUTEX, PASSIVE_LEVEL, SynchronizationEvent},
    thread, verifier,
};

const PAGE: &str = "https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/fast-mutexes-and-guarded-mutexes";

/// # Safety
///
/// `mutex` is valid as long as the result is used.
unsafe fn count<'a>(mutex: *mut FAST_MUTEX) -> &'a AtomicI32 {
    // SAFETY: by the contract.
    let count = unsafe { &raw mut (*mutex).Count };
    // SAFETY: as above, and all change it in this way.
    unsafe { AtomicI32::from_ptr(count) }
}

/// # Safety
///
/// As for [`count`].
unsafe fn owner<'a>(mutex: *mut FAST_MUTEX) -> &'a AtomicUsize {
    // SAFETY: by the contract.
    let owner = unsafe { &raw mut (*mutex).Owner };
    // SAFETY: as above, and all change it in this way.
    unsafe { AtomicUsize::from_ptr(owner.cast()) }
}

fn me() -> usize {
    thread::current(thread::Thread::address)
}

/// # Safety
///
/// `mutex` is a mutex.
unsafe fn acquire(mutex: *mut FAST_MUTEX) {
    // SAFETY: by the contract.
    let count = unsafe { count(mutex) };
    // SAFETY: by the contract.
    let owner = unsafe { owner(mutex) };
    if owner.load(Ordering::Relaxed) == me() {
        let text = format!("{} acquires a mutex that its thread has already", verifier::caller());
        verifier::report("fast-mutex-recursion", PAGE, text);
        return;
    }
    if count.fetch_sub(1, Ordering::Acquire) != 1 {
        // SAFETY: by the contract.
        let event = unsafe { &raw mut (*mutex).Event };
        // SAFETY: as above; who releases the mutex hands it over to one.
        unsafe { event::wait(event, Limit::None) };
    }
    owner.store(me(), Ordering::Relaxed);
}

/// # Safety
///
/// `mutex` is a mutex.
unsafe fn try_acquire(mutex: *mut FAST_MUTEX) -> bool {
    // SAFETY: by the contract.
    let count = unsafe { count(mutex) };
    let is_free = count.compare_exchange(1, 0, Ordering::Acquire, Ordering::Relaxed).is_ok();
    if is_free {
        // SAFETY: by the contract.
        unsafe { owner(mutex) }.store(me(), Ordering::Relaxed);
    }
    is_free
}

/// False if the thread does not have the mutex.
///
/// # Safety
///
/// `mutex` is a mutex.
unsafe fn release(mutex: *mut FAST_MUTEX) -> bool {
    // SAFETY: by the contract.
    let owner = unsafe { owner(mutex) };
    if owner.load(Ordering::Relaxed) != me() {
        let text = format!("{} releases a mutex that its thread does not have", verifier::caller());
        verifier::report("fast-mutex-not-owned", PAGE, text);
        return false;
    }
    owner.store(0, Ordering::Relaxed);
    // SAFETY: by the contract.
    let event = unsafe { &raw mut (*mutex).Event };
    // SAFETY: as above.
    if unsafe { count(mutex) }.fetch_add(1, Ordering::Release) < 0 {
        // SAFETY: as above; somebody waits for it, and the mutex stays until it has been handed over.
        unsafe { event::set(event) };
    }
    true
}

/// Notes the level to go back to.
///
/// # Safety
///
/// `mutex` is a mutex that the thread has.
unsafe fn keep_level(mutex: *mut FAST_MUTEX, level: u8) {
    // SAFETY: by the contract.
    unsafe { (*mutex).OldIrql = level.into() };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirefastmutex)
unsafe extern "efiapi" fn ExAcquireFastMutex(mutex: *mut FAST_MUTEX) {
    let level = irql::raise(APC_LEVEL);
    // SAFETY: the driver passes a mutex.
    unsafe { acquire(mutex) };
    // SAFETY: the thread has it now.
    unsafe { keep_level(mutex, level) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extrytoacquirefastmutex)
unsafe extern "efiapi" fn ExTryToAcquireFastMutex(mutex: *mut FAST_MUTEX) -> BOOLEAN {
    let level = irql::raise(APC_LEVEL);
    // SAFETY: the driver passes a mutex.
    let is_acquired = unsafe { try_acquire(mutex) };
    if is_acquired {
        // SAFETY: the thread has it now.
        unsafe { keep_level(mutex, level) };
    } else {
        irql::lower(level);
    }
    is_acquired.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasefastmutex)
unsafe extern "efiapi" fn ExReleaseFastMutex(mutex: *mut FAST_MUTEX) {
    // SAFETY: the driver passes a mutex.
    let level = unsafe { (*mutex).OldIrql };
    // SAFETY: as above.
    if unsafe { release(mutex) } {
        irql::lower(u8::try_from(level).unwrap_or(PASSIVE_LEVEL));
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirefastmutexunsafe)
unsafe extern "efiapi" fn ExAcquireFastMutexUnsafe(mutex: *mut FAST_MUTEX) {
    if !region::are_apcs_disabled() {
        let text =
            format!("{} acquires a mutex and can be interrupted by APCs", verifier::caller());
        verifier::report("fast-mutex-unsafe", PAGE, text);
    }
    // SAFETY: the driver passes a mutex.
    unsafe { acquire(mutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasefastmutexunsafe)
unsafe extern "efiapi" fn ExReleaseFastMutexUnsafe(mutex: *mut FAST_MUTEX) {
    // SAFETY: the driver passes a mutex.
    unsafe { release(mutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializeguardedmutex)
unsafe extern "efiapi" fn KeInitializeGuardedMutex(mutex: *mut KGUARDED_MUTEX) {
    // SAFETY: the driver passes memory for a mutex.
    unsafe { mutex.write(FAST_MUTEX { Count: 1, ..FAST_MUTEX::default() }) };
    // SAFETY: as above.
    let event = unsafe { &raw mut (*mutex).Event };
    // SAFETY: as above.
    unsafe { event::initialize(event, SynchronizationEvent, false) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireguardedmutex)
unsafe extern "efiapi" fn KeAcquireGuardedMutex(mutex: *mut KGUARDED_MUTEX) {
    region::enter_guarded();
    // SAFETY: the driver passes a mutex.
    unsafe { acquire(mutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ketrytoacquireguardedmutex)
unsafe extern "efiapi" fn KeTryToAcquireGuardedMutex(mutex: *mut KGUARDED_MUTEX) -> BOOLEAN {
    region::enter_guarded();
    // SAFETY: the driver passes a mutex.
    let is_acquired = unsafe { try_acquire(mutex) };
    if !is_acquired {
        region::leave_guarded();
    }
    is_acquired.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseguardedmutex)
unsafe extern "efiapi" fn KeReleaseGuardedMutex(mutex: *mut KGUARDED_MUTEX) {
    // SAFETY: the driver passes a mutex.
    if unsafe { release(mutex) } {
        region::leave_guarded();
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireguardedmutexunsafe)
unsafe extern "efiapi" fn KeAcquireGuardedMutexUnsafe(mutex: *mut KGUARDED_MUTEX) {
    // SAFETY: the contract is the same.
    unsafe { ExAcquireFastMutexUnsafe(mutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseguardedmutexunsafe)
unsafe extern "efiapi" fn KeReleaseGuardedMutexUnsafe(mutex: *mut KGUARDED_MUTEX) {
    // SAFETY: the contract is the same.
    unsafe { ExReleaseFastMutexUnsafe(mutex) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    ExAcquireFastMutex: PASSIVE_LEVEL..=APC_LEVEL;
    ExAcquireFastMutexUnsafe: PASSIVE_LEVEL..=APC_LEVEL;
    ExReleaseFastMutex: APC_LEVEL..=APC_LEVEL;
    ExReleaseFastMutexUnsafe: PASSIVE_LEVEL..=APC_LEVEL;
    ExTryToAcquireFastMutex: PASSIVE_LEVEL..=APC_LEVEL;
    KeAcquireGuardedMutex: PASSIVE_LEVEL..=APC_LEVEL;
    KeAcquireGuardedMutexUnsafe: PASSIVE_LEVEL..=APC_LEVEL;
    KeInitializeGuardedMutex: PASSIVE_LEVEL..=APC_LEVEL;
    KeReleaseGuardedMutex: PASSIVE_LEVEL..=APC_LEVEL;
    KeReleaseGuardedMutexUnsafe: PASSIVE_LEVEL..=APC_LEVEL;
    KeTryToAcquireGuardedMutex: PASSIVE_LEVEL..=APC_LEVEL;
};
