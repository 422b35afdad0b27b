//! A reader: what it wants, its queue and its counters.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

use rx_abi::{FrameStats, RecordHeader};
use rx_sink::{
    FrameCounter, FrameCounters, Losses, Origin, Outlet, PoolMemory, Queued, Taken, retention,
};
use wdm::{Event, PoolArc, PoolBox, Read, Reset, Result, Status};

use crate::{TAG, events, retain::Retention, wants::Wants};

/// Where the frames of a handle go, and where its reads come to.
pub struct Reader {
    /// The number by which events name it.
    pub number: u32,
    pub wants: Wants,
    pub outlet: Outlet,
    pub counters: FrameCounters,
    /// What events have told of frames that were dropped.
    pub losses: Losses,
    /// Of the next frame that it wants.
    pub sequence: AtomicU64,
    /// It gets no more frames.
    detached: AtomicBool,
    /// What reads get when nothing is held any more; zero as long as frames may come.
    reason: AtomicI32,
    /// Lists that are kept, in the mode that keeps them.
    pub retention: Option<PoolBox<Retention>>,
    /// Wakes the thread that works for the reader, if it has one.
    pub wake: Event,
}

impl Reader {
    /// A reader with a queue of so many bytes.
    #[inline(never)]
    pub fn new(
        wants: Wants,
        queue_bytes: u32,
        retention: Option<PoolBox<Retention>>,
    ) -> Result<PoolArc<Self>> {
        let reader = Self {
            number: events::TRACE.next_number(),
            wants,
            outlet: Outlet::new(queue_bytes, TAG)?,
            counters: FrameCounters::new(),
            losses: Losses::new(),
            sequence: AtomicU64::new(0),
            detached: AtomicBool::new(false),
            reason: AtomicI32::new(0),
            retention,
            wake: Event::new(Reset::ByWait, TAG)?,
        };
        PoolArc::try_new(reader, TAG)
    }

    /// Its counters; those that the adapters know are zero.
    pub fn stats(&self) -> FrameStats {
        let (retained, retained_most) =
            self.retention.as_ref().map_or((0, 0), |retention| retention.payloads());
        FrameStats {
            retained,
            retained_most,
            queue_used: self.outlet.ring.used() as u64,
            queue_used_most: self.outlet.ring.used_most() as u64,
            ..self.counters.snapshot()
        }
    }

    /// True if it still gets frames.
    #[inline]
    pub fn is_attached(&self) -> bool {
        !self.detached.load(Ordering::Acquire)
    }

    /// It gets no more frames, once those who deliver some now are done. True the first time.
    pub fn detach(&self) -> bool {
        !self.detached.swap(true, Ordering::AcqRel)
    }

    /// All that it will get is in the queue, or kept, and is copied there: reads get what is held, and then `reason`.
    pub fn end(&self, reason: Status) {
        self.reason.store(reason.to_raw(), Ordering::Release);
        // Its adapters do not know it any more: nobody else would have lists given back when one pauses.
        if let Some(retention) = &self.retention {
            retention.stop();
        }
        self.wake.set();
        self.outlet.serve(self);
    }

    /// True if it gets no more frames.
    pub fn has_ended(&self) -> bool {
        self.reason.load(Ordering::Acquire) != 0
    }

    /// Nobody will read any more.
    pub fn abandon(&self) {
        self.outlet.reads.fail_all(Status::CANCELLED);
        if let Some(retention) = &self.retention {
            retention.give_back();
        }
        self.end(Status::FILE_CLOSED);
        self.counters.flush();
    }
}

impl Origin for Reader {
    fn has_work(&self) -> bool {
        self.retention.as_ref().is_some_and(|retention| retention.has_lists_to_copy())
    }

    fn prepare(&self, reader: &mut rx_sink::Reader<'_, PoolMemory>) {
        if let Some(retention) = &self.retention {
            let (copied, lost) = retention.copy(reader);
            self.counters.add(FrameCounter::RetainedCopied, copied);
            self.counters.release(FrameCounter::Lost, lost);
        }
    }

    fn is_kept(header: &RecordHeader) -> bool {
        retention::is_kept(header)
    }

    fn write_kept(&self, record: &Queued<'_, '_, PoolMemory>, read: &mut Read) -> Option<()> {
        self.retention.as_ref()?.write(record, read)
    }

    fn taken(&self, taken: &Taken) {
        self.counters.release(FrameCounter::Delivered, taken.records);
        self.counters.add(FrameCounter::DeliveredBytes, taken.bytes);
        self.counters.release(FrameCounter::Lost, taken.unreadable);
    }

    fn end(&self) -> Option<Status> {
        let reason = self.reason.load(Ordering::Acquire);
        (reason != 0).then_some(Status::from_raw(reason))
    }
}
