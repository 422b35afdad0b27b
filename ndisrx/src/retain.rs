//! Lists that a reader keeps for a short time, so that its reads copy from them directly.

use core::sync::atomic::Ordering;

use ndis::{ListView, Received, Retained};
use rx_abi::{FrameHeader, OpenFrames};
use rx_sink::{
    AdapterCounter, FrameCounter, Reservation,
    retention::{self, Keepable, LEAST_KEPT, Limits, Load},
};
use wdm::{Passive, PoolArc, PoolBox, Result, Thread};

use crate::{
    TAG,
    adapter::Adapter,
    batch::Batch,
    deliver::{Chances, FILTERED, GROUP, Tally, size},
    frame::{Class, Frame, Frames, Glance, Link},
    reader::Reader,
};

/// Lists of one adapter that are kept, each with one frame.
pub struct List {
    lists: Retained,
    adapter: PoolArc<Adapter>,
    /// The next one that is read.
    next: usize,
}

pub type Retention = retention::Retention<List>;
pub type References = retention::References<List>;

impl Keepable for List {
    type Detail = FrameHeader;

    fn read(&mut self, pass: u32, write: &mut dyn FnMut(&[u8])) -> Option<()> {
        let index = self.next.checked_add(pass as usize)?;
        self.next = index.saturating_add(1);
        let frame = self.lists.lists().nth(index)?.buffers().next()?;
        frame.pieces().try_for_each(|piece| piece.map(&mut *write).ok())
    }
}

impl Drop for List {
    fn drop(&mut self) {
        self.adapter.counters.returned(self.lists.count() as u64);
    }
}

/// The lists that are kept, of which there are none yet.
pub fn new(open: &OpenFrames) -> Result<PoolBox<Retention>> {
    let limits = Limits {
        payloads: open.retain_lists,
        bytes: open.retain_bytes,
        microseconds: open.retain_microseconds,
    };
    Retention::new(limits, TAG)
}

impl Reader {
    /// Keeps those lists that are wanted, if the reader does that and can. Returns how many; `None` if nothing is done
    /// yet.
    pub fn keep(
        &self,
        adapter: &PoolArc<Adapter>,
        received: &mut Received<'_>,
        link: Link,
        batch: &Batch,
    ) -> Option<u64> {
        let retention = self.retention.as_deref().filter(|_| self.is_attached())?;
        let owned = match received {
            // Memory is short below.
            Received::Loaned(_) => {
                retention.shrink();
                return None;
            }
            Received::Owned(owned) => owned,
        };
        // What cannot be kept would have to be copied between those that are: their order would be lost.
        if !owned.lists().all(can_be_kept) {
            return None;
        }
        let mut tally = Tally::default();
        let wanted = owned.retain(|list| self.wants(list, link, batch, &mut tally));
        let Some(mut lists) = wanted else {
            if tally.wanted > 0 {
                // The binding is about to pause.
                return None;
            }
            self.count_unread(&tally, batch);
            return Some(0);
        };
        let kept = lists.count() as u64;
        adapter.counters.add(AdapterCounter::ListsHeld, kept);
        self.count_unread(&tally, batch);
        while let Some(lists) = take_group(&mut lists) {
            self.keep_group(
                retention,
                List { lists, adapter: adapter.clone(), next: 0 },
                link,
                batch,
            );
        }
        Some(kept)
    }

    /// Counts frames that are not kept, and tells of them.
    fn count_unread(&self, tally: &Tally, batch: &Batch) {
        self.outlet.add_lost(tally.unreadable());
        self.sequence.fetch_add(tally.unreadable(), Ordering::Relaxed);
        self.count(tally);
        self.tell(tally, batch);
    }

    /// True if the frame of a list is wanted; counts why not.
    fn wants(&self, list: ListView<'_>, link: Link, batch: &Batch, tally: &mut Tally) -> bool {
        let Some(buffer) = list.buffers().next() else { return false };
        let glance = Glance::new(Some(buffer), link);
        if glance.class == Class::Empty {
            return false;
        }
        tally.offered += 1;
        match glance.class {
            Class::Unmapped => tally.unmapped += 1,
            Class::Malformed => tally.malformed += 1,
            _ if self.wants.judge(&Frame { list, buffer, glance: &glance, batch }).is_none() => {
                tally.filtered += 1;
            }
            _ => {
                tally.wanted += 1;
                return true;
            }
        }
        false
    }

