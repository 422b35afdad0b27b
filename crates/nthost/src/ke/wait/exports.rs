//! What drivers wait with.

use core::{ffi::c_void, slice};

use super::{Limit, sleep, wait_now};
use crate::{
    export::{Export, exports},
    io,
    ke::{
        deadlock::{self, Kind as LockKind, Lock},
        irql,
        object::Object,
    },
    netio,
    nt::{
        APC_LEVEL, BOOLEAN, DISPATCH_LEVEL, DISPATCHER_HEADER, Executive, HANDLE, KPROCESSOR_MODE,
        KWAIT_BLOCK, KWAIT_REASON, KernelMode, LARGE_INTEGER, MAXIMUM_WAIT_OBJECTS, MutantObject,
        NTSTATUS, PASSIVE_LEVEL, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
        STATUS_OBJECT_TYPE_MISMATCH, STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_WAIT_0,
        THREAD_WAIT_OBJECTS, WAIT_TYPE, WaitAll,
    },
    ob::{self, Handle, Kind},
    thread,
    verifier::{self, catalogue::locks as rules},
};

/// What a wait returns.
pub(in crate::ke) fn status(found: Option<usize>) -> NTSTATUS {
    let key = found.and_then(|key| NTSTATUS::try_from(key).ok());
    key.map_or(STATUS_TIMEOUT, |key| STATUS_WAIT_0 + key)
}

/// What a driver waits for, and how.
struct Wait<'o> {
    objects: &'o [Object],
    all: bool,
    mode: KPROCESSOR_MODE,
    /// Where the timeout is; zero if there is none.
    timeout: usize,
    limit: Limit,
}

impl Wait<'_> {
    /// Looks at whether the thread may wait so, and waits.
    fn start(&self) -> NTSTATUS {
        self.check();
        for mutex in self.mutexes() {
            if !self.limit.is_over() {
                deadlock::acquiring(mutex);
            }
        }
        let found = wait_now(self.objects, self.all, self.limit);
        if let Some(key) = found {
            for mutex in self.mutexes() {
                if self.all || mutex.address == self.objects[key].address() {
                    deadlock::acquired(mutex, irql::current());
                }
            }
        }
        status(found)
    }

    fn mutexes(&self) -> impl Iterator<Item = Lock> {
        let mutexes = self.objects.iter().filter(|object| object.kind() == MutantObject);
        mutexes.map(|object| Lock::exclusive(object.address(), LockKind::Mutex))
    }

    fn check(&self) {
        if !self.limit.is_over() {
            netio::check_wait();
            if irql::current() >= DISPATCH_LEVEL {
                self.at_dispatch();
            }
        }
        let stack = io::stack_range();
        let on_stack = self.objects.iter().find(|object| stack.contains(&object.address()));
        if let Some(object) = on_stack.filter(|_| self.mode != KernelMode) {
            rules::WAIT_ON_STACK.broken_with(
                [object.address() as u64, 0, 0],
                format!("{} waits as a program for an object on its stack", verifier::caller()),
            );
        }
    }

    #[cold]
    fn at_dispatch(&self) {
        let level = irql::current();
        let text = format!("{} waits at IRQL {level}", verifier::caller());
        let (is_in_dpc, me) =
            thread::current(|thread| (thread.is_in_dpc.get(), thread.address() as u64));
        let object = self.objects.first().map_or(0, |object| object.address() as u64);
        let parameters = [0, object, self.timeout as u64];
        match self.timeout {
            _ if is_in_dpc => rules::WAIT_IN_DPC.broken_at([me, 0, 0, 0], text),
            0 => rules::WAIT_FOR_EVER.broken_with(parameters, text),
            _ => rules::WAIT_FOR_TIME.broken_with(parameters, text),
        }
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitforsingleobject)
unsafe extern "efiapi" fn KeWaitForSingleObject(
    object: *mut c_void,
    _reason: KWAIT_REASON,
    mode: KPROCESSOR_MODE,
    _alertable: BOOLEAN,
    timeout: *const LARGE_INTEGER,
) -> NTSTATUS {
    // SAFETY: the driver passes a timeout or nothing.
    let limit = unsafe { Limit::read(timeout) };
    // SAFETY: the driver passes an object that is valid as long as somebody waits for it.
    let object = unsafe { Object::new(object.cast()) };
    if !object.is_initialized("KeWaitForSingleObject") {
        return STATUS_INVALID_PARAMETER;
    }
    let (objects, timeout) = (&[object], timeout.addr());
    Wait { objects, all: false, mode, timeout, limit }.start()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwwaitforsingleobject)
