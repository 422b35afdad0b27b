//! The driver object, and a driver's way in and out.

use core::{
    cell::UnsafeCell,
    ptr::{self, NonNull},
};

use wdk_sys::{
    DACL_SECURITY_INFORMATION, DEVICE_OBJECT, DRIVER_OBJECT, FILE_DEVICE_NETWORK,
    FILE_DEVICE_SECURE_OPEN, HANDLE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE,
    IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, NTSTATUS, OBJ_KERNEL_HANDLE, PDRIVER_DISPATCH,
    PDRIVER_UNLOAD, UNICODE_STRING, WRITE_DAC,
    ntddk::{
        IoCreateDevice, IoCreateSymbolicLink, IoDeleteDevice, IoDeleteSymbolicLink,
        ObOpenObjectByPointer, ZwClose, ZwSetSecurityObject,
    },
};

use crate::{
    ControlDevice, Device, DeviceNames, Parameters, Passive, Result, Status, UnicodeStr, allocate,
    device::Extension,
    dispatch, etw, ffi,
    security::{Descriptor, SYSTEM_AND_ADMINISTRATORS},
};

/// A driver with control devices of one kind.
///
/// The value is all that the driver keeps beside its devices. It lives from `DriverEntry` to unload;
/// its drop undoes what [`start`](Self::start) did. [`driver_entry!`](crate::driver_entry) makes a
/// type that is a `Driver` the way into the file.
pub trait Driver: Send + Sync + Sized + 'static {
    /// The kind of its devices.
    type Device: ControlDevice;

    /// Starts the driver.
    ///
    /// On failure what was made before is dropped, and the devices are deleted: nothing stays behind.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// # Errors
    ///
    /// What `DriverEntry` returns; the driver is not loaded then.
    fn start(driver: &mut DriverObject<'_, Self::Device>, irql: &mut Passive) -> Result<Self>;
}

/// The driver object while the driver starts, when devices can be made.
pub struct DriverObject<'a, D> {
    object: &'a mut DRIVER_OBJECT,
    registry_path: UnicodeStr<'a>,
    security: Descriptor,
    trace: Option<etw::Registered>,
    device: core::marker::PhantomData<D>,
}

impl<'a, D: ControlDevice> DriverObject<'a, D> {
    /// The registry key of the driver's service.
    #[must_use]
    pub const fn registry_path(&self) -> UnicodeStr<'a> {
        self.registry_path
    }

    /// What the administrator has set for the driver.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    #[must_use]
    pub fn parameters(&mut self, irql: &Passive) -> Parameters {
        Parameters::open(NonNull::from_mut(self.object), self.registry_path, irql)
    }

    /// Says who may open the devices that are made from now on, in place of the local system and
    /// administrators.
    pub fn set_device_security(&mut self, security: Descriptor) {
        self.security = security;
    }

    /// Makes the provider of the driver's events known, so that sessions can listen to it from now on until all
    /// else of the driver is gone. A driver has one. Events more detailed than the level `most` are written for
    /// nobody.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-etwregister)
    ///
    /// # Errors
    ///
    /// `STATUS_NO_MEMORY` if there is no memory for it, `STATUS_INVALID_DEVICE_STATE` if the driver has one,
    /// `STATUS_NOT_IMPLEMENTED` where Windows lacks event tracing. A driver can go on: nobody gets its events
    /// then.
    pub fn trace(&mut self, provider: &'static etw::Provider, most: u8, irql: &Passive) -> Result {
        if self.trace.is_some() {
            return Err(Status::INVALID_DEVICE_STATE);
        }
        self.trace = Some(provider.register(most, irql)?);
        Ok(())
    }

    /// Makes a control device, with `state` and `stack_size` locations in the IRPs that it is sent.
    ///
    /// Local system and administrators may open it and nobody else, unless
    /// [`set_device_security`](Self::set_device_security) said otherwise, from the moment at which it can be
    /// opened at all: the I/O manager refuses to open devices that `DriverEntry` made until that has
    /// returned. It exists until the driver is unloaded. Reads use direct I/O.
    ///
    /// A stack size above one leaves room to hand IRPs on to a component below, such as WSK.
    ///
    /// On failure there is no device, or one that has its security but not its link, and goes with the
    /// driver.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-iocreatedevice)
    ///
    /// # Errors
    ///
    /// `STATUS_OBJECT_NAME_COLLISION` if one of the names is taken, `STATUS_INSUFFICIENT_RESOURCES` if
    /// there is no memory for it, `STATUS_INVALID_PARAMETER` for a stack size below one, or what Windows
    /// returns for setting its security.
    pub fn create_device(
        &mut self,
        names: DeviceNames,
        state: D,
        stack_size: i8,
        _irql: &Passive,
    ) -> Result<Device> {
        // A device extension begins at a multiple of the size of a pointer.
        const { assert!(align_of::<Extension<D>>() <= align_of::<usize>()) };
        if stack_size < 1 {
            return Err(Status::INVALID_PARAMETER);
        }
        let mut object: *mut DEVICE_OBJECT = ptr::null_mut();
        // SAFETY: the driver object is valid, the name is valid for the call, and the caller proved
        // PASSIVE_LEVEL.
        let status = unsafe {
            IoCreateDevice(
                self.object,
                ffi::size_of_u32::<Extension<D>>(),
                names.device.as_ptr(),
                FILE_DEVICE_NETWORK,
                FILE_DEVICE_SECURE_OPEN,
                0,
                &raw mut object,
            )
        };
        Status::check(status)?;
        let object = NonNull::new(object).ok_or(Status::UNSUCCESSFUL)?;
        // SAFETY: the device object is new and ours, and cannot be opened before DriverEntry returns.
        let extension = unsafe { initialise(object, state, stack_size) };
        // SAFETY: the device object is valid and DriverEntry, in which it was made, has not returned.
        if let Err(error) = unsafe { secure(object, &self.security) } {
            // SAFETY: the device was made above, and cannot be opened before DriverEntry returns.
            unsafe { delete_device::<D>(object) };
            return Err(error);
        }
        // SAFETY: both names are valid for the call, and the caller proved PASSIVE_LEVEL.
        Status::check(unsafe { IoCreateSymbolicLink(names.link.as_ptr(), names.device.as_ptr()) })?;
        // SAFETY: `initialise` made the extension, which only DriverEntry's thread knows.
        unsafe { (*extension.as_ptr()).link = Some(names.link) };
        // SAFETY: the device is in the list of its driver, all of which is deleted at unload.
        Ok(unsafe { Device::from_raw(object) })
    }
}

