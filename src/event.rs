//! Datagrams that WSK indicates.

use core::sync::atomic::Ordering;

use rx_abi::RecordFlags;
use rx_sink::{Counter, PoolMemory, Reservation};
use wdm::{Passive, PoolArc, chain::ChainError};
use wsk::{Answered, Datagram, Datagrams, Handler, Indication};
use zerocopy::IntoBytes;

use crate::{
    events,
    inbox::Inbox,
    queue::Queue,
    record::Arrival,
    retain::{self, List, References, Retention},
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

    fn release(&self, _irql: &Passive) {
        self.0.release_kept();
    }
}

/// Room in the queue for the records of a list.
type Room<'r> = Reservation<'r, PoolMemory>;

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
        // A list that does not even fit into a queue that is nearly empty never will.
        let can_wait = self.feed.refuses() && !queue.is_nearly_empty();
        let sizes = indication.datagrams().filter_map(|one| queue.record_size(one.length()));
        let mut reserved = queue.outlet.ring.reserve(&sizes);
        let room = reserved.as_ref().map_or(0, Reservation::records);
        if can_wait && sizes.count() > room as usize {
            drop(reserved);
            return self.refuse(queue, indication);
        }
        let arrival = Arrival::now(self.port.load(Ordering::Relaxed));
        let answered = match &queue.retention {
            Some(retention) => self.keep(queue, retention, indication, &mut reserved, arrival),
            None => self.copy(queue, indication, &mut reserved, arrival),
        };
        drop(reserved);
        self.serve();
        answered
    }

    /// Leaves a list to WSK until the queue is emptier.
    fn refuse(&self, queue: &Queue, indication: Indication<'_>) -> Answered {
        self.counters.add(Counter::Refused, 1);
        queue.starve(0);
        // Room that was reserved for it in vain is given back.
        self.serve_always(queue);
        indication.refused()
    }

    /// Copies a list into the queue.
    fn copy(
        &self,
        queue: &Queue,
        indication: Indication<'_>,
        reserved: &mut Option<Room<'_>>,
        arrival: Arrival,
    ) -> Answered {
        self.store(queue, indication.datagrams(), reserved, None, arrival);
        indication.taken()
    }

    /// Keeps a list, or copies it if a limit is against that.
    fn keep(
        &self,
        queue: &Queue,
        retention: &Retention,
        indication: Indication<'_>,
        reserved: &mut Option<Room<'_>>,
        arrival: Arrival,
    ) -> Answered {
        let room = reserved.as_ref().map(|reserved| (reserved.batch(), reserved.records()));
        let Some((batch, records)) = room else {
            return self.copy(queue, indication, reserved, arrival);
        };
        let admission = match retain::admit(retention, queue, &indication, records) {
            Ok(admission) => admission,
            Err(copied) => {
                self.counters.add(Counter::RetainedCopied, copied);
                return self.copy(queue, indication, reserved, arrival);
            }
        };
        match indication.retain() {
            Ok((list, answered)) => {
                let mut references = admission.references();
                self.store(queue, list.datagrams(), reserved, Some(&mut references), arrival);
                if admission.keep(List(list), batch, arrival.time(), &references) {
                    queue.wake.set();
                }
                answered
            }
            Err(indication) => {
                admission.give_up();
                self.copy(queue, indication, reserved, arrival)
            }
        }
    }

    /// Writes the records of datagrams, and counts what became of them before anybody can read them.
    fn store(
        &self,
        queue: &Queue,
        datagrams: Datagrams<'_>,
        reserved: &mut Option<Room<'_>>,
        mut references: Option<&mut References>,
        arrival: Arrival,
    ) {
        let mut tally = Tally::default();
        for datagram in datagrams {
            tally.note(&datagram);
            if let Some(references) = &mut references {
                references.advance();
            }
            match queue.put(reserved.as_mut(), references.as_deref_mut(), datagram, arrival) {
                Ok(flags) => self.count_flags(flags),
                Err(cause) => {
                    tally.drop(cause);
                    queue.outlet.add_lost(1);
                }
            }
        }
        self.count(&tally);
        if tally.dropped() > 0 {
            events::dropped(self, arrival.time());
        }
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
        reserved: Option<&mut Room<'_>>,
        references: Option<&mut References>,
        datagram: Datagram<'_>,
        arrival: Arrival,
    ) -> Result<RecordFlags, Counter> {
        let size = self.record_size(datagram.length()).ok_or(Counter::DroppedTooLarge)?;
        let record = reserved.and_then(|reserved| reserved.record(size));
        let mut record = record.ok_or(Counter::DroppedQueueFull)?;
        let (second, flags) = arrival.describe(&datagram.details());
        record.write(second.as_bytes());
        let length = u32::try_from(datagram.length()).map_err(|_| Counter::DroppedTooLarge)?;
        let mut header = arrival.header(flags, length, 0);
        let references = references.filter(|_| retain::is_worth_keeping(&datagram));
        if let Some((reference, kind)) = references.and_then(|all| all.next(datagram.length())) {
            record.write(&reference);
            header.kind = kind;
        } else {
            for piece in datagram.pieces() {
                record.write(piece.map_err(cause)?);
            }
        }
        header.lost = self.outlet.take_lost();
        record.finish(&header);
        Ok(flags)
    }
}

/// What counts datagrams that cannot be read.
const fn cause(error: ChainError) -> Counter {
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

    fn dropped(&self) -> u64 {
        self.queue_full + self.too_large + self.unmapped + self.malformed
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
