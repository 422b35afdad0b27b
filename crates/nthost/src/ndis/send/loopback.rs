//! Frames that are sent and received by the same machine.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/looping-back-ndis-packets)

use std::sync::{Arc, atomic::Ordering::Relaxed};

use ndis_sys::{
    NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET, NDIS_PACKET_TYPE_ALL_LOCAL, NDIS_PACKET_TYPE_NO_LOCAL,
    NDIS_PACKET_TYPE_PROMISCUOUS, NDIS_SEND_FLAGS_CHECK_FOR_LOOPBACK,
};

use crate::ndis::{
    adapter::Adapter,
    binding::Binding,
    frame::Frame,
    receive::{self, is_filtered, passes},
    settings::FilterKind,
};

/// Indicates a frame that `sender` sends to the bindings of this adapter that are to get it.
pub(super) fn indicate(sender: &Arc<Binding>, frame: &Frame, flags: u32) {
    let adapter = &sender.adapter;
    let checks = flags & NDIS_SEND_FLAGS_CHECK_FOR_LOOPBACK != 0;
    let bindings = adapter.bindings();
    if !is_filtered(sender) || !(checks || is_asked_for(adapter, &bindings)) {
        return;
    }
    let destination = frame.destination();
    let accepts = |binding: &Arc<Binding>| {
        filter(binding) & NDIS_PACKET_TYPE_ALL_LOCAL != 0 || passes(adapter, binding, destination)
    };
    let mut receivers = bindings
        .iter()
        .filter(|binding| {
            let is_let_in = if Arc::ptr_eq(binding, sender) {
                checks
            } else {
                filter(binding) & NDIS_PACKET_TYPE_NO_LOCAL == 0
            };
            is_let_in && accepts(binding)
        })
        .peekable();
    if receivers.peek().is_none() {
        return;
    }
    adapter.receive.counters.looped_back.add(1);
    let looped = Frame { flags: NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET, ..frame.clone() };
    for binding in receivers {
        receive::give_frame(binding, &looped);
    }
}

/// Whether a binding asks for what others send.
fn is_asked_for(adapter: &Adapter, bindings: &[Arc<Binding>]) -> bool {
    let several = bindings.len() > 1 || adapter.settings().filter != FilterKind::None;
    several
        && bindings.iter().any(|binding| {
            let filter = filter(binding);
            let promiscuous = filter & NDIS_PACKET_TYPE_PROMISCUOUS != 0;
            promiscuous && filter & NDIS_PACKET_TYPE_NO_LOCAL == 0
                || filter & NDIS_PACKET_TYPE_ALL_LOCAL != 0
        })
}

fn filter(binding: &Binding) -> u32 {
    binding.packet_filter.load(Relaxed)
}
