//! Lists that protocols return, and their way back.

use std::sync::{Arc, atomic::Ordering::SeqCst};

use ndis_sys::{NDIS_HANDLE, NDIS_RETURN_FLAGS_DISPATCH_LEVEL, NET_BUFFER_LIST};

use super::{
    descriptor::{Descriptor, Lists, Origin},
    ledger::{Event, Refused},
    measure, rules,
};
use crate::{
    ke,
    ndis::{
        adapter::Adapter, binding::Binding, filter, frame, handle, miniport, settings::Returns,
    },
    nt::DISPATCH_LEVEL,
    thread, verifier,
};

/// A protocol returns lists that were given to it.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisreturnnetbufferlists)
pub(super) unsafe extern "efiapi" fn NdisReturnNetBufferLists(
    binding: NDIS_HANDLE,
    lists: *mut NET_BUFFER_LIST,
    flags: u32,
) {
    if !measure::puts_off(binding, lists) {
        take_back_for(binding, lists as usize, flags);
    }
}

/// Takes back what a protocol returns over a binding.
pub(super) fn take_back_for(binding: NDIS_HANDLE, first: usize, flags: u32) {
    if let Some(binding) = handle::binding(binding, "NdisReturnNetBufferLists") {
        if flags & NDIS_RETURN_FLAGS_DISPATCH_LEVEL != 0 && ke::irql::current() < DISPATCH_LEVEL {
            rules::RETURN_LEVEL.broken(format!(
                "{} returned lists at IRQL {} and said that it was DISPATCH_LEVEL",
                verifier::caller(),
                ke::irql::current(),
            ));
        }
        take_back(&binding, first);
    }
}

/// Takes back what a protocol returns, as far as that is right.
fn take_back(binding: &Binding, first: usize) {
    let adapter = &binding.adapter;
    let stamp = adapter.receive.stamp();
    let caller = thread::current(|thread| thread.caller.get());
    let mut back = Lists::new();
    let mut at = first;
    while at != 0 {
        let Some(list) = adapter.find(at) else {
            report_unknown(binding, at);
            break;
        };
        if let Err(refused) = list.entry.take_back(binding.receive.number, stamp) {
            report_refused(binding, &list, refused);
            break;
        }
        list.entry.note(Event::Returned, binding.receive.number, caller);
        at = list.next();
        check(adapter, binding, &list);
        back.push(list);
    }
    binding.receive.held.fetch_sub(back.len(), SeqCst);
    adapter.receive.counters.returned.add(back.len());
    ndis_returns(adapter, back);
}

/// Looks at what a protocol has done to a list, and puts its handle right.
fn check(adapter: &Adapter, binding: &Binding, list: &Descriptor) {
    let (now, before) = (list.written_source(), list.source());
    if now != before {
        let text = format!(
            "{} returned a list with the SourceHandle {now:#x} instead of {before:#x}",
            binding.protocol.name,
        );
        rules::SOURCE_HANDLE.broken_after([0; 4], text, history(adapter, list));
        list.set_source(before);
    }
    if adapter.settings().compare && list.origin != Origin::Measured {
        // SAFETY: the list is NDIS' own again, and all its memory is still there.
        let change = unsafe { list.memory().snapshot.compare(frame::Lists::Given) };
        if let Some(change) = change {
            let (name, text) = (&binding.protocol.name, change.text);
            let text = format!("{name} returned a list changed: {text}");
            rules::RETURNED_CHANGED.broken_after([0; 4], text, history(adapter, list));
        }
    }
}

fn report_unknown(binding: &Binding, address: usize) {
    let name = &binding.protocol.name;
    let system = thread::system();
    let adapters = system.ndis.adapters.read();
    let other = adapters.iter().find(|adapter| adapter.find(address).is_some());
    match other {
        Some(other) => rules::WRONG_BINDING.broken(format!(
            "{name} returned a list of the adapter {} over its binding to {}",
            other.description.name, binding.adapter.description.name,
        )),
        None => rules::FOREIGN_RETURN.broken(format!(
            "{name} returned {address:#x}, which was never indicated: {} called",
            verifier::caller(),
        )),
    }
}

fn report_refused(binding: &Binding, list: &Descriptor, refused: Refused) {
    let name = &binding.protocol.name;
    let history = history(&binding.adapter, list);
    let (rule, what) = match refused {
        Refused::Cyclic => {
            (rules::CYCLIC_RETURN, "returned a chain with a list that is in it twice")
        }
        Refused::Loaned => (rules::LOANED_RETURN, "returned a list that was only lent to it"),
        Refused::OfAnother(_) => (rules::WRONG_BINDING, "returned a list that another binding has"),
        Refused::NotOwned => {
            (rules::DOUBLE_RETURN, "returned a list that it does not have any more")
        }
    };
    rule.broken_after([0; 4], format!("{name} {what}"), history);
}

/// What has happened to a list, the oldest first.
pub(super) fn history(adapter: &Adapter, list: &Descriptor) -> Vec<String> {
    let bindings = adapter.bindings();
    let name = |number: u32| {
        let known = bindings.iter().find(|binding| binding.receive.number == number);
        known.map_or_else(|| "one that is gone".to_owned(), |known| known.protocol.name.clone())
    };
    let system = thread::system();
    let events = list.entry.history(name, |place| system.describe(place));
    events.map(|event| format!("the list was {event}")).collect()
}

/// NDIS gives back what it got back, in the order and combination of the settings.
fn ndis_returns(adapter: &Arc<Adapter>, mut lists: Lists) {
    match adapter.settings().returns {
        Returns::AsTheyCome => {}
        Returns::OneByOne => {
            for list in lists {
                go_down(adapter, vec![list]);
            }
            return;
        }
        Returns::Shuffled => adapter.receive.chance(|rng| rng.shuffle(&mut lists)),
        Returns::Mixed => {
            let mut mixed = adapter.receive.mixed.lock();
            mixed.append(&mut lists);
            let most = (adapter.description.descriptors as usize / 8).min(64);
            if mixed.len() <= most && adapter.receive.chance(fastrand::Rng::bool) {
                return;
            }
            lists = std::mem::take(&mut mixed);
            drop(mixed);
            adapter.receive.chance(|rng| rng.shuffle(&mut lists));
        }
    }
    go_down(adapter, lists);
}

/// Lists go back to whose they are.
pub(in crate::ndis) fn go_down(adapter: &Arc<Adapter>, lists: Lists) {
    let (mut miniports, mut filters) = (Lists::new(), Lists::new());
    let (mut own, mut measured) = (Lists::new(), Lists::new());
    for list in lists {
        let mut next = Some(list);
        while let Some(list) = next.take() {
            if list.has_children() && !list.let_go() {
                // The last one of those that share its data takes it along.
                continue;
            }
            next = list.release();
            match list.origin {
                Origin::Miniport => miniports.push(list),
                Origin::Filter => filters.push(list),
                Origin::Ndis => own.push(list),
                Origin::Measured => measured.push(list),
            }
        }
    }
    if !own.is_empty() {
        adapter.own().pool.put(own);
    }
    if let Some(pool) = adapter.measured_so_far().filter(|_| !measured.is_empty()) {
        pool.put(measured);
    }
    if !filters.is_empty() {
        filter::returned(adapter, filters);
    }
    if !miniports.is_empty() {
        filter::give_back_to_intermediate(adapter, &miniports);
        miniport::returned(adapter, miniports);
    }
}
