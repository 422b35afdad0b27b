//! A kernel with one driver, which does what a test says.

use core::{ffi::c_void, ptr};
use std::{cell::RefCell, sync::Arc};

use crate::{
    Driver, File, Kernel, Response, export,
    io::{
        device,
        device::exports::{
            IoCreateDevice, IoCreateSymbolicLink, IoDeleteDevice, IoDeleteSymbolicLink,
        },
        irp::IofCompleteRequest,
    },
    nt::{
        DEVICE_OBJECT, DRIVER_OBJECT, FILE_DEVICE_UNKNOWN, IO_STACK_LOCATION, IRP, NTSTATUS,
        STATUS_SUCCESS, UNICODE_STRING, irp_current,
    },
    thread,
};

/// What a driver does with requests.
pub type Dispatch = Arc<dyn Fn(Asked) -> NTSTATUS + Send + Sync>;

/// A request that a driver gets.
#[derive(Clone, Copy)]
pub struct Asked {
    pub device: *mut DEVICE_OBJECT,
    pub irp: *mut IRP,
    pub major: u8,
}

// SAFETY: a test uses them where a driver could.
unsafe impl Send for Asked {}

impl Asked {
    pub fn location<'irp>(self) -> &'irp mut IO_STACK_LOCATION {
        // SAFETY: the driver has the IRP.
        let location = unsafe { irp_current(self.irp) };
        // SAFETY: as above.
        unsafe { &mut *location }
    }

    pub fn packet<'irp>(self) -> &'irp mut IRP {
        // SAFETY: the driver has the IRP.
        unsafe { &mut *self.irp }
    }

    /// Completes it, and returns the status.
    pub fn complete(self, status: NTSTATUS, information: usize) -> NTSTATUS {
        let packet = self.packet();
        packet.IoStatus.u.Status = status;
        packet.IoStatus.Information = information;
        // SAFETY: the driver has the IRP.
        unsafe { IofCompleteRequest(self.irp, 0) };
        status
    }
}

/// What the driver of a test is to be like.
#[derive(Clone)]
pub struct Plan {
    pub dispatch: Dispatch,
    /// Flags of the device, such as `DO_DIRECT_IO`.
    pub flags: u32,
    pub stack_size: i8,
    /// The status of `DriverEntry`.
    pub entry: NTSTATUS,
    pub deletes: bool,
    pub exclusive: bool,
    pub unloads: bool,
}

impl Plan {
    pub fn new(dispatch: impl Fn(Asked) -> NTSTATUS + Send + Sync + 'static) -> Self {
        Self {
            dispatch: Arc::new(dispatch),
            flags: 0,
            stack_size: 1,
            entry: STATUS_SUCCESS,
            deletes: true,
            exclusive: false,
            unloads: true,
        }
    }

    pub fn load(self) -> Rig {
        let builder = Kernel::builder().processors(2).on_violation(Response::GoOn);
        self.load_into(&builder.build().unwrap()).unwrap()
    }

    pub fn load_into(self, kernel: &Kernel) -> Result<Rig, crate::Status> {
        PLAN.set(Some(self));
        // SAFETY: it is a driver.
        let driver = unsafe { kernel.load_built_in("test", entry) }?;
        Ok(Rig { kernel: kernel.clone(), driver })
    }
}

/// A kernel and its driver.
pub struct Rig {
    pub driver: Driver,
    pub kernel: Kernel,
}

impl Rig {
    pub fn open(&self) -> File {
        self.kernel.open(r"\\.\Test").unwrap()
    }

    /// Runs code inside of the kernel, with the driver's device.
    pub fn inside<R>(&self, code: impl FnOnce(*mut DEVICE_OBJECT) -> R) -> R {
        let system = self.kernel.system();
        thread::enter(system, |_| {
            let opened = device::open(system, r"\\.\Test").unwrap();
            let result = code(opened.device);
            device::close(system, opened.device);
            result
        })
    }

    /// Unloads the driver, which must have done all well.
    pub fn finish(self) {
        let unloaded = self.driver.unload().unwrap();
        assert_eq!(unloaded.leftovers(), [""; 0]);
        assert_eq!(self.kernel.violations(), []);
    }

    /// The rules that were broken.
    pub fn broken(&self) -> Vec<&'static str> {
        self.kernel.violations().iter().map(|violation| violation.rule).collect()
    }
}

thread_local! {
    static PLAN: RefCell<Option<Plan>> = const { RefCell::new(None) };
}