unsafe extern "efiapi" fn ZwWaitForSingleObject(
    handle: HANDLE,
    alertable: BOOLEAN,
    timeout: *const LARGE_INTEGER,
) -> NTSTATUS {
    let Some(Handle { address, kind, .. }) = ob::find(handle) else { return STATUS_INVALID_HANDLE };
    if !matches!(kind, Kind::Event | Kind::Thread) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if ob::lend(address).is_none() {
        return STATUS_INVALID_HANDLE;
    }
    let object = address as *mut c_void;
    // SAFETY: the object is valid as long as the reference, and the driver passes a timeout or nothing.
    let status =
        unsafe { KeWaitForSingleObject(object, Executive, KernelMode, alertable, timeout) };
    ob::give_back(address, false);
    status
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitformutexobject)
unsafe extern "efiapi" fn KeWaitForMutexObject(
    mutex: *mut c_void,
    reason: KWAIT_REASON,
    mode: KPROCESSOR_MODE,
    alertable: BOOLEAN,
    timeout: *const LARGE_INTEGER,
) -> NTSTATUS {
    // SAFETY: the contract is the same.
    unsafe { KeWaitForSingleObject(mutex, reason, mode, alertable, timeout) }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitformultipleobjects)
#[rustfmt::skip]
unsafe extern "efiapi" fn KeWaitForMultipleObjects(
    count: u32,
    objects: *const *mut DISPATCHER_HEADER,
    kind: WAIT_TYPE,
    _reason: KWAIT_REASON,
    mode: KPROCESSOR_MODE,
    _alertable: BOOLEAN,
    timeout: *const LARGE_INTEGER,
    blocks: *const KWAIT_BLOCK,
) -> NTSTATUS {
    let most = if blocks.is_null() { THREAD_WAIT_OBJECTS } else { MAXIMUM_WAIT_OBJECTS };
    if count == 0 || count > most {
        rules::TOO_MANY_OBJECTS
            .broken_by_caller(&format!("waits for {count} objects; {most} are allowed"));
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver passes as many pointers.
    let objects = unsafe { slice::from_raw_parts(objects, count as usize) };
    // SAFETY: the driver passes objects that are valid as long as somebody waits for them.
    let objects: Vec<_> = objects.iter().map(|&object| unsafe { Object::new(object) }).collect();
    if !objects.iter().all(|object| object.is_initialized("KeWaitForMultipleObjects")) {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver passes a timeout or nothing.
    let limit = unsafe { Limit::read(timeout) };
    let (all, timeout) = (kind == WaitAll, timeout.addr());
    Wait { objects: &objects, all, mode, timeout, limit }.start()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kedelayexecutionthread)
unsafe extern "efiapi" fn KeDelayExecutionThread(
    _mode: KPROCESSOR_MODE,
    _alertable: BOOLEAN,
    interval: *const LARGE_INTEGER,
) -> NTSTATUS {
    netio::check_wait();
    // SAFETY: the driver passes an interval.
    sleep(unsafe { Limit::read(interval) });
    STATUS_SUCCESS
}

pub(in crate::ke) const EXPORTS: &[Export] = exports! {
    KeDelayExecutionThread: PASSIVE_LEVEL..=APC_LEVEL;
    KeWaitForMultipleObjects: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeWaitForMutexObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    KeWaitForSingleObject: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    ZwWaitForSingleObject: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
