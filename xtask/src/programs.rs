//! Building programs for Windows.

use std::{fs, path::PathBuf, process::Command};

use crate::{arch::Arch, error::Result, exec, files, workspace};

/// The packages that are programs for Windows.
pub const PROGRAMS: [&str; 2] = ["winrx", "hlk"];

/// Builds `winrx.exe` and returns its path.
///
/// # Errors
///
/// Those of [`build`].
pub fn winrx_exe(arch: Arch) -> Result<PathBuf> {
    build("winrx", arch)
}

/// Builds `hlk.exe` and returns its path.
///
/// # Errors
///
/// Those of [`build`].
pub fn hlk_exe(arch: Arch) -> Result<PathBuf> {
    build("hlk", arch)
}

/// Builds the program of the package `name` for Windows and returns its path, which is
/// `target/programs/<arch>/<name>.exe`.
///
/// # Errors
///
/// [`Error::Setup`](crate::error::Error::Setup) if the build cannot start on this machine, [`Error::Failed`](crate::error::Error::Failed)
/// if it fails.
pub fn build(name: &str, arch: Arch) -> Result<PathBuf> {
    let (mut cargo, made) = cargo_build(arch)?;
    cargo.args(["--release", "--package", name]);
    // Paths of this machine are nobody's business; and what is saved at every link is more than what
    // a linker that sees everything would gain.
    cargo.arg("-Ztrim-paths").env("RUSTC_BOOTSTRAP", "1");
    for setting in ["trim-paths='all'", "strip='symbols'", "lto=false", "codegen-units=16"] {
        cargo.arg("--config").arg(format!("profile.release.{setting}"));
    }
    exec::run(
        &format!("Building {name}.exe for {arch}"),
        &mut cargo,
        "The compiler's words are above.",
    )?;
    let file = format!("{name}.exe");
    let folder = workspace::target().join("programs").join(arch.to_string());
    files::create(&folder)?;
    let (made, program) = (made.join(&file), folder.join(&file));
    fs::copy(&made, &program).map_err(|error| files::cannot("write", &program, &error))?;
    Ok(program)
}

/// `cargo build` for programs, and the folder that they will be in.
#[cfg(not(windows))]
fn cargo_build(arch: Arch) -> Result<(Command, PathBuf)> {
    use crate::setup::{self, Zig};
    let triple = free(arch);
    let target = workspace::target().join("windows");
    // The profiles of the workspace abort on a panic.
    let mut cargo = setup::rust(triple)?.cargo("build", "std,panic_abort");
    cargo.current_dir(workspace::root()).args(["--locked", "--target", triple, "--target-dir"]);
    cargo.arg(&target);
    // Linkers note when they ran, which nobody needs to know.
    cargo.env("SOURCE_DATE_EPOCH", "0");
    let mut set = |name: &str, value: String| {
        cargo.arg("--config").arg(format!("target.{triple}.{name}={value}"));
    };
    match arch {
        Arch::X64 => set("linker", format!("'{}'", setup::mingw_linker()?)),
        Arch::Arm64 => {
            let zig = Zig::set_up(&workspace::target().join("zig"))?;
            let dlltool = setup::llvm()?.bin.join("llvm-dlltool");
            set("linker", format!("'{}'", zig.linker.display()));
            set("rustflags", format!("['-Cdlltool={}']", dlltool.display()));
            zig.prepare(&mut cargo);
        }
    }
    Ok((cargo, target.join(triple).join("release")))
}

/// The target whose C runtime is free.
#[cfg(not(windows))]
fn free(arch: Arch) -> &'static str {
    match arch {
        Arch::X64 => "x86_64-pc-windows-gnu",
        Arch::Arm64 => "aarch64-pc-windows-gnullvm",
    }
}

/// `cargo build` for programs, and the folder that they will be in.
#[cfg(windows)]
fn cargo_build(arch: Arch) -> Result<(Command, PathBuf)> {
    let target = workspace::target().join("windows");
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--locked", "--target", arch.triple(), "--target-dir"]).arg(&target);
    Ok((cargo, target.join(arch.triple()).join("release")))
}
