//! What drivers leave behind.

use std::ops::Range;

use super::State;
use crate::{system::System, verifier::catalogue::mdl as rules};

/// Pages that a driver has locked.
pub(super) struct Locked {
    /// Where it did that.
    pub caller: usize,
    pub pages: usize,
}

/// Something that a driver has allocated.
#[derive(Clone, Copy)]
pub(super) struct Allocated {
    pub bytes: usize,
    /// Where it did that.
    pub caller: usize,
}

/// What drivers have allocated and not freed, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let mdls = system.mm.mdls.lock().len();
    let pages: Vec<_> = system.mm.pages.lock().values().map(|pages| pages.bytes).collect();
    let mdls = (mdls > 0).then(|| format!("{mdls} MDLs were not freed"));
    let pages = pages.into_iter().map(|bytes| format!("{bytes} bytes of pages were not freed"));
    mdls.into_iter().chain(pages).collect()
}

/// Looks what a driver has left behind that is unloaded, or whose entry point has failed.
pub(crate) fn check_unloaded(system: &System, name: &str, image: &Range<usize>) {
    let State { mdls, pages, locked, .. } = &system.mm;
    let lost = locked.lock().iter().find_map(|(&mdl, locked)| {
        image.contains(&locked.caller).then_some((mdl, locked.caller, locked.pages))
    });
    if let Some((mdl, caller, pages)) = lost {
        let by = system.describe(caller);
        let text =
            format!("{name} is unloaded and has not unlocked {pages} pages that {by} locked");
        rules::LOCKED_LEFT.broken_at([caller as u64, 0, mdl as u64, pages as u64], text);
    }
    let find = |all: &std::collections::HashMap<usize, Allocated>| {
        all.values().find(|left| image.contains(&left.caller)).copied()
    };
    let (mdl, memory) = (find(&mdls.lock()), find(&pages.lock()));
    if let Some(Allocated { caller, .. }) = mdl {
        let by = system.describe(caller);
        rules::LEFT.broken(format!("{name} is unloaded and has not freed an MDL of {by}"));
    }
    if let Some(Allocated { bytes, caller }) = memory {
        let by = system.describe(caller);
        let text = format!("{name} is unloaded and has not freed {bytes} bytes of pages of {by}");
        rules::PAGES_LEFT.broken(text);
    }
}
