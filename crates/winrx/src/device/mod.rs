//! Open handles of a driver.

mod error;
#[cfg(target_os = "linux")]
mod hosted;
pub mod locate;
#[cfg(windows)]
mod windows;

use std::{path::Path, sync::Arc};

use rx_abi::ControlCode;

pub use error::{DeviceError, ErrorKind, OpenError};

/// True if a driver that this process ran itself broke a rule of the kernel, which has stopped it then and told
/// so on standard error. Known once the driver's last handle is closed; never on Windows.
#[must_use]
pub fn driver_was_stopped() -> bool {
    #[cfg(target_os = "linux")]
    return hosted::has_stopped();
    #[cfg(not(target_os = "linux"))]
    false
}

/// One open handle of a driver.
pub trait Device: Send + Sync {
    /// Sends a control request and waits for its answer; returns how many bytes of `output` it took.
    ///
    /// # Errors
    ///
    /// What the driver or the system answered.
    fn control(
        &self,
        code: ControlCode,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, DeviceError>;

    /// Reads whole records; waits until there is one, or until the read is cancelled.
    ///
    /// A driver that filled the buffer and says that there was more has succeeded.
    ///
    /// # Errors
    ///
    /// What the driver or the system answered.
    fn read(&self, buffer: &mut [u8]) -> Result<usize, DeviceError>;

    /// Ends all reads of this handle that wait, with [`ErrorKind::Cancelled`].
    fn cancel(&self);
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<D: Device + ?Sized> Device for $pointer {
            fn control(
                &self,
                code: ControlCode,
                input: &[u8],
                output: &mut [u8],
            ) -> Result<usize, DeviceError> {
                (**self).control(code, input, output)
            }

            fn read(&self, buffer: &mut [u8]) -> Result<usize, DeviceError> {
                (**self).read(buffer)
            }

            fn cancel(&self) {
                (**self).cancel();
            }
        }
    )*};
}

forward!(&D, Box<D>, Arc<D>);

/// Opens wskrx: the driver that Windows runs, or on Linux the one in the file `driver`, loaded into this
/// process. Without a file, [`locate::wskrx`] finds one.
///
/// # Errors
///
/// Why it cannot be opened.
pub fn open(driver: Option<&Path>) -> Result<Box<dyn Device>, OpenError> {
    #[cfg(windows)]
    {
        match driver {
            Some(file) => Err(OpenError::FileOnWindows { driver: "wskrx", file: file.to_owned() }),
            None => open_running(rx_abi::WSKRX_DEVICE),
        }
    }
    #[cfg(target_os = "linux")]
    {
        let file = locate::wskrx(driver)?;
        let (handle, _) = hosted::Handle::open(&file, rx_abi::WSKRX_DEVICE, Vec::new())?;
        Ok(Box::new(handle))
    }
    #[cfg(not(any(windows, target_os = "linux")))]
    {
        Err(OpenError::NotHosted(locate::wskrx(driver)?))
    }
}

/// Opens a driver that the system runs, by the name of its device.
///
/// # Errors
///
/// Why it cannot be opened; always [`OpenError::NotRunning`] where Windows is not the system.
pub fn open_running(device: &str) -> Result<Box<dyn Device>, OpenError> {
    #[cfg(windows)]
    {
        Ok(Box::new(windows::Handle::open(device)?))
    }
    #[cfg(not(windows))]
    {
        let _ = device;
        Err(OpenError::NotRunning)
    }
}

/// Opens ndisrx: the driver that Windows runs, with the network adapters of the machine.
///
/// # Errors
///
/// Why it cannot be opened.
#[cfg(not(target_os = "linux"))]
pub fn open_frames(driver: Option<&Path>) -> Result<Box<dyn Device>, OpenError> {
    #[cfg(windows)]
    {
        match driver {
            Some(file) => Err(OpenError::FileOnWindows { driver: "ndisrx", file: file.to_owned() }),
            None => open_running(rx_abi::NDISRX_DEVICE),
        }
    }
    #[cfg(not(windows))]
    {
        Err(OpenError::NotHosted(locate::ndisrx(driver)?))
    }
}

/// Opens ndisrx: the driver in the file `driver`, loaded into this process, with these adapters, which
/// [`nthost::ndis::source::open`] makes. Without a file, [`locate::ndisrx`] finds one.
///
/// # Errors
///
/// Why it cannot be opened.
#[cfg(target_os = "linux")]
pub fn host_frames(
    driver: Option<&Path>,
    adapters: Vec<nthost::ndis::source::Opened>,
) -> Result<(impl Device + use<>, Vec<nthost::ndis::Link>), OpenError> {
    hosted::Handle::open(&locate::ndisrx(driver)?, rx_abi::NDISRX_DEVICE, adapters)
}

/// Says where [`open`] takes the driver from, for a person.
///
/// # Errors
///
/// Where it was looked for in vain.
pub fn origin(driver: Option<&Path>) -> Result<String, OpenError> {
    if cfg!(windows) {
        Ok(format!("run by Windows as {}", rx_abi::WSKRX_DEVICE))
    } else {
        Ok(format!("loaded into this process from {}", locate::wskrx(driver)?.display()))
    }
}
