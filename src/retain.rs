//! Lists of datagrams that are kept for a short time, so that reads can copy from them directly.

use rx_abi::{Bind, DatagramHeader};
use rx_sink::retention::{self, Keepable, LEAST_KEPT, Limits, Load};
use wdm::{PoolBox, Result};
use wsk::{Datagram, Indication, Retained};

use crate::{TAG, queue::Queue};

/// A list that is kept.
pub struct List(pub Retained);

pub type Retention = retention::Retention<List>;
pub type Admission<'a> = retention::Admission<'a, List>;
pub type References = retention::References<List>;

impl Keepable for List {
    type Detail = DatagramHeader;

    fn read(&mut self, pass: u32, write: &mut dyn FnMut(&[u8])) -> Option<()> {
        for _ in 0..pass {
            self.0.pass()?;
        }
        self.0.pass()?.pieces().try_for_each(|piece| piece.map(&mut *write).ok())
    }
}

/// The lists that are kept, of which there are none yet.
pub fn new(settings: &Bind) -> Result<PoolBox<Retention>> {
    let limits = Limits {
        payloads: settings.retain_datagrams,
        bytes: settings.retain_bytes,
        microseconds: settings.retain_microseconds,
    };
    Retention::new(limits, TAG)
}

/// Asks for leave to keep a list, of which the first `room` datagrams fit into the queue.
///
/// # Errors
///
/// How many datagrams would have been kept, if a limit is against it.
pub fn admit<'a>(
    retention: &'a Retention,
    queue: &Queue,
    indication: &Indication<'_>,
    room: u32,
) -> core::result::Result<Admission<'a>, u64> {
    let mut load = Load::default();
    let fitting = indication.datagrams().filter(|one| queue.record_size(one.length()).is_some());
    for datagram in fitting.take(room as usize).filter(is_worth_keeping) {
        load.payloads += 1;
        load.bytes += datagram.length() as u64;
    }
    retention.admit(load)
}

/// True if a datagram can be read, and is not so short that its reference has no room.
pub fn is_worth_keeping(datagram: &Datagram<'_>) -> bool {
    datagram.length() >= LEAST_KEPT && datagram.pieces().all(|piece| piece.is_ok())
}
