//! The counters of a driver, whoever receives with it.

mod json;
mod table;
#[cfg(test)]
mod tests;

use std::time::SystemTime;

use rx_abi::{AdapterStats, Info};

use crate::{Adapter, Capture, Device, Error, Receiver, Receivers};

/// The counters of a driver at one moment, as a table for people ([`table`](Self::table)) and as lines of
/// JSON ([`lines`](Self::lines)).
#[derive(Clone, Debug)]
pub struct Counters {
    /// Which driver it is.
    pub info: Info,
    /// When that was, in nanoseconds since 1970-01-01 00:00 UTC.
    pub time: u64,
    /// What it has counted.
    pub counted: Counted,
}

/// What a driver has counted.
#[derive(Clone, Debug)]
pub enum Counted {
    /// The receivers of wskrx.
    Receivers(Box<Receivers>),
    /// The adapters of ndisrx.
    Adapters(Vec<(Adapter, AdapterStats)>),
}

impl Counters {
    /// Those of wskrx.
    ///
    /// # Errors
    ///
    /// If the driver does not answer, or its answer makes no sense.
    pub fn of_receivers(receiver: &Receiver<impl Device>) -> Result<Self, Error> {
        Ok(Self::now(*receiver.info(), Counted::Receivers(Box::new(receiver.receivers()?))))
    }

    /// Those of ndisrx.
    ///
    /// # Errors
    ///
    /// If the driver does not answer, or its answer makes no sense.
    pub fn of_adapters(capture: &Capture<impl Device>) -> Result<Self, Error> {
        let adapters = capture.adapters()?.into_iter();
        let counted = adapters.map(|adapter| {
            let stats = capture.adapter_stats(adapter.guid)?;
            Ok((adapter, stats))
        });
        Ok(Self::now(*capture.info(), Counted::Adapters(counted.collect::<Result<_, Error>>()?)))
    }

    fn now(info: Info, counted: Counted) -> Self {
        let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
        Self { info, time: u64::try_from(time).unwrap_or(u64::MAX), counted }
    }
}
