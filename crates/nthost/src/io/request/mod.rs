//! Requests of the I/O manager: each has an IRP, and whoever made it is told when it is done.

mod buffer;
pub(super) mod build;
mod bytes;
mod call;
mod descriptor;
mod fill;
mod transfer;

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use super::{
    device, file,
    file::{FileObject, Use},
    irp::{self, Origin, Record},
};
use crate::{
    ke,
    mm::Region,
    nt::{
        DEVICE_OBJECT, IO_STACK_LOCATION, IO_STATUS_BLOCK, IRP, IRP_MJ_SHUTDOWN,
        IRP_SYNCHRONOUS_API, KPROCESSOR_MODE, KernelMode, NTSTATUS, STATUS_INSUFFICIENT_RESOURCES,
        STATUS_UNSUCCESSFUL, irp_next,
    },
    sched::{self, Condvar, Mutex},
    system::System,
    thread,
    verifier::{
        Check, Code,
        catalogue::irp::{CANCEL_TIMEOUT, EVENT_UNWOUND, STATUS_BLOCK_UNWOUND},
    },
};

use buffer::SystemBuffer;
pub(crate) use bytes::Bytes;
pub use call::{Buffer, Call};
pub(crate) use fill::send as send_call;
pub(super) use transfer::free_mdls;
pub(crate) use transfer::{Transfer, send};

/// Bytes of a kernel stack.
const STACK: usize = 24 << 10;

/// How long a driver may take to end a request that was cancelled.
const CANCEL_PATIENCE: Duration = Duration::from_secs(10);

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub status: NTSTATUS,
    pub information: usize,
}

impl Outcome {
    /// A failure without any effect.
    pub const fn failed(status: NTSTATUS) -> Self {
        Self { status, information: 0 }
    }
}

/// A request that has an IRP.
pub(crate) struct Request {
    outcome: Mutex<Option<Outcome>>,
    ended: Condvar,
    parts: Mutex<Parts>,
    /// When it was cancelled first.
    cancelled: Mutex<Option<Instant>>,
    system: Weak<System>,
}

/// What a request has as long as it is under way.
#[derive(Default)]
struct Parts {
    /// The file that it is for, which stays until the request is done.
    file: Option<Use>,
    buffer: Option<SystemBuffer>,
    /// Where the result goes, and how much fits.
    output: Option<Bytes>,
    /// The result is copied there from the system's buffer.
    is_copied: bool,
    /// The memory of a program that is locked or written to.
    pinned: Option<Arc<Region>>,
    /// What the stack location refers to, beside the buffers.
    attachment: Option<SystemBuffer>,
}

impl Request {
    fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            outcome: Mutex::default(),
            ended: Condvar::new(),
            parts: Mutex::new(parts),
            cancelled: Mutex::new(None),
            system: Arc::downgrade(&thread::system()),
        })
    }

    /// A request that failed before it had an IRP.
    fn failed(status: NTSTATUS) -> Arc<Self> {
        let request = Self::new(Parts::default());
        request.end(Outcome::failed(status));
        request
    }

    fn end(&self, outcome: Outcome) {
        *self.outcome.lock() = Some(outcome);
        self.ended.notify_all();
    }

    /// Waits until it is done, or the kernel has stopped.
    pub fn wait(&self, system: &System) -> Outcome {
        loop {
            if let Some(outcome) = self.wait_until(system, None) {
                return outcome;
            }
        }
    }

    /// Waits until it is done, or the kernel has stopped, or the time is over if there is one.
    pub fn wait_until(&self, system: &System, end: Option<Instant>) -> Option<Outcome> {
        let mut outcome = self.outcome.lock();
        let mut was_stopped = false;
        while outcome.is_none() {
            if was_stopped {
                return Some(Outcome::failed(STATUS_UNSUCCESSFUL));
            }
            self.check_cancelled();
            // Once more then: a thread may be about to end the request.
            was_stopped = system.stop.is_stopped();
            if end.is_some_and(|end| sched::now() >= end) {
                break;
            }
            self.ended.wait_a_while(&mut outcome, end);
        }
        *outcome
    }

    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<Outcome> {
        *self.outcome.lock()
    }

    /// Checks that the driver does not take too long to end a request that was cancelled.
    fn check_cancelled(&self) {
        let mut cancelled = self.cancelled.lock();
        let is_late = |time| sched::now().duration_since(time) >= CANCEL_PATIENCE;
        if !cancelled.is_some_and(is_late) {
            return;
        }
        *cancelled = None;
        drop(cancelled);
        let Some(system) = self.system.upgrade() else { return };
        thread::enter(&system, |_| {
            let text =
                format!("a request that was cancelled is not completed after {CANCEL_PATIENCE:?}");
            CANCEL_TIMEOUT.broken(text);
        });
    }

    /// Asks the driver to cancel it, if it is not done.
    pub fn cancel(&self) {
        self.cancelled.lock().get_or_insert_with(sched::now);
        let file = self.parts.lock().file.as_ref().map(Use::file);
        if let Some(file) = file {
            file.cancel(Some(self));
        }
    }
}

/// Makes an IRP for a file and whatever is above its device, whose next stack location `set_up` fills in.
///
/// # Errors
///
/// `STATUS_INSUFFICIENT_RESOURCES`
pub(super) fn new_irp(
    system: &System,
    file: &FileObject,
    mode: KPROCESSOR_MODE,
    set_up: impl FnOnce(&mut IRP, &mut IO_STACK_LOCATION),
) -> Result<(*mut IRP, *mut DEVICE_OBJECT), NTSTATUS> {
    let set_up = |packet: &mut IRP, location: &mut IO_STACK_LOCATION| {
        packet.Tail.Overlay.OriginalFileObject = file.address();
        location.FileObject = file.address();
        set_up(packet, location);
    };
    // SAFETY: an open file keeps its device.
    unsafe { new_irp_for(system, file.device(), mode, set_up) }
}

