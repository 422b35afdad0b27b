//! Pausing, and waiting for lists.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::{Duration, Instant},
};

use super::{
    descriptor::{Descriptor, Lists},
    gate::Pass,
    ledger::Owner,
    pool::Pool,
    returns, rules,
};
use crate::{
    ndis::{adapter::Adapter, binding::Binding, miniport, send},
    sched, stop,
};

/// How long to wait before looking again whether lists are back.
const LOOK: Duration = Duration::from_micros(100);

/// How long a handler may run before the lists that it has got count as held.
const HANDLER: Duration = Duration::from_secs(1);

/// An indication of the miniport begins, unless it is paused.
pub(in crate::ndis) fn pass(adapter: &Adapter) -> Option<Pass<'_>> {
    adapter.receive.gate.pass()
}

/// Pauses filters, from the top, and then the miniport: no indications begin any more, those under way
/// return, and all lists come back. The bindings above are paused.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/pausing-an-adapter)
///
/// # Errors
///
/// What has not come back after `patience`, in sentences.
pub(in crate::ndis) fn pause_below(
    adapter: &Arc<Adapter>,
    patience: Duration,
) -> Result<(), Vec<String>> {
    let until = sched::now() + patience;
    adapter.receive.gate.close();
    let returned = adapter.receive.gate.wait(until);
    adapter.receive.counters.dropped.add(adapter.miniport.forget());
    let is_back = || {
        returns::go_down(adapter, adapter.filter.pause());
        returns::go_down(adapter, mixed(adapter));
        adapter.filter.is_idle() && pools(adapter).all(|pool| pool.is_complete())
    };
    if look_until(until, is_back) && returned {
        return Ok(());
    }
    let mut missing: Vec<_> =
        adapter.bindings().iter().filter_map(|binding| owes(binding)).collect();
    if !returned {
        missing.push(format!("{} is still indicating", adapter.description.name));
    }
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// Lets the miniport indicate again, and then filters, from the bottom. The bindings above are paused.
pub(in crate::ndis) fn restart_below(adapter: &Arc<Adapter>) {
    adapter.receive.gate.open();
}

/// How many lists a binding holds, without those that its handler has got and not returned from.
pub(in crate::ndis) fn held(binding: &Binding) -> usize {
    let until = sched::now() + HANDLER;
    loop {
        if let Some(held) = binding.receive.held_at_rest() {
            return held;
        }
        if sched::now() >= until || stop::is_stopped() {
            return binding.receive.held.load(SeqCst);
        }
        sched::yield_now();
    }
}

/// What a binding owes, in a sentence with what happened to one of the lists.
pub(in crate::ndis) fn owes(binding: &Binding) -> Option<String> {
    let lists = lists_of(binding);
    let first = lists.first()?;
    Some(format!(
        "{} holds {} lists of {} (one of them: {})",
        binding.protocol.name,
        lists.len(),
        binding.adapter.description.name,
        returns::history(&binding.adapter, first).join(", "),
    ))
}

/// The lists that a binding holds.
fn lists_of(binding: &Binding) -> Lists {
    let owner = Owner::Protocol(binding.receive.number);
    let held = pools(&binding.adapter).map(|pool| pool.select(|list| list.entry.owner() == owner));
    held.flatten().collect()
}

/// A binding is closed: reports the lists that it has not returned, and waits for them no more. Returns
/// what it owes, in a sentence.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/debugger/bug-check-0x7c--bugcode-ndis-driver)
pub(in crate::ndis) fn forget(binding: &Binding) -> Option<String> {
    let owes = owes(binding)?;
    rules::LEAKED.broken_with([1, 0, 0], format!("{owes} when it is closed"));
    let owner = Owner::Protocol(binding.receive.number);
    for pool in pools(&binding.adapter) {
        pool.lose(pool.select(|list| list.entry.owner() == owner).len());
    }
    Some(owes)
}

/// What protocols have not given back, in sentences.
pub(in crate::ndis) fn leftovers(adapter: &Adapter) -> Vec<String> {
    let name = &adapter.description.name;
    let is_out = |list: &Descriptor| matches!(list.entry.owner(), Owner::Protocol(_));
    let lists: usize = pools(adapter).map(|pool| pool.select(is_out).len()).sum();
    let sends = send::pending_of_all(adapter);
    let mut left = Vec::new();
    if lists > 0 {
        left.push(format!("{lists} lists of {name} that were received and not returned"));
    }
    if sends > 0 {
        left.push(format!("{sends} lists sent over {name} that are not completed"));
    }
    left
}

/// Waits until nothing is indicated and all lists are back. False if that is not so after `patience`.
pub(in crate::ndis) fn wait_idle(adapter: &Arc<Adapter>, patience: Duration) -> bool {
    let until = sched::now() + patience;
    miniport::indicate_late(adapter);
    let is_idle = || {
        returns::go_down(adapter, mixed(adapter));
        adapter.filter.is_idle() && pools(adapter).all(|pool| pool.is_complete())
    };
    adapter.receive.gate.wait(until) && look_until(until, is_idle)
}

/// Looks again and again until something is so, or for the last time when the time has come.
fn look_until(until: Instant, is_so: impl Fn() -> bool) -> bool {
    while !is_so() {
        if sched::now() >= until || stop::is_stopped() {
            return is_so();
        }
        sched::sleep(LOOK);
    }
    true
}

/// The lists that NDIS has kept to give them back together with others.
fn mixed(adapter: &Adapter) -> Lists {
    std::mem::take(&mut *adapter.receive.mixed.lock())
}

/// All pools of an adapter.
pub(super) fn pools(adapter: &Adapter) -> impl Iterator<Item = Arc<Pool>> {
    let miniport = adapter.miniport.pool_so_far();
    let own = adapter.receive.own_so_far().map(|own| &own.pool);
    let known = [miniport, adapter.filter.pool_so_far(), own].into_iter().flatten().cloned();
    known.chain(adapter.measured_so_far())
}
