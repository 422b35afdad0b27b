//! Locks, waits, levels, timers and threads. Structures are what they are to a driver: memory.

use core::{cell::UnsafeCell, ffi::c_void, ptr};

use wdk_sys::{DEVICE_OBJECT, NTSTATUS, UNICODE_STRING};

/// Where a structure of the kernel is.
pub(crate) type At = *mut c_void;

/// What a DPC calls.
pub(crate) type DpcRoutine = unsafe extern "C" fn(dpc: At, context: At, first: At, second: At);
/// What a thread runs.
pub(crate) type ThreadRoutine = unsafe extern "C" fn(context: At);
/// What a work item calls.
pub(crate) type WorkRoutine = unsafe extern "C" fn(device: *mut DEVICE_OBJECT, context: At);

/// Declares a function for each of the kernel's, with the same name.
macro_rules! imports {
    ($( fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?; )*) => {
        mod import {
            use super::*;

            unsafe extern "system" {
                $(
                    #[allow(clashing_extern_declarations, reason = "structures are memory here")]
                    pub(super) fn $name($($arg: $ty),*) $(-> $ret)?;
                )*
            }
        }

        $(
            #[allow(
                non_snake_case,
                clippy::too_many_arguments,
                reason = "it has its name and its parameters of C"
            )]
            pub(crate) fn $name($($arg: $ty),*) $(-> $ret)? {
                // SAFETY: the caller keeps the rules of the function's page, or breaks one of them
                // because that is the purpose of this driver.
                unsafe { import::$name($($arg),*) }
            }
        )*
    };
}

imports! {
    fn KfRaiseIrql(level: u8) -> u8;
    fn KeLowerIrql(level: u8);
    fn KeAcquireSpinLockRaiseToDpc(lock: At) -> u8;
    fn KeAcquireSpinLockAtDpcLevel(lock: At);
    fn KeReleaseSpinLock(lock: At, level: u8);
    fn KeReleaseSpinLockFromDpcLevel(lock: At);
    fn KeAcquireInStackQueuedSpinLock(lock: At, handle: At);
    fn KeAcquireInStackQueuedSpinLockAtDpcLevel(lock: At, handle: At);
    fn KeReleaseInStackQueuedSpinLock(handle: At);
    fn KeReleaseInStackQueuedSpinLockFromDpcLevel(handle: At);
    fn KeInitializeGuardedMutex(mutex: At);
    fn KeAcquireGuardedMutex(mutex: At);
    fn KeReleaseGuardedMutex(mutex: At);
    fn ExAcquireFastMutex(mutex: At);
    fn ExReleaseFastMutex(mutex: At);
    fn ExTryToAcquireFastMutex(mutex: At) -> u8;
    fn ExAcquireFastMutexUnsafe(mutex: At);
    fn ExReleaseFastMutexUnsafe(mutex: At);
    fn KeInitializeMutex(mutex: At, level: u32);
    fn KeReleaseMutex(mutex: At, wait: u8) -> i32;
    fn ExInitializeResourceLite(resource: At) -> NTSTATUS;
    fn ExDeleteResourceLite(resource: At) -> NTSTATUS;
    fn ExAcquireResourceExclusiveLite(resource: At, wait: u8) -> u8;
    fn ExReleaseResourceLite(resource: At);
    fn KeEnterCriticalRegion();
    fn KeLeaveCriticalRegion();
    fn KeEnterGuardedRegion();
    fn KeLeaveGuardedRegion();
    fn KeInitializeEvent(event: At, kind: i32, state: u8);
    fn KeSetEvent(event: At, increment: i32, wait: u8) -> i32;
    fn KeResetEvent(event: At) -> i32;
    fn KeInitializeSemaphore(semaphore: At, count: i32, limit: i32);
    fn KeReleaseSemaphore(semaphore: At, increment: i32, adjustment: i32, wait: u8) -> i32;
    fn KeWaitForSingleObject(
        object: At, reason: i32, mode: i8, alertable: u8, timeout: *const i64,
    ) -> NTSTATUS;
    fn KeWaitForMultipleObjects(
        count: u32, objects: *const At, kind: i32, reason: i32, mode: i8, alertable: u8,
        timeout: *const i64, blocks: At,
    ) -> NTSTATUS;
    fn KeInitializeDpc(dpc: At, routine: Option<DpcRoutine>, context: At);
    fn KeInsertQueueDpc(dpc: At, first: At, second: At) -> u8;
    fn KeFlushQueuedDpcs();
    fn KeInitializeTimer(timer: At);
    fn KeSetTimer(timer: At, due: i64, dpc: At) -> u8;
    fn KeCancelTimer(timer: At) -> u8;
    fn PsCreateSystemThread(
        handle: *mut At, access: u32, attributes: At, process: At, client: At,
        routine: Option<ThreadRoutine>, context: At,
    ) -> NTSTATUS;
    fn ZwWaitForSingleObject(handle: At, alertable: u8, timeout: *const i64) -> NTSTATUS;
    fn ZwDeleteValueKey(key: At, name: *mut UNICODE_STRING) -> NTSTATUS;
    fn ObReferenceObjectByHandle(
        handle: At, access: u32, kind: At, mode: i8, object: *mut At, information: At,
    ) -> NTSTATUS;
    fn ObfDereferenceObject(object: At) -> isize;
    fn ExQueueWorkItem(item: At, kind: i32);
    fn IoQueueWorkItem(item: At, routine: Option<WorkRoutine>, kind: i32, context: At);
    fn IoAllocateErrorLogEntry(driver: At, size: u8) -> At;
    fn IoWriteErrorLogEntry(entry: At);
    fn IoRegisterShutdownNotification(device: At) -> NTSTATUS;
    fn IoUnregisterShutdownNotification(device: At);
    fn ExInitializePagedLookasideList(
        list: At, allocate: At, free: At, flags: u32, size: usize, tag: u32, depth: u16,
    );
    fn ExDeletePagedLookasideList(list: At);
    fn ExUuidCreate(uuid: *mut [u32; 4]) -> NTSTATUS;
    fn ExInitializeRundownProtection(protection: At);
    fn ExReleaseRundownProtection(protection: At);
    fn ExAcquireRundownProtection(protection: At) -> u8;
    fn ExpInterlockedPushEntrySList(head: At, entry: At) -> At;
    fn MmResetDriverPaging(address: At);
    fn MmAllocateContiguousMemory(size: usize, highest: i64) -> At;
    fn MmFreeContiguousMemory(memory: At);
    fn EtwRegister(id: *const [u32; 4], callback: At, context: At, handle: *mut u64) -> NTSTATUS;
    fn EtwUnregister(handle: u64) -> NTSTATUS;
    fn EtwWrite(handle: u64, event: At, activity: At, count: u32, data: At) -> NTSTATUS;
}