pub fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// Calls a function of the kernel with a string.
pub fn with<R>(text: &str, code: impl FnOnce(*const UNICODE_STRING) -> R) -> R {
    let units = units(text);
    let string = UNICODE_STRING::of(&units);
    code(&raw const string)
}

/// Makes a device whose extension holds the plan.
pub fn create(driver: *mut DRIVER_OBJECT, name: Option<&str>, plan: &Plan) -> *mut DEVICE_OBJECT {
    let mut device = ptr::null_mut();
    let mut make = |name: *const UNICODE_STRING| {
        let size = u32::try_from(size_of::<*const Plan>()).unwrap();
        let exclusive = plan.exclusive.into();
        // SAFETY: the arguments are what it wants.
        unsafe {
            IoCreateDevice(driver, size, name, FILE_DEVICE_UNKNOWN, 0, exclusive, &raw mut device)
        }
    };
    let status = match name {
        Some(name) => with(name, make),
        None => make(ptr::null()),
    };
    assert_eq!(status, STATUS_SUCCESS);
    // SAFETY: it is new.
    let object = unsafe { &mut *device };
    object.Flags |= plan.flags;
    object.StackSize = plan.stack_size;
    let kept = Box::into_raw(Box::new(plan.clone()));
    // SAFETY: the extension has room for a pointer.
    unsafe { object.DeviceExtension.cast::<*mut Plan>().write(kept) };
    device
}

/// The plan of a device that [`create`] made.
fn plan_of(device: *mut DEVICE_OBJECT) -> *mut Plan {
    // SAFETY: the device is valid.
    let extension = unsafe { (*device).DeviceExtension };
    // SAFETY: `create` put it there.
    unsafe { extension.cast::<*mut Plan>().read() }
}

/// Deletes a device that [`create`] made.
pub fn delete(device: *mut DEVICE_OBJECT) {
    // SAFETY: `create` put it there; no request comes any more.
    drop(unsafe { Box::from_raw(plan_of(device)) });
    // SAFETY: it is a device of this driver.
    unsafe { IoDeleteDevice(device) };
}

unsafe extern "efiapi" fn entry(
    driver: *mut DRIVER_OBJECT,
    _registry_path: *mut UNICODE_STRING,
) -> NTSTATUS {
    let plan = PLAN.take().unwrap();
    // SAFETY: the kernel passes the object.
    let object = unsafe { &mut *driver };
    object.MajorFunction = [Some(dispatch); 28];
    object.DriverUnload = plan.unloads.then_some(unload);
    create(driver, Some(r"\Device\Test"), &plan);
    let linked = with(r"\DosDevices\Test", |link| {
        // SAFETY: both strings are valid.
        with(r"\Device\Test", |target| unsafe { IoCreateSymbolicLink(link, target) })
    });
    assert_eq!(linked, STATUS_SUCCESS);
    plan.entry
}

unsafe extern "efiapi" fn dispatch(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    // SAFETY: it is there as long as the device.
    let plan = unsafe { &*plan_of(device) };
    // SAFETY: the IRP was sent to this driver.
    let location = unsafe { irp_current(irp) };
    // SAFETY: as above.
    let major = unsafe { (*location).MajorFunction };
    (plan.dispatch)(Asked { device, irp, major })
}

unsafe extern "efiapi" fn unload(driver: *mut DRIVER_OBJECT) {
    loop {
        // SAFETY: the kernel passes the object.
        let device = unsafe { (*driver).DeviceObject };
        if device.is_null() {
            break;
        }
        // SAFETY: it is there as long as the device.
        if !unsafe { &*plan_of(device) }.deletes {
            return;
        }
        delete(device);
    }
    // SAFETY: the string is valid.
    with(r"\DosDevices\Test", |link| unsafe { IoDeleteSymbolicLink(link) });
}

/// A pointer that a test hands to another thread.
pub struct Shared<T>(pub *mut T);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

// SAFETY: a test uses it where a driver could.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub fn get(self) -> *mut T {
        self.0
    }
}

/// Gives a reference back as a driver does.
pub fn dereference(object: *mut c_void) {
    type Dereference = unsafe extern "efiapi" fn(*mut c_void) -> isize;
    let export = export::find("ntoskrnl.exe", "ObfDereferenceObject").unwrap();
    // SAFETY: the function has this type.
    let function = unsafe { std::mem::transmute::<*const (), Dereference>(export.address) };
    // SAFETY: the object is one.
    unsafe { function(object) };
}
