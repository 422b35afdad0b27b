//! What an adapter is asked (OID requests), one request after the other.

use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use ndis::{Bound, Open};
use ndis_sys::{
    NDIS_STATISTICS_FLAGS_VALID_RCV_DISCARDS, NDIS_STATISTICS_INFO, NDIS_STATUS_ADAPTER_NOT_READY,
    NDIS_STATUS_CLOSING, NDIS_STATUS_LOW_POWER_STATE, NDIS_STATUS_RESET_IN_PROGRESS,
    NDIS_TIMESTAMP_CAPABILITIES, OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_STATISTICS,
    OID_TIMESTAMP_CAPABILITY, OID_TIMESTAMP_CURRENT_CONFIG,
};
use rx_sink::{AdapterCounter, FrameCounter};
use wdm::{Mutex, Passive, Result, Status};

use crate::{TAG, adapter::Adapter, clock::Clock, events};

/// What is to be done, as bits.
#[derive(Clone, Copy)]
pub struct Todo(u32);

impl Todo {
    /// The packet filter is to be what the readers ask for.
    pub const FILTER: Self = Self(1);
    /// The clock is to be asked for.
    pub const CLOCK: Self = Self(1 << 1);
    /// The adapter's own counters are to be asked for.
    pub const STATISTICS: Self = Self(1 << 2);
    /// What is to be done when the adapter runs again.
    pub const RESTARTED: Self = Self(Self::FILTER.0 | Self::CLOCK.0);

    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The requests to an adapter, and what they brought.
pub struct Requests {
    todo: AtomicU32,
    channel: Mutex<Channel>,
    /// What the channel knows of the packet filter is not certain any more.
    forgotten: AtomicBool,
    /// Packet filters that the adapter supports.
    supported: AtomicU32,
    packet_filter: AtomicU32,
    discards: AtomicU64,
}

/// What requests are made through; one at a time has it.
#[derive(Default)]
struct Channel {
    open: Option<Open>,
    /// What the packet filter is, if that is known.
    filter: Option<u32>,
}

impl Requests {
    pub fn new() -> Result<Self> {
        Ok(Self {
            todo: AtomicU32::new(0),
            channel: Mutex::new(Channel::default(), TAG)?,
            forgotten: AtomicBool::new(false),
            supported: AtomicU32::new(0),
            packet_filter: AtomicU32::new(0),
            discards: AtomicU64::new(0),
        })
    }

    /// Notes which packet filters the adapter supports.
    pub fn support(&self, packet_filters: u32) {
        self.supported.store(packet_filters, Ordering::Relaxed);
    }

    /// The packet filter that is set.
    pub fn packet_filter(&self) -> u64 {
        self.packet_filter.load(Ordering::Relaxed).into()
    }

    /// Frames that the adapter dropped for want of descriptors.
    pub fn discards(&self) -> u64 {
        self.discards.load(Ordering::Relaxed)
    }

    /// Notes what is to be done, by the thread that does it.
    pub fn want(&self, todo: Todo) {
        self.todo.fetch_or(todo.0, Ordering::AcqRel);
    }

    /// The adapter is open.
    pub fn open(&self, open: Open, irql: &Passive) {
        *self.channel.lock(irql) = Channel { open: Some(open), filter: None };
    }

    /// What was set before may not be set any more.
    pub fn forget(&self) {
        self.forgotten.store(true, Ordering::Release);
    }

