//! The rules for lists and buffers from pools.

pub(super) use crate::verifier::catalogue::ndis::data::*;
