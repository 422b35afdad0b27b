//! Datagrams that WSK indicates.

use core::sync::atomic::Ordering;

use rx_abi::RecordFlags;
use rx_sink::{Counter, Reservation};
use wdm::{Passive, PoolArc};
use wsk::{Answered, Datagram, Handler, Indication, chain::ChainError};
use zerocopy::IntoBytes;

use crate::{
    inbox::Inbox,
    queue::{Queue, RingMemory},
    record::Arrival,
};

/// What WSK calls back for the socket of a receiver.
pub struct Callback(pub PoolArc<Inbox>);

impl Handler for Callback {
    fn received(&self, indication: Indication<'_>) -> Answered {
        self.0.take_in(indication)
    }

    fn gone(&self) {
        self.0.lose_socket();
    }

    fn release(&self, _irql: &Passive) {}
}

/// What became of the datagrams of a list.
#[derive(Default)]
struct Tally {
    received: u64,
    bytes: u64,
    empty: u64,
    scattered: u64,
    queue_full: u64,
    too_large: u64,
    unmapped: u64,
    malformed: u64,
}

impl Inbox {
    /// Takes a list in, or refuses it.
    fn take_in(&self, indication: Indication<'_>) -> Answered {
        // In direct mode the callback is off.
        let Some(queue) = &self.queue else { return indication.refused() };
        if self.feed.refuses() && queue.is_nearly_full() {
            return self.refuse(queue, indication);
        }
        let sizes = indication.datagrams().filter_map(|one| queue.record_size(one.length()));
        let reserved = queue.ring.reserve(&sizes);
        let room = reserved.as_ref().map_or(0, Reservation::records);
        // A list that does not even fit into a queue that is nearly empty never will.
        if self.feed.refuses() && !queue.is_nearly_empty() && sizes.count() > room as usize {
            return self.refuse(queue, indication);
        }
        let arrival = Arrival::now(self.port.load(Ordering::Relaxed));
        let mut tally = Tally::default();
        let mut reserved = reserved;
        for datagram in indication.datagrams() {
            tally.note(&datagram);
            match queue.put(reserved.as_mut(), datagram, arrival) {
                Ok(flags) => self.count_flags(flags),
                Err(cause) => {
                    tally.drop(cause);
                    queue.add_lost(1);
                }
            }
        }
        // It is counted before it can be read.
        self.count(&tally);
        drop(reserved);
        self.serve();
        indication.taken()
    }

    /// Leaves a list to WSK until the queue is emptier.
    fn refuse(&self, queue: &Queue, indication: Indication<'_>) -> Answered {
        self.counters.add(Counter::Refused, 1);
        queue.starve(0);
        indication.refused()
    }

    fn count(&self, tally: &Tally) {
        for (counter, count) in [
            (Counter::Received, tally.received),
            (Counter::ReceivedBytes, tally.bytes),
            (Counter::Empty, tally.empty),
            (Counter::Scattered, tally.scattered),
            (Counter::DroppedQueueFull, tally.queue_full),
            (Counter::DroppedTooLarge, tally.too_large),
            (Counter::DroppedUnmapped, tally.unmapped),
            (Counter::DroppedMalformed, tally.malformed),
        ] {
            self.counters.add(counter, count);
        }
    }
}

impl Queue {
    /// Writes the record of a datagram into room that was reserved for the datagrams that fit.
    ///
    /// # Errors
    ///
    /// What counts the cause why it is dropped.
    fn put(
        &self,
        reserved: Option<&mut Reservation<'_, RingMemory>>,
        datagram: Datagram<'_>,
        arrival: Arrival,
    ) -> Result<RecordFlags, Counter> {
        let size = self.record_size(datagram.length()).ok_or(Counter::DroppedTooLarge)?;
        let record = reserved.and_then(|reserved| reserved.record(size));
        let mut record = record.ok_or(Counter::DroppedQueueFull)?;
        let (second, flags) = arrival.describe(&datagram.details());
        record.write(second.as_bytes());
        for piece in datagram.pieces() {
            record.write(piece.map_err(cause)?);
        }
        let length = u32::try_from(datagram.length()).map_err(|_| Counter::DroppedTooLarge)?;
        record.finish(&arrival.header(flags, length, self.take_lost()));
        Ok(flags)
    }
}

/// What counts datagrams that cannot be read.
pub const fn cause(error: ChainError) -> Counter {
    match error {
        ChainError::Malformed => Counter::DroppedMalformed,
        ChainError::Unmapped => Counter::DroppedUnmapped,
    }
}

impl Tally {
    fn note(&mut self, datagram: &Datagram<'_>) {
        self.received += 1;
        self.bytes += datagram.length() as u64;
        self.empty += u64::from(datagram.length() == 0);
        self.scattered += u64::from(datagram.scattered());
    }

    fn drop(&mut self, cause: Counter) {
        match cause {
            Counter::DroppedTooLarge => self.too_large += 1,
            Counter::DroppedUnmapped => self.unmapped += 1,
            Counter::DroppedMalformed => self.malformed += 1,
            _ => self.queue_full += 1,
        }
    }
}
