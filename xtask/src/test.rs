//! `cargo xtask test`: everything that shows that winrx works.

use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    fuzz, pe, workspace,
};

/// Tests the host crates, feeds the fuzz targets a little, builds the drivers, checks their files, and
/// has the witnesses load them (which they do on Linux).
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
    if cfg!(target_os = "linux") {
        fuzz::run(None, fuzz::Limit::Inputs(100_000))?;
    }
    let files = drivers::build(Arch::X64, None)?;
    pe::run(&files)?;
    #[cfg(not(windows))]
    crate::witness::run(&files)?;
    Ok(())
}
