//! NDIS 6: the module NDIS.SYS, and the adapters below it.
//!
//! A program plugs [`Adapter`]s in and gives them [`Frame`]s; protocol drivers are bound to them and
//! get the frames as net buffer lists. NDIS' documentation leaves much freedom to NDIS and to those who
//! write miniports and filters; [`Settings`] say how it is used. What drivers do is watched: a rule that
//! they break is one of [`Kernel::violations`](crate::Kernel::violations).

mod adapter;
mod api;
mod binding;
mod callback;
mod data;
mod filter;
mod frame;
mod handle;
mod header;
mod history;
mod miniport;
mod oid;
mod outcome;
mod pnp;
mod protocol;
mod receive;
mod rules;
mod send;
mod settings;
pub mod source;
mod state;
mod status;
mod support;
mod tasks;
mod watch;

use std::ops::Range;

use crate::{export::Export, system::System};

pub use api::{Adapter, AdapterReport, Indicated, Link, LinkState, Medium, Restart, SourceReport};
pub(crate) use callback::check_irql_query;
pub(crate) use data::TABLES as DATA_TABLES;
pub use frame::{Coalesced, Frame, Geometry, Hash, Malformed, Pieces, Poison};
pub(crate) use oid::returned_to;
pub(crate) use pnp::{PowerWait, plug};
pub(crate) use protocol::wait_for_sweeps;
pub(crate) use receive::find_touched;
pub use receive::{Load, Measurement};
pub use settings::{
    Answer, Binds, Completion, ControlSettings, DataSettings, Failures, FilterKind, Headers,
    Lending, Lent, Level, ReceiveLevel, ReceiveSettings, Returns, Sends, Settings, Sharing,
    Unbinding,
};
pub use source::{Progress, Source, SourceError};
pub(crate) use state::{DEFAULT_VERSION, State};
pub(crate) use support::TABLES as SUPPORT_TABLES;
pub(crate) use watch::watch;

/// The tables of the functions of this component.
pub(crate) const TABLES: &[&[Export]] = &[
    adapter::interface::EXPORTS,
    adapter::names::EXPORTS,
    binding::EXPORTS,
    oid::EXPORTS,
    pnp::EXPORTS,
    protocol::EXPORTS,
    receive::EXPORTS,
    send::EXPORTS,
];

/// A driver has been unloaded whose code is there: reports all that it has not given back.
pub(crate) fn check_unloaded(system: &System, code: &Range<usize>) {
    protocol::check_unloaded(system, code);
    data::check_unloaded(system, code);
    support::check_unloaded(system, code);
}

/// A driver is gone whose code was there: it is not called any more.
pub(crate) fn forget_driver(system: &System, code: &Range<usize>) {
    protocol::forget_driver(system, code);
}

/// What drivers have left behind, in sentences.
pub(crate) fn leftovers(system: &System) -> Vec<String> {
    let mut left = system.ndis.leftovers();
    left.extend(data::leftovers(system));
    left.extend(support::leftovers(system));
    left
}

#[cfg(test)]
mod tests;
