//! The driver, loaded into this process by the hosted kernel.

use std::{
    io::{self, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use nthost::{
    Completion, Driver, File, Kernel, Status,
    ndis::{Link, source},
};
use rx_abi::ControlCode;

use super::{Device, DeviceError, OpenError};

/// An open handle of a driver that this process runs.
///
/// Dropping it closes the handle, unloads the driver and ends the kernel: the fields go in that order.
pub struct Handle {
    file: File,
    _driver: Driver,
    _kernel: Watched,
}

/// A kernel that tells on standard error why it has stopped, if it has.
struct Watched(Kernel);

/// Whether one has.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// True if a driver broke a rule of its kernel, and that kernel has ended.
pub fn has_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(stop) = self.0.stopped() {
            STOPPED.store(true, Ordering::Relaxed);
            // There is nobody to tell that nobody can be told.
            let _ = writeln!(io::stderr(), "{stop}");
        }
    }
}

impl Handle {
    /// Starts a kernel with these adapters, loads the driver from `file` and opens its device `name`.
    pub fn open(
        file: &Path,
        name: &str,
        adapters: Vec<source::Opened>,
    ) -> Result<(Self, Vec<Link>), OpenError> {
        let kernel =
            Kernel::builder().build().map_err(|error| OpenError::Load(error.to_string()))?;
        let kernel = Watched(kernel);
        let driver = kernel.0.load(file).map_err(|error| OpenError::Load(error.to_string()))?;
        // Plugged in now they are bound one after the other, and numbered in this order.
        let plug = |(adapter, source)| kernel.0.plug_source(adapter, source);
        let links = adapters.into_iter().map(plug).collect();
        let opened = kernel.0.open(name).map_err(|status| OpenError::Refused {
            name: name.to_owned(),
            error: device_error(status),
        })?;
        Ok((Self { file: opened, _driver: driver, _kernel: kernel }, links))
    }
}

impl Device for Handle {
    fn control(
        &self,
        code: ControlCode,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, DeviceError> {
        self.file.control(code, input, output)
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        Device::read(&self.file, buffer)
    }

    fn cancel(&self) {
        Device::cancel(&self.file);
    }
}

/// An open handle in a hosted kernel that the program runs itself.
impl Device for File {
    fn control(
        &self,
        code: ControlCode,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, DeviceError> {
        transferred(self.ioctl(code.value(), input, output))
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        transferred(Self::read(self, buffer))
    }

    fn cancel(&self) {
        Self::cancel(self);
    }
}

/// Bytes that a request transferred, if it succeeded.
fn transferred(completion: Completion) -> Result<usize, DeviceError> {
    // The buffer is full, and there was more; what is in it counts.
    const STATUS_BUFFER_OVERFLOW: u32 = 0x8000_0005;
    match completion.ok() {
        Err(status) if status.code() != STATUS_BUFFER_OVERFLOW => Err(device_error(status)),
        _ => Ok(completion.information),
    }
}

fn device_error(status: Status) -> DeviceError {
    DeviceError::Nt(status.code())
}
