//! The executive: pool, lookaside lists, interlocked lists, work items, rundown protection.

pub(crate) mod pool;
mod rundown;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use std::sync::Arc;

use crate::{export::Export, system::System};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {
    pool: pool::Ledger,
    work: work::Queue,
}

impl State {
    /// Lets the threads end that do work, once all of it is done. [`crate::ke::State::shutdown`] waits
    /// for them.
    pub fn shutdown(&self) {
        self.work.end();
    }
}

/// What drivers have left behind, in sentences.
pub(crate) fn leftovers(system: &Arc<System>) -> Vec<String> {
    let mut all = pool::leaks(system);
    let work = system.ex.work.waiting();
    if work != 0 {
        all.push(format!("{work} work items have not run"));
    }
    all
}

/// The tables of the functions of this component.
pub(crate) const TABLES: &[&[Export]] = &[pool::EXPORTS, rundown::EXPORTS, work::EXPORTS];
