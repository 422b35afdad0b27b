//! What drivers ask about threads and processes.

use std::{ptr, sync::atomic::Ordering};

use super::{
    ThreadObject,
    create::{PsCreateSystemThread, PsTerminateSystemThread},
};
use crate::{
    export::{Export, exports},
    nt::{
        BOOLEAN, DISPATCH_LEVEL, EPROCESS, ETHREAD, HANDLE, HIGH_LEVEL, KPRIORITY, KPROCESSOR_MODE,
        KTHREAD, KernelMode, PASSIVE_LEVEL,
    },
    thread,
};

/// Number of the process that system threads belong to.
pub(super) const SYSTEM_PROCESS_ID: usize = 4;

/// The process that system threads belong to, as drivers know it: an address and no more.
static SYSTEM_PROCESS: u64 = 0;
/// The process of programs, likewise.
static USER_PROCESS: u64 = 0;

/// Mode and process of what the current thread does.
fn is_for_program() -> bool {
    thread::current(|thread| thread.previous_mode.get() != KernelMode)
}

/// The process of programs or of the system, as drivers know it.
pub(crate) fn process(is_of_program: bool) -> *mut EPROCESS {
    let process = if is_of_program { &raw const USER_PROCESS } else { &raw const SYSTEM_PROCESS };
    process.cast_mut().cast()
}

/// # Safety
///
/// `thread` is the KTHREAD of a thread.
unsafe fn object<'a>(thread: *mut KTHREAD) -> &'a ThreadObject {
    // SAFETY: by the contract; all threads have such an object.
    unsafe { &*thread.cast::<ThreadObject>() }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentthread)
unsafe extern "efiapi" fn KeGetCurrentThread() -> *mut KTHREAD {
    thread::current(|thread| thread.publish() as *mut KTHREAD)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentthread)
unsafe extern "efiapi" fn PsGetCurrentThread() -> *mut ETHREAD {
    thread::current(|thread| thread.publish() as *mut ETHREAD)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentthreadid)
unsafe extern "efiapi" fn PsGetCurrentThreadId() -> HANDLE {
    ptr::without_provenance_mut(thread::current(|thread| thread.object.id()))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetthreadid)
unsafe extern "efiapi" fn PsGetThreadId(thread: *mut ETHREAD) -> HANDLE {
    // SAFETY: the driver passes a thread.
    ptr::without_provenance_mut(unsafe { object(thread.cast()) }.id())
}

/// What `PsGetCurrentProcess` is in headers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetcurrentprocess)
unsafe extern "efiapi" fn IoGetCurrentProcess() -> *mut EPROCESS {
    process(is_for_program())
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentprocess)
unsafe extern "efiapi" fn PsGetCurrentProcess() -> *mut EPROCESS {
    // SAFETY: the contract is the same.
    unsafe { IoGetCurrentProcess() }
}

fn process_id(is_user: bool) -> HANDLE {
    let id = if is_user { std::process::id() as usize } else { SYSTEM_PROCESS_ID };
    ptr::without_provenance_mut(id)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetcurrentprocessid)
unsafe extern "efiapi" fn PsGetCurrentProcessId() -> HANDLE {
    process_id(is_for_program())
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psgetprocessid)
unsafe extern "efiapi" fn PsGetProcessId(process: *mut EPROCESS) -> HANDLE {
    process_id(ptr::eq(process.cast(), &raw const USER_PROCESS))
}

/// False only for threads that do something for a program.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-psissystemthread)
unsafe extern "efiapi" fn PsIsSystemThread(thread: *mut ETHREAD) -> BOOLEAN {
    let is_current = thread::current(|current| current.address() == thread.addr());
    BOOLEAN::from(!(is_current && is_for_program()))
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntddk/nf-ntddk-exgetpreviousmode)
unsafe extern "efiapi" fn ExGetPreviousMode() -> KPROCESSOR_MODE {
    thread::current(|thread| thread.previous_mode.get())
}

/// The host schedules as it likes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetprioritythread)
unsafe extern "efiapi" fn KeSetPriorityThread(
    thread: *mut KTHREAD,
    priority: KPRIORITY,
) -> KPRIORITY {
    // SAFETY: the driver passes a thread.
    unsafe { object(thread) }.priority.swap(priority, Ordering::Relaxed)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryprioritythread)
unsafe extern "efiapi" fn KeQueryPriorityThread(thread: *mut KTHREAD) -> KPRIORITY {
    // SAFETY: the driver passes a thread.
    unsafe { object(thread) }.priority.load(Ordering::Relaxed)
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ntifs/nf-ntifs-psisthreadterminating)
unsafe extern "efiapi" fn PsIsThreadTerminating(thread: *mut ETHREAD) -> BOOLEAN {
    // SAFETY: the driver passes a thread.
    unsafe { object(thread.cast()) }.has_ended().into()
}

pub(in crate::ke) const EXPORTS: &[Export] = exports! {
    ExGetPreviousMode: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoGetCurrentProcess: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeGetCurrentThread: PASSIVE_LEVEL..=HIGH_LEVEL;
    KeQueryPriorityThread: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    KeSetPriorityThread: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    PsCreateSystemThread: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    PsGetCurrentProcess: PASSIVE_LEVEL..=HIGH_LEVEL;
    PsGetCurrentProcessId: PASSIVE_LEVEL..=HIGH_LEVEL;
    PsGetCurrentThread: PASSIVE_LEVEL..=HIGH_LEVEL;
    PsGetCurrentThreadId: PASSIVE_LEVEL..=HIGH_LEVEL;
    PsGetProcessId: PASSIVE_LEVEL..=HIGH_LEVEL;
    PsGetThreadId: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    PsIsSystemThread: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    PsIsThreadTerminating: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    PsTerminateSystemThread: PASSIVE_LEVEL..=PASSIVE_LEVEL;
};
