//! `cargo xtask verify`: looks for what breaks the drivers.

use std::ffi::OsString;

use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    workspace,
};

/// Builds the drivers and runs the program that looks for what breaks them, with these arguments.
///
/// # Errors
///
/// What keeps the drivers from being built, or that something broke one.
pub fn run(arguments: &[OsString]) -> Result {
    drivers::build(Arch::X64, None)?;
    let status = workspace::cargo()
        .args(["run", "--release", "--locked", "--package", "e2e", "--bin", "verify", "--"])
        .args(arguments)
        .status()
        .map_err(|error| Error::failed(format!("Cannot run cargo: {error}.")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::failed("A driver does not hold. What broke it is above."))
    }
}
