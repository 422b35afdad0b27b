//! Lists that have been sent and are not completed.

use std::{collections::VecDeque, sync::Arc};

use ndis_sys::{NDIS_STATUS, NDIS_STATUS_SUCCESS, NET_BUFFER_LIST, NetBufferListCancelId};
use rustc_hash::FxHashMap;

use super::{complete, rules};
use crate::{
    ndis::{
        binding::Binding,
        frame::Frame,
        receive::{Later, raw},
    },
    sched::Mutex,
};

/// How many frames that went nowhere are kept.
const KEPT: usize = 10_000;

/// What is known of sending at an adapter.
pub(crate) struct PerAdapter {
    /// The lists that are not completed, each with the number of its binding.
    pub(super) in_flight: Mutex<FxHashMap<usize, u32>>,
    /// What is completed later.
    pub(super) later: Later<(Arc<Binding>, Vec<Sent>)>,
    kept: Mutex<VecDeque<Frame>>,
}

impl Default for PerAdapter {
    fn default() -> Self {
        Self {
            in_flight: Mutex::default(),
            later: Later::new(
                "ndis sends",
                |adapter| &adapter.send.later,
                |_, (binding, sent)| complete::later(&binding, &sent),
            ),
            kept: Mutex::default(),
        }
    }
}

impl PerAdapter {
    /// Ends its thread.
    pub fn stop(&self) {
        self.later.stop();
    }

    /// Keeps a frame that went nowhere.
    pub(super) fn keep(&self, frame: Frame) {
        let mut kept = self.kept.lock();
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(frame);
    }

    /// Takes the frames that went nowhere.
    pub(in crate::ndis) fn take_sent(&self) -> Vec<Frame> {
        self.kept.lock().drain(..).collect()
    }
}

/// A list that has been sent.
pub(super) struct Sent {
    address: usize,
    /// What it can be cancelled by; zero if by nothing.
    pub cancel: usize,
    /// What becomes of it.
    pub status: NDIS_STATUS,
    /// A digest of its data, and the address in the driver that sent it; none if it is not looked at.
    pub digest: Option<(u64, usize)>,
}

impl Sent {
    pub fn address(&self) -> *mut NET_BUFFER_LIST {
        self.address as *mut _
    }
}

/// Takes the lists that a driver sends, as far as it may send them.
///
/// # Safety
///
/// They are valid.
pub(super) unsafe fn take(binding: &Binding, first: *mut NET_BUFFER_LIST) -> Vec<Sent> {
    let name = &binding.protocol.name;
    let (mut sent, mut at) = (Vec::new(), first);
    let mut in_flight = binding.adapter.send.in_flight.lock();
    while !at.is_null() {
        let address = at as usize;
        if in_flight.insert(address, binding.receive.number()).is_some() {
            rules::IN_FLIGHT.broken(format!("{name} sent a list again that is not completed"));
            break;
        }
        // SAFETY: by the contract it is a list, which is NDIS' own now.
        let (source, cancel, next) = unsafe { read(at) };
        if source != binding.handle {
            rules::SOURCE_HANDLE.broken(format!(
                "{name} sent a list with the SourceHandle {source:#x}, and not {:#x}",
                binding.handle,
            ));
        }
        sent.push(Sent { address, cancel, status: NDIS_STATUS_SUCCESS, digest: None });
        at = next;
    }
    sent
}

/// What is to be known of a list: its `SourceHandle`, its cancel identifier and the next one.
///
/// # Safety
///
/// It is valid.
unsafe fn read(list: *mut NET_BUFFER_LIST) -> (usize, usize, *mut NET_BUFFER_LIST) {
    // SAFETY: by the contract.
    let source = unsafe { raw::source(list) };
    // SAFETY: by the contract.
    let slots = unsafe { &raw const (*list).NetBufferListInfo };
    // SAFETY: all versions have this slot.
    let place = unsafe { slots.cast::<usize>().add(NetBufferListCancelId) };
    // SAFETY: as above.
    let cancel = unsafe { place.read() };
    // SAFETY: by the contract.
    let next = unsafe { raw::next(list) };
    (source, cancel, next)
}
