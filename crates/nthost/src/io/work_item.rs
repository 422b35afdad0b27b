//! Work items of devices.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/system-worker-threads)

use std::{
    collections::HashMap,
    ffi::c_void,
    ops::Range,
    ptr,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    ex,
    export::{Export, exports},
    ke::thread::{Role, call},
    low_resources::denies,
    nt::{
        DEVICE_OBJECT, DISPATCH_LEVEL, HIGH_LEVEL, IO_WORKITEM, PASSIVE_LEVEL,
        PIO_WORKITEM_ROUTINE, PIO_WORKITEM_ROUTINE_EX, WORK_QUEUE_TYPE,
    },
    ob,
    sched::Mutex,
    system::System,
    thread,
    verifier::catalogue::unload::WORK_ITEM_LEFT,
    verifier::{self, catalogue::pool as rules},
};

/// What the I/O manager keeps in a work item.
#[repr(C)]
struct Item {
    /// The device or driver object that stays until the routine has returned.
    object: *mut c_void,
    queued: AtomicBool,
}

/// The work items that were allocated, with the address in a driver that did it.
#[derive(Default)]
pub(super) struct WorkItems(Mutex<HashMap<usize, usize>>);

/// Work items that were not freed, in sentences.
pub(super) fn leftovers(system: &System) -> Vec<String> {
    let left = system.io.work_items.0.lock();
    let callers = left.values().map(|&caller| system.describe(caller));
    callers.map(|caller| format!("a work item that {caller} allocated was not freed")).collect()
}

/// Reports work items that a driver allocated and did not free.
pub(super) fn check_unloaded(system: &System, code: &Range<usize>) {
    let left = system.io.work_items.0.lock().clone();
    for (item, caller) in left.into_iter().filter(|(_, caller)| code.contains(caller)) {
        let caller = system.describe(caller);
        let text = format!("the work item at {item:#x} that {caller} allocated was not freed");
        WORK_ITEM_LEFT.broken(text);
    }
}

/// What a queued work item is to run.
enum Routine {
    Plain(PIO_WORKITEM_ROUTINE),
    Ex(PIO_WORKITEM_ROUTINE_EX),
}

/// A work item on its way to a thread.
struct Queued {
    item: *mut Item,
    object: *mut c_void,
    routine: Routine,
    context: *mut c_void,
}

// SAFETY: work items are run on any thread.
unsafe impl Send for Queued {}

impl Queued {
    fn run(self) {
        let Self { item, object, routine, context } = self;
        // SAFETY: it is not freed while it is queued, or else that was reported.
        unsafe { (*item).queued.store(false, Ordering::Release) };
        match routine {
            Routine::Plain(Some(routine)) => {
                // SAFETY: the routine and its context are the driver's.
                let code = || unsafe { routine(object.cast(), context) };
                // SAFETY: there is nothing to drop.
                unsafe { call(Role::WorkItem, routine as usize, code) };
            }
            Routine::Ex(Some(routine)) => {
                // SAFETY: the routine and its context are the driver's.
                let code = || unsafe { routine(object, context, item.cast()) };
                // SAFETY: there is nothing to drop.
                unsafe { call(Role::WorkItem, routine as usize, code) };
            }
            Routine::Plain(None) | Routine::Ex(None) => {}
        }
        ob::dereference(object as usize);
        thread::current(|thread| thread.system.io.running.end());
    }
}

/// # Safety
///
/// `item` was initialised, and is valid until the routine runs.
unsafe fn queue(item: *mut IO_WORKITEM, routine: Routine, context: *mut c_void) {
    let item = item.cast::<Item>();
    // SAFETY: by the contract.
    let Item { object, queued } = unsafe { &*item };
    if queued.swap(true, Ordering::AcqRel) {
        let text = format!("{} queues a work item that is queued already", verifier::caller());
        rules::WORK_QUEUED_TWICE.broken_with([item.addr() as u64, 0, 0], text);
        return;
    }
    ob::reference(*object as usize);
    thread::current(|thread| thread.system.io.running.begin());
    let queued = Queued { item, object: *object, routine, context };
    ex::work::queue_item(&thread::system(), item.addr(), move || queued.run());
}

