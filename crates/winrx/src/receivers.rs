//! All receivers of wskrx, whoever bound them.

use std::net::SocketAddr;

use rx_abi::{IOCTL_RECEIVERS, Mode, ReceiverList, Stats};

use crate::{Device, Error, Receiver, address};

/// All receivers of the driver, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receivers {
    /// Those that there are, in the order in which they were bound.
    pub live: Vec<BoundReceiver>,
    /// How many have ended since the driver started.
    pub ended: u64,
    /// The sums of their counters; of each `…_most` the largest one.
    pub ended_stats: Stats,
}

/// A receiver, as the driver lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundReceiver {
    /// The number that events name it by: another one for each receiver since the driver started.
    pub number: u32,
    /// Id of the process that bound it.
    pub process: u32,
    /// How it receives.
    pub mode: Mode,
    /// When it was bound, in nanoseconds since 1970-01-01 00:00 UTC.
    pub time: u64,
    /// The local address.
    pub local: SocketAddr,
    /// Its counters.
    pub stats: Stats,
}

/// What the driver says of a receiver makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReceiver {
    /// There is no such mode.
    #[error("a receiver is in a mode that does not exist")]
    Mode,
    /// Its address is none.
    #[error("a receiver does not tell its address")]
    Address,
}

impl Receivers {
    /// The counters of all receivers since the driver started.
    #[must_use]
    pub fn sums(&self) -> Stats {
        self.live.iter().fold(self.ended_stats, |sums, receiver| sums.merge(receiver.stats))
    }
}

impl<D: Device> Receiver<D> {
    /// All receivers of the driver; this handle need not be one of them.
    ///
    /// # Errors
    ///
    /// If the driver does not answer, or what it answers is not a list of receivers.
    pub fn receivers(&self) -> Result<Receivers, Error> {
        let request = "does not list its receivers";
        let counts = |list: &ReceiverList| (list.count, list.total);
        let (list, all) =
            self.list::<ReceiverList, rx_abi::Receiver>(IOCTL_RECEIVERS, request, counts)?;
        let live = all.iter().map(BoundReceiver::try_from).collect::<Result<_, _>>()?;
        Ok(Receivers { live, ended: list.ended, ended_stats: list.ended_stats })
    }
}

impl TryFrom<&rx_abi::Receiver> for BoundReceiver {
    type Error = InvalidReceiver;

    fn try_from(raw: &rx_abi::Receiver) -> Result<Self, InvalidReceiver> {
        Ok(Self {
            number: raw.number,
            process: raw.process,
            mode: Mode::from_number(raw.mode).ok_or(InvalidReceiver::Mode)?,
            time: raw.time,
            local: address::from_endpoint(&raw.local).ok_or(InvalidReceiver::Address)?,
            stats: raw.stats,
        })
    }
}
