//! The header folders: links to mingw-w64's headers, and our own before them.

use std::{fs, path::Path};

use super::symlink;
use crate::{
    error::Result,
    files::{cannot, create},
    setup::Mingw,
};

/// Folders of mingw-w64's user-mode headers that its driver headers include from.
const SHARED_FOLDERS: [&str; 4] = ["psdk_inc", "sdks", "sec_api", "sys"];

/// Makes `km/crt`, `km` and `shared` in `include`.
///
/// `km/crt` comes first on wdk-build's search path, so that the headers in `own` go before
/// mingw-w64's of the same name.
pub fn link(mingw: &Mingw, own: &Path, include: &Path) -> Result {
    let (km, crt, shared) = (include.join("km"), include.join("km/crt"), include.join("shared"));
    create(&crt)?;
    create(&shared)?;
    for header in files(own, &["h"])? {
        fs::copy(&header, crt.join(name(&header)))
            .map_err(|error| cannot("copy", &header, &error))?;
    }
    for header in files(&mingw.include.join("ddk"), &["h"])? {
        symlink(&header, &km.join(name(&header)))?;
    }
    for header in files(&mingw.include, &["h", "inl"])? {
        symlink(&header, &shared.join(name(&header)))?;
    }
    for folder in SHARED_FOLDERS {
        symlink(&mingw.include.join(folder), &shared.join(folder))?;
    }
    Ok(())
}

fn files(folder: &Path, extensions: &[&str]) -> Result<Vec<std::path::PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?;
    Ok(entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| extensions.iter().any(|&e| path.extension().is_some_and(|x| x == e)))
        .collect())
}

fn name(path: &Path) -> &std::ffi::OsStr {
    path.file_name().unwrap_or_default()
}
