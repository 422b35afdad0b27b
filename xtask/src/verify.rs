//! `cargo xtask verify`: looks for what breaks the drivers.

use std::{ffi::OsString, process::Command};

use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    exec, workspace,
};

/// Builds the drivers and runs the program that looks for what breaks them, with these arguments.
///
/// # Errors
///
/// What keeps one of them from being built; [`Error::Setup`] for wrong arguments, [`Error::Failed`] if something
/// broke a driver.
pub fn run(arguments: &[OsString]) -> Result {
    drivers::build(Arch::X64, None)?;
    let target = workspace::target();
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--release", "--locked", "--package", "e2e", "--bin", "verify"]);
    cargo.arg("--target-dir").arg(&target);
    exec::run("Building verify", &mut cargo, "The compiler's words are above.")?;
    let program = target.join("release/verify").with_extension(std::env::consts::EXE_EXTENSION);
    let status = Command::new(program).env_remove(exec::PASSWORD).args(arguments).status();
    let status = status.map_err(|error| Error::failed(format!("Cannot run verify: {error}.")))?;
    exec::verdict("verify", status, "A driver does not hold. What broke it is above.")
}
