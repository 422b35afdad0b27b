//! Rules of NDIS.

pub(crate) mod control;
pub(crate) mod data;
pub(crate) mod irql;
pub(crate) mod receive;
pub(crate) mod send;
pub(crate) mod support;
