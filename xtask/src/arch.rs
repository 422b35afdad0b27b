//! The processor architectures that drivers are built for.

use std::fmt;

/// A processor architecture of Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Arch {
    /// AMD64.
    X64,
    /// ARM64; its headers are in the WDK only.
    Arm64,
}

impl Arch {
    /// The target triple of rustc.
    #[must_use]
    pub fn triple(self) -> &'static str {
        match self {
            Self::X64 => "x86_64-pc-windows-msvc",
            Self::Arm64 => "aarch64-pc-windows-msvc",
        }
    }

    /// The folder of its libraries, as wdk-build spells it.
    #[must_use]
    pub fn library_folder(self) -> &'static str {
        match self {
            Self::X64 => "x64",
            Self::Arm64 => "ARM64",
        }
    }
}

/// As this project names its folders.
impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X64 => "x64",
            Self::Arm64 => "arm64",
        })
    }
}
