//! System threads.

use core::ptr::{self, NonNull};

use wdk_sys::{
    HANDLE, NTSTATUS, OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, PVOID, THREAD_ALL_ACCESS,
    ntddk::{PsCreateSystemThread, PsTerminateSystemThread, ZwClose, ZwWaitForSingleObject},
};

use crate::{Passive, PoolBox, Result, Status, Tag, ffi};

/// A thread of the system process that runs code of this driver.
///
/// Dropping it waits until the thread has ended, so that its code is left before the driver can be
/// unloaded: tell the thread to end before. Drop it at `PASSIVE_LEVEL`.
///
/// # Invariants
///
/// `handle` is a kernel handle of a thread that only this value closes.
pub struct Thread {
    handle: HANDLE,
}

// SAFETY: a kernel handle is valid in the context of every thread.
unsafe impl Send for Thread {}
// SAFETY: nothing can be done with a shared `Thread`.
unsafe impl Sync for Thread {}

impl Thread {
    /// Starts a thread that runs `run` and then ends.
    ///
    /// IRQL: `PASSIVE_LEVEL`, also for `run`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-pscreatesystemthread)
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it.
    pub fn spawn<F>(run: F, tag: Tag, _irql: &Passive) -> Result<Self>
    where
        F: FnOnce(&mut Passive) + Send + 'static,
    {
        let start = PoolBox::try_new(run, tag)?.into_raw();
        let mut handle: HANDLE = ptr::null_mut();
        let mut attributes = OBJECT_ATTRIBUTES {
            Length: ffi::size_of_u32::<OBJECT_ATTRIBUTES>(),
            Attributes: OBJ_KERNEL_HANDLE,
            ..OBJECT_ATTRIBUTES::default()
        };
        // SAFETY: without a process it becomes a thread of the system process; `routine::<F>` takes
        // back the context, which nobody else uses.
        let status = unsafe {
            PsCreateSystemThread(
                &raw mut handle,
                THREAD_ALL_ACCESS,
                &raw mut attributes,
                ptr::null_mut(),
                ptr::null_mut(),
                Some(routine::<F>),
                start.as_ptr().cast(),
            )
        };
        if let Err(error) = Status::check(status) {
            // SAFETY: no thread was made, so that the context is still ours.
            drop(unsafe { PoolBox::from_raw(start) });
            return Err(error);
        }
        // INVARIANT: the call made the handle, as a kernel handle.
        Ok(Self { handle })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        // SAFETY: by the invariant the handle is valid; a wait without limit in kernel mode ends when
        // the thread has.
        let _: NTSTATUS = unsafe { ZwWaitForSingleObject(self.handle, 0, ptr::null_mut()) };
        // SAFETY: by the invariant the handle is valid and nobody else closes it.
        let _: NTSTATUS = unsafe { ZwClose(self.handle) };
    }
}

/// Where threads start.
///
/// # Safety
///
/// `context` is an `F` from `PoolBox::into_raw` that nobody else takes back.
unsafe extern "C" fn routine<F: FnOnce(&mut Passive)>(context: PVOID) {
    let Some(context) = NonNull::new(context.cast::<F>()) else {
        return;
    };
    // SAFETY: by the contract it came from `into_raw`, and only this call takes it back.
    let run = unsafe { PoolBox::from_raw(context) }.into_inner();
    // SAFETY: system threads start at PASSIVE_LEVEL, and this is the only proof on a new thread.
    run(&mut unsafe { Passive::assume() });
    // SAFETY: this is a system thread, at PASSIVE_LEVEL, and nothing is left to drop.
    let _: NTSTATUS = unsafe { PsTerminateSystemThread(Status::SUCCESS.to_raw()) };
}
