//! own_irp.sys asks Winsock Kernel for one datagram after the other, with an IRP of its own.
//!
//! A program opens `\\.\own_irp`, which binds a socket to `LOCAL`, and reads: a datagram each.

#![no_std]
extern crate wdk_panic;

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use wdm::{
    Answer, ControlDevice, Device, Driver, DriverObject, Mailbox, Passive, PoolArc, PoolBox,
    PoolVec, ReadRequest, Result, Status, Tag, WorkItem, irp,
};
use wsk::{EventCallbacks, Family, Registered, Registration, Slot, SlotOwner, Socket};

/// Port 5000 of every address.
const LOCAL: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 5000));
const TAG: Tag = Tag::new(*b"ExOw");
static WSK: Registration = Registration::new(EventCallbacks::Dynamic);

wdm::driver_entry!(OwnIrp);

struct OwnIrp {
    _client: Registered,
}

impl Driver for OwnIrp {
    type Device = Ports;

    fn start(driver: &mut DriverObject<'_, Ports>, irql: &mut Passive) -> Result<Self> {
        let client = WSK.register(irql)?;
        driver.create_device(wdm::device_names!("own_irp"), Ports, 1, irql)?;
        Ok(Self { _client: client })
    }
}

/// The device. Each handle to it has a socket, and the datagrams that wait for reads.
struct Ports;

struct Port {
    socket: Socket<()>,
    datagrams: Mailbox<PoolVec<u8>>,
}

impl ControlDevice for Ports {
    type File = PoolArc<Port>;

    fn create(&self, device: Device, irql: &mut Passive) -> Result<PoolBox<PoolArc<Port>>> {
        let socket = Socket::open(&WSK, Family::V4, (), device, TAG, irql)?;
        socket.bind(LOCAL, &mut irp::SyncIrp::new(device, TAG)?, irql)?;
        let port = PoolArc::try_new(Port { socket, datagrams: Mailbox::new(256, TAG)? }, TAG)?;
        let next = WorkItem::new(&device, None, received, TAG)?;
        let slot = Slot::try_new(65_527, Ticket { port: port.clone(), next: Some(next) }, TAG)?;
        let file = PoolBox::try_new(port.clone(), TAG)?;
        drop(port.socket.receive(slot, irql));
        Ok(file)
    }

    fn cleanup(&self, port: &PoolArc<Port>, irql: &mut Passive) {
        port.datagrams.end(Status::CANCELLED, irql);
        port.socket.close(irql);
    }

    fn read(&self, port: &PoolArc<Port>, request: ReadRequest<'_>, irql: &mut Passive) -> Answer {
        port.datagrams.read(request, irql)
    }
}

/// What belongs to our IRP: whose it is, and what goes on with it.
struct Ticket {
    port: PoolArc<Port>,
    next: Option<WorkItem<Option<Own>>>,
}

type Own = PoolBox<irp::AsyncIrp<Slot<Ticket>>>;

impl SlotOwner for Ticket {
    /// The completion routine: the IRP stays ours. No request is made from here.
    fn completed(mut slot: Own) {
        if let Some(mut next) = slot.request.owner.next.take() {
            *next.value_mut() = Some(slot);
            next.queue();
        }
    }
}

/// Takes the datagram, at `PASSIVE_LEVEL`, and asks for another one with the same IRP; if there is none, that is all.
fn received(mut next: WorkItem<Option<Own>>, irql: &mut Passive) {
    let Some(mut slot) = next.value_mut().take() else { return };
    let port = slot.request.owner.port.clone();
    let Some(Ok((_, datagram))) = slot.request.datagram() else {
        port.socket.close(irql);
        return port.datagrams.end(Status::FILE_FORCED_CLOSED, irql);
    };
    // Without memory or room it is lost.
    let _: Result = port.datagrams.put_copy(datagram, irql);
    slot.request.owner.next = Some(next);
    drop(port.socket.receive(slot, irql));
}
