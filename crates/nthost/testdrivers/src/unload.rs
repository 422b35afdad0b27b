//! Faults of unloading: what a driver leaves behind.

use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use wdk_sys::{DRIVER_OBJECT, NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_SUCCESS};
use widestring::u16str;

use crate::{
    fault::{Fault, entry},
    kernel::{
        IoCreateSymbolicLink, IoDeleteDevice, IoDeleteSymbolicLink, ZwClose, allocate, free,
        irp::{IoAllocateWorkItem, IoFreeWorkItem, make_device},
        locks::{
            At, EtwRegister, EtwUnregister, EtwWrite, ExDeleteResourceLite,
            ExInitializeResourceLite, KeCancelTimer, KeInitializeDpc, KeInitializeTimer,
            KeSetEvent, KeSetTimer, ZwWaitForSingleObject, event, place, start, wait,
        },
        unicode,
    },
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("event-provider-unregistered", entry!(unregister_twice)),
    Fault::at_entry("event-provider", entry!(write_unregistered)),
    Fault::at_entry("event-provider-left", entry!(provider)),
    Fault::at_entry("timer-left", entry!(timer)),
    Fault::at_entry("dpc-routine-left", entry!(timer_in_pool)),
    Fault { entry: start_thread, unload: end_thread, ..Fault::new("thread-left") },
    Fault::at_entry("device-left", device),
    Fault::at_entry("driver-entry-left-behind", fail),
    Fault::at_unload("unload-hang", hang),
    Fault::at_entry("work-item-left", work_item),
    Fault::at_entry("resource-left", entry!(resource)),
    Fault::at_entry("left-behind", entry!(link)),
];

/// Far away.
const LATER: i64 = -36_000_000_000;

fn register() -> u64 {
    let mut provider = 0;
    let null = ptr::null_mut();
    EtwRegister(&raw const ID, null, null, &raw mut provider);
    provider
}

static ID: [u32; 4] = [0x6272_6f6b, 0x656e_2e73, 0x7973_0000, 1];

fn unregister_twice(wrong: bool) {
    let provider = register();
    EtwUnregister(provider);
    if wrong {
        EtwUnregister(provider);
    }
}

fn write_unregistered(wrong: bool) {
    let (provider, null) = (register(), ptr::null_mut());
    if wrong {
        EtwUnregister(provider);
    }
    EtwWrite(provider, null, null, 0, null);
    if !wrong {
        EtwUnregister(provider);
    }
}

fn provider(wrong: bool) {
    let provider = register();
    if !wrong {
        EtwUnregister(provider);
    }
}

fn timer(wrong: bool) {
    KeInitializeTimer(place(0));
    KeSetTimer(place(0), LATER, ptr::null_mut());
    if !wrong {
        KeCancelTimer(place(0));
    }
}

unsafe extern "C" fn idle(_dpc: At, _context: At, _first: At, _second: At) {}

/// A timer in pool, whose DPC has a routine of the driver.
fn timer_in_pool(wrong: bool) {
    let timer = allocate(256);
    let dpc = timer.wrapping_byte_add(128);
    KeInitializeTimer(timer);
    KeInitializeDpc(dpc, Some(idle), ptr::null_mut());
    KeSetTimer(timer, LATER, dpc);
    if !wrong {
        KeCancelTimer(timer);
        free(timer);
    }
}

static THREAD: AtomicPtr<core::ffi::c_void> = AtomicPtr::new(ptr::null_mut());

unsafe extern "C" fn wait_for_event(_context: At) {
    wait(place(0));
}

fn start_thread(_driver: *mut DRIVER_OBJECT, _wrong: bool) -> NTSTATUS {
    event(0, false);
    THREAD.store(start(wait_for_event), Ordering::Release);
    STATUS_SUCCESS
}

fn end_thread(wrong: bool) {
    let thread = THREAD.load(Ordering::Acquire);
    if !wrong {
        KeSetEvent(place(0), 0, 0);
        ZwWaitForSingleObject(thread, 0, ptr::null());
    }
    ZwClose(thread);
}

/// `DriverUnload` deletes one device.
fn device(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    make_device(driver);
    let second = make_device(driver);
    if !wrong {
        IoDeleteDevice(second);
    }
    STATUS_SUCCESS
}

/// `DriverEntry` fails.
fn fail(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let device = make_device(driver);
    if !wrong {
        IoDeleteDevice(device);
    }
    STATUS_INSUFFICIENT_RESOURCES
}

/// `DriverUnload` waits for what does not come.
fn hang(wrong: bool) {
    wait(event(0, !wrong));
}

fn work_item(driver: *mut DRIVER_OBJECT, wrong: bool) -> NTSTATUS {
    let device = make_device(driver);
    let item = IoAllocateWorkItem(device);
    if !wrong {
        IoFreeWorkItem(item);
    }
    IoDeleteDevice(device);
    STATUS_SUCCESS
}

fn resource(wrong: bool) {
    ExInitializeResourceLite(place(0));
    if !wrong {
        ExDeleteResourceLite(place(0));
    }
}

/// A symbolic link to nothing.
fn link(wrong: bool) {
    let mut link = unicode(u16str!(r"\DosDevices\broken link"));
    let mut target = unicode(u16str!(r"\Device\broken nothing"));
    IoCreateSymbolicLink(&raw mut link, &raw mut target);
    if !wrong {
        IoDeleteSymbolicLink(&raw mut link);
    }
}
