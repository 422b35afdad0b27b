//! Fast mutexes and guarded mutexes.
//!
//! The count is 1 while nobody has the mutex, 0 while one thread has it, and below that while others
//! wait.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use crate::{
    export::{Export, exports},
    ke::{
        deadlock::{self, Kind, Lock},
        event, irql, region,
        wait::Limit,
    },
    nt::{APC_LEVEL, BOOLEAN, FAST_MUTEX, KGUARDED_MUTEX, PASSIVE_LEVEL, SynchronizationEvent},
    thread,
    verifier::{
        self, Check,
        catalogue::locks::{MUTEX_APCS_ENABLED, MUTEX_RELEASED_WITH_APCS},
    },
};

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

/// True if the mutex was initialised: its event was.
///
/// # Safety
///
/// As for [`count`].
unsafe fn is_initialized(mutex: *mut FAST_MUTEX) -> bool {
    // SAFETY: by the contract.
    let event = unsafe { &raw mut (*mutex).Event };
    // SAFETY: as above.
    unsafe { event::is_initialized(event) }
}

/// # Safety
///
/// `mutex` is a mutex.
unsafe fn acquire(mutex: *mut FAST_MUTEX, kind: Kind) {
    let lock = Lock::exclusive(mutex.addr(), kind);
    // SAFETY: by the contract.
    if !unsafe { is_initialized(mutex) } {
        deadlock::uninitialized(mutex.addr(), kind);
        return;
    }
    if !deadlock::acquiring(lock) {
        return;
    }
    // SAFETY: by the contract.
    let count = unsafe { count(mutex) };
    if count.fetch_sub(1, Ordering::Acquire) != 1 {
        // SAFETY: by the contract.
        let event = unsafe { &raw mut (*mutex).Event };
        // SAFETY: as above; who releases the mutex hands it over to one.
        unsafe { event::wait(event, Limit::None) };
    }
    // SAFETY: by the contract.
    unsafe { owner(mutex) }.store(me(), Ordering::Relaxed);
    deadlock::acquired(lock, irql::current());
}

/// # Safety
///
/// `mutex` is a mutex.
unsafe fn try_acquire(mutex: *mut FAST_MUTEX, kind: Kind) -> bool {
    // SAFETY: by the contract.
    let count = unsafe { count(mutex) };
    let is_free = count.compare_exchange(1, 0, Ordering::Acquire, Ordering::Relaxed).is_ok();
    if is_free {
        // SAFETY: by the contract.
        unsafe { owner(mutex) }.store(me(), Ordering::Relaxed);
        deadlock::tried(Lock::exclusive(mutex.addr(), kind), irql::current());
    }
    is_free
}

/// False if the thread does not have the mutex.
///
/// # Safety
///
/// `mutex` is a mutex.
unsafe fn release(mutex: *mut FAST_MUTEX, kind: Kind) -> bool {
    // SAFETY: by the contract.
    let owner = unsafe { owner(mutex) };
    let lock = Lock::exclusive(mutex.addr(), kind);
    if deadlock::releasing(lock, || owner.load(Ordering::Relaxed)).is_none() {
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
    unsafe { acquire(mutex, Kind::FastMutex) };
    // SAFETY: the thread has it now.
    unsafe { keep_level(mutex, level) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-extrytoacquirefastmutex)
unsafe extern "efiapi" fn ExTryToAcquireFastMutex(mutex: *mut FAST_MUTEX) -> BOOLEAN {
    let level = irql::raise(APC_LEVEL);
    // SAFETY: the driver passes a mutex.
    let is_acquired = unsafe { try_acquire(mutex, Kind::FastMutex) };
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
    if unsafe { release(mutex, Kind::FastMutex) } {
        irql::lower(u8::try_from(level).unwrap_or(PASSIVE_LEVEL));
    }
}

/// The functions that do not keep APCs away leave that to their callers.
fn check_apcs(check: &'static Check, mutex: *mut FAST_MUTEX, does: &str) {
    if !region::are_apcs_disabled() {
        check.broken_with(
            [irql::current().into(), 0, mutex.addr() as u64],
            format!("{} {does} a mutex and can be interrupted by APCs", verifier::caller()),
        );
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exacquirefastmutexunsafe)
unsafe extern "efiapi" fn ExAcquireFastMutexUnsafe(mutex: *mut FAST_MUTEX) {
    check_apcs(MUTEX_APCS_ENABLED, mutex, "acquires");
    // SAFETY: the driver passes a mutex.
    unsafe { acquire(mutex, Kind::FastMutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-exreleasefastmutexunsafe)
unsafe extern "efiapi" fn ExReleaseFastMutexUnsafe(mutex: *mut FAST_MUTEX) {
    check_apcs(MUTEX_RELEASED_WITH_APCS, mutex, "releases");
    // SAFETY: the driver passes a mutex.
    unsafe { release(mutex, Kind::FastMutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keinitializeguardedmutex)
unsafe extern "efiapi" fn KeInitializeGuardedMutex(mutex: *mut KGUARDED_MUTEX) {
    deadlock::initialized(mutex.addr(), Kind::GuardedMutex);
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
    unsafe { acquire(mutex, Kind::GuardedMutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ketrytoacquireguardedmutex)
unsafe extern "efiapi" fn KeTryToAcquireGuardedMutex(mutex: *mut KGUARDED_MUTEX) -> BOOLEAN {
    region::enter_guarded();
    // SAFETY: the driver passes a mutex.
    let is_acquired = unsafe { try_acquire(mutex, Kind::GuardedMutex) };
    if !is_acquired {
        region::leave_guarded();
    }
    is_acquired.into()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseguardedmutex)
unsafe extern "efiapi" fn KeReleaseGuardedMutex(mutex: *mut KGUARDED_MUTEX) {
    // SAFETY: the driver passes a mutex.
    if unsafe { release(mutex, Kind::GuardedMutex) } {
        region::leave_guarded();
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-keacquireguardedmutexunsafe)
unsafe extern "efiapi" fn KeAcquireGuardedMutexUnsafe(mutex: *mut KGUARDED_MUTEX) {
    check_apcs(MUTEX_APCS_ENABLED, mutex, "acquires");
    // SAFETY: the driver passes a mutex.
    unsafe { acquire(mutex, Kind::GuardedMutex) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kereleaseguardedmutexunsafe)
unsafe extern "efiapi" fn KeReleaseGuardedMutexUnsafe(mutex: *mut KGUARDED_MUTEX) {
    check_apcs(MUTEX_RELEASED_WITH_APCS, mutex, "releases");
    // SAFETY: the driver passes a mutex.
    unsafe { release(mutex, Kind::GuardedMutex) };
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
