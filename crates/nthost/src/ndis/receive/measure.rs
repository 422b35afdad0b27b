//! Frames as fast as a driver takes them, to measure it.

use std::{
    cell::Cell,
    ptr,
    sync::Arc,
    time::{Duration, Instant},
};

use ndis_sys::{
    NDIS_HANDLE, NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL, NDIS_RECEIVE_FLAGS_RESOURCES, NET_BUFFER_LIST,
};

use super::{
    call,
    descriptor::{Lists, link},
    ledger::Owner,
    pool::Pool,
    returns,
};
use crate::{
    ke,
    ndis::{
        adapter::Adapter,
        binding::Binding,
        callback::{self, Handler},
        frame::Frame,
    },
    nt::DISPATCH_LEVEL,
    sched, stop,
};

/// The most lists that a driver can hold at a time, beside those that are indicated.
const HELD: usize = 4096;
/// How many lists are indicated while the time is taken once.
const TOGETHER: usize = 64;
/// How long to wait for lists that a driver holds.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is indicated to measure a driver.
#[derive(Clone, Debug)]
pub struct Load {
    /// The frame that all lists hold.
    pub frame: Frame,
    /// How many frames are indicated at least.
    pub frames: u64,
    /// How many lists are in one indication.
    pub list: usize,
    /// Whether lists are lent and not given.
    pub lends: bool,
}

/// What a driver did with the frames of a load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measurement {
    /// How many frames were indicated.
    pub frames: u64,
    /// Calls of receive handlers.
    pub callbacks: u64,
    /// Time in receive handlers, with what they do to return lists, but without what NDIS does then.
    pub in_callbacks: Duration,
    /// Time from the first to the last, with what NDIS does in between.
    pub elapsed: Duration,
}

thread_local! {
    /// Where this thread puts off what drivers return while it measures.
    static PUT_OFF: Cell<*mut Vec<(usize, usize)>> = const { Cell::new(ptr::null_mut()) };
}

/// Remembers a return for later, if this thread measures now.
pub(super) fn puts_off(binding: NDIS_HANDLE, lists: *mut NET_BUFFER_LIST) -> bool {
    // SAFETY: it is null, or points to a vector that is there as long as it stands here, and that only
    // this thread uses.
    let Some(put_off) = (unsafe { PUT_OFF.get().as_mut() }) else { return false };
    put_off.push((binding as usize, lists as usize));
    true
}

/// Indicates the same lists again and again, at `DISPATCH_LEVEL`, to each binding that runs. `None` if
/// there is none, or lists do not come back in time.
///
/// The time is that of the handlers and of nothing else: the lists are made and filled once, and what
/// is done with those that drivers return is done after the time was taken.
pub(in crate::ndis) fn measure(adapter: &Arc<Adapter>, load: &Load) -> Option<Measurement> {
    let pool = adapter.measured(HELD + TOGETHER.max(load.list))?;
    let (list, calls) = (load.list.max(1), (TOGETHER / load.list.max(1)).max(1));
    let mut measurement = Measurement::default();
    let start = Instant::now();
    while measurement.frames < load.frames {
        let bindings = adapter.bindings();
        let mut running = bindings.iter().filter(|binding| call::is_receiving(binding)).peekable();
        running.peek()?;
        for binding in running {
            let lists = take(&pool, list * calls)?;
            let new: Lists = lists.iter().filter(|list| list.frames() == 0).cloned().collect();
            super::fill(adapter, &new, &vec![&load.frame; new.len()], adapter.handle());
            measurement.in_callbacks += indicate(adapter, binding, &lists, load);
            if load.lends {
                pool.put(lists);
            }
            measurement.frames += (list * calls) as u64;
            measurement.callbacks += calls as u64;
        }
    }
    measurement.elapsed = start.elapsed();
    Some(measurement)
}

/// Takes so many lists, as soon as there are so many.
fn take(pool: &Pool, count: usize) -> Option<Lists> {
    let until = sched::now() + PATIENCE;
    loop {
        let (lists, _) = pool.take(count);
        if lists.len() == count {
            return Some(lists);
        }
        pool.put(lists);
        if sched::now() >= until || stop::is_stopped() {
            return None;
        }
        sched::yield_now();
    }
}

/// Indicates lists, so many at a time. Returns the time in the handler.
fn indicate(
    adapter: &Arc<Adapter>,
    binding: &Arc<Binding>,
    lists: &Lists,
    load: &Load,
) -> Duration {
    let Some(handler) = binding.protocol.characteristics.ReceiveNetBufferListsHandler else {
        return Duration::ZERO;
    };
    let mut flags = NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL;
    if load.lends {
        flags |= NDIS_RECEIVE_FLAGS_RESOURCES;
        call::lend(adapter, binding, lists, flags);
    } else {
        call::give(adapter, binding, lists, flags);
    }
    let chains: Vec<_> = lists.chunks(load.list.max(1)).map(link).collect();
    let number = u32::try_from(load.list.max(1)).unwrap_or(u32::MAX);
    let context = binding.context();
    let mut put_off = Vec::with_capacity(2 * lists.len());
    let time = ke::irql::at_least(DISPATCH_LEVEL, || {
        PUT_OFF.set(&raw mut put_off);
        let start = Instant::now();
        let code = || {
            for first in &chains {
                // SAFETY: the driver registered the handler, and opened the binding with this context;
                // the lists are linked and filled.
                unsafe { handler(context, *first, 0, number, flags) };
            }
        };
        // SAFETY: there is nothing to drop.
        unsafe { callback::call(Handler::Receive, handler as usize, code) };
        let time = start.elapsed();
        PUT_OFF.set(ptr::null_mut());
        time
    });
    for (handle, first) in put_off {
        returns::take_back_for(handle as NDIS_HANDLE, first, 0);
    }
    if load.lends {
        for list in lists {
            list.entry.give(Owner::Stack);
        }
    }
    time
}
