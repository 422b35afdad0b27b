//! What the driver tells those who trace it. `docs/tracing.md` lists the events.

use core::net::SocketAddr;

use rx_abi::{
    Mode, WSKRX_TRACE,
    keyword::{HANDLE, LOSS},
};
use rx_sink::{Dropped, Trace};
use wdm::{
    Status,
    etw::{Event, Level, SocketAddress},
};

use crate::inbox::Inbox;

pub static TRACE: Trace = Trace::new(WSKRX_TRACE);

static BOUND: Event<(u32, u32, SocketAddress, u32, u32)> = Event::new(
    "Bound",
    Level::Information,
    HANDLE,
    &["Receiver", "Mode", "Local", "QueueBytes", "TransportBytes"],
);
static BIND_FAILED: Event<(u32, SocketAddress, Status)> =
    Event::new("BindFailed", Level::Error, HANDLE, &["Mode", "Local", "Status"]);
static SOCKET_LOST: Event<(u32,)> = Event::new("SocketLost", Level::Warning, HANDLE, &["Receiver"]);
static REQUEST_FAILED: Event<(u32, Status)> =
    Event::new("RequestFailed", Level::Warning, HANDLE, &["Receiver", "Status"]);
static CLOSED: Event<(u32, u64, u64, u64)> = Event::new(
    "Closed",
    Level::Information,
    HANDLE,
    &["Receiver", "Received", "Delivered", "Dropped"],
);
static DROPPED: Dropped =
    Event::new("Dropped", Level::Warning, LOSS, &["Receiver", "Count", "Total", "QueueUsed"]);

pub fn bound(inbox: &Inbox, mode: Mode, local: SocketAddr, bound: &rx_abi::Bound) {
    let values =
        || (inbox.number, mode as u32, local.into(), bound.queue_bytes, bound.receive_buffer);
    TRACE.write(&BOUND, values);
}

pub fn bind_failed(mode: Mode, local: SocketAddr, error: Status) {
    TRACE.write(&BIND_FAILED, || (mode as u32, local.into(), error));
}

pub fn socket_lost(inbox: &Inbox) {
    TRACE.write(&SOCKET_LOST, || (inbox.number,));
}

/// The first of some requests that fail one after the other has failed.
pub fn request_failed(inbox: &Inbox, error: Status) {
    TRACE.write(&REQUEST_FAILED, || (inbox.number, error));
}

pub fn closed(inbox: &Inbox) {
    TRACE.write(&CLOSED, || {
        let stats = inbox.stats();
        (inbox.number, stats.received, stats.delivered, stats.dropped())
    });
}

/// Datagrams were dropped, at a time in nanoseconds.
pub fn dropped(inbox: &Inbox, time: u64) {
    TRACE.dropped(&DROPPED, inbox.number, &inbox.losses, time, || {
        let stats = inbox.stats();
        (stats.dropped(), stats.queue_used)
    });
}
