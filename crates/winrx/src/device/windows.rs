//! The driver that Windows runs.

use std::{
    fs::OpenOptions,
    io,
    os::windows::{
        fs::OpenOptionsExt,
        io::{AsRawHandle, FromRawHandle, OwnedHandle},
    },
    ptr,
    sync::{Mutex, PoisonError},
};

use rx_abi::ControlCode;
use windows_sys::{
    Win32::{
        Foundation::{ERROR_IO_PENDING, ERROR_MORE_DATA, HANDLE, STATUS_PENDING, TRUE},
        Storage::FileSystem::{FILE_FLAG_OVERLAPPED, ReadFile},
        System::{
            IO::{CancelIoEx, DeviceIoControl, GetOverlappedResult, OVERLAPPED},
            Threading::CreateEventW,
        },
    },
    core::BOOL,
};

use super::{Device, DeviceError, OpenError};

/// An open handle, for requests of several threads at a time.
pub struct Handle {
    device: OwnedHandle,
    /// Events that no request uses at the moment.
    events: Mutex<Vec<OwnedHandle>>,
}

impl Handle {
    /// Opens the device `name`.
    pub fn open(name: &str) -> Result<Self, OpenError> {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(FILE_FLAG_OVERLAPPED);
        let device = options.open(name).map_err(|error| OpenError::Refused {
            name: name.to_owned(),
            error: device_error(&error),
        })?;
        Ok(Self { device: device.into(), events: Mutex::default() })
    }

    /// Starts a request and waits for its end; returns how many bytes it transferred. What the request
    /// uses must live until then, and does, since this function returns no earlier.
    fn request(
        &self,
        start: impl FnOnce(HANDLE, *mut OVERLAPPED) -> BOOL,
    ) -> Result<usize, DeviceError> {
        let event = self.take_event()?;
        let mut overlapped = OVERLAPPED { hEvent: event.as_raw_handle(), ..OVERLAPPED::default() };
        let request = &raw mut overlapped;
        let device = self.device.as_raw_handle();
        let mut result = succeeded(start(device, request));
        if matches!(result, Err(DeviceError::Win32(ERROR_IO_PENDING | ERROR_MORE_DATA))) {
            let mut transferred = 0;
            // SAFETY: the device, its request and the counter are there until the call returns.
            let done = unsafe { GetOverlappedResult(device, request, &raw mut transferred, TRUE) };
            result = succeeded(done);
        }
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        match result {
            // The buffer is full, and there was more; what is in it counts.
            Ok(()) | Err(DeviceError::Win32(ERROR_MORE_DATA)) => Ok(overlapped.InternalHigh),
            Err(error) => Err(precise(error, &overlapped)),
        }
    }

    fn take_event(&self) -> Result<OwnedHandle, DeviceError> {
        let spare = self.events.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.map_or_else(new_event, Ok)
    }
}

impl Device for Handle {
    fn control(
        &self,
        code: ControlCode,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, DeviceError> {
        let (input_length, output_length) = (length(input)?, length(output)?);
        self.request(|device, request| {
            // SAFETY: the buffers are as long as said; they and the request outlive it.
            unsafe {
                DeviceIoControl(
                    device,
                    code.value(),
                    input.as_ptr().cast(),
                    input_length,
                    output.as_mut_ptr().cast(),
                    output_length,
                    ptr::null_mut(),
                    request,
                )
            }
        })
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        let length = length(buffer)?;
        self.request(|device, request| {
            // SAFETY: the buffer is as long as said; it and the request outlive it.
            unsafe { ReadFile(device, buffer.as_mut_ptr(), length, ptr::null_mut(), request) }
        })
    }

    fn cancel(&self) {
        // SAFETY: the device is open, and null stands for all of its requests. That there are none is
        // the only failure.
        unsafe { CancelIoEx(self.device.as_raw_handle(), ptr::null()) };
    }
}

/// A manual-reset event.
fn new_event() -> Result<OwnedHandle, DeviceError> {
    // SAFETY: null stands for default security and for no name.
    let event = unsafe { CreateEventW(ptr::null(), TRUE, 0, ptr::null()) };
    if event.is_null() {
        return Err(last_error());
    }
    // SAFETY: the event was made just now, and nobody else has its handle.
    Ok(unsafe { OwnedHandle::from_raw_handle(event) })
}

/// The NTSTATUS of a request that failed, where the system tells it: several of them become one Win32
/// error.
fn precise(error: DeviceError, request: &OVERLAPPED) -> DeviceError {
    #[expect(clippy::cast_possible_truncation, reason = "an NTSTATUS in a wider field")]
    let status = request.Internal as u32;
    let told = status.cast_signed() < 0 && status != STATUS_PENDING.cast_unsigned();
    if told { DeviceError::Nt(status) } else { error }
}

fn succeeded(result: BOOL) -> Result<(), DeviceError> {
    if result == 0 { Err(last_error()) } else { Ok(()) }
}

fn last_error() -> DeviceError {
    device_error(&io::Error::last_os_error())
}

fn device_error(error: &io::Error) -> DeviceError {
    DeviceError::Win32(error.raw_os_error().unwrap_or_default().cast_unsigned())
}

/// The length of a buffer, as Windows takes it.
fn length(buffer: &[u8]) -> Result<u32, DeviceError> {
    const ERROR_INVALID_PARAMETER: u32 = 87;
    u32::try_from(buffer.len()).map_err(|_| DeviceError::Win32(ERROR_INVALID_PARAMETER))
}
