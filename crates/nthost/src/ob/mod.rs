//! Objects: references and handles.

use crate::export::{Export, exports};

/// The state of this component.
#[derive(Default)]
pub(crate) struct State {}

pub(crate) const EXPORTS: &[Export] = exports! {};
