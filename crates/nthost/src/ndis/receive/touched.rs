//! Lists that drivers touch when they may not any more.

use super::{
    descriptor::Descriptor,
    ledger::{Event, Owner},
    returns, rules,
    wait::pools,
};
use crate::{fault::regions::Meaning, ndis::adapter::Adapter, system::System};

/// Makes the memory of a list usable that comes out of its pool. Reports a driver that has written to it
/// in between.
pub(in crate::ndis) fn reclaim(adapter: &Adapter, list: &Descriptor) {
    let untouched = list.memory().list.reclaim();
    if !untouched {
        let history = returns::history(adapter, list);
        let text =
            "a list, or what belongs to it, was written to when it was no longer the driver's";
        rules::LIST_WRITTEN.broken_after([0; 4], text, history);
    }
}

/// What is broken by touching an address, if it is in a list that is not the driver's any more, and what
/// happened to the list.
pub(crate) fn find_touched(system: &System, address: usize) -> Option<Meaning> {
    let adapters = system.ndis.adapters.read();
    adapters.iter().find_map(|adapter| {
        let is_it = |list: &Descriptor| list.memory_contains(address);
        let list = pools(adapter).find_map(|pool| pool.select(is_it).pop())?;
        if matches!(list.entry.owner(), Owner::Protocol(_) | Owner::Loaned(_)) {
            return None;
        }
        let ends = |event| matches!(event, Event::Loaned | Event::Returned);
        let (check, what) = match list.entry.last(ends) {
            Some(Event::Loaned) => (rules::LOANED_TOUCHED, "is not lent any more"),
            _ => (rules::RETURNED_TOUCHED, "is not the driver's any more"),
        };
        let history = returns::history(adapter, &list);
        Some(Meaning { check, what: format!("{address:#x} is in a list that {what}"), history })
    })
}
