//! `cargo xtask hlk`: what the Hardware Lab Kit does to a driver.

use std::{ffi::OsString, process::Command};

use crate::{
    error::{Error, Result},
    exec, workspace,
};

/// Builds the drivers and the program `hlk`, and runs it: in the hosted kernel on Linux, against the
/// installed drivers on Windows. The report goes to `target/hlk`.
///
/// # Errors
///
/// What keeps one of them from being built; [`Error::Failed`] if a test fails.
pub fn run(arguments: &[OsString]) -> Result {
    let target = workspace::target();
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--release", "--locked", "--package", "hlk", "--target-dir"]);
    cargo.arg(target.join("hlk-build"));
    // What is saved at every link is more than what the linker would gain.
    for setting in ["profile.release.lto=false", "profile.release.codegen-units=16"] {
        cargo.args(["--config", setting]);
    }
    exec::run("Building hlk", &mut cargo, "The compiler's words are above.")?;
    let program =
        target.join("hlk-build/release/hlk").with_extension(std::env::consts::EXE_EXTENSION);
    let mut hlk = Command::new(program);
    hlk.env_remove(exec::PASSWORD).arg("--report").arg(target.join("hlk")).args(arguments);
    #[cfg(not(windows))]
    {
        let files = crate::drivers::build(crate::arch::Arch::X64, None)?;
        let folder = files.first().and_then(|file| file.parent());
        let folder = folder.ok_or_else(|| Error::failed("No driver was built. Start again."))?;
        hlk.env("WINRX_DRIVERS", folder);
    }
    let status = hlk.status();
    let status = status.map_err(|error| Error::failed(format!("Cannot run hlk: {error}.")))?;
    exec::verdict(
        "hlk",
        status,
        "A driver did not stand the tests. What failed is above, with the command that repeats it.",
    )
}
