//! What becomes of the datagrams of a socket.

use std::{
    net::SocketAddr,
    ops::AddAssign,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::nt::NTSTATUS;

/// What happened to datagrams that were handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Delivery {
    /// Went to requests.
    pub requested: usize,
    /// Went to the callback, and were not refused.
    pub indicated: usize,
    /// What the callback returned the last time.
    pub answer: Option<NTSTATUS>,
    /// Wait in the backlog.
    pub kept: usize,
    /// Are lost.
    pub lost: usize,
    /// Calls of the callback.
    pub callbacks: u64,
    /// Time in the callback.
    pub time: Duration,
    /// Time in the longest call.
    pub longest: Duration,
}

impl AddAssign for Delivery {
    fn add_assign(&mut self, other: Self) {
        self.requested += other.requested;
        self.indicated += other.indicated;
        self.answer = other.answer.or(self.answer);
        self.kept += other.kept;
        self.lost += other.lost;
        self.callbacks += other.callbacks;
        self.time += other.time;
        self.longest = self.longest.max(other.longest);
    }
}

/// What became of all datagrams of a socket.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub received: AtomicU64,
    /// The machine had no room for them. It says how many there were so far.
    pub dropped: AtomicU64,
    requested: AtomicU64,
    indicated: AtomicU64,
    lost: AtomicU64,
    callbacks: AtomicU64,
    nanoseconds: AtomicU64,
    longest: AtomicU64,
}

impl Counters {
    pub fn add(&self, delivery: &Delivery) {
        self.requested.fetch_add(delivery.requested as u64, Relaxed);
        self.indicated.fetch_add(delivery.indicated as u64, Relaxed);
        self.lost.fetch_add(delivery.lost as u64, Relaxed);
        self.callbacks.fetch_add(delivery.callbacks, Relaxed);
        self.nanoseconds.fetch_add(nanoseconds(delivery.time), Relaxed);
        self.longest.fetch_max(nanoseconds(delivery.longest), Relaxed);
    }

    pub fn report(&self, local: Option<SocketAddr>, open: bool) -> SocketReport {
        SocketReport {
            local,
            open,
            received: self.received.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            requested: self.requested.load(Relaxed),
            indicated: self.indicated.load(Relaxed),
            lost: self.lost.load(Relaxed),
            callbacks: self.callbacks.load(Relaxed),
            in_callbacks: Duration::from_nanos(self.nanoseconds.load(Relaxed)),
            longest_callback: Duration::from_nanos(self.longest.load(Relaxed)),
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// What a socket of a driver has done so far.
///
/// What was received and not requested, indicated or lost, the socket still keeps for its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketReport {
    /// Its address, if it is bound.
    pub local: Option<SocketAddr>,
    /// The driver has not closed it.
    pub open: bool,
    /// Datagrams that came from the network.
    pub received: u64,
    /// Datagrams that this machine dropped before, since its buffer for the socket was full.
    pub dropped: u64,
    /// Datagrams that went to requests of `WskReceiveFrom`.
    pub requested: u64,
    /// Datagrams that went to the event callback, and were not refused.
    pub indicated: u64,
    /// Datagrams that were lost: there was no room, the socket takes none from there, the driver refused
    /// them for good, or closed the socket.
    pub lost: u64,
    /// Calls of the event callback.
    pub callbacks: u64,
    /// Time in the event callback.
    pub in_callbacks: Duration,
    /// Time in the longest call of the event callback. On Windows, 100 µs is too long.
    pub longest_callback: Duration,
}
