//! The run-time library.

pub(crate) mod case;
mod memory;
mod number;
mod random;
pub(crate) mod security;
mod strings;
mod time;
mod version;

use crate::export::Export;

/// The tables of what drivers import.
pub(crate) const TABLES: &[&[Export]] = &[
    memory::EXPORTS,
    number::EXPORTS,
    random::EXPORTS,
    security::EXPORTS,
    strings::EXPORTS,
    time::EXPORTS,
    version::EXPORTS,
];
