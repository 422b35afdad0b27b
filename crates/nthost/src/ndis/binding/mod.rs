//! Bindings of protocols to adapters.

mod calls;

use std::sync::{
    Arc,
    atomic::{AtomicU8, AtomicU32, Ordering},
};

use ndis_sys::{NDIS_HANDLE, NDIS_MEDIUM, NET_FRAME_TYPE};

use super::{adapter::Adapter, protocol::Protocol, receive};
pub(super) use calls::Call;
use calls::Calls;

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
    /// What is known of its lists.
    pub receive: receive::PerBinding,
    state: AtomicU8,
    calls: Calls,
}

/// Where a binding is in its life.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/protocol-binding-states-and-operations)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum BindingState {
    /// It is being opened.
    Opening,
    /// Nothing is sent, and what is received is returned at once.
    Paused,
    /// It is about to run.
    Restarting,
    /// It sends and receives.
    Running,
    /// It is about to be paused.
    Pausing,
    /// It is being closed.
    Closing,
    /// It is closed.
    Unbound,
}

impl BindingState {
    const ALL: [Self; 7] = [
        Self::Opening,
        Self::Paused,
        Self::Restarting,
        Self::Running,
        Self::Pausing,
        Self::Closing,
        Self::Unbound,
    ];
}

impl Binding {
    pub fn state(&self) -> BindingState {
        BindingState::ALL[usize::from(self.state.load(Ordering::Acquire))]
    }

    pub fn set_state(&self, state: BindingState) {
        self.state.store(state as u8, Ordering::Release);
    }

    /// The context, as handlers take it.
    pub fn context(&self) -> NDIS_HANDLE {
        self.context as NDIS_HANDLE
    }

    /// Begins a call of one of its receive or status handlers, unless it is closed. Its close waits for
    /// the end of the call.
    pub fn begin_call(&self) -> Option<Call<'_>> {
        self.calls.begin()
    }
}
