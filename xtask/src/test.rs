//! `cargo xtask test`: everything that shows that winrx works.

#[cfg(target_os = "linux")]
use std::path::PathBuf;

use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    fuzz, pe, workspace,
};
#[cfg(target_os = "linux")]
use crate::{exec, setup};

/// Tests the host crates, feeds the fuzz targets a little, builds the drivers, checks their files, and on
/// Linux runs them end to end and has the witnesses load them.
///
/// # Errors
///
/// The first failure, or what keeps a part from starting on this machine.
pub fn run() -> Result {
    cargo(&["test", "--locked"])?;
    if cfg!(target_os = "linux") {
        fuzz::run(None, fuzz::Limit::Inputs(100_000))?;
    }
    let files = drivers::build(Arch::X64, None)?;
    pe::run(&files)?;
    #[cfg(target_os = "linux")]
    {
        end_to_end()?;
        hosted(&files)?;
    }
    #[cfg(not(windows))]
    crate::witness::run(&files)?;
    Ok(())
}

/// The programs that end-to-end tests compare with: each with what makes it tell its version, and its
/// package.
#[cfg(target_os = "linux")]
const PEERS: [(&str, &str, &str); 4] = [
    ("ip", "-Version", "iproute2"),
    ("ping", "-V", "iputils-ping"),
    ("tcpdump", "--version", "tcpdump"),
    ("tshark", "--version", "tshark"),
];

/// Receives for real: programs with the driver in the hosted kernel, and the command.
#[cfg(target_os = "linux")]
fn end_to_end() -> Result {
    let is_missing = |&&(program, version, _): &&(&str, &str, &str)| {
        exec::first_line(program, &[version]).is_none()
    };
    let missing: Vec<_> = PEERS.iter().filter(is_missing).map(|&(.., package)| package).collect();
    if !missing.is_empty() {
        setup::packages(&missing)?;
    }
    let mut build = workspace::cargo();
    build.args(["build", "--locked", "--package", "nthost", "--package", "winrx"]);
    exec::run(
        "Building the commands for the tests",
        &mut build,
        "The compiler's words are above.",
    )?;
    cargo(&["test", "--locked", "--package", "e2e"])
}

/// Has cargo run tests. Their output is what the reader came for, so it is not hidden behind a step.
fn cargo(arguments: &[&str]) -> Result {
    let status = workspace::cargo()
        .args(arguments)
        .status()
        .map_err(|error| Error::failed(format!("Cannot run cargo: {error}.")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::failed("A test failed. Its output is above."))
    }
}

/// Loads each driver with `nthost run`, asks it what it is, and unloads it.
#[cfg(target_os = "linux")]
fn hosted(files: &[PathBuf]) -> Result {
    const INFO: &str = "0x122000";
    for file in files {
        let mut run = workspace::cargo();
        run.args(["run", "--locked", "--package", "nthost", "--", "run"]);
        run.arg(file).args(["--ioctl", INFO]);
        let title = format!("Running {} with nthost", file.display());
        exec::run(&title, &mut run, "What the driver did wrong is above.")?;
    }
    Ok(())
}
