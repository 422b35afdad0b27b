//! Lists, net buffers, their MDLs and their data, as drivers allocate and use them.

mod access;
mod context;
mod derive;
mod info;
mod ledger;
mod list;
mod make;
mod mdl;
mod memory;
mod pool;
mod rules;
mod space;
#[cfg(test)]
mod tests;
mod walk;

use crate::export::Export;

pub(super) use ledger::{Ledger, check_unloaded, is_to_fail, leftovers, memory, report_overrun};
pub(super) use memory::Memory;

/// The tables of the functions of this component.
pub(crate) const TABLES: &[&[Export]] = &[
    access::EXPORTS,
    context::EXPORTS,
    derive::EXPORTS,
    info::EXPORTS,
    list::EXPORTS,
    mdl::EXPORTS,
    pool::EXPORTS,
    space::EXPORTS,
];
