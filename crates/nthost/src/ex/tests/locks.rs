//! Fast mutexes, push locks, resources, reader/writer spin locks.

use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, Ordering},
    thread::{scope, yield_now},
};

use crate::{
    ex,
    ke::{
        irql, region,
        tests::{imports, in_kernel, on_thread, rules},
    },
    nt::{
        APC_LEVEL, BOOLEAN, DISPATCH_LEVEL, ERESOURCE, FAST_MUTEX, KIRQL, NTSTATUS, PASSIVE_LEVEL,
        STATUS_SUCCESS,
    },
    system::System,
};

imports! {
    fn ExAcquireFastMutex(mutex: *mut FAST_MUTEX);
    fn ExTryToAcquireFastMutex(mutex: *mut FAST_MUTEX) -> BOOLEAN;
    fn ExReleaseFastMutex(mutex: *mut FAST_MUTEX);
    fn ExAcquireFastMutexUnsafe(mutex: *mut FAST_MUTEX);
    fn ExReleaseFastMutexUnsafe(mutex: *mut FAST_MUTEX);
    fn KeInitializeGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeAcquireGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeReleaseGuardedMutex(mutex: *mut FAST_MUTEX);
    fn KeAreAllApcsDisabled() -> BOOLEAN;
    fn ExAcquirePushLockExclusiveEx(lock: *mut usize, flags: u32);
    fn ExAcquirePushLockSharedEx(lock: *mut usize, flags: u32);
    fn ExTryAcquirePushLockExclusiveEx(lock: *mut usize, flags: u32) -> BOOLEAN;
    fn ExReleasePushLockExclusiveEx(lock: *mut usize, flags: u32);
    fn ExReleasePushLockSharedEx(lock: *mut usize, flags: u32);
    fn ExInitializeResourceLite(resource: *mut ERESOURCE) -> NTSTATUS;
    fn ExDeleteResourceLite(resource: *mut ERESOURCE) -> NTSTATUS;
    fn ExAcquireResourceExclusiveLite(resource: *mut ERESOURCE, waits: BOOLEAN) -> BOOLEAN;
    fn ExAcquireResourceSharedLite(resource: *mut ERESOURCE, waits: BOOLEAN) -> BOOLEAN;
    fn ExAcquireSharedStarveExclusive(resource: *mut ERESOURCE, waits: BOOLEAN) -> BOOLEAN;
    fn ExAcquireSharedWaitForExclusive(resource: *mut ERESOURCE, waits: BOOLEAN) -> BOOLEAN;
    fn ExConvertExclusiveToSharedLite(resource: *mut ERESOURCE);
    fn ExReleaseResourceLite(resource: *mut ERESOURCE);
    fn ExIsResourceAcquiredExclusiveLite(resource: *mut ERESOURCE) -> BOOLEAN;
    fn ExIsResourceAcquiredSharedLite(resource: *mut ERESOURCE) -> u32;
    fn ExGetExclusiveWaiterCount(resource: *mut ERESOURCE) -> u32;
    fn ExAcquireSpinLockExclusive(lock: *mut u32) -> KIRQL;
    fn ExReleaseSpinLockExclusive(lock: *mut u32, level: KIRQL);
    fn ExAcquireSpinLockShared(lock: *mut u32) -> KIRQL;
    fn ExReleaseSpinLockShared(lock: *mut u32, level: KIRQL);
    fn ExTryConvertSharedSpinLockExclusive(lock: *mut u32) -> u32;
    fn ExReleaseSpinLockExclusiveFromDpcLevel(lock: *mut u32);
}

/// Memory that threads share.
#[derive(Default)]
struct Shared<T>(UnsafeCell<T>);

// SAFETY: it is changed by the functions that are tested, or by who has the lock.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// Two numbers that a writer changes one after the other, so that a reader beside it sees a difference.
#[derive(Default)]
struct Pair([Shared<u32>; 2]);

impl Pair {
    fn write(&self) {
        for number in &self.0 {
            // SAFETY: the caller has the lock.
            let before = unsafe { number.get().read_volatile() };
            // SAFETY: the caller has the lock.
            unsafe { number.get().write_volatile(before + 1) };
        }
    }

