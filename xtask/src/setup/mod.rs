//! The programs and headers that a driver build on Linux needs, found or installed.

mod llvm;
mod mingw;
mod packages;
mod rust;

pub use llvm::Llvm;
pub use mingw::Mingw;
pub use rust::Rust;

use crate::{
    arch::Arch,
    error::{Error, Result},
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
    let missing = [Rust::packages(arch), Llvm::packages()].concat();
    packages::install(&missing)?;
    let lacks = |what: &str| {
        Error::setup(format!(
            "No {what} was found although its packages are installed: {}. Reinstall them.",
            missing.join(" ")
        ))
    };
    Ok(Tools {
        rust: Rust::find(arch).ok_or_else(|| lacks("Rust compiler with its library source"))?,
        llvm: Llvm::find().ok_or_else(|| lacks("LLVM with lld-link and libclang"))?,
    })
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

/// Installs Debian packages that a command needs beside the compiler.
///
/// # Errors
///
/// [`Error::Setup`] if they cannot be installed from here.
pub fn packages(names: &[&str]) -> Result {
    packages::install(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
}
