//! INF files, which tell Windows how to install a driver.
//!
//! An `.inx` file is an INF file before [`stamp`] has put the date, the version and the architecture in.
//!
//! [General syntax rules for INF files](https://learn.microsoft.com/en-us/windows-hardware/drivers/install/general-syntax-rules-for-inf-files)

mod error;
mod file;
mod line;
mod lint;
mod plan;
mod rules;
mod stamp;
mod target;
mod text;

pub use self::{
    error::{Fault, InfError},
    file::{Entry, Inf, Section, UnknownString},
    lint::{Finding, Report, lint, rules, run},
    stamp::{Stamp, stamp},
    text::{Encoding, decode},
};
