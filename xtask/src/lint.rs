//! `cargo xtask lint`: formatting, INF files, clippy and documentation, with no warning let through.

use std::process::Command;

use crate::{
    error::Result,
    exec::{self, Output},
    inf, workspace,
};

/// What only compiles for a Windows target.
#[cfg(not(windows))]
const DRIVER_CRATES: [&str; 4] = ["wdm", "rx-sink", "wsk", "ndis"];

/// The INF files of the drivers.
const INF_FILES: [&str; 2] = ["wskrx.inx", "ndisrx.inx"];

/// What the linter must let through nothing of.
const DENY_WARNINGS: [&str; 3] = ["--", "--deny", "warnings"];

/// Runs all checks.
///
/// # Errors
///
/// [`Error::Failed`](crate::error::Error::Failed) at the first check that finds something.
pub fn run() -> Result {
    format()?;
    inf::run(&INF_FILES.map(|name| workspace::root().join("inf").join(name)))?;
    let clippy = ["clippy", "--all-targets", "--locked"];
    step("Clippy, host crates", host_cargo(&clippy).args(DENY_WARNINGS))?;
    if cfg!(target_os = "linux") {
        let packages = ["--package", "e2e", "--package", "fuzz", "--package", "hlk"];
        let mut clippy = host_cargo(&["clippy", "--all-targets", "--locked"]);
        step("Clippy, end-to-end tests", clippy.args(packages).args(DENY_WARNINGS))?;
    }
    let doc = ["doc", "--no-deps", "--locked"];
    step("Documentation, host crates", host_cargo(&doc).env("RUSTDOCFLAGS", "-D warnings"))?;
    drivers()
}

/// Clippy and documentation of what compiles for Windows only, through the kit; and clippy of the programs
/// that run there, too.
#[cfg(not(windows))]
fn drivers() -> Result {
    use crate::{
        arch::Arch,
        drivers::{DRIVERS, EXAMPLES},
        kit::Kit,
    };
    let kit = Kit::make(Arch::X64, None)?;
    kit.install_clippy()?;
    let names = [&DRIVER_CRATES[..], &DRIVERS, &EXAMPLES].concat();
    let packages = names.iter().flat_map(|name| ["--package", name]);
    let mut clippy = kit.cargo("clippy")?;
    step("Clippy, driver crates", clippy.args(packages.clone()).args(DENY_WARNINGS))?;
    let mut clippy = kit.program_cargo("clippy");
    clippy.args(["--package", "winrx", "--package", "hlk"]).args(DENY_WARNINGS);
    step("Clippy, winrx and hlk for Windows", &mut clippy)?;
    let mut doc = kit.cargo("doc")?;
    doc.args(["--no-deps", "--document-private-items"]).args(packages);
    step("Documentation, driver crates", doc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// On Windows the drivers are packages like all others, if there is a WDK.
#[cfg(windows)]
fn drivers() -> Result {
    let clippy = ["clippy", "--workspace", "--locked"];
    step("Clippy, driver crates", host_cargo(&clippy).args(DENY_WARNINGS))
}

fn format() -> Result {
    let mut fmt = host_cargo(&["fmt", "--all", "--check"]);
    exec::run("Formatting", &mut fmt, "`cargo fmt --all` mends it.").map(drop)
}

fn step(title: &str, command: &mut Command) -> Result {
    let find = "Mend what is reported above.";
    exec::run(title, command, find).map(|_: Output| ())
}

/// `cargo` of the active toolchain in the workspace.
fn host_cargo(arguments: &[&str]) -> Command {
    let mut cargo = workspace::cargo();
    cargo.args(arguments);
    cargo
}
