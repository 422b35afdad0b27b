//! What the driver tells those who trace it. `docs/tracing.md` lists the events.

use core::{
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
};

use rx_abi::{
    Mode, WSKRX_TRACE,
    keyword::{DRIVER, HANDLE, LOSS},
};
use wdm::{
    Passive, Status, debug, debug_print,
    etw::{Event, Level, Provider, Registered, SocketAddress, Text},
};

use crate::inbox::Inbox;

static PROVIDER: Provider = Provider::new(WSKRX_TRACE.name, WSKRX_TRACE.id);

static STARTED: Event<(Text,)> = Event::new("Started", Level::Information, DRIVER, &["Version"]);
static START_FAILED: Event<(Status,)> =
    Event::new("StartFailed", Level::Error, DRIVER, &["Status"]);
static STOPPING: Event<()> = Event::new("Stopping", Level::Information, DRIVER, &[]);
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
static DROPPED: Event<(u32, u64, u64, u64)> =
    Event::new("Dropped", Level::Warning, LOSS, &["Receiver", "Count", "Total", "QueueUsed"]);

/// Makes the events known until what is returned is dropped. Without that nobody gets any.
pub fn register(irql: &Passive) -> Option<Registered> {
    let registered = PROVIDER.register(debug::level(), irql);
    if let Err(error) = registered {
        debug_print!(Warning, "wskrx cannot be traced: ", error);
    }
    registered.ok()
}

/// The number of the next receiver.
pub fn next_receiver() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
}

pub fn started() {
    const VERSION: Text = Text::new(env!("CARGO_PKG_VERSION"));
    PROVIDER.write(&STARTED, || (VERSION,));
}

pub fn start_failed(error: Status) {
    PROVIDER.write(&START_FAILED, || (error,));
}

pub fn stopping() {
    PROVIDER.write(&STOPPING, || ());
}

pub fn bound(inbox: &Inbox, mode: Mode, local: SocketAddr, bound: &rx_abi::Bound) {
    let values =
        || (inbox.number, mode as u32, local.into(), bound.queue_bytes, bound.receive_buffer);
    PROVIDER.write(&BOUND, values);
}

pub fn bind_failed(mode: Mode, local: SocketAddr, error: Status) {
    PROVIDER.write(&BIND_FAILED, || (mode as u32, local.into(), error));
}

pub fn socket_lost(inbox: &Inbox) {
    PROVIDER.write(&SOCKET_LOST, || (inbox.number,));
}

/// The first of some requests that fail one after the other has failed.
pub fn request_failed(inbox: &Inbox, error: Status) {
    PROVIDER.write(&REQUEST_FAILED, || (inbox.number, error));
}

pub fn closed(inbox: &Inbox) {
    PROVIDER.write(&CLOSED, || {
        let stats = inbox.stats();
        (inbox.number, stats.received, stats.delivered, stats.dropped())
    });
}

/// Datagrams were dropped, at a time in nanoseconds.
pub fn dropped(inbox: &Inbox, time: u64) {
    if !PROVIDER.is_enabled(Level::Warning, LOSS) || !inbox.losses.is_due(time) {
        return;
    }
    let stats = inbox.stats();
    let total = stats.dropped();
    if let Some(count) = inbox.losses.report(total, time) {
        PROVIDER.write(&DROPPED, || (inbox.number, count, total, stats.queue_used));
    }
}
