//! Files and folders that commands make for themselves, below `target`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{
    error::{Error, Result},
    ui::Step,
};

/// An error for something that cannot be done to a file.
#[must_use]
pub fn cannot(what: &str, path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    Error::setup(format!("Cannot {what} {path}: {error}. Check its permissions and the disk."))
}

/// Makes a folder, with those above it.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be made.
pub fn create(folder: &Path) -> Result {
    fs::create_dir_all(folder).map_err(|error| cannot("create", folder, &error))
}

/// Removes a folder with all that is in it, if it is there.
///
/// # Errors
///
/// [`Error::Setup`] if it stays.
pub fn remove(folder: &Path) -> Result {
    match fs::remove_dir_all(folder) {
        Err(error) if folder.exists() => Err(cannot("remove", folder, &error)),
        _ => Ok(()),
    }
}

/// The text of a file; what is not UTF-8 in it is replaced.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be read.
pub fn read(file: &Path) -> Result<String> {
    let bytes = bytes(file)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Makes a file of this content.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be written.
pub fn write(file: &Path, content: impl AsRef<[u8]>) -> Result {
    fs::write(file, content).map_err(|error| cannot("write", file, &error))
}

/// Makes `folder` by `make`, unless it already is what `stamp` says.
///
/// `make` gets a [folder beside it](new_folder) that takes its place when all is well, so that a run that
/// fails or is interrupted leaves nothing half-made behind.
///
/// # Errors
///
/// That of `make`, or [`Error::Setup`] if a file cannot be made.
pub fn fresh(folder: &Path, stamp: &str, make: impl FnOnce(&Path) -> Result) -> Result {
    if fs::read_to_string(folder.join("stamp")).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    replace(folder, |new| {
        make(new)?;
        write(&new.join("stamp"), stamp)
    })
}

/// Makes `folder` anew by `make`, which gets a [folder beside it](new_folder) that takes its place when all
/// is well.
///
/// # Errors
///
/// That of `make`, or [`Error::Setup`] if a file cannot be made; the old folder stays then.
pub fn replace(folder: &Path, make: impl FnOnce(&Path) -> Result) -> Result {
    let new = new_folder(folder);
    remove(&new)?;
    create(&new)?;
    if let Err(error) = make(&new) {
        remove(&new)?;
        return Err(error);
    }
    remove(folder)?;
    rename(&new, folder)
}

/// A folder that only its owner can look into, and that is removed in the end.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be made.
pub fn temporary() -> Result<TempDir> {
    TempDir::new().map_err(|error| no_temporary(&error))
}

/// An error for a temporary file that cannot be made.
#[must_use]
pub fn no_temporary(error: &io::Error) -> Error {
    Error::setup(format!("Cannot make a temporary file: {error}. Check the disk, or set TMPDIR."))
}

/// Gives a file or folder another name.
///
/// # Errors
///
/// [`Error::Setup`] if it keeps its name.
pub fn rename(from: &Path, to: &Path) -> Result {
    fs::rename(from, to).map_err(|error| cannot("rename", from, &error))
}

/// Locks a folder, which is made if need be, against other runs of `command` as long as the file is open. Waits
/// until no other run uses it.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be made or locked.
pub fn lock(folder: &Path, command: &str) -> Result<fs::File> {
    create(folder)?;
    let name = folder.join("lock");
    let lock = fs::File::create(&name).map_err(|error| cannot("create", &name, &error))?;
    if lock.try_lock().is_err() {
        let step = Step::start(format!("Waiting for another `cargo xtask {command}`"));
        lock.lock().map_err(|error| cannot("lock", &name, &error))?;
        step.done();
    }
    Ok(lock)
}

/// Copies a file.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to).map(drop).map_err(|error| cannot("copy", from, &error))
}

/// The content of a file.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be read.
pub fn bytes(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| cannot("read", file, &error))
}

/// Where [`fresh`] and [`replace`] make `folder`.
#[must_use]
pub fn new_folder(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    folder.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{fresh, new_folder, read, write};
    use crate::error::Error;

    #[test]
    fn a_folder_is_made_anew_only_when_its_stamp_changes() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("version-1.2");
        let make = |stamp: &str| {
            let mut made = false;
            fresh(&folder, stamp, |new| {
                made = true;
                write(&new.join("content"), stamp)
            })
            .unwrap();
            made
        };
        assert!(make("first"));
        assert!(!make("first"));
        assert!(make("second"));
        assert_eq!(read(&folder.join("content")).unwrap(), "second");
    }

    #[test]
    fn what_could_not_be_made_leaves_the_old_folder_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("folder");
        // What an interrupted run left.
        fs::create_dir(new_folder(&folder)).unwrap();
        write(&new_folder(&folder).join("half"), "").unwrap();
        fresh(&folder, "first", |_| Ok(())).unwrap();
        assert!(!folder.join("half").exists());
        fresh(&folder, "second", |_| Err(Error::failed("no"))).unwrap_err();
        assert_eq!(read(&folder.join("stamp")).unwrap(), "first");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
