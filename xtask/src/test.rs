//! `cargo xtask test`: everything that shows that winrx works.

use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    pe, workspace,
};

/// Tests the host crates, builds the drivers, checks their files, and has the witnesses load them
/// (which they do on Linux).
///
/// # Errors
///
/// The first failure, or what keeps a part from starting on this machine.
pub fn run() -> Result {
    // Its output is what the reader came for, so it is not hidden behind a step.
    let status = workspace::cargo()
        .args(["test", "--locked"])
        .status()
        .map_err(|error| Error::failed(format!("Cannot run cargo: {error}.")))?;
    if !status.success() {
        return Err(Error::failed("A test failed. Its output is above."));
    }
    let files = drivers::build(Arch::X64, None)?;
    pe::run(&files)?;
    #[cfg(not(windows))]
    crate::witness::run(&files)?;
    Ok(())
}