    fn read(&self) -> u32 {
        // SAFETY: the caller has the lock.
        let [a, b] = self.0.each_ref().map(|number| unsafe { number.get().read_volatile() });
        assert_eq!(a, b);
        a
    }
}

/// Lets some threads write and some read under a lock, which nobody must notice.
fn contend(
    system: &std::sync::Arc<System>,
    write: impl Fn(&Pair) + Sync,
    read: impl Fn(&Pair) + Sync,
) {
    let pair = Pair::default();
    scope(|scope| {
        for _ in 0..2 {
            on_thread(scope, system, || (0..3_000).for_each(|_| write(&pair)));
            on_thread(scope, system, || (0..3_000).for_each(|_| read(&pair)));
        }
    });
    assert_eq!(pair.read(), 6_000);
    assert!(rules(system).is_empty(), "{:?}", rules(system));
}

fn mutex() -> Shared<FAST_MUTEX> {
    let mutex = Shared::default();
    // SAFETY: the memory is valid; the two kinds are the same.
    unsafe { KeInitializeGuardedMutex(mutex.get()) };
    mutex
}

#[test]
fn a_fast_mutex_excludes_others() {
    in_kernel(2, |system| {
        let mutex = mutex();
        let use_it = |pair: &Pair| {
            // SAFETY: the mutex is valid.
            unsafe { ExAcquireFastMutex(mutex.get()) };
            assert_eq!(irql::current(), APC_LEVEL);
            pair.write();
            // SAFETY: the mutex is valid.
            unsafe { ExReleaseFastMutex(mutex.get()) };
            assert_eq!(irql::current(), PASSIVE_LEVEL);
        };
        let look = |pair: &Pair| {
            // SAFETY: the mutex is valid.
            if unsafe { ExTryToAcquireFastMutex(mutex.get()) } != 0 {
                pair.read();
                // SAFETY: the mutex is valid.
                unsafe { ExReleaseFastMutex(mutex.get()) };
            }
            assert_eq!(irql::current(), PASSIVE_LEVEL);
        };
        contend(system, use_it, look);
    });
}

#[test]
fn a_guarded_mutex_keeps_apcs_away() {
    in_kernel(2, |system| {
        let mutex = mutex();
        let use_it = |pair: &Pair| {
            // SAFETY: the mutex is valid.
            unsafe { KeAcquireGuardedMutex(mutex.get()) };
            // SAFETY: it may always be called.
            assert_eq!(unsafe { KeAreAllApcsDisabled() }, 1);
            pair.write();
            // SAFETY: the mutex is valid.
            unsafe { KeReleaseGuardedMutex(mutex.get()) };
        };
        contend(system, use_it, |_| {});
        // SAFETY: it may always be called.
        assert_eq!(unsafe { KeAreAllApcsDisabled() }, 0);
    });
}

#[test]
fn wrong_use_of_a_fast_mutex_is_reported() {
    in_kernel(1, |system| {
        let mutex = mutex();
        // SAFETY: the mutex is valid.
        unsafe { ExAcquireFastMutexUnsafe(mutex.get()) };
        // SAFETY: the mutex is valid.
        unsafe { ExAcquireFastMutex(mutex.get()) };
        irql::lower(PASSIVE_LEVEL);
        // SAFETY: the mutex is valid.
        unsafe { ExReleaseFastMutexUnsafe(mutex.get()) };
        // SAFETY: the mutex is valid.
        unsafe { ExReleaseFastMutexUnsafe(mutex.get()) };
        let expected = [
            "mutex-acquired-with-apcs",
            "lock-recursion",
            "mutex-released-with-apcs",
            "mutex-released-with-apcs",
            "lock-not-held",
        ];
        assert_eq!(rules(system), expected);
    });
}

