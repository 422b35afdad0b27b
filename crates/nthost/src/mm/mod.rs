//! Memory descriptor lists.

use crate::export::{Export, exports};

pub(crate) const EXPORTS: &[Export] = exports! {};
