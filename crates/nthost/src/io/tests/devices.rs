//! Drivers and their devices.

use core::{ffi::c_void, ptr};
use std::cell::Cell;

use super::rig::{Plan, dereference, with};
use crate::{
    Kernel, Response, Status,
    io::{
        device::{attach, exports, pointer::IoGetDeviceObjectPointer},
        error_log::{IoAllocateErrorLogEntry, IoWriteErrorLogEntry},
        registration::{
            IoRegisterDriverReinitialization, IoRegisterShutdownNotification,
            IoUnregisterShutdownNotification,
        },
    },
    nt::{
        DRIVER_OBJECT, NTSTATUS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
    },
};

fn succeed(asked: super::rig::Asked) -> NTSTATUS {
    asked.complete(STATUS_SUCCESS, 0)
}

#[test]
fn a_driver_has_devices_with_names_and_links() {
    let rig = Plan::new(succeed).load();
    let file = rig.open();
    let [device] = rig.driver.devices().try_into().unwrap();
    assert_eq!(device.name.as_deref(), Some(r"\Device\Test"));
    assert_eq!(device.links, [r"\DosDevices\Test"]);
    assert_eq!((device.device_type, device.open), (0x22, 1));
    drop(file);
    assert_eq!(rig.driver.name(), "test");
    rig.finish();
}

#[test]
fn what_unloading_leaves_behind_is_told() {
    let rig = Plan { deletes: false, ..Plan::new(succeed) }.load();
    let unloaded = rig.driver.unload().unwrap();
    let left = [
        r"the device \Device\Test was not deleted",
        r"the symbolic link \DosDevices\Test was not deleted",
    ];
    assert_eq!(unloaded.leftovers(), left);
    let broken = |kernel: &Kernel| -> Vec<_> {
        kernel.violations().iter().map(|violation| violation.rule).collect()
    };
    assert_eq!(broken(&rig.kernel), ["device-left", "left-behind"]);
    // The names are free again.
    Plan::new(succeed).load_into(&rig.kernel).unwrap().driver.unload().unwrap();
    assert_eq!(broken(&rig.kernel).len(), 2);
}

#[test]
fn what_a_failed_entry_leaves_behind_is_reported() {
    let kernel = Kernel::builder().on_violation(Response::GoOn).build().unwrap();
    let plan = Plan { entry: STATUS_UNSUCCESSFUL, ..Plan::new(succeed) };
    let error = plan.load_into(&kernel).err();
    assert_eq!(error, Some(Status::new(STATUS_UNSUCCESSFUL)));
    let [violation] = kernel.violations().try_into().unwrap();
    assert_eq!(violation.rule, "driver-entry-left-behind");
    assert!(violation.text.contains(r"\Device\Test was not deleted"), "{}", violation.text);
    Plan::new(succeed).load_into(&kernel).unwrap().driver.unload().unwrap();
}

#[test]
fn the_entry_gets_its_registry_path() {
    unsafe extern "efiapi" fn entry(
        driver: *mut DRIVER_OBJECT,
        path: *mut crate::nt::UNICODE_STRING,
    ) -> NTSTATUS {
        // SAFETY: the kernel passes the object.
        let driver = unsafe { &*driver };
        // SAFETY: the kernel passes the string.
        let path = unsafe { &*path };
        // SAFETY: it is valid during this call.
        let path = unsafe { path.to_string_lossy() };
        assert_eq!(path, r"\Registry\Machine\System\CurrentControlSet\Services\example");
        // SAFETY: it is valid as long as the driver.
        assert_eq!(unsafe { driver.DriverName.to_string_lossy() }, r"\Driver\example");
        assert!(driver.MajorFunction.iter().all(Option::is_some));
        STATUS_SUCCESS
    }
    let kernel = Kernel::builder().build().unwrap();
    // SAFETY: it is a driver.
    let driver = unsafe { kernel.load_built_in("example", entry) }.unwrap();
    assert!(driver.devices().is_empty());
}

#[test]
fn deleting_an_open_device_waits_until_it_is_closed() {
    let rig = Plan::new(|asked| {
        if asked.major == crate::nt::IRP_MJ_READ {
            // SAFETY: it is a device of this driver.
            unsafe { exports::IoDeleteDevice(asked.device) };
            with(r"\DosDevices\Test", |link| {
                // SAFETY: the string is valid.
                unsafe { exports::IoDeleteSymbolicLink(link) };
            });
        }
        succeed(asked)
    })
    .load();
    let file = rig.open();
    assert!(file.read(&mut []).status.is_success());
    assert!(rig.kernel.open(r"\Device\Test").is_err());
    assert_eq!(rig.driver.devices().len(), 1);
    assert!(file.read(&mut []).status.is_success());
    assert_eq!(rig.broken(), ["device-deleted-twice"]);
    drop(file);
    assert!(rig.driver.devices().is_empty());
}

