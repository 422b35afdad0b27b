//! A Rust compiler that can build for a Windows driver target.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::packages;
use crate::{
    error::{Error, Result},
    exec,
};

/// The oldest minor version of Rust 1 that the wdk crates accept.
const OLDEST: u32 = 91;

/// Debian's compiler with its library source, which lets cargo build `core` for any target.
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// A compiler and its cargo.
#[derive(Clone, Debug)]
pub struct Rust {
    /// Folder of `cargo`, `rustc` and their companions.
    bin: PathBuf,
    /// True where the target's library has to be built from source.
    build_std: bool,
}

impl Rust {
    /// Finds a compiler for the target `triple`: the one of the active toolchain if it has the target or
    /// the library source installed, else the distribution's with its library source.
    #[must_use]
    pub fn find(triple: &str) -> Option<Self> {
        let active = env::var_os("CARGO").map(PathBuf::from);
        let active = active.as_deref().and_then(Path::parent);
        active
            .and_then(|bin| Self::at(bin, triple))
            .or_else(|| Self::at(Path::new("/usr/bin"), triple))
    }

    /// The packages that give a compiler where none is found.
    #[must_use]
    pub(super) fn packages(triple: &str) -> Vec<String> {
        let missing = Self::find(triple).is_none();
        PACKAGES.iter().filter(|_| missing).map(|&name| name.to_owned()).collect()
    }

    /// Installs clippy for this compiler, unless it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if it is missing and cannot be installed from here.
    pub fn install_clippy(&self) -> Result {
        let clippy = self.bin.join("clippy-driver");
        if clippy.is_file() {
            return Ok(());
        }
        packages::install(&["rust-web-clippy".to_owned()])?;
        if clippy.is_file() {
            return Ok(());
        }
        Err(Error::setup(format!(
            "{} is missing. Install clippy for the compiler beside it (`rustup component add clippy`).",
            clippy.display()
        )))
    }

    fn at(bin: &Path, triple: &str) -> Option<Self> {
        let rustc = bin.join("rustc");
        let version = exec::first_line(&rustc, &["--version"])?;
        if minor_version(&version)? < OLDEST {
            return None;
        }
        let sysroot = PathBuf::from(exec::first_line(&rustc, &["--print", "sysroot"])?);
        let library = sysroot.join("lib/rustlib");
        let has_target = library.join(triple).join("lib").is_dir();
        let has_source = library.join("src/rust/library/Cargo.lock").is_file();
        (has_target || has_source).then(|| Self { bin: bin.to_owned(), build_std: !has_target })
    }

    /// `cargo` of this compiler for a command on crates for Windows that need these crates of Rust's
    /// library, without the settings that a caller's environment would impose on it.
    #[must_use]
    pub fn cargo(&self, command: &str, library: &str) -> Command {
        let mut cargo = Command::new(self.bin.join("cargo"));
        cargo.arg(command);
        for (variable, program) in [("RUSTC", "rustc"), ("RUSTDOC", "rustdoc")] {
            cargo.env(variable, self.bin.join(program));
        }
        // Build scripts and `cargo clippy` look for their programs here first.
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([self.bin.clone()].into_iter().chain(env::split_paths(&path)));
        if let Ok(path) = path {
            cargo.env("PATH", path);
        }
        for variable in [
            "CARGO",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_TARGET_DIR",
            "LD_LIBRARY_PATH",
            "RUSTFLAGS",
            exec::PASSWORD,
        ] {
            cargo.env_remove(variable);
        }
        // For the unstable options below, on a stable compiler.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        if self.build_std {
            cargo.arg(format!("-Zbuild-std={library}"));
        }
        cargo
    }
}

/// 96 of `rustc 1.96.0 (…)`.
fn minor_version(line: &str) -> Option<u32> {
    line.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor_version;

    #[test]
    fn reads_the_version_line() {
        assert_eq!(minor_version("rustc 1.96.0 (ac68faa20 2026-05-25)"), Some(96));
        assert_eq!(minor_version("rustc 1.98.0-nightly (0123456789 2026-11-01)"), Some(98));
        assert_eq!(minor_version("rustc"), None);
    }
}
