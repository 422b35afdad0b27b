//! wskrx.sys: receives UDP datagrams through Winsock Kernel and hands them to programs.
//!
//! A handle to the device is a receiver (`receiver`). Binding it makes a `session`: a socket, and the
//! `inbox` that datagrams go to and reads come from. What the modes differ in is how datagrams get into
//! the inbox: WSK indicates them (`event`), or is asked for them with IRPs of our own (`irp`) or with
//! the reads of programs (`direct`). All receivers are in a `list`, for whoever wants their counters.

#![no_std]

// Brings the panic handler.
extern crate wdk_panic;

mod bind;
mod direct;
mod event;
mod events;
mod inbox;
mod irp;
mod list;
mod open;
mod pump;
mod queue;
mod receiver;
mod record;
mod retain;
mod session;

use rx_abi::{IOCTL_BIND, IOCTL_INFO, IOCTL_RECEIVERS, IOCTL_STATS, IOCTL_UNBIND, Info};
use rx_sink::Parameters;
use wdk_alloc::WdkAllocator;
use wdm::{
    Answer, ControlDevice, ControlRequest, Device, DeviceNames, Driver, DriverObject, Passive,
    PoolBox, ReadRequest, Result, Status, Tag, Written, debug_print, device_names, driver_entry,
};
use wsk::{EventCallbacks, Registered, Registration};
use zerocopy::IntoBytes;

use crate::{list::List, receiver::Receiver};

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

const INFO: Info = Info::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

const NAMES: DeviceNames = device_names!("wskrx");

/// A read IRP is handed on to WSK, which needs a stack location of its own in it.
const STACK_SIZE: i8 = 2;

const TAG: Tag = Tag::new(*b"WRrx");

/// The client of WSK that most sockets belong to.
static DYNAMIC: Registration = Registration::new(EventCallbacks::Dynamic);

/// The client that sockets with static callbacks belong to: they are on for all sockets of a client.
static STATIC: Registration = Registration::new(EventCallbacks::Static);

driver_entry!(Wskrx);

/// The driver.
struct Wskrx {
    _clients: [Registered; 2],
}

impl Driver for Wskrx {
    type Device = Receivers;

    fn start(driver: &mut DriverObject<'_, Receivers>, irql: &mut Passive) -> Result<Self> {
        let parameters = Parameters::apply(driver, irql);
        events::TRACE.register(driver, irql);
        let clients = Self::make(driver, parameters, irql)
            .inspect_err(|error| events::TRACE.start_failed(*error))?;
        events::TRACE.started();
        debug_print!(Info, "wskrx ", env!("CARGO_PKG_VERSION"), " started");
        Ok(Self { _clients: clients })
    }
}

impl Wskrx {
    fn make(
        driver: &mut DriverObject<'_, Receivers>,
        parameters: Parameters,
        irql: &mut Passive,
    ) -> Result<[Registered; 2]> {
        let clients = [DYNAMIC.register(irql)?, STATIC.register(irql)?];
        let receivers = Receivers { parameters, list: List::new()? };
        driver.create_device(NAMES, receivers, STACK_SIZE, irql)?;
        Ok(clients)
    }
}

impl Drop for Wskrx {
    fn drop(&mut self) {
        events::TRACE.stopping();
        debug_print!(Info, "wskrx stopped");
    }
}

/// The device; each open handle to it is a receiver.
struct Receivers {
    parameters: Parameters,
    list: List,
}

impl ControlDevice for Receivers {
    type File = Receiver;

    fn create(&self, device: Device, _irql: &mut Passive) -> Result<PoolBox<Receiver>> {
        PoolBox::try_new(Receiver::new(device, self.parameters.queue_bytes), TAG)
    }

    fn cleanup(&self, receiver: &Receiver, irql: &mut Passive) {
        receiver.cleanup(irql);
    }

    fn close(&self, receiver: PoolBox<Receiver>, irql: &mut Passive) {
        Receiver::close(receiver, &self.list, irql);
    }

    fn read(&self, receiver: &Receiver, request: ReadRequest<'_>, irql: &mut Passive) -> Answer {
        receiver.read(request, irql)
    }

    fn device_control(
        &self,
        receiver: &Receiver,
        request: &mut ControlRequest<'_>,
        irql: &mut Passive,
    ) -> Result<Written> {
        let code = request.code();
        if code == IOCTL_BIND.value() {
            return receiver.bind(&self.list, request, irql);
        }
        let known = [IOCTL_INFO, IOCTL_STATS, IOCTL_UNBIND, IOCTL_RECEIVERS];
        if !known.iter().any(|known| code == known.value()) {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        if !request.input().is_empty() {
            return Err(Status::INVALID_BUFFER_SIZE);
        }
        if code == IOCTL_INFO.value() {
            request.reply(INFO.as_bytes())
        } else if code == IOCTL_STATS.value() {
            receiver.stats(request)
        } else if code == IOCTL_RECEIVERS.value() {
            self.list.reply(request, irql)
        } else {
            receiver.unbind(irql)
        }
    }
}
