//! Calling the receive handler of a binding.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Instant,
};

use ndis_sys::{
    Ieee8021QNetBufferListInfo, NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL, NDIS_RECEIVE_FLAGS_RESOURCES,
    NDIS_RECEIVE_FLAGS_SINGLE_ETHER_TYPE, NDIS_RECEIVE_FLAGS_SINGLE_VLAN,
};

use super::{
    at_level,
    deliver::is_filtered,
    descriptor::{Descriptor, Lists, link},
    ledger::{Event, Owner},
    returns::{go_down, history},
    rules,
};
use crate::{
    ndis::{
        adapter::Adapter,
        binding::{Binding, BindingState},
        callback::{self, Handler},
        frame,
        settings::ReceiveLevel,
    },
    thread,
};

/// Bits of the flags that mean nothing so far.
const UNKNOWN_FLAGS: u32 = 0xffff_0000;

/// Gives lists to a binding: they are the protocol's until it returns them. If it does not run they go
/// back.
pub(super) fn give_to(adapter: &Arc<Adapter>, binding: &Binding, lists: Lists) {
    if lists.is_empty() {
        return;
    }
    let call = binding.begin_call().filter(|_| is_receiving(binding));
    if call.is_none() {
        refuse(adapter, binding, &lists);
        return go_down(adapter, lists);
    }
    if adapter.settings().compare {
        let (version, bytes) = (thread::system().ndis.version, adapter.data_settings().watch_bytes);
        for list in &lists {
            list.link(std::ptr::null_mut());
            // SAFETY: the list is NDIS' own now, and its memory valid.
            unsafe { list.memory().snapshot.take(list.address(), version, bytes) };
        }
    }
    let flags = flags(adapter, &lists);
    let _giving = binding.receive.begin();
    give(adapter, binding, &lists, flags);
    call_handler(adapter, binding, &lists, flags);
}

/// From now on lists are the protocol's, which is about to be called with them.
pub(super) fn give(adapter: &Adapter, binding: &Binding, lists: &[Arc<Descriptor>], flags: u32) {
    let number = binding.receive.number;
    for list in lists {
        list.entry.note(Event::Given, number, flags as usize);
        list.entry.give(Owner::Protocol(number));
    }
    binding.receive.held.fetch_add(lists.len(), SeqCst);
    adapter.receive.counters.owned.add(lists.len());
    count(adapter, lists);
}

/// From now on the protocol may use lists until its handler returns.
pub(super) fn lend(adapter: &Adapter, binding: &Binding, lists: &[Arc<Descriptor>], flags: u32) {
    let number = binding.receive.number;
    for list in lists {
        list.entry.note(Event::Loaned, number, flags as usize);
        list.entry.give(Owner::Loaned(number));
    }
    adapter.receive.counters.loaned.add(lists.len());
    count(adapter, lists);
}

fn count(adapter: &Adapter, lists: &[Arc<Descriptor>]) {
    let counters = &adapter.receive.counters;
    counters.frames.add(lists.iter().map(|list| list.frames() as usize).sum());
    counters.lists.add(lists.len());
}

/// Lends lists to a binding: the protocol may use them until its handler returns.
pub(super) fn lend_to(adapter: &Arc<Adapter>, binding: &Binding, lists: &[Arc<Descriptor>]) {
    if lists.is_empty() {
        return;
    }
    let call = binding.begin_call().filter(|_| is_receiving(binding));
    if call.is_some() {
        lend_now(adapter, binding, lists);
    } else {
        refuse(adapter, binding, lists);
    }
}

/// A binding that does not run gets no lists.
fn refuse(adapter: &Arc<Adapter>, binding: &Binding, lists: &[Arc<Descriptor>]) {
    if !lend_early(adapter, binding, lists) {
        let frames = lists.iter().map(|list| list.frames() as usize).sum();
        adapter.receive.counters.unwanted.add(frames);
    }
}

/// Lends lists to a binding that is not open yet, if its medium is one of those where that happens. It
/// could not return them: it does not know its handle.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/oid-gen-current-packet-filter)
///
/// True if they were lent.
fn lend_early(adapter: &Arc<Adapter>, binding: &Binding, lists: &[Arc<Descriptor>]) -> bool {
    if binding.state() == BindingState::Opening
        && !is_filtered(binding)
        && let Some(_call) = binding.begin_call()
    {
        lend_now(adapter, binding, lists);
        return true;
    }
    false
}

