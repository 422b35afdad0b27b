//! The run-time library.

use crate::export::{Export, exports};

pub(crate) const EXPORTS: &[Export] = exports! {};