#[test]
fn a_push_lock_lets_readers_in_together() {
    in_kernel(2, |system| {
        let lock = Shared::<usize>::default();
        let inside = |code: &dyn Fn()| {
            region::enter_critical();
            code();
            region::leave_critical();
        };
        inside(&|| {
            // SAFETY: the lock is valid.
            unsafe { ExAcquirePushLockSharedEx(lock.get(), 0) };
            // SAFETY: the lock is valid.
            unsafe { ExAcquirePushLockSharedEx(lock.get(), 0) };
            // SAFETY: the lock is valid.
            assert_eq!(unsafe { ExTryAcquirePushLockExclusiveEx(lock.get(), 0) }, 0);
            // SAFETY: the lock is valid.
            unsafe { ExReleasePushLockSharedEx(lock.get(), 0) };
            // SAFETY: the lock is valid.
            unsafe { ExReleasePushLockSharedEx(lock.get(), 0) };
        });
        let write = |pair: &Pair| {
            region::enter_critical();
            // SAFETY: the lock is valid.
            unsafe { ExAcquirePushLockExclusiveEx(lock.get(), 0) };
            pair.write();
            // SAFETY: the lock is valid.
            unsafe { ExReleasePushLockExclusiveEx(lock.get(), 0) };
            region::leave_critical();
        };
        let read = |pair: &Pair| {
            region::enter_critical();
            // SAFETY: the lock is valid.
            unsafe { ExAcquirePushLockSharedEx(lock.get(), 0) };
            pair.read();
            // SAFETY: the lock is valid.
            unsafe { ExReleasePushLockSharedEx(lock.get(), 0) };
            region::leave_critical();
        };
        contend(system, write, read);
        // SAFETY: the lock is valid.
        inside(&|| unsafe { ExReleasePushLockExclusiveEx(lock.get(), 0) });
        // SAFETY: the lock is valid.
        unsafe { ExTryAcquirePushLockExclusiveEx(lock.get(), 0) };
        // SAFETY: as above; this releases it outside of a region.
        unsafe { ExReleasePushLockExclusiveEx(lock.get(), 0) };
        let expected =
            ["lock-not-held", "push-lock-acquired-with-apcs", "push-lock-released-with-apcs"];
        assert_eq!(rules(system), expected);
    });
}

#[test]
fn a_reader_writer_spin_lock_lets_readers_in_together() {
    in_kernel(2, |system| {
        let lock = Shared::<u32>::default();
        // SAFETY: the lock is valid.
        let level = unsafe { ExAcquireSpinLockShared(lock.get()) };
        // SAFETY: the lock is valid.
        assert_eq!((level, irql::current()), (0, DISPATCH_LEVEL));
        scope(|scope| {
            on_thread(scope, system, || {
                // SAFETY: the lock is valid.
                let level = unsafe { ExAcquireSpinLockShared(lock.get()) };
                // SAFETY: the lock is valid.
                assert_eq!(unsafe { ExTryConvertSharedSpinLockExclusive(lock.get()) }, 0);
                // SAFETY: the lock is valid.
                unsafe { ExReleaseSpinLockShared(lock.get(), level) };
            });
        });
        // SAFETY: the lock is valid.
        assert_eq!(unsafe { ExTryConvertSharedSpinLockExclusive(lock.get()) }, 1);
        // SAFETY: the lock is valid.
        unsafe { ExReleaseSpinLockExclusive(lock.get(), level) };
        assert_eq!(irql::current(), PASSIVE_LEVEL);
        let write = |pair: &Pair| {
            // SAFETY: the lock is valid.
            let level = unsafe { ExAcquireSpinLockExclusive(lock.get()) };
            pair.write();
            // SAFETY: the lock is valid.
            unsafe { ExReleaseSpinLockExclusive(lock.get(), level) };
        };
        let read = |pair: &Pair| {
            // SAFETY: the lock is valid.
            let level = unsafe { ExAcquireSpinLockShared(lock.get()) };
            pair.read();
            // SAFETY: the lock is valid.
            unsafe { ExReleaseSpinLockShared(lock.get(), level) };
        };
        contend(system, write, read);
        // SAFETY: the lock is valid.
        unsafe { ExReleaseSpinLockExclusiveFromDpcLevel(lock.get()) };
        assert_eq!(rules(system), ["lock-not-held"]);
    });
}

