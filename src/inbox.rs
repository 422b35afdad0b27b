//! Where the datagrams of a receiver go, and where its reads come to.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU16, Ordering, fence};

use rx_abi::{RecordFlags, Stats};
use rx_sink::{Counter, Counters, Queued, Reader};
use wdm::{PoolBox, Read, Status, TakeOnce};

use crate::{
    queue::{PoolMemory, Queue},
    retain,
    session::Closer,
};

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
    pub counters: Counters,
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
    pub const fn new(queue: Option<PoolBox<Queue>>, feed: Feed, port: u16) -> Self {
        Self {
            counters: Counters::new(),
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
            stats.queue_used = queue.ring.used() as u64;
            stats.queue_used_most = queue.ring.used_most() as u64;
            if let Some(retention) = &queue.retention {
                (stats.retained, stats.retained_most) = retention.datagrams();
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
        let Some(queue) = &self.queue else { return };
        // Of one who adds a record and one who adds a read at the same time, at least one sees what the
        // other added.
        fence(Ordering::SeqCst);
        if queue.reads.is_empty() && !queue.has_lists_to_copy() {
            return;
        }
        self.serve_always(queue);
    }

    /// As [`serve`](Self::serve), also if nobody reads: room of what is passed over is given back.
    pub fn serve_always(&self, queue: &Queue) {
        queue.serving.run(|| {
            if let Some(mut reader) = queue.ring.reader() {
                self.serve_as(&mut reader, queue);
            }
        });
        queue.wake_if_room();
    }

    fn serve_as(&self, reader: &mut Reader<'_, PoolMemory>, queue: &Queue) {
        // What comes to its end after this look is served once more by whoever ends it.
        let end = self.end();
        if let Some(retention) = &queue.retention {
            let (copied, dropped) = retention.copy(reader);
            self.counters.add(Counter::RetainedCopied, copied);
            self.counters.add(Counter::DroppedUnmapped, dropped);
        }
        while reader.first().is_some() {
            let Some(read) = queue.reads.take() else { return };
            self.fill(reader, queue, read);
        }
        if let Some(reason) = end {
            queue.reads.fail_all(reason);
        }
    }

    /// Completes a read with as many records as fit.
    fn fill(&self, reader: &mut Reader<'_, PoolMemory>, queue: &Queue, mut read: Read) {
        let (mut count, mut bytes, mut dropped) = (0, 0, 0);
        let mut small = false;
        loop {
            while let Some(run) = reader.run(read.left(), |header| !retain::is_kept(header)) {
                read.write(run.bytes());
                count += run.records();
                bytes += run.captured();
                run.remove();
            }
            let Some(record) = reader.first() else { break };
            small = record.size() > read.left();
            if small {
                break;
            }
            if write(&record, queue, &mut read).is_some() {
                count += 1;
                bytes += u64::from(record.header().captured);
            } else {
                dropped += 1;
            }
            record.remove();
        }
        self.counters.add(Counter::Delivered, count);
        self.counters.add(Counter::DeliveredBytes, bytes);
        self.counters.add(Counter::DroppedUnmapped, dropped);
        if count > 0 {
            read.complete(Ok(()));
        } else if small {
            read.complete(Err(Status::BUFFER_TOO_SMALL));
        } else {
            // It waits on for what comes after those that were dropped.
            queue.reads.insert(read);
        }
    }

    /// The reason why there will be no more datagrams, if it is so.
    fn end(&self) -> Option<Status> {
        let finished = self.finished.load(Ordering::Acquire);
        self.reason().filter(|_| finished)
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
        if self.feed != Feed::Requests {
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
            queue.reads.fail_all(Status::CANCELLED);
        }
    }

    /// The socket is being closed: lists that are kept are copied and released.
    pub fn release_kept(&self) {
        if let Some(retention) = self.queue.as_ref().and_then(|queue| queue.retention.as_ref()) {
            retention.copy_all();
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
        self.gone.store(true, Ordering::SeqCst);
        if let Some(closer) = self.closer.take() {
            closer.into_inner().queue();
        }
    }
}

/// Writes a record to a read. `None` if its payload cannot be read: nothing is written.
fn write(record: &Queued<'_, '_, PoolMemory>, queue: &Queue, read: &mut Read) -> Option<()> {
    if let Some(retention) = queue.retention.as_ref().filter(|_| retain::is_kept(record.header())) {
        return retention.write(record, read);
    }
    for piece in record.pieces() {
        read.write(piece);
    }
    Some(())
}