    /// The adapter is about to be closed: its packet filter is taken back.
    pub fn close(&self, bound: &Bound<'_>, irql: &Passive) {
        let mut channel = self.channel.lock(irql);
        if channel.open.is_some() && channel.filter != Some(0) {
            // An adapter that has gone or sleeps cannot be asked any more.
            let _: Result = bound.set(OID_GEN_CURRENT_PACKET_FILTER, &0_u32, irql);
        }
        *channel = Channel::default();
        self.packet_filter.store(0, Ordering::Relaxed);
    }
}

impl Adapter {
    /// Does what is to be done.
    pub fn do_requests(&self, irql: &Passive) {
        let todo = Todo(self.requests.todo.swap(0, Ordering::AcqRel));
        if todo.0 == 0 {
            return;
        }
        let mut channel = self.requests.channel.lock(irql);
        let Channel { open: Some(open), filter } = &mut *channel else { return };
        let Ok(bound) = open.enter() else { return };
        if self.requests.forgotten.swap(false, Ordering::AcqRel) {
            *filter = None;
        }
        // Before frames come: their times depend on it.
        if todo.has(Todo::CLOCK) {
            self.ask_for_clock(&bound, irql);
        }
        if todo.has(Todo::FILTER) {
            self.set_filter(&bound, filter, irql);
        }
        if todo.has(Todo::STATISTICS)
            && let Ok(discards) = discards(&bound, irql)
        {
            self.requests.discards.store(discards, Ordering::Relaxed);
        }
    }

    fn ask_for_clock(&self, bound: &Bound<'_>, irql: &Passive) {
        match clock(bound, irql) {
            Ok(clock) => self.set_clock(clock),
            Err(error) if !is_for_now(error) => self.set_clock(Clock::default()),
            Err(_) => {}
        }
    }

    /// Sets the packet filter to what all readers together ask for.
    fn set_filter(&self, bound: &Bound<'_>, now: &mut Option<u32>, irql: &Passive) {
        let readers = self.readers.read();
        let attached = readers.iter().filter(|reader| reader.is_attached());
        let asked = attached.fold(0, |all, reader| all | reader.wants.packet_filter());
        drop(readers);
        let filter = asked & self.requests.supported.load(Ordering::Relaxed);
        if *now == Some(filter) {
            return;
        }
        let set = bound.set(OID_GEN_CURRENT_PACKET_FILTER, &filter, irql);
        *now = set.is_ok().then_some(filter);
        match set {
            Ok(()) => self.requests.packet_filter.store(filter, Ordering::Relaxed),
            Err(error) if !is_for_now(error) => {
                self.count_failure();
                events::request_failed(self, OID_GEN_CURRENT_PACKET_FILTER, error);
            }
            Err(_) => {}
        }
    }

    fn count_failure(&self) {
        self.counters.add(AdapterCounter::OidFailures, 1);
        for reader in self.readers.read().iter() {
            reader.counters.add(FrameCounter::FilterFailures, 1);
        }
    }
}

/// True if the adapter cannot be asked now, and is asked again when it can.
const fn is_for_now(error: Status) -> bool {
    matches!(
        error.to_raw(),
        NDIS_STATUS_ADAPTER_NOT_READY
            | NDIS_STATUS_CLOSING
            | NDIS_STATUS_LOW_POWER_STATE
            | NDIS_STATUS_RESET_IN_PROGRESS
    )
}

/// The clock by which the adapter stamps all frames that it receives, if it does.
fn clock(bound: &Bound<'_>, irql: &Passive) -> Result<Clock> {
    let mut config = NDIS_TIMESTAMP_CAPABILITIES::default();
    bound.query(OID_TIMESTAMP_CURRENT_CONFIG, &mut config, irql)?;
    if config.TimestampFlags.AllReceiveHw == 0 {
        return Ok(Clock::default());
    }
    let mut capabilities = NDIS_TIMESTAMP_CAPABILITIES::default();
    bound.query(OID_TIMESTAMP_CAPABILITY, &mut capabilities, irql)?;
    Ok(Clock::new(capabilities.HardwareClockFrequencyHz))
}

/// Frames that the adapter dropped for want of descriptors.
fn discards(bound: &Bound<'_>, irql: &Passive) -> Result<u64> {
    let mut statistics = NDIS_STATISTICS_INFO::default();
    bound.query(OID_GEN_STATISTICS, &mut statistics, irql)?;
    let valid = statistics.SupportedStatistics & NDIS_STATISTICS_FLAGS_VALID_RCV_DISCARDS != 0;
    Ok(if valid { statistics.ifInDiscards } else { 0 })
}
