//! The rules of sending that are watched here.

pub(super) use crate::verifier::catalogue::ndis::send::*;
