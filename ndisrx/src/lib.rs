//! ndisrx.sys: receives whole frames as an NDIS 6 protocol driver and hands them to programs.
//!
//! NDIS offers every adapter, and the driver binds to each (`binding`). What is known of an adapter outlives
//! its bindings (`adapter`): when it comes back it is the same one. A handle to the device is a reader
//! (`handle`, `reader`), which wants frames of one adapter or of all (`wants`); `capture` brings both together.
//! Frames that NDIS indicates are copied into the queue of each reader that wants them (`receive`, `deliver`),
//! or kept for one (`retain`); from there reads return them as records (`batch`). One thread asks adapters for what readers want
//! (`requests`, `worker`).

#![no_std]

// Brings the panic handler.
extern crate wdk_panic;

mod adapter;
mod batch;
mod binding;
mod capture;
mod clock;
mod deliver;
mod events;
mod frame;
mod handle;
mod list;
mod reader;
mod receive;
mod requests;
mod retain;
mod wants;
mod worker;

use ndis::{Protocol, Registered};
use rx_abi::{
    IOCTL_ADAPTER_STATS, IOCTL_ADAPTERS, IOCTL_FRAME_STATS, IOCTL_INFO, IOCTL_OPEN, IOCTL_UNBIND,
    Info,
};
use rx_sink::Parameters;
use wdk_alloc::WdkAllocator;
use wdm::{
    Answer, ControlDevice, ControlRequest, Device, DeviceNames, Driver, DriverObject, Passive,
    PoolArc, PoolBox, ReadRequest, Result, Status, Tag, UnicodeStr, Written, debug_print,
    device_names, driver_entry, unicode,
};
use zerocopy::IntoBytes;

use crate::{binding::Receiver, capture::Capture, handle::Handle, worker::Running};

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

const INFO: Info = Info::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

/// The name of the service, by which NDIS knows the protocol.
const SERVICE: UnicodeStr<'static> = unicode!("ndisrx");

const NAMES: DeviceNames = device_names!("ndisrx");

/// IRPs are completed here and never handed on.
const STACK_SIZE: i8 = 1;

const TAG: Tag = Tag::new(*b"NRrx");

driver_entry!(Ndisrx);

/// The driver. First it ceases to be a protocol, which closes all bindings; then the thread ends.
struct Ndisrx {
    _protocol: Registered<Receiver>,
    _worker: Running,
}

impl Driver for Ndisrx {
    type Device = Handles;

    fn start(driver: &mut DriverObject<'_, Handles>, irql: &mut Passive) -> Result<Self> {
        let parameters = Parameters::apply(driver, irql);
        events::TRACE.register(driver, irql);
        let (protocol, worker) = Self::make(driver, parameters, irql)
            .inspect_err(|error| events::TRACE.start_failed(*error))?;
        events::TRACE.started();
        debug_print!(Info, "ndisrx ", env!("CARGO_PKG_VERSION"), " started");
        Ok(Self { _protocol: protocol, _worker: worker })
    }
}

impl Ndisrx {
    fn make(
        driver: &mut DriverObject<'_, Handles>,
        parameters: Parameters,
        irql: &mut Passive,
    ) -> Result<(Registered<Receiver>, Running)> {
        let capture = Capture::new(parameters.queue_bytes)?;
        driver.create_device(NAMES, Handles { capture: capture.clone() }, STACK_SIZE, irql)?;
        let worker = Running::start(capture.clone(), irql)?;
        // From here on adapters are offered.
        let protocol = Receiver::registration().register(Receiver(capture), SERVICE, TAG, irql)?;
        Ok((protocol, worker))
    }
}

impl Drop for Ndisrx {
    fn drop(&mut self) {
        events::TRACE.stopping();
        debug_print!(Info, "ndisrx stopped");
    }
}

/// The device; each open handle to it is a reader.
struct Handles {
    capture: PoolArc<Capture>,
}

impl ControlDevice for Handles {
    type File = Handle;

    fn create(&self, _device: Device, _irql: &mut Passive) -> Result<PoolBox<Handle>> {
        PoolBox::try_new(Handle::new(self.capture.clone()), TAG)
    }

    fn cleanup(&self, handle: &Handle, irql: &mut Passive) {
        handle.cleanup(irql);
    }

    fn read(&self, handle: &Handle, request: ReadRequest<'_>, _irql: &mut Passive) -> Answer {
        handle.read(request)
    }

    fn device_control(
        &self,
        handle: &Handle,
        request: &mut ControlRequest<'_>,
        irql: &mut Passive,
    ) -> Result<Written> {
        let code = request.code();
        if code == IOCTL_OPEN.value() {
            return handle.open(request, irql);
        }
        if code == IOCTL_ADAPTER_STATS.value() {
            return list::stats(&self.capture, request, irql);
        }
        let known = [IOCTL_INFO, IOCTL_ADAPTERS, IOCTL_FRAME_STATS, IOCTL_UNBIND];
        if !known.iter().any(|known| code == known.value()) {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        if !request.input().is_empty() {
            return Err(Status::INVALID_BUFFER_SIZE);
        }
        if code == IOCTL_INFO.value() {
            request.reply(INFO.as_bytes())
        } else if code == IOCTL_ADAPTERS.value() {
            list::adapters(&self.capture, request, irql)
        } else if code == IOCTL_FRAME_STATS.value() {
            handle.stats(request, irql)
        } else {
            handle.end(irql)
        }
    }
}
