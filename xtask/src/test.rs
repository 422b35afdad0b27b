//! `cargo xtask test`: everything that shows that winrx works.

#[cfg(target_os = "linux")]
use std::path::PathBuf;
use std::process::Command;

use crate::{
    drivers,
    error::{Error, Result},
    fuzz, pe, workspace,
};
#[cfg(target_os = "linux")]
use crate::{exec, package, setup};

/// Tests the host crates, feeds the fuzz targets a little, builds the drivers, checks their files, and on
/// Linux packs them for Windows, runs them end to end and has the witnesses load them.
///
/// # Errors
///
/// The first failure, or what keeps a part from starting on this machine.
pub fn run() -> Result {
    // Tests of catalogs have one signed.
    #[cfg(target_os = "linux")]
    package::set_up()?;
    cargo(&["test", "--locked"])?;
    if cfg!(target_os = "linux") {
        fuzz::run(None, fuzz::Limit::Inputs(100_000))?;
    }
    let files = drivers::build_for_tests()?;
    pe::run(&files)?;
    let drivers = files.get(..drivers::DRIVERS.len()).unwrap_or(&files);
    #[cfg(target_os = "linux")]
    {
        package::run(&package::Options::for_tests())?;
        end_to_end()?;
        hosted(drivers)?;
    }
    #[cfg(not(windows))]
    crate::witness::run(drivers)?;
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
    let packages = ["--package", "e2e", "--package", "hlk"];
    run_tests(&mut as_root(workspace::cargo().args(["test", "--locked"]).args(packages)))
}

/// The same command as root: these tests make networks of their own. Who is not root is it in a user
/// namespace.
#[cfg(target_os = "linux")]
fn as_root(command: &Command) -> Command {
    let is_root = exec::first_line("id", &["-u"]).is_some_and(|user| user == "0");
    let program = command.get_program();
    let mut root = Command::new(if is_root { program } else { "unshare".as_ref() });
    if !is_root {
        root.arg("--map-root-user").arg(program);
    }
    root.args(command.get_args()).current_dir(workspace::root());
    root
}

/// Has cargo run tests.
fn cargo(arguments: &[&str]) -> Result {
    run_tests(workspace::cargo().args(arguments))
}

/// Runs tests. Their output is what the reader came for, so it is not hidden behind a step.
fn run_tests(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|error| Error::failed(format!("Cannot run the tests: {error}.")))?;
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
