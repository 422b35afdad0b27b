//! Windows itself, with the drivers that are installed there.

mod call;
mod lab;
mod memory;
mod native;
mod open;

use std::{
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
    process::ExitCode,
    ptr,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use windows_sys::{
    Wdk::Storage::FileSystem::NtCancelIoFileEx,
    Win32::{
        Foundation::WAIT_OBJECT_0,
        System::{
            IO::IO_STATUS_BLOCK,
            Threading::{CreateEventW, WaitForSingleObject},
        },
    },
};
use winrx::setup;

use super::{Completion, Handle, Lab, Machine, Memory, Pending, Setup, Started, System};
use crate::{
    call::{Buffer, Call, OpenCall},
    status::Status,
    target::{TARGETS, Target},
};

/// Windows.
#[derive(Debug)]
pub struct Windows;

impl System for Windows {
    fn name(&self) -> String {
        let verifier = setup::ask_verifier().account(&setup::PRODUCTS);
        format!("Windows, with the installed drivers; {verifier}")
    }

    fn check(&self, target: &Target) -> Result<(), String> {
        let name = target.name;
        match setup::System::service(&setup::Windows, name) {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(format!("{name} is not installed. `winrx install` does that.")),
            Err(error) => Err(error.to_string()),
        }
    }

    fn start(&self, target: &Target, _setup: &Setup) -> Result<Box<dyn Machine>, String> {
        lab::start_service(target.name)?;
        Ok(Box::new(Running { driver: target.name.to_owned() }))
    }
}

/// This machine, with a driver that runs.
struct Running {
    driver: String,
}

impl Machine for Running {
    fn open(&self, name: &[u16], how: &OpenCall) -> Result<Arc<dyn Handle>, Status> {
        let device = open::open(name, how)?;
        Ok(Arc::new(Opened { device, events: Arc::default() }))
    }

    fn memory(&self, length: usize) -> Result<Arc<dyn Memory>, String> {
        Ok(Arc::new(memory::Pages::new(length)?))
    }

    fn lab(&self) -> &dyn Lab {
        self
    }

    fn finish(self: Box<Self>) -> Vec<String> {
        // The driver goes on; Driver Verifier watches it, and stops the machine if something is wrong.
        Vec::new()
    }
}

/// Events that no request uses at the moment.
type Events = Arc<Mutex<Vec<OwnedHandle>>>;

/// An open device.
struct Opened {
    device: Arc<OwnedHandle>,
    events: Events,
}

/// A request that is under way.
///
/// # Invariants
///
/// The system writes to `result` until the event is signaled, and not after that.
struct Request {
    device: Arc<OwnedHandle>,
    event: Option<OwnedHandle>,
    result: Box<Result_>,
    events: Events,
}

/// Where the system writes how a request ended.
#[repr(transparent)]
struct Result_(IO_STATUS_BLOCK);

// SAFETY: the system writes there from any thread, and it is read only when that is done.
unsafe impl Send for Result_ {}

impl Request {
    fn new(opened: &Opened) -> Result<Self, Status> {
        let spare = opened.events.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let event = match spare {
            Some(event) => event,
            None => new_event().ok_or(Status::INSUFFICIENT_RESOURCES)?,
        };
        // INVARIANT: no request uses it yet.
        Ok(Self {
            device: Arc::clone(&opened.device),
            event: Some(event),
            result: Box::new(Result_(IO_STATUS_BLOCK::default())),
            events: Arc::clone(&opened.events),
        })
    }

    fn completion(&self) -> Completion {
        // SAFETY: the request is done, which sets this member of the union.
        let status = unsafe { self.result.0.Anonymous.Status };
        Completion {
            status: Status(status.cast_unsigned()),
            information: self.result.0.Information,
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if let Some(event) = self.event.take() {
            self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        }
    }
}

/// An event that stays signaled.
fn new_event() -> Option<OwnedHandle> {
    // SAFETY: null stands for default security and for no name.
    let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
    // SAFETY: the event was made just now, and nobody else has its handle.
    (!event.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(event) })
}

impl Handle for Opened {
    fn start(&self, call: &Call) -> Started {
        if matches!(call, Call::Driver { .. }) {
            return Started::NotHere;
        }
        let failed = |status| Started::Done(Completion { status, information: 0 });
        let mut request = match Request::new(self) {
            Ok(request) => request,
            Err(status) => return failed(status),
        };
        let status = Status(call::make(&mut request, call).cast_unsigned());
        match status {
            Status::PENDING => Started::Pending(Box::new(request)),
            // What fails before it is a request says nothing but that.
            _ if status.is_error() => failed(status),
            _ => Started::Done(Completion { status, information: request.result.0.Information }),
        }
    }

    fn cancel(&self) {
        let mut result = IO_STATUS_BLOCK::default();
        let device = self.device.as_raw_handle();
        // SAFETY: the device is open, and null stands for all of its requests.
        unsafe { NtCancelIoFileEx(device, ptr::null(), &raw mut result) };
    }

    fn section(&self) -> Status {
        open::section(&self.device)
    }
}

impl Pending for Request {
    fn wait(self: Box<Self>, time: Duration) -> Result<Completion, Box<dyn Pending>> {
        let Some(event) = &self.event else { return Ok(self.completion()) };
        let time = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        // SAFETY: the event is valid.
        let waited = unsafe { WaitForSingleObject(event.as_raw_handle(), time) };
        if waited == WAIT_OBJECT_0 { Ok(self.completion()) } else { Err(self) }
    }

    fn cancel(&self) {
        let mut result = IO_STATUS_BLOCK::default();
        let device = self.device.as_raw_handle();
        // SAFETY: the device is open, and the block is only compared.
        unsafe { NtCancelIoFileEx(device, &raw const self.result.0, &raw mut result) };
    }
}

/// Is the process that is killed: opens a driver, begins to receive in a mode, begins reads, and waits.
#[must_use]
pub fn victim(driver: &str, mode: u32, reads: u32, length: u32) -> ExitCode {
    let Some(target) = TARGETS.iter().find(|target| target.name == driver) else {
        return ExitCode::FAILURE;
    };
    let machine = Running { driver: driver.to_owned() };
    let memory = memory::Pages::new(length as usize + 8192);
    let opened = machine.open(&target.device(&[]), &OpenCall::default());
    let (Ok(memory), Ok(handle)) = (memory, opened) else { return ExitCode::FAILURE };
    let begin = target.receive(mode as usize);
    memory.write(0, &begin.input);
    let count = u32::try_from(begin.input.len()).unwrap_or_default();
    let input = Buffer { address: memory.address(), length: count };
    let output = Buffer { address: memory.address(), length: begin.output };
    let mut under_way = vec![handle.start(&Call::Control { code: begin.code, input, output })];
    let to = Buffer { address: memory.address() + 4096, length };
    under_way.extend((0..reads).map(|_| handle.start(&Call::Read { to, offset: 0, key: 0 })));
    println!("ready");
    thread::sleep(Duration::from_hours(1));
    drop(under_way);
    ExitCode::SUCCESS
}
