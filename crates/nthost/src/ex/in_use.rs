//! Objects of the kernel that lie in memory of drivers, and are in use.

use std::ops::Range;

use crate::{
    ke,
    system::System,
    verifier::{Check, catalogue::pool as rules},
};

/// Something that is in use.
pub(crate) struct Used {
    /// The rule against freeing its memory.
    pub check: &'static Check,
    /// Where it is.
    pub address: usize,
    /// What it is.
    pub what: &'static str,
}

/// What is in use between two addresses, if something is.
pub(crate) fn within(system: &System, range: &Range<usize>) -> Option<Used> {
    let used = |check, what| move |address| Used { check, address, what };
    let timer = || system.ke.timers_within(range);
    let dpc = || system.ke.dpcs_within(range);
    let work = || system.ex.work.within(range);
    let resource = || system.ex.resources.within(range);
    let lookaside = || system.ex.lookaside.within(range);
    let waited = || ke::wait::waited_within(range);
    timer()
        .map(used(rules::HOLDS_TIMER, "a timer that is set"))
        .or_else(|| {
            dpc().map(used(rules::HOLDS_DPC, "a DPC that is queued, or that a timer is set for"))
        })
        .or_else(|| work().map(used(rules::HOLDS_WORK, "a work item that is queued")))
        .or_else(|| resource().map(used(rules::HOLDS_RESOURCE, "a resource that is not deleted")))
        .or_else(|| {
            let what = "a lookaside list that is not deleted";
            lookaside().map(used(rules::HOLDS_LOOKASIDE, what))
        })
        .or_else(|| waited().map(used(rules::HOLDS_WAITED, "an object that a thread waits for")))
        .or_else(|| {
            let (check, address, what) = system.netio.within(range)?;
            Some(Used { check, address, what })
        })
}
