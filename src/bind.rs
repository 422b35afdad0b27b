//! Binding a receiver.

use core::{net::SocketAddr, sync::atomic::Ordering};

use rx_abi::{Bind, Bound, CheckedBind, Mode, Receiver as About};
use wdm::{Device, Passive, PoolArc, Result, Thread, irp::SyncIrp, process, time};
use wsk::Registration;

use crate::{
    DYNAMIC, STATIC, TAG, events,
    inbox::{Feed, Inbox},
    irp, open, pump,
    queue::Queue,
    receiver::Reception,
    record, retain,
    session::Session,
};

/// Makes what the settings ask for, and begins to receive. The queue has `queue_bytes` bytes where the
/// settings leave that to the driver.
pub fn bind(
    settings: &Bind,
    checked: &CheckedBind<'_>,
    queue_bytes: u32,
    device: Device,
    irql: &mut Passive,
) -> Result<(Reception, Bound)> {
    let local = record::socket_address(checked.family, &settings.local);
    make(settings, checked, queue_bytes, local, device, irql)
        .inspect_err(|error| events::bind_failed(checked.mode, local, *error))
}

fn make(
    settings: &Bind,
    checked: &CheckedBind<'_>,
    queue_bytes: u32,
    local: SocketAddr,
    device: Device,
    irql: &mut Passive,
) -> Result<(Reception, Bound)> {
    let inbox = PoolArc::try_new(inbox(settings, checked.mode, queue_bytes, local)?, TAG)?;
    let mut irp = SyncIrp::new(device, TAG)?;
    let client = client(checked.mode);
    let opened = open::open(settings, checked, client, &inbox, device, &mut irp, irql)?;
    inbox.port.store(opened.local.port(), Ordering::Relaxed);
    let queue_bytes = inbox.queue.as_ref().map_or(0, |queue| queue.outlet.ring.capacity());
    let bound = Bound {
        local: record::endpoint(opened.local),
        receive_buffer: opened.receive_buffer,
        queue_bytes: u32::try_from(queue_bytes).unwrap_or(u32::MAX),
    };
    let about = About {
        number: inbox.number,
        process: process::current_id(),
        mode: checked.mode as u32,
        time: time::now(),
        local: bound.local,
        ..About::default()
    };
    let session = Session::new(about, opened.socket, inbox, device)?;
    match begin(settings, checked.mode, &session, irp, irql) {
        Ok(pump) => {
            events::bound(&session.inbox, checked.mode, opened.local, &bound);
            Ok((Reception::new(session, pump), bound))
        }
        Err(error) => {
            session.abandon(irql);
            Err(error)
        }
    }
}

#[inline(never)]
fn inbox(settings: &Bind, mode: Mode, queue_bytes: u32, local: SocketAddr) -> Result<Inbox> {
    let bytes = if settings.queue_bytes == 0 { queue_bytes } else { settings.queue_bytes };
    let retention = if mode == Mode::Retain { Some(retain::new(settings)?) } else { None };
    let queue = if mode == Mode::Direct { None } else { Some(Queue::new(bytes, retention)?) };
    let feed = match mode {
        Mode::Event | Mode::Retain => Feed::Refusable,
        Mode::EventStatic => Feed::Droppable,
        Mode::Irp | Mode::Direct => Feed::Requests,
    };
    Ok(Inbox::new(queue, feed, local.port()))
}

/// The client of WSK that sockets for a mode belong to.
fn client(mode: Mode) -> &'static Registration {
    if mode == Mode::EventStatic { &STATIC } else { &DYNAMIC }
}

/// Begins to receive; returns the thread that works for the mode, if it has one.
fn begin(
    settings: &Bind,
    mode: Mode,
    session: &PoolArc<Session>,
    control: SyncIrp,
    irql: &Passive,
) -> Result<Option<Thread>> {
    match mode {
        Mode::Event | Mode::Retain => {
            session.socket.enable(irql)?;
            pump::start(session.clone(), control, irql).map(Some)
        }
        // WSK calls back as soon as the socket is bound, and reads bring their own requests.
        Mode::EventStatic | Mode::Direct => Ok(None),
        Mode::Irp => irp::start(session, settings, irql).map(Some),
    }
}
