//! The programs and headers that builds on Linux need, found or installed.

mod llvm;
mod mingw;
mod packages;
mod python;
mod rust;
mod zig;

pub use llvm::Llvm;
pub use mingw::Mingw;
pub use python::environment as python_environment;
pub use rust::Rust;
pub use zig::Zig;

use crate::{
    arch::Arch,
    error::{Error, Result},
    exec,
};

/// Everything that a driver build on Linux takes from the machine.
pub struct Tools {
    /// The compiler.
    pub rust: Rust,
    /// Linker, libclang and the tools for import libraries and resources.
    pub llvm: Llvm,
}

/// Finds the tools and installs what is missing.
///
/// # Errors
///
/// [`Error::Setup`] if something is missing and cannot be installed from here.
pub fn tools(arch: Arch) -> Result<Tools> {
    let missing = [Rust::packages(arch.triple()), Llvm::packages()].concat();
    packages::install(&missing)?;
    Ok(Tools { rust: rust(arch.triple())?, llvm: llvm()? })
}

/// Finds an installation of LLVM, and installs one if there is none.
///
/// # Errors
///
/// [`Error::Setup`] if there is none and none can be installed from here.
pub fn llvm() -> Result<Llvm> {
    let missing = Llvm::packages();
    packages::install(&missing)?;
    Llvm::find().ok_or_else(|| lacks("LLVM with lld-link and libclang", &missing))
}

/// Finds a compiler for the target `triple`, and installs one if there is none.
///
/// # Errors
///
/// [`Error::Setup`] if there is none and none can be installed from here.
pub fn rust(triple: &str) -> Result<Rust> {
    let missing = Rust::packages(triple);
    packages::install(&missing)?;
    Rust::find(triple).ok_or_else(|| lacks("Rust compiler with its library source", &missing))
}

fn lacks(what: &str, packages: &[String]) -> Error {
    Error::setup(format!(
        "No {what} was found although its packages are installed: {}. Reinstall them.",
        packages.join(" ")
    ))
}

/// Finds the headers of mingw-w64's driver kit, and installs them if they are missing.
///
/// # Errors
///
/// [`Error::Setup`] if they are missing and cannot be installed from here.
pub fn mingw() -> Result<Mingw> {
    if Mingw::find().is_none() {
        packages::install(&[Mingw::PACKAGE.into()])?;
    }
    Mingw::find().ok_or_else(|| {
        Error::setup(format!(
            "The driver headers of mingw-w64 (ddk/ntddk.h) were not found although the package {} \
             is installed. Reinstall it.",
            Mingw::PACKAGE
        ))
    })
}

/// Finds the program that links for Windows with the C runtime of mingw-w64, and installs it if it is
/// missing.
///
/// # Errors
///
/// [`Error::Setup`] if it is missing and cannot be installed from here.
pub fn mingw_linker() -> Result<&'static str> {
    let is_there = || exec::first_line(mingw::LINKER, &["--version"]).is_some();
    if !is_there() {
        packages::install(&[mingw::LINKER_PACKAGE.into()])?;
    }
    let missing = || lacks(mingw::LINKER, &[mingw::LINKER_PACKAGE.into()]);
    is_there().then_some(mingw::LINKER).ok_or_else(missing)
}

/// Installs Debian packages that a command needs beside the compiler.
///
/// # Errors
///
/// [`Error::Setup`] if they cannot be installed from here.
pub fn packages(names: &[&str]) -> Result {
    packages::install(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
}
