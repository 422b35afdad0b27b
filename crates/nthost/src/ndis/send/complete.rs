//! Giving back what was sent.

use std::{ffi::c_void, ptr, sync::Arc};

use ndis_sys::{
    NDIS_HANDLE, NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL, NDIS_STATUS_SEND_ABORTED, NET_BUFFER_LIST,
};

use super::{digest, rules, state::Sent};
use crate::{
    ndis::{
        adapter::Adapter,
        binding::Binding,
        callback::{self, Handler},
        handle, pnp,
        receive::{self, raw},
        settings::{ReceiveLevel, Sends},
    },
    thread,
};

/// Completes lists when the settings say so.
pub(super) fn soon(binding: &Arc<Binding>, sent: Vec<Sent>) {
    let adapter = &binding.adapter;
    let when = match adapter.settings().sends {
        Sends::Any => {
            let choices = [Sends::Inline, Sends::Later, Sends::OneByOne];
            choices[adapter.receive.chance(|rng| rng.usize(..choices.len()))]
        }
        when => when,
    };
    match when {
        Sends::Inline | Sends::Any => now(binding, &sent),
        Sends::After(delay) => {
            let (system, binding) = (thread::system(), Arc::clone(binding));
            system.ndis.tasks.run(&system, delay, move || later(&binding, &sent));
        }
        Sends::Later => adapter.send.later.push(adapter, (Arc::clone(binding), sent)),
        Sends::OneByOne => {
            for list in sent.into_iter().rev() {
                adapter.send.later.push(adapter, (Arc::clone(binding), vec![list]));
            }
        }
    }
}

/// Completes lists in another thread than that which has sent them.
pub(super) fn later(binding: &Binding, sent: &[Sent]) {
    pnp::look_at_wait(binding);
    now(binding, sent);
}

/// Completes lists.
pub(super) fn now(binding: &Binding, sent: &[Sent]) {
    if sent.is_empty() {
        return;
    }
    for list in sent {
        check_data(binding, list);
    }
    let adapter = &binding.adapter;
    let mut first: *mut NET_BUFFER_LIST = ptr::null_mut();
    for list in sent.iter().rev() {
        // SAFETY: the list is NDIS' own until it is completed.
        unsafe { (*list.address()).Status = list.status };
        // SAFETY: as above.
        unsafe { raw::set_next(list.address(), first) };
        first = list.address();
    }
    let mut in_flight = adapter.send.in_flight.lock();
    for list in sent {
        in_flight.remove(&(list.address() as usize));
    }
    drop(in_flight);
    let call = binding.begin_call();
    let handler = binding.protocol.characteristics.SendNetBufferListsCompleteHandler;
    if let (Some(_), Some(handler)) = (&call, handler) {
        let at_dispatch = adapter.settings().level == ReceiveLevel::Dispatch;
        let flags = if at_dispatch { NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL } else { 0 };
        let context = binding.context();
        receive::at_level(adapter, || {
            let code = || {
                // SAFETY: the driver registered the handler, and opened the binding with this context.
                unsafe { handler(context, first, flags) };
            };
            // SAFETY: there is nothing to drop.
            unsafe { callback::call(Handler::SendComplete, handler as usize, code) };
        });
    }
}

/// Looks at whether the data of a list is what it was when the list was sent.
fn check_data(binding: &Binding, list: &Sent) {
    let Some((before, caller)) = list.digest else { return };
    let system = thread::system();
    // SAFETY: the list is NDIS' own until it is completed.
    let now = unsafe { receive::gather(list.address(), system.ndis.version) };
    if now.is_none_or(|now| digest(&now) != before) {
        rules::DATA_CHANGED.broken(format!(
            "{} changed the data of the list {:?}, which {} has sent, before it was completed",
            binding.protocol.name,
            list.address(),
            system.describe(caller),
        ));
    }
}

/// How many lists of a binding are not completed.
pub(in crate::ndis) fn pending(binding: &Binding) -> usize {
    let in_flight = binding.adapter.send.in_flight.lock();
    in_flight.values().filter(|number| **number == binding.receive.number()).count()
}

/// How many lists are not completed.
pub(in crate::ndis) fn pending_of_all(adapter: &Adapter) -> usize {
    adapter.send.in_flight.lock().len()
}

/// Completes those lists at once that wait for it and have this identifier.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscancelsendnetbufferlists)
pub(super) unsafe extern "efiapi" fn NdisCancelSendNetBufferLists(
    binding: NDIS_HANDLE,
    cancel: *mut c_void,
) {
    let Some(binding) = handle::binding(binding, "NdisCancelSendNetBufferLists") else { return };
    let adapter = &binding.adapter;
    let is_cancelled = |waiting: &(Arc<Binding>, Vec<Sent>)| {
        Arc::ptr_eq(&waiting.0, &binding)
            && waiting.1.iter().any(|list| list.cancel == cancel as usize)
    };
    for (binding, sent) in adapter.send.later.take(is_cancelled) {
        let (mut cancelled, others): (Vec<_>, Vec<_>) =
            sent.into_iter().partition(|list| list.cancel == cancel as usize);
        for list in &mut cancelled {
            list.status = NDIS_STATUS_SEND_ABORTED;
        }
        now(&binding, &cancelled);
        if !others.is_empty() {
            adapter.send.later.push(adapter, (binding, others));
        }
    }
}
