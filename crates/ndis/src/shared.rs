//! What belongs to a binding, whatever driver it is of.

use core::{
    cell::UnsafeCell,
    ffi::c_void,
    ptr::{self, NonNull},
    sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering},
};

use ndis_sys as sys;
use wdm::{Event, Passive, PoolArc, Reset, Result, Status, Tag};

use crate::{
    Arrival, Home,
    chain::{self, List},
    counters::{Counters, Refused, add},
    door::Door,
    early::Early,
    oid::Turn,
    state::{Machine, State},
    view::Lists,
};

/// What belongs to a binding, whatever driver it is of.
///
/// # Invariants
///
/// `handle` is null, or the handle of a binding that is open until `held` and `users` have ended. `running` is open
/// only while `held` is, and that only while `users` is; all three are closed in this order.
pub(crate) struct Core {
    pub(crate) machine: Machine,
    handle: AtomicPtr<c_void>,
    /// Calls of the receive handler while the binding runs.
    pub(crate) running: Door,
    /// Lists that are kept past the call.
    pub(crate) held: Door,
    /// Those who use the handle.
    pub(crate) users: Door,
    /// Owned lists that came before there was a handle to return them to.
    early: Early,
    pub(crate) place: Place,
    pub(crate) opened: Completion,
    pub(crate) closed: Completion,
    /// False while the adapter does not have its full power.
    pub(crate) powered: AtomicBool,
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
            handle: AtomicPtr::new(ptr::null_mut()),
            running: Door::new(tag)?,
            held: Door::new(tag)?,
            users: Door::new(tag)?,
            early: Early::new(),
            place: Place { handle: UnsafeCell::new(ptr::null_mut()), medium: UnsafeCell::new(0) },
            opened: Completion::new(tag)?,
            closed: Completion::new(tag)?,
            powered: AtomicBool::new(true),
            resetting: AtomicBool::new(false),
            turn: Turn::new(tag)?,
            counters: Counters::default(),
            tag,
        };
        PoolArc::try_new(core, tag)
    }

    /// Lets the handle be used, and returns the lists that came before.
    ///
    /// # Safety
    ///
    /// `handle` is that of the binding, which was opened just now.
    pub(crate) unsafe fn publish(&self, handle: sys::NDIS_HANDLE) {
        self.handle.store(handle, Ordering::Release);
        self.users.open();
        self.return_early();
    }

    /// Ends the use of the handle, waits until all are done with it, and gives it up for closing. Null if there is
    /// none.
    pub(crate) fn withdraw(&self, irql: &Passive) -> sys::NDIS_HANDLE {
        self.return_early();
        self.users.end(irql);
        self.handle.swap(ptr::null_mut(), Ordering::AcqRel)
    }

    /// The handle, for one who is counted as a user or for lists that are held.
    pub(crate) fn handle(&self) -> sys::NDIS_HANDLE {
        self.handle.load(Ordering::Acquire)
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
        if !self.users.enter(1) {
            let opening = self.machine.state() == State::Opening;
            add(if opening { &counters.early } else { &counters.closing }, refused.lists);
            if opening && !arrival.lent() {
                // SAFETY: by the contract they are ours.
                unsafe { self.early.push(first, chain::limit(arrival.count)) };
                // The adapter may have been opened meanwhile.
                self.return_early();
            }
            refused.lost = !opening && !arrival.lent();
            return refused;
        }
        add(&counters.paused, refused.lists);
        if !arrival.lent() {
            // SAFETY: by the contract they are ours; the handle is in use, so that the binding is open.
            unsafe { self.give_back(first, arrival.return_flags()) };
        }
        self.users.leave(1);
        refused
    }

    /// Returns the lists that came before there was a handle, if there is one.
    fn return_early(&self) {
        if !self.users.enter(1) {
            return;
        }
        if let Some(first) = self.early.take() {
            // SAFETY: they came through this binding, were not lent, and were taken off just now. The handle is in
            // use, so that it is open; nothing is known of the level.
            unsafe { self.give_back(first, 0) };
        }
        self.users.leave(1);
    }

    /// What keeps a request from being made now, if anything does.
    pub(crate) fn refusal(&self) -> Option<Status> {
        let status = if !self.machine.state().may_request() {
            sys::NDIS_STATUS_ADAPTER_NOT_READY
        } else if !self.powered.load(Ordering::Acquire) {
            sys::NDIS_STATUS_LOW_POWER_STATE
        } else if self.resetting.load(Ordering::Acquire) {
            sys::NDIS_STATUS_RESET_IN_PROGRESS
        } else {
            return None;
        };
        Some(Status::from_raw(status))
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
        unsafe { sys::NdisReturnNetBufferLists(self.handle(), first.as_ptr(), flags) };
    }
}
