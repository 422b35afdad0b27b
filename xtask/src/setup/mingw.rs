//! The driver headers of mingw-w64, and its linker.

use std::path::{Path, PathBuf};

/// An installed copy of the headers.
#[derive(Clone, Debug)]
pub struct Mingw {
    /// Folder of the user-mode headers, with the driver kit in `ddk`.
    pub include: PathBuf,
    /// The archive that lists what `ntoskrnl.exe` exports.
    pub ntoskrnl: PathBuf,
}

impl Mingw {
    /// Debian's package.
    pub const PACKAGE: &str = "mingw-w64-x86-64-dev";

    /// Finds the headers where Debian or Fedora put them.
    #[must_use]
    pub fn find() -> Option<Self> {
        [
            ("/usr/share/mingw-w64/include", "/usr/x86_64-w64-mingw32/lib"),
            (
                "/usr/x86_64-w64-mingw32/sys-root/mingw/include",
                "/usr/x86_64-w64-mingw32/sys-root/mingw/lib",
            ),
        ]
        .map(|(include, lib)| Self {
            include: include.into(),
            ntoskrnl: Path::new(lib).join("libntoskrnl.a"),
        })
        .into_iter()
        .find(|found| found.include.join("ddk/ntddk.h").is_file() && found.ntoskrnl.is_file())
    }
}

/// The program that links for Windows with the C runtime of mingw-w64.
pub(super) const LINKER: &str = "x86_64-w64-mingw32-gcc";

/// Debian's package of it, with the runtime.
pub(super) const LINKER_PACKAGE: &str = "gcc-mingw-w64-x86-64-win32";