/// Does the same for a binding that is known to be there.
pub(super) fn lend_now(adapter: &Arc<Adapter>, binding: &Binding, lists: &[Arc<Descriptor>]) {
    let first = link(lists);
    let mut snapshot = frame::Snapshot::default();
    if adapter.settings().compare {
        let (version, bytes) = (thread::system().ndis.version, adapter.data_settings().watch_bytes);
        // SAFETY: the lists are NDIS' own now, and their memory valid.
        unsafe { snapshot.take(first, version, bytes) };
    }
    let flags = flags(adapter, lists) | NDIS_RECEIVE_FLAGS_RESOURCES;
    lend(adapter, binding, lists, flags);
    call_handler(adapter, binding, lists, flags);
    for list in lists {
        list.entry.give(Owner::Stack);
    }
    // SAFETY: the memory of the lists is still there, and NDIS' own again.
    if let Some(change) = unsafe { snapshot.compare(frame::Lists::Lent) } {
        report_change(adapter, binding, lists, &change);
    }
    for list in lists {
        if list.written_source() != list.source() {
            list.set_source(list.source());
        }
    }
}

/// Reports that a handler has not restored what was lent to it.
fn report_change(
    adapter: &Adapter,
    binding: &Binding,
    lists: &[Arc<Descriptor>],
    change: &frame::Change,
) {
    let rule = if change.is_link { rules::LOANED_RELINKED } else { rules::LOANED_CHANGED };
    let history = lists.first().map(|list| history(adapter, list)).unwrap_or_default();
    let text = format!(
        "the receive handler of {} did not restore what was lent to it: {}",
        binding.protocol.name, change.text,
    );
    rule.broken_after([0; 4], text, history);
}

/// Whether a binding is in a state in which it gets frames.
pub(super) fn is_receiving(binding: &Binding) -> bool {
    matches!(binding.state(), BindingState::Running | BindingState::Pausing)
}

/// The flags for lists that are given.
fn flags(adapter: &Adapter, lists: &[Arc<Descriptor>]) -> u32 {
    let settings = adapter.settings();
    let mut flags = 0;
    if settings.level == ReceiveLevel::Dispatch {
        flags |= NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL;
    }
    if settings.hints {
        if is_same(lists, Descriptor::frame_type) {
            flags |= NDIS_RECEIVE_FLAGS_SINGLE_ETHER_TYPE;
        }
        if is_same(lists, |list| list.slot(Ieee8021QNetBufferListInfo)) {
            flags |= NDIS_RECEIVE_FLAGS_SINGLE_VLAN;
        }
    }
    if settings.unknown_flags {
        flags |= adapter.receive.chance(|rng| rng.u32(..)) & UNKNOWN_FLAGS;
    }
    flags
}

fn is_same<T: PartialEq>(lists: &[Arc<Descriptor>], value: impl Fn(&Descriptor) -> T) -> bool {
    lists.windows(2).all(|pair| value(&pair[0]) == value(&pair[1]))
}

/// Links the lists and calls the handler with them.
fn call_handler(adapter: &Adapter, binding: &Binding, lists: &[Arc<Descriptor>], flags: u32) {
    let Some(handler) = binding.protocol.characteristics.ReceiveNetBufferListsHandler else {
        return;
    };
    let count = u32::try_from(lists.len()).unwrap_or(u32::MAX);
    let first = link(lists);
    let (counters, context) = (&adapter.receive.counters, binding.context());
    counters.callbacks.add(1);
    let time = at_level(adapter, || {
        let start = Instant::now();
        let code = || {
            // SAFETY: the driver registered the handler, and opened the binding with this context; the
            // lists are linked and filled.
            unsafe { handler(context, first, 0, count, flags) };
        };
        // SAFETY: there is nothing to drop.
        unsafe { callback::call(Handler::Receive, handler as usize, code) };
        start.elapsed()
    });
    let time = usize::try_from(time.as_nanos()).unwrap_or(usize::MAX);
    counters.receive_time_ns.add(time);
    counters.longest_receive_ns.raise(time);
}
