//! System threads, processors, regions, time.

use core::{ffi::c_void, ptr};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{imports, in_kernel, on_thread, rules};
use crate::{
    Code,
    ke::{self, irql},
    nt::{
        ACCESS_MASK, BOOLEAN, CLIENT_ID, DISPATCH_LEVEL, EPROCESS, HANDLE, KAFFINITY, KIRQL,
        KPRIORITY, KPROCESSOR_MODE, KTHREAD, KWAIT_REASON, KernelMode, LARGE_INTEGER, NTSTATUS,
        OBJECT_ATTRIBUTES, OBJECT_TYPE, PKSTART_ROUTINE, PROCESSOR_NUMBER, STATUS_INVALID_HANDLE,
        STATUS_INVALID_PARAMETER, STATUS_SUCCESS, SYNCHRONIZE, UserMode,
    },
    ob, stop, thread,
};

imports! {
    fn PsCreateSystemThread(
        handle: *mut HANDLE,
        access: ACCESS_MASK,
        attributes: *const OBJECT_ATTRIBUTES,
        process: HANDLE,
        client: *mut CLIENT_ID,
        routine: PKSTART_ROUTINE,
        context: *mut c_void,
    ) -> NTSTATUS;
    fn PsTerminateSystemThread(status: NTSTATUS) -> NTSTATUS;
    fn PsGetCurrentThreadId() -> HANDLE;
    fn PsGetCurrentProcessId() -> HANDLE;
    fn PsGetCurrentProcess() -> *mut EPROCESS;
    fn ExGetPreviousMode() -> KPROCESSOR_MODE;
    fn KeGetCurrentThread() -> *mut KTHREAD;
    fn KeSetPriorityThread(thread: *mut KTHREAD, priority: KPRIORITY) -> KPRIORITY;
    fn KeEnterCriticalRegion();
    fn KeLeaveCriticalRegion();
    fn KeAreApcsDisabled() -> BOOLEAN;
    fn KeBugCheckEx(code: u32, a: usize, b: usize, c: usize, d: usize);
    fn KeGetCurrentProcessorNumberEx(place: *mut PROCESSOR_NUMBER) -> u32;
    fn KeQueryActiveProcessorCountEx(group: u16) -> u32;
    fn KeSetSystemAffinityThreadEx(affinity: KAFFINITY) -> KAFFINITY;
    fn KeRevertToUserAffinityThreadEx(affinity: KAFFINITY);
    fn KeQueryPerformanceCounter(frequency: *mut LARGE_INTEGER) -> LARGE_INTEGER;
    fn KeQuerySystemTimePrecise(time: *mut LARGE_INTEGER);
    fn ObReferenceObjectByHandle(
        handle: HANDLE,
        access: ACCESS_MASK,
        kind: *const OBJECT_TYPE,
        mode: KPROCESSOR_MODE,
        object: *mut *mut c_void,
        information: *mut c_void,
    ) -> NTSTATUS;
    fn ZwWaitForSingleObject(
        handle: HANDLE,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS;
    fn KfRaiseIrql(level: KIRQL) -> KIRQL;
    fn KeRaiseIrqlToDpcLevel() -> KIRQL;
    fn KeLowerIrql(level: KIRQL);
    fn ObfReferenceObject(object: *mut c_void) -> isize;
    fn ObfDereferenceObject(object: *mut c_void) -> isize;
    fn KeWaitForSingleObject(
        object: *mut c_void,
        reason: KWAIT_REASON,
        mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS;
}

/// Starts a thread as a driver does, and waits for its end, by its handle and as an object. Returns its
/// number.
fn run(routine: PKSTART_ROUTINE, context: *mut c_void) -> usize {
    let (mut handle, mut ids, mut object) =
        (ptr::null_mut(), CLIENT_ID::default(), ptr::null_mut());
    // SAFETY: all places are valid, and the context outlives the thread.
    let status = unsafe {
        PsCreateSystemThread(
            &raw mut handle,
            SYNCHRONIZE,
            ptr::null(),
            ptr::null_mut(),
            &raw mut ids,
            routine,
            context,
        )
    };
    assert_eq!(status, STATUS_SUCCESS);
    // SAFETY: the variable holds a pointer.
    let kind = unsafe { super::import("PsThreadType").cast::<*const OBJECT_TYPE>().read() };
    // SAFETY: all places are valid.
    let status = unsafe {
        ObReferenceObjectByHandle(handle, SYNCHRONIZE, kind, 0, &raw mut object, ptr::null_mut())
    };
    assert_eq!(status, STATUS_SUCCESS);
    // SAFETY: without a timeout it may always be called.
    let status = unsafe { ZwWaitForSingleObject(handle, 0, ptr::null()) };
    // Nobody waits any longer once the kernel has stopped.
    assert!(status == STATUS_SUCCESS || stop::is_stopped());
    assert!(ob::close(handle));
    // SAFETY: it fails for what is no handle.
    let closed = unsafe { ZwWaitForSingleObject(handle, 0, ptr::null()) };
    assert_eq!(closed, STATUS_INVALID_HANDLE);
    // SAFETY: the object is valid.
    let status = unsafe { KeWaitForSingleObject(object, 0, 0, 0, ptr::null()) };
    assert!(status == STATUS_SUCCESS || stop::is_stopped());
    // SAFETY: the object is valid.
    unsafe { ObfDereferenceObject(object) };
    ids.UniqueThread.addr()
}

unsafe extern "efiapi" fn note_id(context: *mut c_void) {
    // SAFETY: the context outlives the thread.
    let place = unsafe { &*context.cast::<AtomicUsize>() };
    // SAFETY: it may always be called.
    place.store(unsafe { PsGetCurrentThreadId() }.addr(), Ordering::SeqCst);
    // SAFETY: it may always be called.
    assert_eq!(unsafe { PsGetCurrentProcessId() }.addr(), 4);
    // SAFETY: it may always be called.
    let object = unsafe { KeGetCurrentThread() };
    // SAFETY: the object is valid.
    unsafe { KeSetPriorityThread(object, 16) };
    // SAFETY: the object is valid.
    assert_eq!(unsafe { KeSetPriorityThread(object, 8) }, 16);
}

unsafe extern "efiapi" fn terminate(context: *mut c_void) {
    // SAFETY: the context outlives the thread.
    unsafe { note_id(context) };
    // SAFETY: this thread is a driver's.
    unsafe { PsTerminateSystemThread(STATUS_SUCCESS) };
    unreachable!("it does not return");
}

unsafe extern "efiapi" fn stop_the_system(context: *mut c_void) {
    // SAFETY: the context outlives the thread.
    unsafe { note_id(context) };
    irql::raise(DISPATCH_LEVEL);
    // SAFETY: it may always be called.
    unsafe { KeBugCheckEx(0xe2, 1, 2, 3, 4) };
    unreachable!("it does not return");
}

#[test]
fn a_system_thread_can_be_waited_for() {
    in_kernel(2, |system| {
        for routine in [note_id as _, terminate as _] {
            let id = AtomicUsize::new(0);
            let known = run(Some(routine), (&raw const id).cast_mut().cast());
            assert_eq!(known, id.into_inner());
            assert!(ke::leftovers(system).is_empty());
        }
        assert!(rules(system).is_empty());
        assert!(ob::leftovers(system).is_empty());
    });
}

#[test]
fn a_bug_check_ends_what_the_driver_does_on_a_thread() {
    in_kernel(1, |system| {
        let id = AtomicUsize::new(0);
        run(Some(stop_the_system), (&raw const id).cast_mut().cast());
        assert_eq!(rules(system), ["bug-check"]);
        let stop = system.stop.get().expect("the system has stopped");
        let code = Code::Windows { bug_check: 0xe2, first: None };
        assert_eq!((stop.code, stop.parameters), (code, [1, 2, 3, 4]));
        // The processor is free again.
        irql::at_least(DISPATCH_LEVEL, || {});
    });
}

#[test]
fn only_a_driver_s_thread_can_be_ended() {
    in_kernel(1, |_| {
        // SAFETY: it may always be called.
        let status = unsafe { PsTerminateSystemThread(STATUS_SUCCESS) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    });
}

#[test]
fn a_program_s_thread_can_be_referenced() {
    in_kernel(1, |system| {
        std::thread::scope(|scope| {
            let object = on_thread(scope, system, || {
                // SAFETY: it may always be called.
                let object = unsafe { KeGetCurrentThread() };
                // SAFETY: the object is valid.
                unsafe { ObfReferenceObject(object.cast()) };
                object.addr()
            });
            let object = object.join().unwrap();
            assert_eq!(ob::kind(object), Some(ob::Kind::Thread));
            // SAFETY: the object was referenced.
            unsafe { ObfDereferenceObject(object as *mut c_void) };
            assert_eq!(ob::kind(object), None);
        });
        assert!(rules(system).is_empty());
    });
}

#[test]
fn a_program_is_told_from_the_system() {
    in_kernel(1, |system| {
        let ask = || {
            // SAFETY: it may always be called.
            let (mode, process) =
                (unsafe { ExGetPreviousMode() }, unsafe { PsGetCurrentProcess() });
            // SAFETY: it may always be called.
            (mode, process, unsafe { PsGetCurrentProcessId() }.addr())
        };
        let (mode, process, id) = ask();
        assert_eq!((mode, id), (KernelMode, 4));
        let (user_mode, user_process, user_id) = thread::enter_for_program(system, ask);
        assert_eq!((user_mode, user_id), (UserMode, std::process::id() as usize));
        assert_ne!(process, user_process);
        assert_eq!(ask(), (mode, process, id));
    });
}

#[test]
fn regions_are_counted() {
    in_kernel(1, |system| {
        // SAFETY: it may always be called.
        let are_disabled = || unsafe { KeAreApcsDisabled() };
        // SAFETY: it may always be called.
        unsafe { KeEnterCriticalRegion() };
        assert_eq!(are_disabled(), 1);
        // SAFETY: it may always be called.
        unsafe { KeLeaveCriticalRegion() };
        assert_eq!((are_disabled(), rules(system).len()), (0, 0));
        // SAFETY: it may always be called.
        unsafe { KeLeaveCriticalRegion() };
        assert_eq!(rules(system), ["critical-region-not-entered"]);
    });
}

#[test]
fn a_thread_runs_where_it_may() {
    in_kernel(4, |_| {
        // SAFETY: it may always be called.
        assert_eq!(unsafe { KeQueryActiveProcessorCountEx(0xffff) }, 4);
        for processor in 0..4 {
            // SAFETY: it may always be called.
            let before = unsafe { KeSetSystemAffinityThreadEx(1 << processor) };
            let mut number = PROCESSOR_NUMBER::default();
            for level in [0, DISPATCH_LEVEL] {
                // SAFETY: the place is valid.
                let index = irql::at_least(level, || unsafe {
                    KeGetCurrentProcessorNumberEx(&raw mut number)
                });
                assert_eq!((index, u32::from(number.Number)), (processor, processor));
            }
            // SAFETY: it may always be called.
            unsafe { KeRevertToUserAffinityThreadEx(before) };
            assert_eq!(thread::current(|thread| thread.affinity.get()), 0);
        }
    });
}

#[test]
fn changing_the_level_the_wrong_way_is_reported() {
    in_kernel(1, |system| {
        // SAFETY: it may always be called.
        assert_eq!(unsafe { KfRaiseIrql(1) }, 0);
        // SAFETY: it may always be called.
        assert_eq!(unsafe { KeRaiseIrqlToDpcLevel() }, 1);
        // SAFETY: it may always be called.
        unsafe { KeLowerIrql(1) };
        assert!(rules(system).is_empty());
        // SAFETY: it may always be called.
        unsafe { KeLowerIrql(2) };
        // SAFETY: it may always be called.
        assert_eq!((unsafe { KfRaiseIrql(0) }, irql::current()), (1, 1));
        irql::lower(0);
        assert_eq!(rules(system), ["irql-lower", "irql-raise"]);
    });
}

#[test]
fn time_goes_on() {
    in_kernel(1, |_| {
        let (mut frequency, mut time) = (LARGE_INTEGER::default(), LARGE_INTEGER::default());
        // SAFETY: the place is valid.
        let first = unsafe { KeQueryPerformanceCounter(&raw mut frequency) };
        // SAFETY: no place is asked for.
        let second = unsafe { KeQueryPerformanceCounter(ptr::null_mut()) };
        // SAFETY: all bytes are a number.
        let [first, second] = [first, second].map(|count| unsafe { count.QuadPart });
        assert!(0 < first && first <= second);
        // SAFETY: all bytes are a number.
        assert_eq!(unsafe { frequency.QuadPart }, 10_000_000);
        // SAFETY: the place is valid.
        unsafe { KeQuerySystemTimePrecise(&raw mut time) };
        // The years 2020 to 2200.
        let years = 132_223_104_000_000_000..189_000_000_000_000_000;
        // SAFETY: all bytes are a number.
        assert!(years.contains(&unsafe { time.QuadPart }));
    });
}
