//! The run-time library.

mod buffer;
pub(crate) mod case;
mod convert;
mod guid;
mod memory;
mod number;
mod random;
mod registry;
pub(crate) mod security;
mod strings;
mod time;
mod version;

use crate::export::Export;

/// The tables of what drivers import.
pub(crate) const TABLES: &[&[Export]] = &[
    convert::EXPORTS,
    guid::EXPORTS,
    memory::EXPORTS,
    number::EXPORTS,
    random::EXPORTS,
    registry::EXPORTS,
    security::EXPORTS,
    strings::EXPORTS,
    time::EXPORTS,
    version::EXPORTS,
];
