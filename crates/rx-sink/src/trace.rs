//! What each driver tells those who trace it, whatever it receives. `docs/tracing.md` lists the events.

use core::sync::atomic::{AtomicU32, Ordering};

use rx_abi::{
    TraceProvider,
    keyword::{DRIVER, LOSS},
};
use wdm::{
    ControlDevice, DriverObject, Passive, Status, debug, debug_print,
    etw::{Event, Level, Provider, Text, Values},
};

use crate::Losses;

static STARTED: Event<(Text,)> = Event::new("Started", Level::Information, DRIVER, &["Version"]);
static START_FAILED: Event<(Status,)> =
    Event::new("StartFailed", Level::Error, DRIVER, &["Status"]);
static STOPPING: Event<()> = Event::new("Stopping", Level::Information, DRIVER, &[]);

/// The number of a handle, how many were lost since the last event, in all, and the bytes of its queue that
/// are in use.
pub type Dropped = Event<(u32, u64, u64, u64)>;

/// The events of a driver, and the numbers by which they name its handles.
pub struct Trace {
    name: &'static str,
    provider: Provider,
    last_number: AtomicU32,
}

impl Trace {
    /// The events of this provider.
    #[must_use]
    pub const fn new(provider: TraceProvider) -> Self {
        let TraceProvider { name, id } = provider;
        Self { name, provider: Provider::new(name, id), last_number: AtomicU32::new(0) }
    }

    /// Makes the events known until the driver is gone. If that fails nobody gets any.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    pub fn register<D: ControlDevice>(
        &'static self,
        driver: &mut DriverObject<'_, D>,
        irql: &Passive,
    ) {
        if let Err(error) = driver.trace(&self.provider, debug::level(), irql) {
            debug_print!(Warning, self.name, " cannot be traced: ", error);
        }
    }

    /// The number of the next handle.
    pub fn next_number(&self) -> u32 {
        self.last_number.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    /// Writes an event if somebody wants it.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below, as for all that write one.
    pub fn write<T: Values>(&self, event: &'static Event<T>, values: impl FnOnce() -> T) {
        self.provider.write(event, values);
    }

    /// The driver has started.
    pub fn started(&self) {
        // All crates of the workspace have one version.
        const VERSION: Text = Text::new(env!("CARGO_PKG_VERSION"));
        self.write(&STARTED, || (VERSION,));
    }

    /// The driver could not start.
    pub fn start_failed(&self, error: Status) {
        self.write(&START_FAILED, || (error,));
    }

    /// The driver is going to stop.
    pub fn stopping(&self) {
        self.write(&STOPPING, || ());
    }

    /// Something was lost at `time`, in nanoseconds, of the handle with this number. `sums` tells how much was in
    /// all, and the bytes of the queue in use.
    pub fn dropped(
        &self,
        event: &'static Dropped,
        number: u32,
        losses: &Losses,
        time: u64,
        sums: impl FnOnce() -> (u64, u64),
    ) {
        if !self.provider.is_enabled(Level::Warning, LOSS) || !losses.is_due(time) {
            return;
        }
        let (total, queue_used) = sums();
        if let Some(count) = losses.report(total, time) {
            self.write(event, || (number, count, total, queue_used));
        }
    }
}
