//! A copy of the crate wdk-build that runs on this host.
//!
//! The published crate refuses to compile for any host but Windows. The copy is taken from cargo's
//! registry and changed by `kit/wdk-build.patch`, which is all of it that the project holds.

use std::path::{Path, PathBuf};

use diffy::patch_set::{FileOperation, ParseOptions, PatchKind, PatchSet};

use super::{Stamp, fresh};
use crate::{
    error::{Error, Result},
    files::{create, read, write},
    workspace,
};

/// The folder of the patched copy.
pub fn folder() -> PathBuf {
    workspace::kit().join("wdk-build")
}

/// Makes the copy.
///
/// # Errors
///
/// [`Error::Setup`] if the crate cannot be fetched, or is not the version that the patch is for.
pub fn make() -> Result {
    let patch_file = workspace::root().join("kit/wdk-build.patch");
    let lock = read(&workspace::root().join("Cargo.lock"))?;
    let version = lock.split("[[package]]").find(|entry| entry.contains("name = \"wdk-build\""));
    let stamp = Stamp::of(&[&patch_file], version.unwrap_or_default());
    fresh(&folder(), &stamp, "Preparing wdk-build for this host", |new| {
        copy(&published()?, new)?;
        apply(&patch_file, new)
    })
}

/// The lock file of builds that use the copy: the project's own, until cargo notes in it that
/// wdk-build comes from a path.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be written.
pub fn lockfile() -> Result<PathBuf> {
    let (lock, taken_from) =
        (workspace::kit().join("Cargo.lock"), workspace::kit().join("source.lock"));
    let ours = read(&workspace::root().join("Cargo.lock"))?;
    if read(&taken_from).is_ok_and(|old| old == ours) && lock.exists() {
        return Ok(lock);
    }
    write(&lock, &ours)?;
    write(&taken_from, &ours)?;
    Ok(lock)
}

/// The folder of the published crate in cargo's registry, fetched if need be.
fn published() -> Result<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(workspace::root())
        .other_options(["--locked".to_owned()])
        .exec()
        .map_err(|error| {
            let words = error.to_string();
            // Cargo tells the cause last.
            let cause = words.lines().map(str::trim).rfind(|line| !line.is_empty());
            Error::setup(format!(
                "cargo cannot fetch the packages of this project: {}. Check the network (or the \
                 registry that cargo is configured for), then start again.",
                cause.unwrap_or_default()
            ))
        })?;
    let package = metadata.packages.iter().find(|package| package.name.as_str() == "wdk-build");
    package
        .and_then(|package| package.manifest_path.parent())
        .map(|folder| folder.as_std_path().to_owned())
        .ok_or_else(|| Error::setup("wdk-build is not among the packages of this project."))
}

/// Copies the text files of a crate, with the line ends that the patch has.
fn copy(from: &Path, to: &Path) -> Result {
    for entry in walkdir::WalkDir::new(from) {
        let entry =
            entry.map_err(|error| Error::setup(format!("Cannot read the crate: {error}")))?;
        let target = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        if entry.file_type().is_dir() {
            create(&target)?;
        } else {
            write(&target, read(entry.path())?.replace("\r\n", "\n").as_bytes())?;
        }
    }
    Ok(())
}

/// Applies a patch of several files in `folder`.
fn apply(patch_file: &Path, folder: &Path) -> Result {
    let text = read(patch_file)?;
    let misfit = |reason: String| {
        Error::setup(format!(
            "{} does not fit the wdk-build that Cargo.lock names: {reason}. Make it anew for that \
             version.",
            patch_file.display()
        ))
    };
    for patch in PatchSet::parse(&text, ParseOptions::unidiff()) {
        let patch = patch.map_err(|error| misfit(error.to_string()))?;
        let FileOperation::Modify { modified, .. } = patch.operation() else {
            return Err(misfit("it does more than change files".into()));
        };
        let PatchKind::Text(change) = patch.patch() else {
            return Err(misfit("it is not text".into()));
        };
        let file = folder.join(modified.strip_prefix("b/").unwrap_or(modified));
        let after =
            diffy::apply(&read(&file)?, change).map_err(|error| misfit(error.to_string()))?;
        write(&file, after.as_bytes())?;
    }
    Ok(())
}
