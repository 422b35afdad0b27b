//! What the driver tells those who trace it. `docs/tracing.md` lists the events.

use core::sync::atomic::{AtomicU32, Ordering};

use rx_abi::{
    NDISRX_TRACE, Opened,
    keyword::{ADAPTER, DRIVER, HANDLE, LOSS},
};
use wdm::{
    Passive, Status, debug, debug_print,
    etw::{Event, Guid, Level, Provider, Registered, Text},
};

use crate::{adapter::Adapter, reader::Reader};

static PROVIDER: Provider = Provider::new(NDISRX_TRACE.name, NDISRX_TRACE.id);

static STARTED: Event<(Text,)> = Event::new("Started", Level::Information, DRIVER, &["Version"]);
static START_FAILED: Event<(Status,)> =
    Event::new("StartFailed", Level::Error, DRIVER, &["Status"]);
static STOPPING: Event<()> = Event::new("Stopping", Level::Information, DRIVER, &[]);
static ADAPTER_BOUND: Event<(u32, Guid, u32)> =
    Event::new("AdapterBound", Level::Information, ADAPTER, &["Adapter", "Id", "Mtu"]);
static ADAPTER_REFUSED: Event<(Guid, Status)> =
    Event::new("AdapterRefused", Level::Error, ADAPTER, &["Id", "Status"]);
static ADAPTER_RUNNING: Event<(u32,)> =
    Event::new("AdapterRunning", Level::Verbose, ADAPTER, &["Adapter"]);
static ADAPTER_PAUSED: Event<(u32,)> =
    Event::new("AdapterPaused", Level::Verbose, ADAPTER, &["Adapter"]);
static ADAPTER_GONE: Event<(u32, Guid, u64)> =
    Event::new("AdapterGone", Level::Information, ADAPTER, &["Adapter", "Id", "Frames"]);
static REQUEST_FAILED: Event<(u32, u32, Status)> =
    Event::new("RequestFailed", Level::Warning, ADAPTER, &["Adapter", "Oid", "Status"]);
static OPENED: Event<(u32, u32, u32)> =
    Event::new("Opened", Level::Information, HANDLE, &["Reader", "Adapters", "QueueBytes"]);
static OPEN_FAILED: Event<(Status,)> = Event::new("OpenFailed", Level::Error, HANDLE, &["Status"]);
static CLOSED: Event<(u32, u64, u64, u64)> = Event::new(
    "Closed",
    Level::Information,
    HANDLE,
    &["Reader", "Accepted", "Delivered", "Dropped"],
);
static DROPPED: Event<(u32, u64, u64, u64)> =
    Event::new("Dropped", Level::Warning, LOSS, &["Reader", "Count", "Total", "QueueUsed"]);

/// Makes the events known until what is returned is dropped. Without that nobody gets any.
pub fn register(irql: &Passive) -> Option<Registered> {
    let registered = PROVIDER.register(debug::level(), irql);
    if let Err(error) = registered {
        debug_print!(Warning, "ndisrx cannot be traced: ", error);
    }
    registered.ok()
}

/// The number of the next reader.
pub fn next_reader() -> u32 {
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

pub fn adapter_bound(adapter: &Adapter) {
    PROVIDER.write(&ADAPTER_BOUND, || (adapter.number, Guid(adapter.guid), adapter.mtu()));
}

pub fn adapter_refused(guid: rx_abi::Guid, error: Status) {
    PROVIDER.write(&ADAPTER_REFUSED, || (Guid(guid), error));
}

pub fn adapter_running(adapter: &Adapter) {
    PROVIDER.write(&ADAPTER_RUNNING, || (adapter.number,));
}

pub fn adapter_paused(adapter: &Adapter) {
    PROVIDER.write(&ADAPTER_PAUSED, || (adapter.number,));
}

pub fn adapter_gone(adapter: &Adapter) {
    PROVIDER.write(&ADAPTER_GONE, || {
        let frames = adapter.counters.snapshot().frames;
        (adapter.number, Guid(adapter.guid), frames)
    });
}

pub fn request_failed(adapter: &Adapter, oid: u32, error: Status) {
    PROVIDER.write(&REQUEST_FAILED, || (adapter.number, oid, error));
}

pub fn opened(reader: &Reader, opened: Opened) {
    PROVIDER.write(&OPENED, || (reader.number, opened.adapters, opened.queue_bytes));
}

pub fn open_failed(error: Status) {
    PROVIDER.write(&OPEN_FAILED, || (error,));
}

pub fn closed(reader: &Reader) {
    PROVIDER.write(&CLOSED, || {
        let stats = reader.stats();
        (reader.number, stats.accepted, stats.delivered, stats.dropped())
    });
}

/// Frames were dropped, at a time in nanoseconds.
pub fn dropped(reader: &Reader, time: u64) {
    if !PROVIDER.is_enabled(Level::Warning, LOSS) || !reader.losses.is_due(time) {
        return;
    }
    let stats = reader.stats();
    let total = stats.dropped();
    if let Some(count) = reader.losses.report(total, time) {
        PROVIDER.write(&DROPPED, || (reader.number, count, total, stats.queue_used));
    }
}
