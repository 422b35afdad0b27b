//! borrowed_irp.sys hands the reads of programs on to Winsock Kernel, which receives each datagram into the
//! program's own buffer: the IRP is borrowed, and nothing is copied.
//!
//! A program opens `\\.\borrowed_irp`, binds the handle to a port with [`BIND`], and reads: a datagram each.

#![no_std]
extern crate wdk_panic;

use core::net::{Ipv4Addr, SocketAddr};

use wdm::{
    Answer, ControlDevice, ControlRequest, Device, Driver, DriverObject, Front, Passive, PoolBox,
    ReadRequest, Result, Status, Tag, Written, irp::SyncIrp,
};
use wsk::{Borrower, EventCallbacks, Lent, Place, Received, Registered, Registration, Socket};

/// Binds a handle to the port that its input is, in two bytes, or to any port if that is zero; its output
/// is the port. `CTL_CODE(FILE_DEVICE_NETWORK, 0x800, METHOD_BUFFERED, FILE_READ_DATA)`.
pub const BIND: u32 = 0x0012_6000;

const TAG: Tag = Tag::new(*b"ExBo");
static WSK: Registration = Registration::new(EventCallbacks::Dynamic);

wdm::driver_entry!(BorrowedIrp);

struct BorrowedIrp {
    _client: Registered,
}

impl Driver for BorrowedIrp {
    type Device = Ports;

    fn start(driver: &mut DriverObject<'_, Ports>, irql: &mut Passive) -> Result<Self> {
        let client = WSK.register(irql)?;
        // Two locations in the IRP of a read: for this driver, and for WSK below it.
        driver.create_device(wdm::device_names!("borrowed_irp"), Ports, 2, irql)?;
        Ok(Self { _client: client })
    }
}

/// The device. Each handle to it is a socket.
struct Ports;

impl ControlDevice for Ports {
    type File = Socket<()>;

    fn create(&self, device: Device, irql: &mut Passive) -> Result<PoolBox<Socket<()>>> {
        PoolBox::try_new(Socket::open(&WSK, wsk::Family::V4, (), device, TAG, irql)?, TAG)
    }

    fn cleanup(&self, socket: &Socket<()>, irql: &mut Passive) {
        // Completes the reads that WSK has.
        socket.close(irql);
    }

    fn read(&self, socket: &Socket<()>, request: ReadRequest<'_>, irql: &mut Passive) -> Answer {
        let place = Place { offset: 0, length: request.length() };
        let Ok(lent) = Lent::try_new(Reading, TAG) else {
            return request.fail(Status::INSUFFICIENT_RESOURCES);
        };
        request.hand_over(|read| {
            if let Err((error, read)) = socket.receive_into(read, lent, place, irql) {
                read.complete(Err(error));
            }
        })
    }

    fn device_control(
        &self,
        socket: &Socket<()>,
        request: &mut ControlRequest<'_>,
        irql: &mut Passive,
    ) -> Result<Written> {
        if request.code() != BIND {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        if request.room() < 2 {
            return Err(Status::BUFFER_TOO_SMALL);
        }
        let port = request.input().try_into().map_err(|_| Status::INVALID_BUFFER_SIZE)?;
        let local = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), u16::from_le_bytes(port));
        let mut irp = SyncIrp::new(socket.device(), TAG)?;
        socket.bind(local, &mut irp, irql)?;
        request.reply(&socket.local(TAG, &mut irp, irql)?.port().to_le_bytes())
    }
}

struct Reading;

impl Borrower for Reading {
    /// The completion routine. It says what the program gets, and the IRP goes back to the I/O manager.
    fn completed(&mut self, _: &mut Front<'_>, received: Result<Received<'_>>) -> (Status, usize) {
        match received {
            Ok(cut) if cut.details.truncated() => (Status::BUFFER_OVERFLOW, cut.length),
            Ok(whole) => (Status::SUCCESS, whole.length),
            Err(error) => (error, 0),
        }
    }
}