/// Sets up a new device object and writes its extension.
///
/// # Safety
///
/// `object` was made just now with an extension for an `Extension<D>`, and cannot be opened yet.
unsafe fn initialise<D>(
    object: NonNull<DEVICE_OBJECT>,
    state: D,
    stack_size: i8,
) -> NonNull<Extension<D>> {
    // SAFETY: by the contract the device object is valid, and nobody else uses it yet.
    let device = unsafe { &mut *object.as_ptr() };
    device.Flags |= wdk_sys::DO_DIRECT_IO;
    device.StackSize = stack_size;
    let extension = device.DeviceExtension.cast::<Extension<D>>();
    // SAFETY: by the contract the extension is large enough; IoCreateDevice aligned it.
    unsafe { extension.write(Extension { link: None, state }) };
    // SAFETY: the extension of a device object that was made with one is not null.
    unsafe { NonNull::new_unchecked(extension) }
}

/// Says who may open the device.
///
/// `IoCreateDeviceSecure` does the same, but comes in a library of the WDK and not from the kernel.
///
/// # Safety
///
/// `device` is valid, and was made in `DriverEntry`, which has not returned: it cannot be opened yet.
unsafe fn secure(device: NonNull<DEVICE_OBJECT>, security: &Descriptor) -> Result {
    let mut handle: HANDLE = ptr::null_mut();
    // SAFETY: by the contract the object is valid; without a type, and from kernel mode, a kernel
    // handle is made for it.
    let status = unsafe {
        ObOpenObjectByPointer(
            device.as_ptr().cast(),
            OBJ_KERNEL_HANDLE,
            ptr::null_mut(),
            WRITE_DAC,
            ptr::null_mut(),
            ffi::KERNEL_MODE,
            &raw mut handle,
        )
    };
    Status::check(status)?;
    // SAFETY: the handle is valid, and the descriptor is a valid one that is only read.
    let status =
        unsafe { ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, security.as_ptr()) };
    // SAFETY: the handle is valid and not used again.
    let _: NTSTATUS = unsafe { ZwClose(handle) };
    Status::check(status)
}

/// Deletes all devices of a driver, with their links and extensions.
///
/// # Safety
///
/// All devices of `driver` were made by [`DriverObject::create_device`] with states of type `D`, and
/// none is open or can be opened any more. The caller runs at `PASSIVE_LEVEL`.
unsafe fn delete_devices<D>(driver: &mut DRIVER_OBJECT) {
    let mut next = NonNull::new(driver.DeviceObject);
    while let Some(object) = next {
        // SAFETY: it is in the list of devices of the driver, so that it exists.
        next = NonNull::new(unsafe { (*object.as_ptr()).NextDevice });
        // SAFETY: the contract is the same.
        unsafe { delete_device::<D>(object) };
    }
}

/// Deletes a device, with its link and extension.
///
/// # Safety
///
/// As for [`delete_devices`].
unsafe fn delete_device<D>(object: NonNull<DEVICE_OBJECT>) {
    // SAFETY: by the contract the device exists.
    let extension = unsafe { (*object.as_ptr()).DeviceExtension }.cast::<Extension<D>>();
    // SAFETY: by the contract `create_device` made it, and wrote its extension.
    if let Some(link) = unsafe { (*extension).link } {
        // SAFETY: the name is valid, and the caller runs at PASSIVE_LEVEL.
        let _: NTSTATUS = unsafe { IoDeleteSymbolicLink(link.as_ptr()) };
    }
    // SAFETY: the extension is valid, and nobody uses it any more.
    unsafe { ptr::drop_in_place(extension) };
    // SAFETY: the device is one of this driver's, and not used again.
    unsafe { IoDeleteDevice(object.as_ptr()) };
}

