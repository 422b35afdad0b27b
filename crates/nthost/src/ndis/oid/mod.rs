//! Requests to query or set object identifiers.

mod answer;
mod exports;
mod query;
mod request;
mod set;
mod stack;
mod statistics;

pub(super) use exports::EXPORTS;
pub(super) use request::{Pending, abort};
pub(crate) use stack::returned_to;
