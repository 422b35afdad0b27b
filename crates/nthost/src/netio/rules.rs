//! The rules of Winsock Kernel that are watched here, with the pages that state them.
//!
//! What cannot be seen is not among them: that memory for output was on a stack that is gone.

pub(super) use crate::verifier::catalogue::wsk::*;
