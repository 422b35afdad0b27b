//! The miniport of an adapter: its receive descriptors.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/indicating-received-data-from-a-miniport-driver)

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

use fastrand::Rng;
use ndis_sys::NDIS_NBL_FLAGS_HD_SPLIT;

use super::{
    adapter::Adapter,
    api::Indicated,
    filter,
    frame::Frame,
    receive::{self, Lists, Origin, Pool},
    settings::{Headers, Lending},
};
use crate::{
    ke,
    nt::DISPATCH_LEVEL,
    sched::{Mutex, Ticket},
    thread,
};

/// The miniport of an adapter.
#[derive(Default)]
pub(crate) struct Miniport {
    pool: OnceLock<Arc<Pool>>,
    /// Frames that it indicates when lists come back.
    late: Mutex<VecDeque<Frame>>,
}

impl Miniport {
    /// Its lists, if it has made any so far.
    pub(in crate::ndis) fn pool_so_far(&self) -> Option<&Arc<Pool>> {
        self.pool.get()
    }

    /// Forgets the frames that it has not indicated yet.
    pub fn forget(&self) -> usize {
        self.late.lock().drain(..).count()
    }
}

impl Adapter {
    fn receive_pool(&self) -> &Pool {
        self.miniport.pool.get_or_init(|| self.pool(Origin::Miniport))
    }
}

/// The adapter has received frames: it indicates them to the bindings above. Returns when each
/// indication has returned.
pub(in crate::ndis) fn indicate(adapter: &Arc<Adapter>, frames: &[Frame]) -> Indicated {
    let threads = adapter.settings().parallel.max(1);
    if threads == 1 || ke::irql::current() >= DISPATCH_LEVEL {
        return indicate_in_order(adapter, &frames.iter().collect::<Vec<_>>());
    }
    let system = thread::system();
    std::thread::scope(|scope| {
        let queues = (0..threads).map(|queue| {
            let of_queue = |frame: &&Frame| u32::from(frame.queue) % threads == queue;
            let frames: Vec<_> = frames.iter().filter(of_queue).collect();
            let system = &system;
            let indicate = move || indicate_in_order(adapter, &frames);
            let ticket = Ticket::new(system, "ndis queue", false);
            let ending = ticket.ending();
            let run = move || ticket.run(|| thread::enter(system, |_| indicate()));
            (scope.spawn(run), ending)
        });
        let queues: Vec<_> = queues.collect();
        let add = |sum: Indicated, one: Indicated| Indicated {
            taken: sum.taken + one.taken,
            dropped: sum.dropped + one.dropped,
        };
        let ended = queues.into_iter().map(|(queue, ending)| {
            ending.wait();
            queue.join().expect("no indication panics")
        });
        ended.fold(Indicated::default(), add)
    })
}

fn indicate_in_order(adapter: &Arc<Adapter>, frames: &[&Frame]) -> Indicated {
    let settings = adapter.settings();
    let mut frames = frames;
    let mut indicated = Indicated::default();
    if settings.nested {
        indicate_late(adapter);
        if let Some((last, others)) = may_be_late(adapter, frames) {
            adapter.miniport.late.lock().push_back(last.clone());
            indicated.taken += 1;
            frames = others;
        }
    }
    for frames in frames.chunks(settings.list.max(1)) {
        let taken = indicate_list(adapter, frames);
        indicated.taken += taken;
        indicated.dropped += frames.len() - taken;
    }
    indicated
}

/// A frame that may come a little later, and the others: the last one, if it is the only one of its
/// queue, whose order it cannot change.
fn may_be_late<'f, 'a>(
    adapter: &Adapter,
    frames: &'a [&'f Frame],
) -> Option<(&'f Frame, &'a [&'f Frame])> {
    let (last, others) = frames.split_last()?;
    let is_alone = others.iter().all(|frame| frame.queue != last.queue);
    let waits = is_alone && !others.is_empty() && adapter.settings().parallel <= 1;
    (waits && adapter.receive.chance(Rng::bool)).then_some((*last, others))
}

/// Indicates the frames that wait for lists to come back.
pub(in crate::ndis) fn indicate_late(adapter: &Arc<Adapter>) {
    loop {
        let frame = adapter.miniport.late.lock().pop_front();
        let Some(frame) = frame else { return };
        indicate_list(adapter, &[&frame]);
    }
}

/// Indicates frames at once. Returns how many were indicated: the first ones.
fn indicate_list(adapter: &Arc<Adapter>, frames: &[&Frame]) -> usize {
    let counters = &adapter.receive.counters;
    let Some(_pass) = receive::pass(adapter) else {
        counters.dropped.add(frames.len());
        return 0;
    };
    let (lists, left) = adapter.receive_pool().take(frames.len());
    counters.dropped.add(frames.len() - lists.len());
    let taken = lists.len();
    if taken > 0 {
        fill(adapter, &lists, frames);
        let lends = match adapter.settings().lending {
            Lending::LowMark => false,
            Lending::Always => true,
            Lending::Any => adapter.receive.chance(Rng::bool),
        };
        let is_low = left < adapter.description.low_mark as usize;
        receive::at_level(adapter, || go_up(adapter, lists, lends || is_low));
    }
    taken
}

fn fill(adapter: &Adapter, lists: &Lists, frames: &[&Frame]) {
    let mut rng = adapter.receive.chance(Rng::fork);
    let handle = adapter.handle();
    for (list, frame) in lists.iter().zip(frames) {
        receive::reclaim(adapter, list);
        list.memory().list.fill(frame, &adapter.data_settings().geometry, &mut rng);
        list.is_filled(frame);
        list.set_source(handle);
    }
}

fn go_up(adapter: &Arc<Adapter>, lists: Lists, lends: bool) {
    if lends {
        adapter.receive.counters.low.add(1);
        filter::lend_from_miniport(adapter, &lists);
        // A miniport that lends takes its lists back as soon as its indication returns.
        adapter.receive_pool().put(lists);
        return;
    }
    let takes_headers = adapter.settings().headers == Headers::Overwritten;
    let split = lists.iter().filter(|list| list.flags() & NDIS_NBL_FLAGS_HD_SPLIT != 0);
    let split: Lists = split.filter(|_| takes_headers).cloned().collect();
    for list in &split {
        list.begin_indication();
    }
    filter::give_from_miniport(adapter, lists);
    for list in split {
        // Who has the list may not look at its headers any more, also where it may keep the list.
        list.memory().list.reclaim_headers();
        if list.end_indication() {
            adapter.receive_pool().put([list]);
        }
    }
}

/// `MiniportReturnNetBufferLists`: lists are back, in any order, of any indications.
pub(in crate::ndis) fn returned(adapter: &Arc<Adapter>, lists: Lists) {
    let handle = adapter.handle();
    let back = lists.into_iter().filter(|list| {
        if list.written_source() != handle {
            receive::rules::SOURCE_HANDLE.broken(format!(
                "a list came back to its miniport with the SourceHandle {:#x} instead of {handle:#x}",
                list.written_source(),
            ));
        }
        list.is_back()
    });
    adapter.receive_pool().put(back);
    if adapter.settings().nested {
        indicate_late(adapter);
    }
}
