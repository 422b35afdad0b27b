//! Bindings of protocols to adapters.

mod bind;
mod calls;
mod close;
mod open;
mod parameters;
mod state;
mod unbind;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering},
};

use ndis_sys::{NDIS_HANDLE, NDIS_MEDIUM, NET_FRAME_TYPE};

use super::{
    adapter::Adapter, history::History, oid::Pending, outcome::Outcome, protocol::Protocol,
    receive, rules,
};
use crate::{
    ex::pool,
    export::{Export, exports},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    sched::{self, Mutex},
    thread,
};
use calls::Calls;

use bind::NdisCompleteBindAdapterEx;
pub(super) use bind::{Bind, offer};
pub(super) use calls::Call;
use close::NdisCloseAdapterEx;
pub(super) use close::abandon;
use open::NdisOpenAdapterEx;
pub(super) use parameters::{MAC_OPTIONS, Parameters, connect_state, duplex_state};
pub(super) use state::BindingState;
use unbind::{NdisCompleteUnbindAdapterEx, NdisUnbindAdapter};
pub(super) use unbind::{Unbind, unbind};

/// A binding of a protocol to an adapter.
pub(crate) struct Binding {
    /// What the driver knows it by.
    pub handle: usize,
    /// What the driver wants to be called with.
    pub context: usize,
    pub protocol: Arc<Protocol>,
    pub adapter: Arc<Adapter>,
    /// The medium that the driver and the adapter agree on.
    pub medium: NDIS_MEDIUM,
    /// The types of frames that the driver would like; none for all.
    pub frame_types: Vec<NET_FRAME_TYPE>,
    /// The packet filter that the driver has set.
    pub packet_filter: AtomicU32,
    /// The last request to set it failed for want of resources.
    pub filter_refused: AtomicBool,
    /// The groups that the driver wants.
    pub groups: Mutex<Vec<[u8; 6]>>,
    /// The lookahead that the driver has set.
    pub lookahead: AtomicU32,
    /// What is known of its lists.
    pub receive: receive::PerBinding,
    /// Its requests that have not ended.
    pub requests: Mutex<Vec<Pending>>,
    /// A wait of the driver inside of a power event, until it is known what it is for.
    pub(super) power_wait: Mutex<Option<Arc<Outcome>>>,
    state: AtomicU8,
    /// The driver knows that it is open.
    opened: AtomicBool,
    calls: Calls,
    /// It is closed.
    closed: Outcome,
    /// It is closed, and the driver has been told.
    finished: Outcome,
    /// What has happened to it.
    history: History,
    /// Where the block of pool begins that its context is in; zero if it is in none.
    context_block: AtomicUsize,
}

impl Binding {
    pub fn state(&self) -> BindingState {
        BindingState::ALL[usize::from(self.state.load(Ordering::Acquire))]
    }

    pub fn set_state(&self, state: BindingState) {
        self.history.note(state.name());
        self.state.store(state as u8, Ordering::Release);
        self.adapter.feed.wake();
    }

    /// The context, as handlers take it.
    pub fn context(&self) -> NDIS_HANDLE {
        self.context as NDIS_HANDLE
    }

    /// Whether the driver knows that it is open.
    pub fn is_opened(&self) -> bool {
        self.opened.load(Ordering::Acquire)
    }

    /// Begins a call of one of its receive or status handlers, unless it is closed. Its close waits for
    /// the end of the call.
    pub fn begin_call(&self) -> Option<Call<'_>> {
        self.calls.begin()
    }

    /// Waits until none of its handlers runs for a moment, but not for ever.
    pub fn wait_for_calls(&self) -> bool {
        self.calls.wait(sched::now() + self.adapter.description.settings.control.patience)
    }

    /// What a report calls it.
    pub fn describe(&self) -> String {
        format!("the binding of {} to {}", self.protocol.name, self.adapter.description.name)
    }

    /// The same, with what has happened to it.
    pub fn story(&self) -> String {
        format!("{} ({})", self.describe(), self.history.tell())
    }

    /// Reports a driver that has freed the context of the binding, which is needed until the driver has
    /// been told that the binding is closed. False if it has.
    pub fn has_context(&self) -> bool {
        let start = self.context_block.load(Ordering::Acquire);
        if start == 0 || pool::block_at(&thread::system(), start).is_some() {
            return true;
        }
        if self.context_block.swap(0, Ordering::AcqRel) != 0 {
            let text = format!("the context of {} was freed", self.story());
            rules::CONTEXT_FREED.broken_at([self.context as u64, 0, 0, 0], text);
        }
        false
    }
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisCloseAdapterEx: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisCompleteBindAdapterEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisCompleteUnbindAdapterEx: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisOpenAdapterEx: PASSIVE_LEVEL..=PASSIVE_LEVEL;
    NdisUnbindAdapter: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};
