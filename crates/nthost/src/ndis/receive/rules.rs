//! The rules of receiving that are watched here.

pub(in crate::ndis) use crate::verifier::catalogue::ndis::receive::*;
