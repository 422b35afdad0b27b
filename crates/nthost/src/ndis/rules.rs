//! The rules of NDIS that are watched here, with the pages that state them.

pub(super) use crate::verifier::catalogue::ndis::control::*;
