//! Datagrams that WSK is asked for, with IRPs of our own.
//!
//! A thread hands a number of slots to WSK. Each comes back with a datagram, which the thread puts into
//! the queue, and is handed to WSK again. While the queue is full no slot is, so that the transport has
//! to keep what comes.

use core::{iter, sync::atomic::Ordering};

use rx_abi::Bind;
use rx_sink::Counter;
use wdm::{Passive, PoolArc, PoolBox, Result, Stack, Status, Thread, irp::AsyncIrp, time};
use wsk::{Received, Slot, SlotOwner, Went};
use zerocopy::IntoBytes;

use crate::{TAG, events, inbox::Inbox, queue::Queue, record::Arrival, session::Session};

/// How many slots there are, and for how many bytes each, where the program leaves it to the driver.
const REQUESTS: u32 = 64;
const REQUEST_BYTES: u32 = 65_527;

/// How long to wait, in milliseconds, when requests fail one after the other.
const PAUSE: u32 = 10;

type Request = PoolBox<AsyncIrp<Slot<Ticket>>>;

/// What a slot knows of its receiver.
struct Ticket {
    home: PoolArc<Home>,
    /// When the datagram came.
    time: u64,
}

/// Where slots come back to.
struct Home {
    inbox: PoolArc<Inbox>,
    back: Stack<AsyncIrp<Slot<Ticket>>>,
}

impl SlotOwner for Ticket {
    fn completed(mut slot: Request) {
        slot.request.owner.time = time::now();
        let home = slot.request.owner.home.clone();
        if home.back.push(slot)
            && let Some(queue) = &home.inbox.queue
        {
            queue.wake.set();
        }
    }
}

/// Makes the slots, and starts the thread.
pub fn start(session: &PoolArc<Session>, settings: &Bind, irql: &Passive) -> Result<Thread> {
    let or = |value, default| if value == 0 { default } else { value };
    let bytes = or(settings.request_bytes, REQUEST_BYTES) as usize;
    let home = Home { inbox: session.inbox.clone(), back: Stack::new() };
    let home = PoolArc::try_new(home, TAG)?;
    let fresh = Stack::new();
    for _ in 0..or(settings.requests, REQUESTS) {
        fresh.push(Slot::try_new(bytes, Ticket { home: home.clone(), time: 0 }, TAG)?);
    }
    let pump = Pump { session: session.clone(), home, away: 0, failed: false };
    Thread::spawn(move |irql| pump.run(&fresh, irql), TAG, irql)
}

/// The thread.
struct Pump {
    session: PoolArc<Session>,
    home: PoolArc<Home>,
    /// How many slots WSK has.
    away: usize,
    /// The last request failed.
    failed: bool,
}

impl Pump {
    fn run(mut self, fresh: &Stack<AsyncIrp<Slot<Ticket>>>, irql: &Passive) {
        let session = self.session.clone();
        let Some(queue) = &session.inbox.queue else { return };
        for slot in fresh.take() {
            self.post(slot, irql);
        }
        while self.away > 0 {
            let mut any = false;
            for slot in self.home.clone().back.take() {
                any = true;
                self.away = self.away.saturating_sub(1);
                self.settle(queue, &slot, irql);
                self.post(slot, irql);
            }
            session.inbox.serve();
            if !any {
                queue.wake.wait(irql);
            }
        }
        session.inbox.finish();
    }

    /// Hands a slot to WSK: the only place where that is done. It is freed once reception has ended.
    fn post(&mut self, slot: Request, irql: &Passive) {
        if self.session.inbox.reason().is_some() {
            // The socket is about to be closed, and may fail each request at once until then.
            return;
        }
        let Ok(went) = self.session.socket.receive(slot, irql) else { return };
        self.away = self.away.saturating_add(1);
        let counters = &self.session.inbox.counters;
        counters.add(Counter::Requests, 1);
        counters.add(Counter::RequestsInline, u64::from(went == Went::Inline));
    }

    /// Puts what a slot brought into the queue, or counts why it brought nothing.
    fn settle(&mut self, queue: &Queue, slot: &Request, irql: &Passive) {
        let inbox = &self.session.inbox;
        match slot.request.datagram() {
            Some(Ok((received, payload))) => {
                self.failed = false;
                let time = slot.request.owner.time;
                inbox.put_received(queue, &received, payload, time, irql);
            }
            Some(Err(Status::CANCELLED)) => inbox.counters.add(Counter::RequestsCancelled, 1),
            Some(Err(error)) => {
                inbox.counters.add(Counter::RequestsFailed, 1);
                if error == Status::FILE_FORCED_CLOSED {
                    inbox.lose_socket();
                }
                if !core::mem::replace(&mut self.failed, true) {
                    events::request_failed(inbox, error);
                } else if inbox.reason().is_none() {
                    // Requests that have come back have woken this thread, which is no reason to try the
                    // next one. They do so once each, and nobody else can prolong the pause for ever.
                    for _ in 0..=self.away {
                        if !queue.wake.wait_for(PAUSE, irql) || inbox.reason().is_some() {
                            break;
                        }
                    }
                }
            }
            None => {}
        }
    }
}

impl Inbox {
    /// Puts a datagram into the queue, and waits until there is room.
    fn put_received(
        &self,
        queue: &Queue,
        received: &Received<'_>,
        payload: &[u8],
        time: u64,
        irql: &Passive,
    ) {
        self.counters.add(Counter::Received, 1);
        self.counters.add(Counter::ReceivedBytes, payload.len() as u64);
        self.counters.add(Counter::Empty, payload.is_empty().into());
        let Some(size) = queue.record_size(payload.len()) else {
            queue.outlet.add_lost(1);
            self.counters.add(Counter::DroppedTooLarge, 1);
            return events::dropped(self, time);
        };
        let mut room = loop {
            if let Some(room) = queue.outlet.ring.reserve(&iter::once(size)) {
                break room;
            }
            if self.is_abandoned() {
                return self.counters.add(Counter::DroppedClosed, 1);
            }
            self.serve_always(queue);
            queue.starve(size);
            queue.wake.wait(irql);
            queue.sate();
        };
        let arrival = Arrival::at(time, self.port.load(Ordering::Relaxed));
        let (second, flags) = arrival.describe(&received.details);
        self.count_flags(flags);
        let Ok(length) = u32::try_from(payload.len()) else { return };
        if let Some(mut record) = room.record(size) {
            record.write(second.as_bytes());
            record.write(payload);
            record.finish(&arrival.header(flags, length, queue.outlet.take_lost()));
        }
    }
}
