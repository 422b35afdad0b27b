//! Events, semaphores, mutexes, and waiting for them.

use core::{ffi::c_void, ptr};
use std::{
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread::{scope, yield_now},
};

use super::{imports, in_kernel, on_thread, rules};
use crate::{
    ke::{irql, object::Object, wait},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, EVENT_TYPE, KEVENT, KMUTEX, KPRIORITY, KPROCESSOR_MODE,
        KSEMAPHORE, KWAIT_BLOCK, KWAIT_REASON, LARGE_INTEGER, NTSTATUS, NotificationEvent,
        STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_WAIT_1, SynchronizationEvent, WAIT_TYPE, WaitAll,
        WaitAny,
    },
    system::System,
};

imports! {
    fn KeInitializeEvent(event: *mut KEVENT, kind: EVENT_TYPE, state: BOOLEAN);
    fn KeSetEvent(event: *mut KEVENT, increment: KPRIORITY, wait: BOOLEAN) -> i32;
    fn KeResetEvent(event: *mut KEVENT) -> i32;
    fn KeClearEvent(event: *mut KEVENT);
    fn KeReadStateEvent(event: *mut KEVENT) -> i32;
    fn KeInitializeSemaphore(semaphore: *mut KSEMAPHORE, count: i32, limit: i32);
    fn KeReleaseSemaphore(
        semaphore: *mut KSEMAPHORE,
        increment: KPRIORITY,
        adjustment: i32,
        wait: BOOLEAN,
    ) -> i32;
    fn KeReadStateSemaphore(semaphore: *mut KSEMAPHORE) -> i32;
    fn KeInitializeMutex(mutex: *mut KMUTEX, level: u32);
    fn KeReleaseMutex(mutex: *mut KMUTEX, wait: BOOLEAN) -> i32;
    fn KeReadStateMutex(mutex: *mut KMUTEX) -> i32;
    fn KeWaitForSingleObject(
        object: *mut c_void,
        reason: KWAIT_REASON,
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS;
    fn KeWaitForMultipleObjects(
        count: u32,
        objects: *const *mut c_void,
        kind: WAIT_TYPE,
        reason: KWAIT_REASON,
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
        blocks: *mut KWAIT_BLOCK,
    ) -> NTSTATUS;
    fn KeDelayExecutionThread(
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        interval: *const LARGE_INTEGER,
    ) -> NTSTATUS;
}

/// An object in memory that threads share.
struct Shared<T>(UnsafeCell<T>);

// SAFETY: objects are shared by threads.
unsafe impl<T> Sync for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Send for Shared<T> {}

impl<T: Default> Shared<T> {
    fn new(initialize: impl FnOnce(*mut T)) -> Arc<Self> {
        let object = Arc::new(Self(UnsafeCell::default()));
        initialize(object.get());
        object
    }

    fn get(&self) -> *mut T {
        self.0.get()
    }

    fn address(&self) -> *mut c_void {
        self.0.get().cast()
    }

    /// Waits for it; `None` for ever.
    fn wait(&self, timeout: Option<i64>) -> NTSTATUS {
        wait_for(self.address(), timeout)
    }

    /// Returns once as many threads wait for it.
    fn until_waited_for(&self, by: usize) {
        // SAFETY: the object is valid.
        let object = unsafe { Object::new(self.0.get().cast()) };
        while wait::waiters(object) < by {
            yield_now();
        }
    }
}

fn wait_for(object: *mut c_void, timeout: Option<i64>) -> NTSTATUS {
    let timeout = timeout.map(|timeout| LARGE_INTEGER { QuadPart: timeout });
    let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: the object and the timeout are valid.
    unsafe { KeWaitForSingleObject(object, 0, 0, 0, timeout) }
}

fn wait_for_many(objects: &[*mut c_void], kind: WAIT_TYPE, timeout: Option<i64>) -> NTSTATUS {
    let timeout = timeout.map(|timeout| LARGE_INTEGER { QuadPart: timeout });
    let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
    let count = u32::try_from(objects.len()).unwrap();
    let mut blocks = [KWAIT_BLOCK::default(); 64];
    let blocks = if count > 3 { blocks.as_mut_ptr() } else { ptr::null_mut() };
    // SAFETY: the objects and all else are valid.
    unsafe { KeWaitForMultipleObjects(count, objects.as_ptr(), kind, 0, 0, 0, timeout, blocks) }
}

fn event(kind: EVENT_TYPE, signaled: bool) -> Arc<Shared<KEVENT>> {
    // SAFETY: the memory is valid.
    Shared::new(|event| unsafe { KeInitializeEvent(event, kind, signaled.into()) })
}

fn set(event: &Shared<KEVENT>) -> i32 {
    // SAFETY: the event is valid.
    unsafe { KeSetEvent(event.get(), 0, 0) }
}

fn state(event: &Shared<KEVENT>) -> i32 {
    // SAFETY: the event is valid.
    let read = unsafe { KeReadStateEvent(event.get()) };
    // SAFETY: the event is valid.
    assert_eq!(unsafe { (*event.get()).Header.SignalState }, read);
    read
}

fn semaphore(count: i32, limit: i32) -> Arc<Shared<KSEMAPHORE>> {
    // SAFETY: the memory is valid.
    Shared::new(|semaphore| unsafe { KeInitializeSemaphore(semaphore, count, limit) })
}

fn mutex() -> Arc<Shared<KMUTEX>> {
    // SAFETY: the memory is valid.
    Shared::new(|mutex| unsafe { KeInitializeMutex(mutex, 0) })
}

#[test]
fn a_notification_event_stays_signaled() {
    in_kernel(1, |_| {
        let event = event(NotificationEvent, false);
        assert_eq!(event.wait(Some(0)), STATUS_TIMEOUT);
        assert_eq!((set(&event), set(&event), state(&event)), (0, 1, 1));
        assert_eq!((event.wait(None), event.wait(Some(0))), (STATUS_SUCCESS, STATUS_SUCCESS));
        // SAFETY: the event is valid.
        assert_eq!(unsafe { KeResetEvent(event.get()) }, 1);
        // SAFETY: the event is valid.
        unsafe { KeClearEvent(event.get()) };
        assert_eq!((event.wait(Some(-1)), state(&event)), (STATUS_TIMEOUT, 0));
    });
}

#[test]
fn a_synchronization_event_releases_one() {
    in_kernel(1, |_| {
        let event = event(SynchronizationEvent, true);
        assert_eq!((event.wait(None), event.wait(Some(0))), (STATUS_SUCCESS, STATUS_TIMEOUT));
        assert_eq!((set(&event), set(&event)), (0, 1));
        assert_eq!((event.wait(Some(0)), event.wait(Some(0))), (STATUS_SUCCESS, STATUS_TIMEOUT));
    });
}

/// Starts threads that wait, and calls `release` when they do; it must release all.
fn release_waiters<T: Default>(object: &Shared<T>, threads: usize, release: impl FnOnce()) {
    let system = crate::thread::system();
    scope(|scope| {
        let waiting: Vec<_> =
            (0..threads).map(|_| on_thread(scope, &system, || object.wait(None))).collect();
        object.until_waited_for(threads);
        release();
        for waiting in waiting {
            assert_eq!(waiting.join().unwrap(), STATUS_SUCCESS);
        }
    });
}

#[test]
fn a_signal_releases_those_who_wait_even_if_it_is_reset_at_once() {
    in_kernel(2, |_| {
        let event = event(NotificationEvent, false);
        release_waiters(&event, 4, || {
            set(&event);
            // SAFETY: the event is valid.
            unsafe { KeClearEvent(event.get()) };
        });
        assert_eq!(state(&event), 0);
    });
}

#[test]
fn each_signal_of_a_synchronization_event_releases_one() {
    in_kernel(2, |_| {
        let event = event(SynchronizationEvent, false);
        release_waiters(&event, 3, || {
            assert_eq!([set(&event), set(&event), set(&event)], [0; 3]);
        });
        assert_eq!(state(&event), 0);
    });
}

#[test]
fn a_semaphore_counts() {
    in_kernel(2, |system| {
        let semaphore = semaphore(0, 3);
        // SAFETY: the semaphore is valid.
        let add = |count| unsafe { KeReleaseSemaphore(semaphore.get(), 0, count, 0) };
        release_waiters(&semaphore, 2, || assert_eq!(add(3), 0));
        // SAFETY: the semaphore is valid.
        assert_eq!(unsafe { KeReadStateSemaphore(semaphore.get()) }, 1);
        assert!(rules(system).is_empty());
        add(3);
        // SAFETY: the semaphore is valid.
        assert_eq!(unsafe { KeReadStateSemaphore(semaphore.get()) }, 1);
        assert_eq!(rules(system), ["semaphore-limit"]);
    });
}

#[test]
fn a_mutex_belongs_to_a_thread() {
    in_kernel(2, |system| {
        let mutex = mutex();
        // SAFETY: the mutex is valid.
        let read = || unsafe { KeReadStateMutex(mutex.get()) };
        // SAFETY: the mutex is valid.
        let release = || unsafe { KeReleaseMutex(mutex.get(), 0) };
        assert_eq!((read(), mutex.wait(None), mutex.wait(None), read()), (1, 0, 0, -1));
        scope(|scope| {
            let other = on_thread(scope, system, || {
                let taken = mutex.wait(Some(0));
                release();
                taken
            });
            assert_eq!(other.join().unwrap(), STATUS_TIMEOUT);
        });
        assert_eq!(rules(system), ["lock-released-by-other-thread"]);
        assert_eq!((release(), read(), release(), read()), (-1, 0, 0, 1));
    });
}

#[test]
fn a_mutex_excludes_others() {
    in_kernel(2, |system| {
        let mutex = mutex();
        let count = AtomicU32::new(0);
        scope(|scope| {
            for _ in 0..4 {
                on_thread(scope, system, || {
                    for _ in 0..2_000 {
                        assert_eq!(mutex.wait(None), STATUS_SUCCESS);
                        let before = count.load(Ordering::Relaxed);
                        count.store(before + 1, Ordering::Relaxed);
                        // SAFETY: the mutex is valid.
                        unsafe { KeReleaseMutex(mutex.get(), 0) };
                    }
                });
            }
        });
        assert_eq!(count.into_inner(), 8_000);
        assert!(rules(system).is_empty());
    });
}

#[test]
fn any_object_ends_a_wait_for_many() {
    in_kernel(2, |system| {
        let events = [(); 5].map(|()| event(SynchronizationEvent, false));
        let objects = events.each_ref().map(|event| event.address() as usize);
        let wait = |timeout| wait_for_many(&objects.map(|object| object as _), WaitAny, timeout);
        assert_eq!(wait(Some(0)), STATUS_TIMEOUT);
        set(&events[4]);
        set(&events[1]);
        assert_eq!([wait(None), wait(Some(0)), wait(Some(0))], [STATUS_WAIT_1, 4, STATUS_TIMEOUT]);
        scope(|scope| {
            let waiting = on_thread(scope, system, || wait(None));
            events[3].until_waited_for(1);
            set(&events[3]);
            assert_eq!(waiting.join().unwrap(), 3);
        });
        // The wait is over for all the others too.
        assert_eq!((set(&events[2]), state(&events[2]), state(&events[3])), (0, 1, 0));
    });
}

#[test]
fn all_objects_end_a_wait_together() {
    in_kernel(2, |system| {
        let (event, semaphore, mutex) =
            (event(SynchronizationEvent, false), semaphore(0, 9), mutex());
        let objects =
            [event.address() as usize, semaphore.address() as usize, mutex.address() as usize];
        let wait = |timeout| wait_for_many(&objects.map(|object| object as _), WaitAll, timeout);
        set(&event);
        assert_eq!((wait(Some(-1)), state(&event)), (STATUS_TIMEOUT, 1));
        // SAFETY: the event is valid.
        unsafe { KeClearEvent(event.get()) };
        scope(|scope| {
            let waiting = on_thread(scope, system, || {
                let status = wait(None);
                // SAFETY: the mutex is valid.
                (status, unsafe { KeReleaseMutex(mutex.get(), 0) })
            });
            semaphore.until_waited_for(1);
            // SAFETY: the semaphore is valid.
            unsafe { KeReleaseSemaphore(semaphore.get(), 0, 2, 0) };
            set(&event);
            assert_eq!(waiting.join().unwrap(), (STATUS_SUCCESS, 0));
        });
        // SAFETY: the semaphore is valid.
        let left = unsafe { KeReadStateSemaphore(semaphore.get()) };
        assert_eq!((left, state(&event)), (1, 0));
        assert!(rules(system).is_empty());
    });
}

#[test]
fn no_signal_is_lost_or_counted_twice() {
    in_kernel(2, |system| {
        let (there, back) =
            (event(SynchronizationEvent, false), event(SynchronizationEvent, false));
        let other = event(NotificationEvent, false);
        scope(|scope| {
            on_thread(scope, system, || {
                for _ in 0..5_000 {
                    assert_eq!(there.wait(None), STATUS_SUCCESS);
                    set(&back);
                }
            });
            for round in 0..5_000 {
                set(&there);
                if round % 2 == 0 {
                    assert_eq!(back.wait(None), STATUS_SUCCESS);
                } else {
                    let objects = [other.address(), back.address()];
                    assert_eq!(wait_for_many(&objects, WaitAny, None), STATUS_WAIT_1);
                }
            }
        });
        assert_eq!((state(&there), state(&back)), (0, 0));
    });
}

/// What was signaled may be freed at once by the thread that waited for it.
#[test]
fn an_event_may_go_when_it_is_signaled() {
    in_kernel(2, |system| {
        scope(|scope| {
            for _ in 0..2_000 {
                let event = event(NotificationEvent, false);
                let address = Arc::as_ptr(&event) as usize;
                let setter = on_thread(scope, system, move || {
                    // SAFETY: the event is valid until it is signaled.
                    unsafe { KeSetEvent(address as *mut KEVENT, 0, 0) };
                });
                assert_eq!(event.wait(None), STATUS_SUCCESS);
                // SAFETY: nobody else uses it; a use would be seen in the next round.
                unsafe { event.get().cast::<[u8; size_of::<KEVENT>()]>().write([0xff; _]) };
                drop(event);
                setter.join().unwrap();
            }
        });
        assert!(rules(system).is_empty());
    });
}

#[test]
fn waiting_at_dispatch_level_is_reported_and_does_not_hang() {
    in_kernel(1, |system: &Arc<System>| {
        let event = event(NotificationEvent, false);
        irql::at_least(DISPATCH_LEVEL, || {
            assert_eq!(event.wait(Some(0)), STATUS_TIMEOUT);
            assert!(rules(system).is_empty());
            scope(|scope| {
                // It needs the only processor.
                on_thread(scope, system, || irql::at_least(DISPATCH_LEVEL, || set(&event)));
                assert_eq!(event.wait(None), STATUS_SUCCESS);
            });
        });
        assert_eq!(rules(system), ["wait-for-ever-at-dispatch"]);
    });
}

#[test]
fn what_was_not_initialized_is_reported() {
    in_kernel(1, |system| {
        let zeros = Shared::<KEVENT>::new(|_| {});
        zeros.wait(Some(0));
        set(&zeros);
        assert_eq!(rules(system), ["object-uninitialized"; 2]);
        let objects = [zeros.address(); 4];
        // SAFETY: the number is checked before.
        unsafe {
            KeWaitForMultipleObjects(
                4,
                objects.as_ptr(),
                WaitAll,
                0,
                0,
                0,
                ptr::null(),
                ptr::null_mut(),
            )
        };
        assert_eq!(rules(system)[2..], ["too-many-objects"]);
    });
}

#[test]
fn a_delay_ends() {
    in_kernel(1, |system| {
        let interval = LARGE_INTEGER { QuadPart: -10 };
        // SAFETY: the interval is valid.
        assert_eq!(unsafe { KeDelayExecutionThread(0, 0, &raw const interval) }, STATUS_SUCCESS);
        assert!(rules(system).is_empty());
    });
}
