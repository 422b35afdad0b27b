//! Work items: code that a system worker thread runs.

use core::ptr::NonNull;

use wdk_sys::{
    PIO_WORKITEM, PVOID,
    ntddk::{IoAllocateWorkItem, IoFreeWorkItem, IoQueueWorkItemEx},
};

use crate::{Device, Passive, PoolBox, Result, Status, Tag};

/// A work item that is not queued, with the value that its routine works on.
///
/// [`WorkItem::queue`] gives it to the system until the routine runs, which gets it back: so it cannot
/// be queued twice, and cannot be freed while it is queued. While it is queued the system holds a
/// reference to the device object, which keeps the driver loaded.
///
/// # Invariants
///
/// `item` is a work item that `IoAllocateWorkItem` returned, and is not queued.
pub struct WorkItem<T> {
    inner: PoolBox<Inner<T>>,
}

struct Inner<T> {
    item: PIO_WORKITEM,
    value: T,
    routine: fn(WorkItem<T>, &mut Passive),
}

// SAFETY: an idle work item may be queued and freed on any thread; its value is `Send`.
unsafe impl<T: Send> Send for WorkItem<T> {}

impl<T: Send + 'static> WorkItem<T> {
    /// A work item whose routine is `routine` and works on `value`.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below; `routine` runs at `PASSIVE_LEVEL`. Let it take no long time:
    /// the worker threads are shared by the whole system.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateworkitem)
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it; `value` is dropped.
    pub fn new(
        device: &Device,
        value: T,
        routine: fn(Self, &mut Passive),
        tag: Tag,
    ) -> Result<Self> {
        // SAFETY: the device object is one of this driver's and exists while the driver is loaded.
        let item = unsafe { IoAllocateWorkItem(device.as_ptr()) };
        if item.is_null() {
            return Err(Status::INSUFFICIENT_RESOURCES);
        }
        let inner = PoolBox::try_new(Inner { item, value, routine }, tag)?;
        // INVARIANT: the item was just allocated.
        Ok(Self { inner })
    }

    /// Queues the work item.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioqueueworkitemex)
    pub fn queue(self) {
        let item = self.inner.item;
        let context = self.inner.into_raw();
        let queue = wdk_sys::_WORK_QUEUE_TYPE::DelayedWorkQueue;
        // SAFETY: by the invariant the item is valid and not queued. `run::<T>` takes back the context,
        // which nobody else uses.
        unsafe { IoQueueWorkItemEx(item, Some(run::<T>), queue, context.as_ptr().cast()) };
    }

    /// The value that the routine works on.
    pub fn value_mut(&mut self) -> &mut T {
        &mut self.inner.value
    }
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        // SAFETY: the item was allocated with this value, and is not queued whenever the value is
        // owned by a `WorkItem` (its invariant).
        unsafe { IoFreeWorkItem(self.item) };
    }
}

/// What the system calls for a queued work item.
///
/// # Safety
///
/// `context` is an `Inner<T>` that [`WorkItem::queue`] gave up for this call.
unsafe extern "C" fn run<T>(_device: PVOID, context: PVOID, _item: PIO_WORKITEM) {
    let Some(inner) = NonNull::new(context.cast::<Inner<T>>()) else {
        return;
    };
    // SAFETY: by the contract `queue` gave it up with `into_raw`, for this call to take back.
    let inner = unsafe { PoolBox::from_raw(inner) };
    let routine = inner.routine;
    // INVARIANT: the system is done with the item when it calls this routine.
    let item = WorkItem { inner };
    // SAFETY: work item routines run at PASSIVE_LEVEL, and the worker thread lends out no other proof.
    routine(item, &mut unsafe { Passive::assume() });
}
