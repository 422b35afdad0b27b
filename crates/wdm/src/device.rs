//! Control devices.

use core::ptr::NonNull;

use wdk_sys::DEVICE_OBJECT;

use crate::{
    Answer, ControlRequest, Passive, PoolBox, ReadRequest, Result, Status, UnicodeStr, Written,
};

/// The names of a control device.
#[derive(Clone, Copy)]
pub struct DeviceNames {
    /// Of the device object, such as `\Device\wskrx`.
    pub device: UnicodeStr<'static>,
    /// Of the symbolic link by which programs open it as `\\.\wskrx`, such as `\DosDevices\wskrx`.
    pub link: UnicodeStr<'static>,
}

/// The [`DeviceNames`] of a control device that programs open as `\\.\` and a name.
///
/// ```ignore
/// const NAMES: DeviceNames = wdm::device_names!("wskrx"); // opened as \\.\wskrx
/// ```
#[macro_export]
macro_rules! device_names {
    ($name:literal) => {
        $crate::DeviceNames {
            device: $crate::unicode!(concat!(r"\Device\", $name)),
            link: $crate::unicode!(concat!(r"\DosDevices\", $name)),
        }
    };
}

/// What a control device does with the requests that it is sent.
///
/// The value itself is the state of the device; a [`File`](Self::File) is that of one open handle.
/// Handlers run on the threads of the programs that make the requests, many at a time.
///
/// IRQL: `PASSIVE_LEVEL` for all handlers.
pub trait ControlDevice: Send + Sync + Sized + 'static {
    /// The state of an open handle, which [`close`](Self::close) gets in the end.
    type File: Send + Sync;

    /// A program opens `device`: as a file and by its own name. All else that `NtCreateFile` can ask for,
    /// such as a directory or a name below it, is refused before.
    ///
    /// # Errors
    ///
    /// What the program gets as the reason why it cannot.
    fn create(&self, device: Device, irql: &mut Passive) -> Result<PoolBox<Self::File>>;

    /// The last handle to `file` was closed. Requests may still be under way.
    fn cleanup(&self, file: &Self::File, irql: &mut Passive) {
        let _ = (file, irql);
    }

    /// No request for `file` is under way any more, and none will come: the last reference to it is gone.
    fn close(&self, file: PoolBox<Self::File>, irql: &mut Passive) {
        let _ = irql;
        drop(file);
    }

    /// A program reads. Unless the device has data to read, the answer is
    /// `STATUS_INVALID_DEVICE_REQUEST`.
    ///
    /// `file` exists until this returns, even if the read was pended and is complete by then, and the
    /// program has closed its handle.
    fn read(&self, file: &Self::File, request: ReadRequest<'_>, irql: &mut Passive) -> Answer {
        let _ = (file, irql);
        request.fail(Status::INVALID_DEVICE_REQUEST)
    }

    /// A program sends a device control request. Unless the device knows one, the answer is
    /// `STATUS_INVALID_DEVICE_REQUEST`.
    ///
    /// # Errors
    ///
    /// What the program gets; `STATUS_INVALID_DEVICE_REQUEST` for a code that the device does not
    /// know.
    fn device_control(
        &self,
        file: &Self::File,
        request: &mut ControlRequest<'_>,
        irql: &mut Passive,
    ) -> Result<Written> {
        let _ = (file, request, irql);
        Err(Status::INVALID_DEVICE_REQUEST)
    }
}

/// A device object of this driver.
///
/// It exists until the driver is unloaded, after all else of the driver.
///
/// # Invariants
///
/// `object` is a device object of this driver, which is deleted by the code that unloads the driver
/// and by nothing else.
#[derive(Clone, Copy)]
pub struct Device {
    object: NonNull<DEVICE_OBJECT>,
}

// SAFETY: a device object may be referred to on any thread; it outlives this value by the invariant.
unsafe impl Send for Device {}
// SAFETY: as above.
unsafe impl Sync for Device {}

impl Device {
    /// # Safety
    ///
    /// `object` is a device object of this driver that is deleted by the code that unloads the driver
    /// and by nothing else.
    pub(crate) unsafe fn from_raw(object: NonNull<DEVICE_OBJECT>) -> Self {
        Self { object }
    }

    /// The device object, for calls that take it.
    pub(crate) fn as_ptr(&self) -> *mut DEVICE_OBJECT {
        self.object.as_ptr()
    }
}

/// What lies in the device extension.
#[repr(C)]
pub(crate) struct Extension<D> {
    /// The name of the symbolic link, to delete it by; `None` until the link exists.
    pub link: Option<UnicodeStr<'static>>,
    pub state: D,
}