/// A driver that has started, and its events, which others of its parts write until they are gone.
struct Started<T> {
    driver: T,
    trace: Option<etw::Registered>,
}

/// Where a driver lives between `DriverEntry` and unload.
#[doc(hidden)]
pub struct DriverCell<T>(UnsafeCell<Option<Started<T>>>);

// SAFETY: it is used by DriverEntry and by the unload routine only, which never run at once.
unsafe impl<T: Send> Sync for DriverCell<T> {}

impl<T> DriverCell<T> {
    /// An empty cell.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it is made by a macro, in a static")]
    pub const fn new() -> Self {
        Self(UnsafeCell::new(None))
    }
}

/// The body of `DriverEntry`.
///
/// # Safety
///
/// Windows called `DriverEntry` with `driver` and `registry_path`, and `unload` is a routine that calls
/// [`unload`] with the same cell.
#[doc(hidden)]
pub unsafe fn start<T: Driver>(
    cell: &'static DriverCell<T>,
    driver: *mut DRIVER_OBJECT,
    registry_path: *const UNICODE_STRING,
    unload: PDRIVER_UNLOAD,
) -> NTSTATUS {
    // SAFETY: by the contract Windows passed the driver object, which it lends to DriverEntry.
    let object = unsafe { &mut *driver };
    let routine: PDRIVER_DISPATCH = Some(dispatch::dispatch::<T::Device>);
    for major in [IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_READ, IRP_MJ_DEVICE_CONTROL] {
        if let Some(entry) = object.MajorFunction.get_mut(major as usize) {
            *entry = routine;
        }
    }
    object.DriverUnload = unload;
    // SAFETY: by the contract the path is Windows' and is valid until DriverEntry returns.
    let registry_path = unsafe { UnicodeStr::from_raw(registry_path) };
    // SAFETY: DriverEntry runs at PASSIVE_LEVEL, and this is the only proof on its thread.
    let mut irql = unsafe { Passive::assume() };
    allocate::look_up(&irql);
    let mut lent = DriverObject {
        object,
        registry_path,
        security: SYSTEM_AND_ADMINISTRATORS,
        trace: None,
        device: core::marker::PhantomData,
    };
    match T::start(&mut lent, &mut irql) {
        Ok(driver) => {
            let started = Started { driver, trace: lent.trace };
            // SAFETY: nobody else uses the cell while DriverEntry runs.
            unsafe { *cell.0.get() = Some(started) };
            Status::SUCCESS.to_raw()
        }
        Err(error) => {
            // SAFETY: the devices were made by `create_device` in this call, and none could be opened.
            unsafe { delete_devices::<T::Device>(lent.object) };
            drop(lent.trace);
            error.to_raw()
        }
    }
}

/// The body of the unload routine.
///
/// # Safety
///
/// Windows called the unload routine with `driver`, after [`start`] succeeded with the same cell.
#[doc(hidden)]
pub unsafe fn unload<T: Driver>(cell: &'static DriverCell<T>, driver: *mut DRIVER_OBJECT) {
    // SAFETY: nobody else uses the cell while the driver is unloaded.
    let Some(Started { driver: started, trace }) = (unsafe { (*cell.0.get()).take() }) else {
        return;
    };
    drop(started);
    // SAFETY: by the contract Windows passed the driver object.
    let object = unsafe { &mut *driver };
    // SAFETY: `start` lets `create_device` make the devices, and Windows unloads a driver, at
    // PASSIVE_LEVEL, only when no device of it is open.
    unsafe { delete_devices::<T::Device>(object) };
    drop(trace);
}

/// Makes a type that is a [`Driver`] the way into the file: the function `DriverEntry` and the unload
/// routine.
///
/// ```ignore
/// wdm::driver_entry!(MyDriver);
/// ```
#[macro_export]
macro_rules! driver_entry {
    ($driver:ty) => {
        static DRIVER: $crate::DriverCell<$driver> = $crate::DriverCell::new();

        /// Called by Windows when it has loaded the driver.
        ///
        /// # Safety
        ///
        /// Only Windows calls it, once.
        // SAFETY: the linker is told that the image starts at this name, which nothing else has.
        #[unsafe(export_name = "DriverEntry")]
        pub unsafe extern "system" fn driver_entry(
            driver: *mut $crate::__private::DRIVER_OBJECT,
            registry_path: *const $crate::__private::UNICODE_STRING,
        ) -> $crate::__private::NTSTATUS {
            // SAFETY: Windows called, and `unload` uses the same cell.
            unsafe { $crate::__private::start(&DRIVER, driver, registry_path, Some(unload)) }
        }

        /// Called by Windows before it unloads the driver.
        unsafe extern "C" fn unload(driver: *mut $crate::__private::DRIVER_OBJECT) {
            // SAFETY: Windows called, which it does only after DriverEntry succeeded.
            unsafe { $crate::__private::unload(&DRIVER, driver) };
        }
    };
}
