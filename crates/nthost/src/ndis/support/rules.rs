//! The rules for timers, locks and other objects of NDIS.

pub(super) use crate::verifier::catalogue::ndis::support::*;
