//! The executive: pool, lookaside lists, interlocked lists, work items, rundown protection.

use crate::export::{Export, exports};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {}

pub(crate) const EXPORTS: &[Export] = exports! {};
