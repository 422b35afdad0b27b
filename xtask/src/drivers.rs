//! Building the drivers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    arch::Arch,
    error::{Error, Result},
    exec, workspace,
};

/// The packages that are drivers.
pub const DRIVERS: [&str; 2] = ["wskrx", "ndisrx"];

/// The packages of the folder `examples`, which are drivers that tests run.
pub const EXAMPLES: [&str; 3] = ["own_irp", "borrowed_irp", "frames"];

/// The package that is a driver for tests: it breaks rules on purpose.
const BROKEN: &str = "broken";

/// Builds both drivers and returns the paths of their `.sys` files, which lie with their `.pdb` and
/// `.map` files in `target/drivers/<arch>`.
///
/// # Errors
///
/// [`Error::Setup`] if the build cannot start on this machine, [`Error::Failed`] if it fails.
pub fn build(arch: Arch, wdk: Option<&Path>) -> Result<Vec<PathBuf>> {
    build_packages(&DRIVERS, arch, wdk)
}

/// Builds the drivers of these packages of the workspace as [`build`] does.
///
/// # Errors
///
/// [`Error::Setup`] if there is no such package, or as for [`build`].
pub fn build_named(names: &[String], arch: Arch, wdk: Option<&Path>) -> Result<Vec<PathBuf>> {
    for name in names {
        let known = workspace::cargo().args(["pkgid", name]).output();
        if !known.is_ok_and(|known| known.status.success()) {
            return Err(Error::setup(format!(
                "There is no package {name} in this workspace. Add its folder to `members` in Cargo.toml."
            )));
        }
    }
    build_packages(&names.iter().map(String::as_str).collect::<Vec<_>>(), arch, wdk)
}

/// Builds the drivers as [`build`] does, with the examples behind them, and the driver that breaks rules for
/// tests, whose path is not among those returned.
///
/// # Errors
///
/// Those of [`build`].
pub fn build_for_tests() -> Result<Vec<PathBuf>> {
    let packages = [&DRIVERS[..], &EXAMPLES, &[BROKEN]].concat();
    let mut files = build_packages(&packages, Arch::X64, None)?;
    files.pop();
    Ok(files)
}

fn build_packages(packages: &[&str], arch: Arch, wdk: Option<&Path>) -> Result<Vec<PathBuf>> {
    let (mut cargo, made) = cargo_build(arch, wdk)?;
    cargo.arg("--release").args(packages.iter().flat_map(|driver| ["--package", driver]));
    exec::run(
        &format!("Building the drivers for {arch}"),
        &mut cargo,
        "The compiler's words are above.",
    )?;
    let from = made.join(arch.triple()).join("release");
    let to = workspace::target().join("drivers").join(arch.to_string());
    fs::create_dir_all(&to).map_err(|error| cannot_copy(&to, &error))?;
    packages.iter().map(|driver| collect(driver, &from, &to)).collect()
}

/// `cargo build` for driver packages, and the folder that it builds in.
#[cfg(not(windows))]
fn cargo_build(arch: Arch, wdk: Option<&Path>) -> Result<(Command, PathBuf)> {
    let kit = crate::kit::Kit::make(arch, wdk)?;
    Ok((kit.cargo("build")?, kit.target_dir()))
}

/// `cargo build` for driver packages, and the folder that it builds in. On Windows wdk-build finds
/// the WDK itself.
#[cfg(windows)]
fn cargo_build(arch: Arch, wdk: Option<&Path>) -> Result<(Command, PathBuf)> {
    let target = workspace::target();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::root()).args(["build", "--target", arch.triple(), "--target-dir"]);
    cargo.arg(&target);
    if let Some(wdk) = wdk {
        if !wdk.join("Include").is_dir() || !wdk.join("Lib").is_dir() {
            return Err(Error::setup(format!(
                "{} has no Include and Lib in it. --wdk wants the content root of a WDK, such as \
                 `C:\\Program Files (x86)\\Windows Kits\\10`.",
                wdk.display()
            )));
        }
        cargo.env("WDKContentRoot", wdk);
    }
    Ok((cargo, target))
}

/// Copies what the linker made of `driver` from cargo's folder, under the names that Windows uses.
fn collect(driver: &str, from: &Path, to: &Path) -> Result<PathBuf> {
    let parts = [
        (from.join(format!("{driver}.dll")), "sys"),
        (from.join(format!("{driver}.pdb")), "pdb"),
        (from.join("deps").join(format!("{driver}.map")), "map"),
    ];
    for (made, extension) in &parts {
        let copy = to.join(driver).with_extension(extension);
        let content = fs::read(made).map_err(|error| cannot_copy(made, &error))?;
        if fs::read(&copy).is_ok_and(|old| old == content) {
            continue;
        }
        fs::write(&copy, content).map_err(|error| cannot_copy(made, &error))?;
    }
    Ok(to.join(driver).with_extension("sys"))
}

fn cannot_copy(path: &Path, error: &std::io::Error) -> Error {
    let path = path.display();
    Error::failed(format!("Cannot copy {path}: {error}. Remove the folder target and start again."))
}
