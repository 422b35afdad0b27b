//! The driver headers of mingw-w64.

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
