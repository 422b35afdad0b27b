//! Deferred procedure calls: a queue and a thread for each processor, which calls at `DISPATCH_LEVEL`.

mod exports;
mod queue;

pub(crate) use exports::initialize;
pub(super) use exports::{EXPORTS, insert};
pub(super) use queue::Queues;
pub(crate) use queue::{flush, is_in_dpc, is_queued};
