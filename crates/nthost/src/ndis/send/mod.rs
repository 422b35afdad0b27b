//! What protocols send.
//!
//! The frames of a list go where the adapter's source says, or are kept for the program; NDIS indicates
//! them to protocols of the same machine where its rules say so; and the list is completed, at once or
//! later.

mod complete;
mod loopback;
mod rules;
mod state;

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use ndis_sys::{
    NDIS_HANDLE, NDIS_PORT_NUMBER, NDIS_SEND_FLAGS_DISPATCH_LEVEL, NDIS_STATUS_INVALID_PACKET,
    NDIS_STATUS_PAUSED, NDIS_STATUS_SUCCESS, NET_BUFFER_LIST,
};
use rustc_hash::FxHasher;

use super::{
    binding::{Binding, BindingState},
    frame::Frame,
    handle, receive,
};
use crate::{
    Guards,
    export::{Export, exports},
    ke,
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
    thread, verifier,
};

use complete::NdisCancelSendNetBufferLists;
pub(super) use complete::{pending, pending_of_all};
pub(crate) use state::PerAdapter;
use state::Sent;

pub(super) const EXPORTS: &[Export] = exports! {
    NdisCancelSendNetBufferLists: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisGeneratePartialCancelId: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisSendNetBufferLists: PASSIVE_LEVEL..=DISPATCH_LEVEL;
};

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgeneratepartialcancelid)
unsafe extern "efiapi" fn NdisGeneratePartialCancelId() -> u8 {
    thread::system().ndis.handles.partial_cancel_id()
}

/// A protocol sends lists, which are NDIS' until they are completed.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndissendnetbufferlists)
unsafe extern "efiapi" fn NdisSendNetBufferLists(
    binding: NDIS_HANDLE,
    lists: *mut NET_BUFFER_LIST,
    _port: NDIS_PORT_NUMBER,
    flags: u32,
) {
    let Some(binding) = handle::binding(binding, "NdisSendNetBufferLists") else { return };
    if flags & NDIS_SEND_FLAGS_DISPATCH_LEVEL != 0 && ke::irql::current() < DISPATCH_LEVEL {
        rules::LEVEL.broken(format!(
            "{} sent lists at IRQL {} and said that it was DISPATCH_LEVEL",
            verifier::caller(),
            ke::irql::current(),
        ));
    }
    let state = binding.state();
    if matches!(state, BindingState::Paused | BindingState::Closing) {
        rules::PAUSED
            .broken(format!("{} sends over a binding that is paused", binding.protocol.name));
    }
    // SAFETY: the driver hands valid lists over.
    let mut sent = unsafe { state::take(&binding, lists) };
    for list in &mut sent {
        list.status = NDIS_STATUS_PAUSED;
        if state == BindingState::Running {
            // SAFETY: the list is NDIS' own until it is completed.
            unsafe { send(&binding, list, flags) };
        }
    }
    complete::soon(&binding, sent);
}

/// A digest of the data of a list.
fn digest(frame: &Frame) -> u64 {
    let mut hasher = FxHasher::default();
    frame.data.hash(&mut hasher);
    frame.more_buffers.hash(&mut hasher);
    hasher.finish()
}

/// Sends the frames of a list.
///
/// # Safety
///
/// The list is valid, and nobody else uses it.
unsafe fn send(binding: &Arc<Binding>, list: &mut Sent, flags: u32) {
    let adapter = &binding.adapter;
    let system = thread::system();
    // SAFETY: the contract is the same.
    let Some(whole) = (unsafe { receive::gather(list.address(), system.ndis.version) }) else {
        list.status = NDIS_STATUS_INVALID_PACKET;
        return;
    };
    if system.netio.guards == Guards::On {
        list.digest = Some((digest(&whole), thread::current(|thread| thread.caller.get())));
    }
    for data in std::iter::once(whole.data).chain(whole.more_buffers) {
        let frame = Frame { data, vlan: whole.vlan, ..Frame::default() };
        adapter.receive.counters.sent.add(1);
        loopback::indicate(binding, &frame, flags);
        if !adapter.feed.send(&frame.on_the_wire()) {
            adapter.send.keep(frame);
        }
    }
    list.status = NDIS_STATUS_SUCCESS;
}
