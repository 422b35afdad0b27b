//! Work items.

use std::{
    ffi::c_void,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use ndis_sys::{NDIS_HANDLE, NDIS_IO_WORKITEM_ROUTINE};

use super::{
    objects::{self, Kind, Object},
    rules,
};
use crate::{
    ex,
    export::{Export, exports},
    ke,
    ndis::handle,
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    thread, verifier,
};

/// A work item.
#[derive(Default)]
pub(super) struct WorkItem {
    queued: AtomicBool,
}

const WORK_ITEM: Kind<WorkItem> = Kind {
    name: "a work item",
    of: |object| match object {
        Object::WorkItem(item) => Some(item),
        _ => None,
    },
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocateioworkitem)
unsafe extern "efiapi" fn NdisAllocateIoWorkItem(handle: NDIS_HANDLE) -> NDIS_HANDLE {
    handle::check(handle as usize, "NdisAllocateIoWorkItem");
    objects::add(|| Object::WorkItem(Arc::default())) as NDIS_HANDLE
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisqueueioworkitem)
unsafe extern "efiapi" fn NdisQueueIoWorkItem(
    handle: NDIS_HANDLE,
    routine: NDIS_IO_WORKITEM_ROUTINE,
    context: *mut c_void,
) {
    let found = objects::find(handle as usize, &WORK_ITEM, "NdisQueueIoWorkItem");
    let Some((item, routine)) = found.zip(routine) else { return };
    if item.queued.swap(true, Ordering::AcqRel) {
        let text = "queues a work item that is queued already";
        rules::WORK_ITEM.broken(format!("{} {text}", verifier::caller()));
        return;
    }
    let (handle, context) = (handle as usize, context as usize);
    ex::work::queue(&thread::system(), move || {
        // The routine may queue the item again, or free it.
        item.queued.store(false, Ordering::Release);
        // SAFETY: the routine and its context are the driver's.
        let code = || unsafe { routine(context as *mut c_void, handle as NDIS_HANDLE) };
        // SAFETY: there is nothing to drop.
        unsafe { ke::thread::call(ke::thread::Role::WorkItem, routine as usize, code) };
    });
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreeioworkitem)
unsafe extern "efiapi" fn NdisFreeIoWorkItem(handle: NDIS_HANDLE) {
    if let Some(item) = objects::take(handle as usize, &WORK_ITEM, "NdisFreeIoWorkItem") {
        let is_queued = item.queued.load(Ordering::Acquire);
        objects::report_use(is_queued, rules::WORK_ITEM, "frees a work item that is queued");
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisAllocateIoWorkItem: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisFreeIoWorkItem: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisQueueIoWorkItem: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