/// `DISPATCH_LEVEL`
pub(crate) const DISPATCH: u8 = 2;
/// A level above it.
pub(crate) const ABOVE: u8 = 5;

/// Memory for structures of the kernel, in the image of the driver.
#[repr(C, align(64))]
pub(crate) struct Places(UnsafeCell<[u64; 256]>);

// SAFETY: the kernel's functions keep threads apart where that is needed.
unsafe impl Sync for Places {}

static PLACES: Places = Places(UnsafeCell::new([0; 256]));

/// One of eight places for a structure, of 256 bytes.
pub(crate) fn place(number: usize) -> At {
    PLACES.0.get().wrapping_byte_add(number % 8 * 256).cast()
}

/// Runs code at a level.
pub(crate) fn at_level(level: u8, code: impl FnOnce()) {
    let before = KfRaiseIrql(level);
    code();
    KeLowerIrql(before);
}

/// Runs code at a level if the rule is to be broken, else where the caller is.
pub(crate) fn at_level_if(wrong: bool, level: u8, code: impl FnOnce()) {
    if wrong { at_level(level, code) } else { code() }
}

/// An initialised event in a place.
pub(crate) fn event(number: usize, is_signaled: bool) -> At {
    KeInitializeEvent(place(number), 0, is_signaled.into());
    place(number)
}

/// Waits for an object, for ever.
pub(crate) fn wait(object: At) {
    KeWaitForSingleObject(object, 0, 0, 0, ptr::null());
}

/// Starts a thread, and returns a handle of it.
pub(crate) fn start(routine: ThreadRoutine) -> At {
    let mut handle = ptr::null_mut();
    let null = ptr::null_mut();
    PsCreateSystemThread(&raw mut handle, 0x001F_FFFF, null, null, null, Some(routine), null);
    handle
}

/// Runs a thread to its end.
pub(crate) fn run_thread(routine: ThreadRoutine) {
    let thread = start(routine);
    ZwWaitForSingleObject(thread, 0, ptr::null());
    super::ZwClose(thread);
}

/// Runs a DPC to its end; it is at the last place.
pub(crate) fn run_dpc(routine: DpcRoutine) {
    let (dpc, null) = (place(7), ptr::null_mut());
    KeInitializeDpc(dpc, Some(routine), null);
    KeInsertQueueDpc(dpc, null, null);
    KeFlushQueuedDpcs();
}