/// Makes an IRP for a device and whatever is above it.
///
/// # Errors
///
/// `STATUS_INSUFFICIENT_RESOURCES`
///
/// # Safety
///
/// The device is valid.
unsafe fn new_irp_for(
    system: &System,
    device: *mut DEVICE_OBJECT,
    mode: KPROCESSOR_MODE,
    set_up: impl FnOnce(&mut IRP, &mut IO_STACK_LOCATION),
) -> Result<(*mut IRP, *mut DEVICE_OBJECT), NTSTATUS> {
    // SAFETY: by the contract.
    let device = unsafe { device::top(device) };
    // SAFETY: as above.
    let locations = unsafe { (*device).StackSize };
    // SAFETY: as above.
    let driver = unsafe { (*device).DriverObject };
    // SAFETY: a device keeps its driver.
    let by = unsafe { (*driver).DriverInit }.map_or(0, |entry| entry as usize);
    let irp = irp::allocate(system, locations, Origin::IoManager, by);
    // SAFETY: it was just allocated, or is null.
    let packet = unsafe { irp.as_mut() }.ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    packet.RequestorMode = mode;
    packet.Tail.Overlay.Thread = thread::current(thread::Thread::address) as *mut _;
    // SAFETY: a device has a stack location for its driver.
    let next = unsafe { irp_next(packet) };
    // SAFETY: as above.
    set_up(packet, unsafe { &mut *next });
    Ok((irp, device))
}

/// Tells a device that the system is shut down.
///
/// # Safety
///
/// The device is valid until this returns.
pub(super) unsafe fn send_shutdown(system: &System, device: *mut DEVICE_OBJECT) {
    // SAFETY: the contract is the same.
    let made = unsafe {
        new_irp_for(system, device, KernelMode, |packet, location| {
            packet.Flags = IRP_SYNCHRONOUS_API;
            location.MajorFunction = IRP_MJ_SHUTDOWN;
        })
    };
    let Ok((irp, device)) = made else { return };
    let request = Request::new(Parts::default());
    start(system, &request, irp, device);
    request.wait(system);
}

/// Sends an IRP without a buffer, and waits until it is done.
pub(super) fn send_and_wait(
    system: &System,
    file: &FileObject,
    mode: KPROCESSOR_MODE,
    set_up: impl FnOnce(&mut IRP, &mut IO_STACK_LOCATION),
) -> Outcome {
    let (irp, device) = match new_irp(system, file, mode, set_up) {
        Ok(new) => new,
        Err(status) => return Outcome::failed(status),
    };
    let request = Request::new(Parts::default());
    start(system, &request, irp, device);
    request.wait(system)
}

/// Sends the IRP of a request.
fn start(system: &System, request: &Arc<Request>, irp: *mut IRP, device: *mut DEVICE_OBJECT) {
    if let Some(record) = system.io.irps.record(irp) {
        record.set_request(Arc::clone(request));
    }
    thread::current(|thread| {
        // SAFETY: the IRP is new.
        let mode = thread.previous_mode.replace(unsafe { (*irp).RequestorMode });
        // SAFETY: the IRP is new and filled in, and the device is that of an open file.
        unsafe { irp::call(system, device, irp) };
        thread.previous_mode.set(mode);
    });
}

/// Ends a request whose IRP has been completed.
///
/// # Safety
///
/// All drivers are done with the IRP, which belongs to the request.
pub(crate) unsafe fn finish(system: &System, irp: *mut IRP, record: &Record, request: &Request) {
    // SAFETY: by the contract.
    let packet = unsafe { &*irp };
    let outcome = Outcome {
        // SAFETY: whoever completes an IRP sets this member of the union.
        status: unsafe { packet.IoStatus.u.Status },
        information: packet.IoStatus.Information,
    };
    let event = packet.UserEvent;
    // SAFETY: requests of the I/O manager and of drivers use this member of the union.
    let result = unsafe { packet.u.UserIosb };
    let parts = std::mem::take(&mut *request.parts.lock());
    let outcome = transfer::deliver(&parts, outcome);
    // SAFETY: by the contract; the MDLs of an IRP go with it.
    unsafe { free_mdls(packet.MdlAddress) };
    match &parts.file {
        Some(file) => file::leave(system, &file.file(), irp, record),
        None => irp::free(system, record),
    }
    // The file first: whoever waits for the request may want to see it closed.
    drop(parts);
    if !result.is_null() && is_there(STATUS_BLOCK_UNWOUND, irp, result as usize) {
        let mut value = IO_STATUS_BLOCK::default();
        value.u.Status = outcome.status;
        value.Information = outcome.information;
        // SAFETY: the driver that made the request keeps it until then.
        unsafe { result.write(value) };
    }
    if !event.is_null() && is_there(EVENT_UNWOUND, irp, event as usize) {
        // SAFETY: as above.
        unsafe { ke::event::set(event) };
    }
    request.end(outcome);
}

/// Whether what a driver gave for the result of an IRP is still there, and not on a part of its stack that is
/// gone: below where it has called the kernel now.
fn is_there(check: &'static Check, irp: *mut IRP, address: usize) -> bool {
    let end = thread::current(|thread| thread.returns.get()) as usize;
    let is_gone = address < end && address > end.saturating_sub(STACK);
    if let (true, Code::Windows { first: Some(first), .. }) = (is_gone, check.code) {
        let text = format!("the frame that {address:#x} was in has returned");
        irp::rules::with(check, irp, [first, address as u64, 0, 0], text);
    }
    !is_gone
}
