//! ndisrx.sys: receives whole frames as an NDIS 6 protocol driver and hands them to programs.

#![no_std]

// Brings the panic handler.
extern crate wdk_panic;

use rx_abi::{IOCTL_INFO, Info};
use wdk_alloc::WdkAllocator;
use wdm::{
    ControlDevice, ControlRequest, Device, DeviceNames, Driver, DriverObject, Passive, PoolBox,
    Result, Status, Tag, UnicodeStr, Written, debug_print, driver_entry, unicode,
};
use zerocopy::IntoBytes;

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

const INFO: Info = Info::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

const NAMES: DeviceNames =
    DeviceNames { device: unicode!(r"\Device\ndisrx"), link: unicode!(r"\DosDevices\ndisrx") };

/// IRPs are completed here and never handed on.
const STACK_SIZE: i8 = 1;

const TAG: Tag = Tag::new(*b"NRrx");

driver_entry!(Ndisrx);

/// The driver.
struct Ndisrx;

impl Driver for Ndisrx {
    type Device = Receivers;

    fn start(
        driver: &mut DriverObject<'_, Receivers>,
        _registry_path: UnicodeStr<'_>,
        irql: &mut Passive,
    ) -> Result<Self> {
        driver.create_device(NAMES, Receivers, STACK_SIZE, irql)?;
        debug_print!(Info, "ndisrx ", env!("CARGO_PKG_VERSION"), " started");
        Ok(Self)
    }
}

impl Drop for Ndisrx {
    fn drop(&mut self) {
        debug_print!(Info, "ndisrx stopped");
    }
}

/// The device; each open handle to it is a receiver.
struct Receivers;

/// The state of one handle.
struct Receiver;

impl ControlDevice for Receivers {
    type File = Receiver;

    fn create(&self, _device: Device, _irql: &mut Passive) -> Result<PoolBox<Receiver>> {
        PoolBox::try_new(Receiver, TAG)
    }

    fn device_control(
        &self,
        _file: &Receiver,
        request: &mut ControlRequest<'_>,
        _irql: &mut Passive,
    ) -> Result<Written> {
        match request.code() {
            code if code == IOCTL_INFO.value() => request.reply(INFO.as_bytes()),
            _ => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }
}
