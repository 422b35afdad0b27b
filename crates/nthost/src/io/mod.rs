//! The I/O manager: drivers, devices, files, IRPs.

use crate::export::{Export, exports};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {}

pub(crate) const EXPORTS: &[Export] = exports! {};
