//! Where the datagrams of a receiver go, and where its reads come to.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU16, Ordering};

use rx_abi::Stats;
use rx_sink::{Counter, Counters, Reader};
use wdm::{PoolBox, Read, ReadQueue, Status, TakeOnce};

use crate::{
    queue::{Queue, RingMemory},
    session::Closer,
};

/// The counters, the queue and the fate of a receiver.
pub struct Inbox {
    pub counters: Counters,
    /// What waits for reads; in direct mode nothing does.
    pub queue: Option<Queue>,
    /// Lists that do not fit are refused, not dropped.
    pub refuses: bool,
    /// The local port, in this machine's order.
    pub port: AtomicU16,
    /// What reads get when nothing is held any more; zero as long as datagrams are received.
    reason: AtomicI32,
    /// No more datagrams come.
    finished: AtomicBool,
    gone: AtomicBool,
    closer: TakeOnce<Closer>,
}

impl Inbox {
    pub const fn new(queue: Option<Queue>, refuses: bool, port: u16) -> Self {
        Self {
            counters: Counters::new(),
            queue,
            refuses,
            port: AtomicU16::new(port),
            reason: AtomicI32::new(0),
            finished: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            closer: TakeOnce::new(),
        }
    }

    pub fn stats(&self) -> Stats {
        let mut stats = self.counters.snapshot();
        if let Some(queue) = &self.queue {
            stats.queue_used = queue.ring.used() as u64;
            stats.queue_used_most = queue.ring.used_most() as u64;
        }
        stats
    }

    /// Completes reads with the records that there are for them, and lets others do it that ask for it at
    /// the same time.
    pub fn serve(&self) {
        let Some(queue) = &self.queue else { return };
        queue.serving.run(|| {
            if let Some(mut reader) = queue.ring.reader() {
                self.serve_as(&mut reader, &queue.reads);
            }
        });
        queue.wake_if_room();
    }

    fn serve_as(&self, reader: &mut Reader<'_, RingMemory>, reads: &ReadQueue) {
        // What comes to its end after this look is served once more by whoever ends it.
        let end = self.end();
        while reader.first().is_some() {
            let Some(read) = reads.take() else { return };
            self.fill(reader, read);
        }
        if let Some(reason) = end {
            reads.fail_all(reason);
        }
    }

    /// Completes a read with as many records as fit.
    fn fill(&self, reader: &mut Reader<'_, RingMemory>, mut read: Read) {
        let (mut count, mut bytes) = (0, 0);
        while let Some(record) = reader.first().filter(|record| record.size() <= read.left()) {
            for piece in record.pieces() {
                read.write(piece);
            }
            count += 1;
            bytes += u64::from(record.header().captured);
            record.remove();
        }
        self.counters.add(Counter::Delivered, count);
        self.counters.add(Counter::DeliveredBytes, bytes);
        read.complete(if count > 0 { Ok(()) } else { Err(Status::BUFFER_TOO_SMALL) });
    }

    /// The reason why there will be no more datagrams, if it is so.
    fn end(&self) -> Option<Status> {
        let finished = self.finished.load(Ordering::Acquire);
        finished.then(|| Status::from_raw(self.reason.load(Ordering::Relaxed)))
    }

    /// True once reception is to end.
    pub fn is_ending(&self) -> bool {
        self.reason.load(Ordering::Acquire) != 0
    }

    /// Says why reception is to end, unless there is a reason already.
    pub fn begin_end(&self, reason: Status) {
        let (none, reason) = (0, reason.to_raw());
        // The first one is the reason.
        let _ = self.reason.compare_exchange(none, reason, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// The socket is closed: all that comes has come.
    pub fn socket_closed(&self) {
        self.finished.store(true, Ordering::Release);
        if let Some(queue) = &self.queue {
            queue.wake.set();
        }
        self.serve();
    }

    /// The handle is closed: reads are cancelled.
    pub fn abandon(&self) {
        self.begin_end(Status::FILE_CLOSED);
        if let Some(queue) = &self.queue {
            queue.reads.fail_all(Status::CANCELLED);
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