#[test]
fn devices_are_stacked() {
    let rig = Plan::new(|asked| {
        if asked.major == crate::nt::IRP_MJ_READ {
            let plan = Plan::new(succeed);
            // SAFETY: a device has a driver.
            let driver = unsafe { (*asked.device).DriverObject };
            let upper = super::rig::create(driver, None, &plan);
            // SAFETY: both are devices.
            let below = unsafe { attach::IoAttachDeviceToDeviceStack(upper, asked.device) };
            assert_eq!(below, asked.device);
            // SAFETY: as above.
            assert_eq!(unsafe { attach::top(asked.device) }, upper);
            // SAFETY: as above.
            assert_eq!(unsafe { (*upper).StackSize }, 2);
            // SAFETY: as above.
            unsafe { attach::IoDetachDevice(below) };
            // SAFETY: as above.
            assert_eq!(unsafe { attach::top(asked.device) }, asked.device);
            super::rig::delete(upper);
        }
        succeed(asked)
    })
    .load();
    let file = rig.open();
    assert!(file.read(&mut []).status.is_success());
    drop(file);
    rig.finish();
}

#[test]
fn a_driver_gets_the_device_of_another_by_its_name() {
    let rig = Plan::new(succeed).load();
    rig.inside(|device| {
        let (mut file, mut found) = (ptr::null_mut(), ptr::null_mut());
        let status = with(r"\Device\Test", |name| {
            // SAFETY: the name and the places for the results are valid.
            unsafe { IoGetDeviceObjectPointer(name, 1, &raw mut file, &raw mut found) }
        });
        assert_eq!((status, found), (STATUS_SUCCESS, device));
        assert_eq!(rig.driver.devices()[0].open, 2);
        dereference(file.cast());
        assert_eq!(rig.driver.devices()[0].open, 1);
        let status = with(r"\Device\Other", |name| {
            // SAFETY: as above.
            unsafe { IoGetDeviceObjectPointer(name, 1, &raw mut file, &raw mut found) }
        });
        assert_eq!(status, STATUS_OBJECT_NAME_NOT_FOUND);
    });
    rig.finish();
}

#[test]
fn routines_that_are_registered_in_the_entry_are_called_after_it() {
    unsafe extern "efiapi" fn again(driver: *mut DRIVER_OBJECT, calls: *mut c_void, count: u32) {
        CALLS.set(count);
        if count < 3 {
            // SAFETY: the driver is this one.
            unsafe { IoRegisterDriverReinitialization(driver, Some(again), calls) };
        }
    }
    unsafe extern "efiapi" fn entry(
        driver: *mut DRIVER_OBJECT,
        _path: *mut crate::nt::UNICODE_STRING,
    ) -> NTSTATUS {
        // SAFETY: the driver is this one.
        unsafe { IoRegisterDriverReinitialization(driver, Some(again), ptr::null_mut()) };
        STATUS_SUCCESS
    }
    thread_local! {
        static CALLS: Cell<u32> = const { Cell::new(0) };
    }
    let kernel = Kernel::builder().build().unwrap();
    // SAFETY: it is a driver.
    let driver = unsafe { kernel.load_built_in("example", entry) }.unwrap();
    assert_eq!(CALLS.get(), 3);
    drop(driver);
}

#[test]
fn entries_of_the_error_log_are_printed() {
    let rig = Plan::new(succeed).load();
    rig.inside(|device| {
        // SAFETY: the device is one.
        let entry = unsafe { IoAllocateErrorLogEntry(device.cast(), 48) };
        let code = entry.wrapping_byte_add(12).cast::<NTSTATUS>();
        // SAFETY: the entry is so large.
        unsafe { code.write(STATUS_UNSUCCESSFUL) };
        // SAFETY: it is an entry.
        unsafe { IoWriteErrorLogEntry(entry) };
        // SAFETY: a size that is wrong is refused.
        assert!(unsafe { IoAllocateErrorLogEntry(device.cast(), 4) }.is_null());
    });
    let line = rig.kernel.debug_lines().next().unwrap();
    assert_eq!(line.text, "error log: STATUS_UNSUCCESSFUL (0x0), final status STATUS_SUCCESS");
    rig.finish();
}

#[test]
fn a_device_that_waits_for_the_shutdown_is_left_over() {
    let rig = Plan::new(succeed).load();
    rig.inside(|device| {
        // SAFETY: the device is one.
        unsafe { IoRegisterShutdownNotification(device) };
        assert!(rig.kernel.leftovers()[0].ends_with("registered to be told of the shutdown"));
        // SAFETY: as above.
        unsafe { IoUnregisterShutdownNotification(device) };
    });
    rig.finish();
}
