//! The run-time library.

pub(crate) mod case;
pub(crate) mod memory;
pub(crate) mod number;
pub(crate) mod random;
pub(crate) mod security;
pub(crate) mod strings;
pub(crate) mod time;
pub(crate) mod version;
