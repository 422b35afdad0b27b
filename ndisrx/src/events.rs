//! What the driver tells those who trace it. `docs/tracing.md` lists the events.

use rx_abi::{
    NDISRX_TRACE, Opened,
    keyword::{ADAPTER, HANDLE, LOSS},
};
use rx_sink::{Dropped, Trace};
use wdm::{
    Status,
    etw::{Event, Guid, Level},
};

use crate::{adapter::Adapter, reader::Reader};

pub static TRACE: Trace = Trace::new(NDISRX_TRACE);

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
static DROPPED: Dropped =
    Event::new("Dropped", Level::Warning, LOSS, &["Reader", "Count", "Total", "QueueUsed"]);

pub fn adapter_bound(adapter: &Adapter) {
    TRACE.write(&ADAPTER_BOUND, || (adapter.number, Guid(adapter.guid), adapter.mtu()));
}

pub fn adapter_refused(guid: rx_abi::Guid, error: Status) {
    TRACE.write(&ADAPTER_REFUSED, || (Guid(guid), error));
}

pub fn adapter_running(adapter: &Adapter) {
    TRACE.write(&ADAPTER_RUNNING, || (adapter.number,));
}

pub fn adapter_paused(adapter: &Adapter) {
    TRACE.write(&ADAPTER_PAUSED, || (adapter.number,));
}

pub fn adapter_gone(adapter: &Adapter) {
    TRACE.write(&ADAPTER_GONE, || {
        let frames = adapter.counters.snapshot().frames;
        (adapter.number, Guid(adapter.guid), frames)
    });
}

pub fn request_failed(adapter: &Adapter, oid: u32, error: Status) {
    TRACE.write(&REQUEST_FAILED, || (adapter.number, oid, error));
}

pub fn opened(reader: &Reader, opened: Opened) {
    TRACE.write(&OPENED, || (reader.number, opened.adapters, opened.queue_bytes));
}

pub fn open_failed(error: Status) {
    TRACE.write(&OPEN_FAILED, || (error,));
}

pub fn closed(reader: &Reader) {
    TRACE.write(&CLOSED, || {
        let stats = reader.stats();
        (reader.number, stats.accepted, stats.delivered, stats.dropped())
    });
}

/// Frames were dropped, at a time in nanoseconds.
pub fn dropped(reader: &Reader, time: u64) {
    TRACE.dropped(&DROPPED, reader.number, &reader.losses, time, || {
        let stats = reader.stats();
        (stats.dropped(), stats.queue_used)
    });
}