    /// Keeps lists whose frames are all wanted, or copies them if a limit is against that.
    #[inline(never)]
    fn keep_group(&self, retention: &Retention, list: List, link: Link, batch: &Batch) {
        let frames = Frames::new(list.lists.lists());
        let mut glances = [Glance::EMPTY; GROUP];
        for (glance, (_, buffer)) in glances.iter_mut().zip(frames.clone()) {
            *glance = Glance::new(buffer, link);
        }
        let mut verdicts = [FILTERED; GROUP];
        let wanted = self.judge(&frames, &glances, batch, &mut verdicts, &mut Tally::default());
        let capacity = self.outlet.ring.capacity();
        let sizes = verdicts.iter().filter_map(|&verdict| size(verdict, capacity));
        let mut room = self.outlet.ring.reserve(&sizes);
        let fitting = room.as_ref().map_or(0, Reservation::records) as usize;
        let admission = retention.admit(load(&frames, &verdicts, capacity, fitting));
        let admission = admission.map_err(|copied| {
            self.counters.add(FrameCounter::RetainedCopied, copied);
        });
        let mut references = admission.as_ref().ok().map(retention::Admission::references);
        let mut tally = Tally::default();
        // They were counted as offered, and wanted; but others may have written to their memory since.
        tally.filtered = (list.lists.count() as u64).saturating_sub(wanted);
        let chances = Chances { frames: &frames, glances: &glances, verdicts: &verdicts, batch };
        self.store(&chances, wanted, room.as_mut(), references.as_mut(), &mut tally);
        self.count(&tally);
        self.tell(&tally, batch);
        if let (Ok(admission), Some(references), Some(room)) = (admission, references, &room)
            && admission.keep(list, room.batch(), batch.time, &references)
        {
            self.wake.set();
        }
    }

    /// Copies all lists that are kept into the queue, and gives them back.
    pub fn give_back(&self) {
        if let Some(retention) = &self.retention {
            retention.copy_all();
            self.outlet.serve(self);
        }
    }

    /// Starts the thread that has lists copied when they are old.
    pub fn start_pump(this: &PoolArc<Self>, irql: &Passive) -> Result<Option<Thread>> {
        if this.retention.is_none() {
            return Ok(None);
        }
        let reader = this.clone();
        Thread::spawn(move |irql| reader.pump(irql), TAG, irql).map(Some)
    }

    fn pump(&self, irql: &Passive) {
        let Some(retention) = &self.retention else { return };
        loop {
            let kept = retention.is_keeping();
            if kept {
                // Whether woken or not, it looks what there is to do.
                let _: bool = self.wake.wait_for(retention.interval(), irql);
            } else if self.has_ended() {
                return;
            } else {
                self.wake.wait(irql);
            }
            retention.copy_old();
            self.outlet.serve(self);
        }
    }
}

/// True for a list with one frame, whose headers are there as long as the list.
fn can_be_kept(list: ListView<'_>) -> bool {
    let mut buffers = list.buffers();
    !list.is_split() && buffers.next().is_some() && buffers.next().is_none()
}

/// The first lists, as many as make a group.
fn take_group(lists: &mut Retained) -> Option<Retained> {
    let mut group = lists.take_first()?;
    while group.count() < GROUP {
        let Some(next) = lists.take_first() else { break };
        // They came through the same binding.
        let _: core::result::Result<(), Retained> = group.append(next);
    }
    Some(group)
}

/// How much of those frames that have room can be kept.
fn load(frames: &Frames<'_>, verdicts: &[u32; GROUP], capacity: usize, room: usize) -> Load {
    let mut load = Load::default();
    let fitting =
        frames.clone().zip(verdicts).filter(|(_, verdict)| size(**verdict, capacity).is_some());
    for ((_, buffer), &captured) in fitting.take(room) {
        if let Some(buffer) = buffer.filter(|&buffer| is_worth_keeping(captured, buffer)) {
            load.payloads += 1;
            load.bytes += buffer.length() as u64;
        }
    }
    load
}

/// True if a frame can be read, and what is captured of it is not so short that its reference has no room.
pub fn is_worth_keeping(captured: u32, buffer: ndis::BufferView<'_>) -> bool {
    captured as usize >= LEAST_KEPT && buffer.pieces().all(|piece| piece.is_ok())
}
