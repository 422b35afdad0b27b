//! What belongs to a binding, whatever driver it is of.

use core::{
    cell::UnsafeCell,
    ptr::{self, NonNull},
    sync::atomic::{AtomicBool, AtomicI32, Ordering},
};

use ndis_sys as sys;
use wdm::{Event, Passive, PoolArc, Reset, Result, Status, Tag};

use crate::{
    Arrival, Home,
    chain::{self, List},
    counters::{Counters, Refused, add},
    door::Door,
    early::Early,
    handle::Handle,
    oid::Turn,
    state::{Machine, State},
    view::Lists,
};

/// What belongs to a binding, whatever driver it is of.
///
/// # Invariants
///
/// `handle` has the handle of the binding, or none. `running` is open only while `held` is, and that only while the
/// handle can be used; all three end in this order.
pub(crate) struct Core {
    pub(crate) machine: Machine,
    pub(crate) handle: Handle<Event>,
    /// Calls of the receive handler while the binding runs.
    pub(crate) running: Door<Event>,
    /// Lists that are kept past the call.
    pub(crate) held: Door<Event>,
    /// Owned lists that came before there was a handle to return them to.
    early: Early,
    pub(crate) place: Place,
    pub(crate) opened: Completion,
    pub(crate) closed: Completion,
    /// Calls that make requests, while the adapter has its full power.
    pub(crate) powered: Door<Event>,
    /// True while the adapter is reset.
    pub(crate) resetting: AtomicBool,
    pub(crate) turn: Turn,
    pub(crate) counters: Counters,
    pub(crate) tag: Tag,
}

/// Where NDIS stores the results of opening an adapter.
pub(crate) struct Place {
    pub(crate) handle: UnsafeCell<sys::NDIS_HANDLE>,
    pub(crate) medium: UnsafeCell<u32>,
}

// SAFETY: NDIS writes them before the open is complete, and this crate reads them after.
unsafe impl Sync for Place {}
// SAFETY: as above.
unsafe impl Send for Place {}

/// The end of something that NDIS may complete later.
pub(crate) struct Completion {
    status: AtomicI32,
    done: Event,
}

impl Completion {
    pub(crate) fn new(tag: Tag) -> Result<Self> {
        let done = Event::new(Reset::ByCall, tag)?;
        Ok(Self { status: AtomicI32::new(sys::NDIS_STATUS_PENDING), done })
    }

    /// NDIS has completed it.
    pub(crate) fn complete(&self, status: sys::NDIS_STATUS) {
        self.status.store(status, Ordering::Release);
        self.done.set();
    }

    /// The final status, for which it waits if `status`, which the call returned, is pending.
    pub(crate) fn wait(&self, status: sys::NDIS_STATUS, irql: &Passive) -> sys::NDIS_STATUS {
        if status != sys::NDIS_STATUS_PENDING {
            return status;
        }
        self.done.wait(irql);
        self.status.load(Ordering::Acquire)
    }
}

impl Core {
    pub(crate) fn new(tag: Tag) -> Result<PoolArc<Self>> {
        let core = Self {
            machine: Machine::new(),
            handle: Handle::new(Event::new(Reset::ByWait, tag)?),
            running: Door::new(Event::new(Reset::ByWait, tag)?),
            held: Door::new(Event::new(Reset::ByWait, tag)?),
            early: Early::new(),
            place: Place { handle: UnsafeCell::new(ptr::null_mut()), medium: UnsafeCell::new(0) },
            opened: Completion::new(tag)?,
            closed: Completion::new(tag)?,
            powered: Door::new(Event::new(Reset::ByWait, tag)?),
            resetting: AtomicBool::new(false),
            turn: Turn::new(tag)?,
            counters: Counters::default(),
            tag,
        };
        core.powered.open();
        PoolArc::try_new(core, tag)
    }

    /// Lets the handle be used, and returns the lists that came before.
    ///
    /// # Safety
    ///
    /// `handle` is that of the binding, which was opened just now.
    pub(crate) unsafe fn publish(&self, handle: sys::NDIS_HANDLE) {
        // SAFETY: by the contract the binding is open, until it is closed with what `withdraw` returns.
        unsafe { self.handle.publish(handle) };
        self.return_early();
    }

    /// Ends the use of the handle, waits until all are done with it, and gives it up for closing. Null if there is
    /// none.
    pub(crate) fn withdraw(&self, irql: &Passive) -> sys::NDIS_HANDLE {
        self.return_early();
        self.handle.withdraw(irql)
    }

    /// Lists have arrived while the binding does not run: they are returned at once, or are NDIS' anyway. Tells what
    /// there was.
    ///
    /// # Safety
    ///
    /// NDIS called the receive handler with them, which has not returned.
    pub(crate) unsafe fn refuse(&self, first: List, arrival: Arrival) -> Refused {
        // SAFETY: by the contract they are valid, and lent or ours until they are returned below.
        let lists = unsafe { Lists::new(Some(first), chain::limit(arrival.count)) };
        let mut refused = Refused::new(lists, arrival);
        let counters = &self.counters;
        // Looked at first: a binding that was opened before leaves this state after its handle can be used.
        let opening = self.machine.state() == State::Opening;
        let Some(user) = self.handle.enter() else {
            add(if opening { &counters.early } else { &counters.closing }, refused.lists);
            if opening && !arrival.lent() {
                // SAFETY: by the contract they are ours.
                unsafe { self.early.push(first, chain::limit(arrival.count)) };
                // The adapter may have been opened meanwhile.
                self.return_early();
            }
            refused.lost = !opening && !arrival.lent();
            return refused;
        };
        add(&counters.paused, refused.lists);
        if !arrival.lent() {
            // SAFETY: by the contract they are ours; the handle is in use, so that the binding is open.
            unsafe { self.give_back(first, arrival.return_flags()) };
        }
        drop(user);
        refused
    }

    /// Returns the lists that came before there was a handle, if there is one.
    fn return_early(&self) {
        let Some(_user) = self.handle.enter() else { return };
        if let Some(first) = self.early.take() {
            // SAFETY: they came through this binding, were not lent, and were taken off just now. The handle is in
            // use, so that it is open; nothing is known of the level.
            unsafe { self.give_back(first, 0) };
        }
    }

    /// Whether a request can be made now, by the last one who may if `last` is true.
    ///
    /// # Errors
    ///
    /// What keeps it from being made.
    pub(crate) fn may_request(&self, last: bool) -> Result {
        let state = self.machine.state();
        let status = if !state.may_request() {
            sys::NDIS_STATUS_ADAPTER_NOT_READY
        } else if state == State::Closing && !last {
            sys::NDIS_STATUS_CLOSING
        } else if !self.powered.is_open() {
            sys::NDIS_STATUS_LOW_POWER_STATE
        } else if self.resetting.load(Ordering::Acquire) {
            sys::NDIS_STATUS_RESET_IN_PROGRESS
        } else {
            return Ok(());
        };
        Err(Status::from_raw(status))
    }
}

// SAFETY: the binding is not closed, and its context not freed, before `held` has ended.
unsafe impl Home for Core {
    fn keep(&self, lists: usize) -> bool {
        self.held.enter(lists)
    }

    unsafe fn release(&self, lists: usize) {
        self.held.leave(lists);
    }

    unsafe fn give_back(&self, first: NonNull<sys::NET_BUFFER_LIST>, flags: u32) {
        // SAFETY: by the contract the lists are ours and came through this binding, which is open: whoever has them
        // is counted, or inside of a call that is.
        unsafe { sys::NdisReturnNetBufferLists(self.handle.raw(), first.as_ptr(), flags) };
    }
}
