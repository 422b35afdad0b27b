//! Reads that are handed on to WSK, which receives a datagram into the program's own buffer.

use core::sync::atomic::Ordering;

use rx_abi::{DatagramHeader, RECORD_ALIGNMENT, RecordFlags, RecordHeader};
use rx_sink::Counter;
use wdm::{Answer, Front, Passive, PoolArc, ReadRequest, Result, Status};
use wsk::{Borrower, Lent, Place, Received, Went};
use zerocopy::{Immutable, IntoBytes};

use crate::{TAG, inbox::Inbox, record::Arrival, session::Session};

/// Both headers of a record, for which room is kept at the front of the buffer.
#[repr(C)]
#[derive(IntoBytes, Immutable)]
struct Headers {
    first: RecordHeader,
    second: DatagramHeader,
}

const FRONT: u16 = RecordHeader::DATAGRAM_OFFSET;
const _: () = assert!(size_of::<Headers>() == FRONT as usize);

impl Session {
    /// Hands a read on to WSK.
    pub fn read_directly(&self, request: ReadRequest<'_>, irql: &Passive) -> Answer {
        // The record is padded; the padding has to fit, too.
        let whole = request.length() / RECORD_ALIGNMENT * RECORD_ALIGNMENT;
        let length = whole.saturating_sub(FRONT.into());
        if length == 0 {
            return request.fail(Status::BUFFER_TOO_SMALL);
        }
        let lent = match Lent::try_new(Reading { inbox: self.inbox.clone() }, TAG) {
            Ok(lent) => lent,
            Err(error) => return request.fail(error),
        };
        let place = Place { offset: FRONT.into(), length };
        request.hand_over(|read| match self.socket.receive_into(read, lent, place, irql) {
            Ok(went) => {
                self.inbox.counters.add(Counter::Requests, 1);
                self.inbox.counters.add(Counter::RequestsInline, u64::from(went == Went::Inline));
            }
            Err((error, read)) => read.complete(Err(self.inbox.reason_for(error))),
        })
    }
}

/// What belongs to a read that WSK has.
struct Reading {
    inbox: PoolArc<Inbox>,
}

impl Borrower for Reading {
    fn completed(
        &mut self,
        front: &mut Front<'_>,
        received: Result<Received<'_>>,
    ) -> (Status, usize) {
        let inbox = &self.inbox;
        match received {
            Ok(received) => {
                let (headers, flags) = inbox.deliver(&received);
                front.write(headers.as_bytes());
                let truncated = flags.contains(RecordFlags::TRUNCATED);
                let status = if truncated { Status::BUFFER_OVERFLOW } else { Status::SUCCESS };
                (status, headers.first.size as usize)
            }
            Err(error) => {
                let cancelled = error == Status::CANCELLED;
                inbox.counters.add(Counter::RequestsCancelled, cancelled.into());
                inbox.counters.add(Counter::RequestsFailed, (!cancelled).into());
                if error == Status::FILE_FORCED_CLOSED {
                    inbox.lose_socket();
                }
                (inbox.reason_for(error), 0)
            }
        }
    }
}

impl Inbox {
    /// Counts a datagram that goes straight to its read, and makes its headers.
    fn deliver(&self, received: &Received<'_>) -> (Headers, RecordFlags) {
        let arrival = Arrival::now(self.port.load(Ordering::Relaxed));
        let (second, flags) = arrival.describe(&received.details);
        let length = u32::try_from(received.length).unwrap_or_default();
        for (counter, count) in [
            (Counter::Received, 1),
            (Counter::ReceivedBytes, length.into()),
            (Counter::Empty, (length == 0).into()),
            (Counter::Delivered, 1),
            (Counter::DeliveredBytes, length.into()),
        ] {
            self.counters.add(counter, count);
        }
        self.count_flags(flags);
        (Headers { first: arrival.header(flags, length, 0), second }, flags)
    }

    /// What a program is told of a request that failed because its receiver ended.
    fn reason_for(&self, error: Status) -> Status {
        match error {
            Status::CANCELLED | Status::FILE_CLOSED if !self.is_abandoned() => {
                self.reason().unwrap_or(error)
            }
            _ => error,
        }
    }
}
