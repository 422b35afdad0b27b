//! Why a driver could not be loaded.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{Check, Status};

/// Why a driver could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read, or there is no memory for it.
    #[error("cannot load {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not an x64 driver.
    #[error("{} is not a driver for x64: {reason}", path.display())]
    NotADriver {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Windows would refuse the file where it protects code.
    #[error("{} cannot be protected: {reason}", path.display())]
    Integrity {
        /// The file.
        path: PathBuf,
        /// The rule that it breaks.
        check: &'static Check,
        /// How.
        reason: String,
    },
    /// The driver imports functions that this kernel does not have.
    #[error(
        "{} imports what this kernel does not have: {}",
        path.display(),
        names.join(", ")
    )]
    MissingImports {
        /// The file.
        path: PathBuf,
        /// All of them, as `module!function`.
        names: Vec<String>,
    },
    /// `DriverEntry` returned an error.
    #[error("DriverEntry of {} returned {status}", path.display())]
    EntryFailed {
        /// The file.
        path: PathBuf,
        /// What it returned.
        status: Status,
    },
}

pub(super) fn not_a_driver(path: &Path, reason: impl Into<String>) -> LoadError {
    LoadError::NotADriver { path: path.to_owned(), reason: reason.into() }
}
