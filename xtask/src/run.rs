//! `cargo xtask run`: winrx with the drivers, built just now.

use std::{ffi::OsString, path::PathBuf, process::Command};

use crate::{
    error::{Error, Result},
    exec, workspace,
};

/// What winrx is asked for where nothing else is.
const DEMONSTRATION: &str = "demo";

/// Builds the drivers and winrx, and lets winrx take the place of this program.
///
/// # Errors
///
/// [`Error::Setup`] if the build cannot start on this machine, [`Error::Failed`] if it fails. Does not
/// return otherwise.
pub fn run(arguments: &[OsString]) -> Result {
    let mut winrx = Command::new(build()?);
    #[cfg(not(windows))]
    winrx.env("WINRX_DRIVERS", drivers()?);
    if arguments.is_empty() {
        winrx.arg(DEMONSTRATION);
    }
    Err(replace_with(winrx.args(arguments)))
}

/// Builds winrx and returns its path.
fn build() -> Result<PathBuf> {
    let target = workspace::target();
    let mut cargo = workspace::cargo();
    cargo
        .args(["build", "--release", "--locked", "--package", "winrx", "--target-dir"])
        .arg(&target);
    exec::run("Building winrx", &mut cargo, "The compiler's words are above.")?;
    Ok(target.join("release/winrx").with_extension(std::env::consts::EXE_EXTENSION))
}

/// Builds the drivers and returns the folder that they are in. Windows runs those that are installed.
#[cfg(not(windows))]
fn drivers() -> Result<PathBuf> {
    use crate::{arch::Arch, drivers};
    let files = drivers::build(Arch::X64, None)?;
    let folder = files.first().and_then(|file| file.parent()).map(std::path::Path::to_owned);
    folder.ok_or_else(|| Error::failed("No driver was built. Start again."))
}

/// Runs a program in place of this one, so that Ctrl-C and the exit status are between it and the
/// terminal.
#[cfg(unix)]
fn replace_with(program: &mut Command) -> Error {
    use std::os::unix::process::CommandExt;
    let error = program.exec();
    cannot_run(program, &error)
}

/// Runs a program and ends with its status.
#[cfg(not(unix))]
fn replace_with(program: &mut Command) -> Error {
    match program.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => cannot_run(program, &error),
    }
}

fn cannot_run(program: &Command, error: &std::io::Error) -> Error {
    let program = program.get_program().to_string_lossy();
    Error::failed(format!(
        "Cannot run {program}: {error}. Remove the folder target and start again."
    ))
}