/// Whether a work item is not queued; if it is, that is reported.
fn is_idle(item: *mut IO_WORKITEM, what: &str) -> bool {
    // SAFETY: the driver passes a work item.
    let item = unsafe { &*item.cast::<Item>() };
    let is_queued = item.queued.load(Ordering::Acquire);
    if is_queued {
        let text = format!("{} {what} a work item that is queued", verifier::caller());
        rules::WORK_FREED_QUEUED.broken_with([(&raw const *item).addr() as u64, 0, 0], text);
    }
    !is_queued
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioallocateworkitem)
pub(super) unsafe extern "efiapi" fn IoAllocateWorkItem(
    device: *mut DEVICE_OBJECT,
) -> *mut IO_WORKITEM {
    if denies("IoAllocateWorkItem") {
        return ptr::null_mut();
    }
    let item = Box::new(Item { object: device.cast(), queued: AtomicBool::new(false) });
    let item = Box::into_raw(item);
    thread::current(|thread| {
        let mut allocated = thread.system.io.work_items.0.lock();
        allocated.insert(item as usize, thread.caller.get());
    });
    item.cast()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iofreeworkitem)
pub(super) unsafe extern "efiapi" fn IoFreeWorkItem(item: *mut IO_WORKITEM) {
    let system = thread::system();
    if system.io.work_items.0.lock().remove(&(item as usize)).is_none() {
        rules::WORK_FREED_NONE.broken_by_caller("frees a work item that is none");
        return;
    }
    if is_idle(item, "frees") {
        // SAFETY: it was in the list, and so came from a box; one that is queued is still used.
        drop(unsafe { Box::from_raw(item.cast::<Item>()) });
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinitializeworkitem)
pub(super) unsafe extern "efiapi" fn IoInitializeWorkItem(
    object: *mut c_void,
    item: *mut IO_WORKITEM,
) {
    // SAFETY: the driver passes memory of the size that IoSizeofWorkItem tells.
    unsafe { ptr::write(item.cast(), Item { object, queued: AtomicBool::new(false) }) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iouninitializeworkitem)
pub(super) unsafe extern "efiapi" fn IoUninitializeWorkItem(item: *mut IO_WORKITEM) {
    is_idle(item, "ends");
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iosizeofworkitem)
pub(super) unsafe extern "efiapi" fn IoSizeofWorkItem() -> u32 {
    u32::try_from(size_of::<Item>()).unwrap_or_default()
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioqueueworkitem)
pub(super) unsafe extern "efiapi" fn IoQueueWorkItem(
    item: *mut IO_WORKITEM,
    routine: PIO_WORKITEM_ROUTINE,
    _queue: WORK_QUEUE_TYPE,
    context: *mut c_void,
) {
    // SAFETY: the driver passes a work item.
    unsafe { queue(item, Routine::Plain(routine), context) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-ioqueueworkitemex)
pub(super) unsafe extern "efiapi" fn IoQueueWorkItemEx(
    item: *mut IO_WORKITEM,
    routine: PIO_WORKITEM_ROUTINE_EX,
    _queue: WORK_QUEUE_TYPE,
    context: *mut c_void,
) {
    // SAFETY: the driver passes a work item.
    unsafe { queue(item, Routine::Ex(routine), context) };
}

pub(super) const EXPORTS: &[Export] = exports! {
    IoAllocateWorkItem: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoFreeWorkItem: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoInitializeWorkItem: PASSIVE_LEVEL..=HIGH_LEVEL;
    IoQueueWorkItem: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoQueueWorkItemEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    IoSizeofWorkItem: PASSIVE_LEVEL..=HIGH_LEVEL;
    IoUninitializeWorkItem: PASSIVE_LEVEL..=HIGH_LEVEL;
};

#[cfg(test)]
mod tests {
    use std::{ptr, sync::Arc, sync::atomic::AtomicBool};

    use super::{IoQueueWorkItem, IoUninitializeWorkItem, Item};
    use crate::{nt::DelayedWorkQueue, system::System, thread};

    #[test]
    fn an_item_that_is_queued_is_neither_queued_again_nor_given_up() {
        let system = Arc::new(System::new(1));
        let mut queued = Item { object: ptr::null_mut(), queued: AtomicBool::new(true) };
        let item = (&raw mut queued).cast();
        thread::enter(&system, |_| {
            // SAFETY: it is an item, and the wrong use is noticed.
            unsafe { IoQueueWorkItem(item, None, DelayedWorkQueue, ptr::null_mut()) };
            // SAFETY: as above.
            unsafe { IoUninitializeWorkItem(item) };
        });
        let violations = system.verifier.violations();
        let rules: Vec<_> = violations.iter().map(|violation| violation.rule).collect();
        assert_eq!(rules, ["work-item-queued", "work-item-freed-queued"]);
    }
}
