//! `cargo xtask bench`: what the driver costs.

use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    exec, workspace,
};

/// Builds the drivers and the program that measures, and runs it. The figures go to `target/bench`, and
/// as tables to the terminal.
///
/// # Errors
///
/// What keeps one of them from being built, or the program from measuring.
pub fn run() -> Result {
    drivers::build(Arch::X64, None)?;
    let mut build = workspace::cargo();
    build.args(["build", "--release", "--locked", "--package", "winrx"]);
    exec::run("Building winrx", &mut build, "The compiler's words are above.")?;
    let status = workspace::cargo()
        .args(["run", "--release", "--locked", "--package", "e2e", "--bin", "bench", "--"])
        .arg(workspace::target().join("bench"))
        .status()
        .map_err(|error| Error::failed(format!("Cannot run cargo: {error}.")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::failed("The driver could not be measured. The cause is above."))
    }
}
