//! What it means that something touched an address of special pool.

use super::{
    check::history,
    space::{self, Entry},
    special,
};
use crate::{fault::regions::Meaning, verifier::catalogue::fault as rules};

/// Says what is at an address; nothing if it may be touched.
pub(super) fn meaning(address: usize) -> Option<Meaning> {
    let arena = space::contents_around(address)?;
    let before = arena.blocks.range(..=address).next_back();
    let behind = arena.blocks.range(address..).find(|(start, _)| **start > address);
    let before = before.map(|(&start, entry)| (start, entry.clone()));
    let behind = behind.map(|(&start, entry)| (start, entry.clone()));
    drop(arena);
    let distance = |block: &Option<(usize, Entry)>| {
        let (start, entry) = block.as_ref()?;
        let pages = special::pages(*start, entry.block.size);
        Some(if address < pages.start {
            pages.start - address
        } else {
            (address + 1).saturating_sub(pages.end)
        })
    };
    let is_nearer = match (distance(&before), distance(&behind)) {
        (Some(before), Some(behind)) => behind < before,
        (before, _) => before.is_none(),
    };
    let (start, entry) = if is_nearer { behind } else { before }?;
    Some(describe(address, start, &entry))
}

fn describe(address: usize, start: usize, entry: &Entry) -> Meaning {
    let Entry { block, freed, .. } = entry;
    let what = block.describe();
    let end = start + block.size;
    let place = match address {
        _ if address < start => format!("{} bytes before", start - address),
        _ if address >= end => format!("{} bytes behind the end of", address - end),
        _ => format!("{} bytes into", address - start),
    };
    let history = history(block, freed.as_deref());
    let (check, what) = if freed.is_some() {
        (rules::FREED_POOL, format!("{place} {what}, which has been freed"))
    } else if special::pages(start, block.size).contains(&address) {
        (rules::AT_DISPATCH, format!("{place} {what}, which is paged pool"))
    } else {
        (rules::BEYOND_POOL, format!("{place} {what}"))
    };
    Meaning { check, what, history }
}
