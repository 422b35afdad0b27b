//! The executive: pool, lookaside lists, interlocked lists, work items, rundown protection.

mod fast_mutex;
pub(crate) mod in_use;
mod interlocked;
mod lookaside;
pub(crate) mod pool;
mod push_lock;
mod resource;
mod rundown;
mod rundown_cache_aware;
pub(crate) mod rw_spin_lock;
pub(crate) mod slist;
#[cfg(test)]
mod tests;
mod timer;
mod uuid;
pub(crate) mod work;

use std::{ops::Range, sync::Arc};

use crate::{export::Export, system::System};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {
    lookaside: lookaside::Lists,
    pub pool: pool::State,
    resources: resource::Resources,
    work: work::Queue,
}

impl State {
    pub fn new(pool: pool::Pool) -> Self {
        Self { pool: pool::State::new(pool), ..Self::default() }
    }

    /// Lets the threads end that do work, once all of it is done. [`crate::ke::State::shutdown`] waits
    /// for them.
    pub fn shutdown(&self) {
        self.work.end();
    }
}

/// Reports what goes away with a driver and is in use.
pub(crate) fn check_unloaded(system: &System, image: &Range<usize>) {
    resource::check_unloaded(system, image);
}

/// What drivers have left behind, in sentences.
pub(crate) fn leftovers(system: &Arc<System>) -> Vec<String> {
    let mut all = pool::leaks(system);
    let work = system.ex.work.waiting();
    if work != 0 {
        all.push(format!("{work} work items have not run"));
    }
    all.extend(resource::leftovers(system));
    all
}

/// The tables of the functions of this component.
pub(crate) const TABLES: &[&[Export]] = &[
    fast_mutex::EXPORTS,
    interlocked::EXPORTS,
    lookaside::EXPORTS,
    pool::EXPORTS,
    push_lock::EXPORTS,
    resource::EXPORTS,
    rundown::EXPORTS,
    rundown_cache_aware::EXPORTS,
    rw_spin_lock::EXPORTS,
    slist::EXPORTS,
    timer::EXPORTS,
    uuid::EXPORTS,
    work::EXPORTS,
];