struct Resource(Box<Shared<ERESOURCE>>);

impl Resource {
    fn new() -> Self {
        let resource = Self(Box::default());
        // SAFETY: the memory is valid.
        assert_eq!(unsafe { ExInitializeResourceLite(resource.0.get()) }, STATUS_SUCCESS);
        resource
    }

    /// Uses it where APCs are kept away, as it must be.
    fn with(&self, acquire: unsafe fn(*mut ERESOURCE, BOOLEAN) -> BOOLEAN, waits: bool) -> bool {
        region::enter_critical();
        // SAFETY: the resource is valid.
        let is_acquired = unsafe { acquire(self.0.get(), waits.into()) } != 0;
        region::leave_critical();
        is_acquired
    }

    fn release(&self) {
        region::enter_critical();
        // SAFETY: the resource is valid.
        unsafe { ExReleaseResourceLite(self.0.get()) };
        region::leave_critical();
    }
}

#[test]
fn a_resource_lets_readers_in_together() {
    in_kernel(2, |system| {
        let resource = Resource::new();
        let write = |pair: &Pair| {
            assert!(resource.with(ExAcquireResourceExclusiveLite, true));
            pair.write();
            resource.release();
        };
        let read = |pair: &Pair| {
            assert!(resource.with(ExAcquireResourceSharedLite, true));
            pair.read();
            resource.release();
        };
        contend(system, write, read);
        assert_eq!(ex::leftovers(system).len(), 1);
        // SAFETY: the resource is valid.
        unsafe { ExDeleteResourceLite(resource.0.get()) };
        assert!(ex::leftovers(system).is_empty());
    });
}

#[test]
fn readers_of_a_resource_may_or_may_not_go_before_writers() {
    in_kernel(2, |system| {
        let (resource, is_written) = (Resource::new(), AtomicBool::new(false));
        assert!(resource.with(ExAcquireResourceSharedLite, false));
        scope(|scope| {
            on_thread(scope, system, || {
                assert!(resource.with(ExAcquireResourceExclusiveLite, true));
                is_written.store(true, Ordering::SeqCst);
                resource.release();
            });
            // SAFETY: the resource is valid.
            while unsafe { ExGetExclusiveWaiterCount(resource.0.get()) } == 0 {
                yield_now();
            }
            let other = on_thread(scope, system, || {
                assert!(!resource.with(ExAcquireResourceSharedLite, false));
                assert!(!resource.with(ExAcquireSharedWaitForExclusive, false));
                assert!(resource.with(ExAcquireSharedStarveExclusive, false));
                resource.release();
            });
            other.join().unwrap();
            // This thread has it already.
            assert!(resource.with(ExAcquireResourceSharedLite, false));
            // SAFETY: the resource is valid.
            assert_eq!(unsafe { ExIsResourceAcquiredSharedLite(resource.0.get()) }, 2);
            assert!(!is_written.load(Ordering::SeqCst));
            resource.release();
            resource.release();
        });
        assert!(is_written.into_inner());
        assert!(rules(system).is_empty());
    });
}

#[test]
fn a_writer_of_a_resource_may_become_a_reader() {
    in_kernel(2, |system| {
        let resource = Resource::new();
        assert!(resource.with(ExAcquireResourceExclusiveLite, true));
        assert!(resource.with(ExAcquireResourceSharedLite, true));
        // SAFETY: the resource is valid.
        let is_writer = || unsafe { ExIsResourceAcquiredExclusiveLite(resource.0.get()) };
        assert_eq!(is_writer(), 1);
        // SAFETY: the resource is valid.
        unsafe { ExConvertExclusiveToSharedLite(resource.0.get()) };
        assert_eq!(is_writer(), 0);
        scope(|scope| {
            on_thread(scope, system, || {
                assert!(resource.with(ExAcquireResourceSharedLite, true));
                resource.release();
            });
        });
        assert!(rules(system).is_empty());
        assert!(!resource.with(ExAcquireResourceExclusiveLite, true));
        resource.release();
        resource.release();
        resource.release();
        assert_eq!(rules(system), ["lock-recursion", "lock-not-held"]);
    });
}
