//! Rules for IRPs that drivers can break.

pub(super) use crate::verifier::catalogue::irp::*;
