//! Where the datagrams of a receiver go, and where its reads come to.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU16, Ordering};

use rx_abi::{RecordFlags, RecordHeader, Stats};
use rx_sink::{Counter, Counters, Losses, Origin, PoolMemory, Queued, Reader, Taken, retention};
use wdm::{PoolBox, Read, Status, TakeOnce, time};

use crate::{events, queue::Queue, retain::Retention, session::Closer};

/// How datagrams get into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// From lists that can be refused when they do not fit.
    Refusable,
    /// From lists of which what does not fit is dropped.
    Droppable,
    /// From requests, by a thread that goes on after the socket is closed until all is in the queue.
    Requests,
}

impl Feed {
    /// True if lists can be refused: sockets with static callbacks never get them again.
    pub fn refuses(self) -> bool {
        self != Self::Droppable
    }
}

/// The counters, the queue and the fate of a receiver.
pub struct Inbox {
    /// The number by which events name the receiver.
    pub number: u32,
    pub counters: Counters,
    /// What events have told of datagrams that were dropped.
    pub losses: Losses,
    /// What waits for reads; in direct mode nothing does.
    pub queue: Option<PoolBox<Queue>>,
    pub feed: Feed,
    /// The local port, in this machine's order.
    pub port: AtomicU16,
    /// What reads get when nothing is held any more; zero as long as datagrams are received.
    reason: AtomicI32,
    /// No more datagrams come.
    finished: AtomicBool,
    /// Nobody will read any more.
    abandoned: AtomicBool,
    gone: AtomicBool,
    closer: TakeOnce<Closer>,
}

impl Inbox {
    pub fn new(queue: Option<PoolBox<Queue>>, feed: Feed, port: u16) -> Self {
        Self {
            number: events::TRACE.next_number(),
            counters: Counters::new(),
            losses: Losses::new(),
            queue,
            feed,
            port: AtomicU16::new(port),
            reason: AtomicI32::new(0),
            finished: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            closer: TakeOnce::new(),
        }
    }

    pub fn stats(&self) -> Stats {
        let mut stats = self.counters.snapshot();
        if let Some(queue) = &self.queue {
            stats.queue_used = queue.outlet.ring.used() as u64;
            stats.queue_used_most = queue.outlet.ring.used_most() as u64;
            if let Some(retention) = &queue.retention {
                (stats.retained, stats.retained_most) = retention.payloads();
            }
        }
        stats
    }

    /// Counts what the flags of a record say.
    pub fn count_flags(&self, flags: RecordFlags) {
        for (flag, counter) in [
            (RecordFlags::TRUNCATED, Counter::Truncated),
            (RecordFlags::CONTROL_TRUNCATED, Counter::ControlTruncated),
        ] {
            self.counters.add(counter, flags.contains(flag).into());
        }
    }

    /// Completes reads with the records that there are for them, and lets others do it that ask for it at
    /// the same time.
    pub fn serve(&self) {
        if let Some(queue) = &self.queue
            && queue.outlet.serve(self)
        {
            queue.wake_if_room();
        }
    }

    /// As [`serve`](Self::serve), also if nobody reads: room of what is passed over is given back.
    pub fn serve_always(&self, queue: &Queue) {
        queue.outlet.serve_always(self);
        queue.wake_if_room();
    }

    fn retention(&self) -> Option<&Retention> {
        self.queue.as_ref()?.retention.as_deref()
    }

    /// The reason why reception is to end, if it is.
    pub fn reason(&self) -> Option<Status> {
        let reason = self.reason.load(Ordering::Acquire);
        (reason != 0).then_some(Status::from_raw(reason))
    }

    /// Says why reception is to end, unless there is a reason already.
    pub fn begin_end(&self, reason: Status) {
        let (none, reason) = (0, reason.to_raw());
        // The first one is the reason.
        let _ = self.reason.compare_exchange(none, reason, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// The socket is closed: no more comes from it.
    pub fn socket_closed(&self) {
        if let Some(queue) = &self.queue {
            queue.wake.set();
        }
        if self.feed == Feed::Requests {
            // The thread that hands out requests finishes, or has done so before there was a reason.
            self.serve();
        } else {
            self.finish();
        }
    }

    /// All that came is in the queue.
    pub fn finish(&self) {
        self.finished.store(true, Ordering::Release);
        self.serve();
    }

    /// True once nobody will read any more.
    pub fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// The handle is closed: reads are cancelled.
    pub fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
        if let Some(queue) = &self.queue {
            queue.outlet.reads.fail_all(Status::CANCELLED);
        }
    }

    /// The socket is being closed: lists that are kept are copied and released.
    pub fn release_kept(&self) {
        if let Some(retention) = self.retention() {
            retention.stop();
            self.serve();
        }
    }

    /// Makes `closer` what closes the socket when it is of no more use.
    pub fn set_closer(&self, closer: PoolBox<Closer>) {
        self.closer.put(closer);
        if self.gone.load(Ordering::SeqCst) {
            self.lose_socket();
        }
    }

    /// Nobody needs to close the socket any more.
    pub fn drop_closer(&self) {
        drop(self.closer.take());
    }

    /// The socket is of no more use: has it closed elsewhere.
    pub fn lose_socket(&self) {
        if !self.gone.swap(true, Ordering::SeqCst) {
            events::socket_lost(self);
        }
        if let Some(closer) = self.closer.take() {
            closer.into_inner().queue();
        }
    }

    /// Counts retained datagrams that cannot be read any more, and tells of them.
    fn drop_unmapped(&self, count: u64) {
        if count > 0 {
            self.counters.add(Counter::DroppedUnmapped, count);
            events::dropped(self, time::now());
        }
    }
}

impl Origin for Inbox {
    fn has_work(&self) -> bool {
        self.retention().is_some_and(Retention::has_lists_to_copy)
    }

    fn prepare(&self, reader: &mut Reader<'_, PoolMemory>) {
        if let Some(retention) = self.retention() {
            let (copied, dropped) = retention.copy(reader);
            self.counters.add(Counter::RetainedCopied, copied);
            self.drop_unmapped(dropped);
        }
    }

    fn is_kept(header: &RecordHeader) -> bool {
        retention::is_kept(header)
    }

    fn write_kept(&self, record: &Queued<'_, '_, PoolMemory>, read: &mut Read) -> Option<()> {
        self.retention()?.write(record, read)
    }

    fn taken(&self, taken: &Taken) {
        self.counters.add(Counter::Delivered, taken.records);
        self.counters.add(Counter::DeliveredBytes, taken.bytes);
        self.drop_unmapped(taken.unreadable);
    }

    fn end(&self) -> Option<Status> {
        let finished = self.finished.load(Ordering::Acquire);
        self.reason().filter(|_| finished)
    }
}
