//! The folder that the witnesses live in, `target/witness`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Result},
    ui::Step,
    workspace,
};

/// The folder, locked against other runs of the same command.
pub struct Folder {
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

impl Folder {
    /// Makes the folder if need be, and waits until no other run uses it.
    pub fn lock() -> Result<Self> {
        let path = workspace::target().join("witness");
        create(&path)?;
        let name = path.join("lock");
        let lock = File::create(&name).map_err(|error| cannot("create", &name, &error))?;
        if lock.try_lock().is_err() {
            let step = Step::start("Waiting for another `cargo xtask witness`");
            lock.lock().map_err(|error| cannot("lock", &name, &error))?;
            step.done();
        }
        Ok(Self { path, _lock: lock })
    }

    /// The path of something in the folder.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// An empty file in the folder.
    pub fn file(&self, name: &str) -> Result<(PathBuf, File)> {
        let path = self.join(name);
        remove_file(&path)?;
        // Many processes write to it at once, each line at its end.
        let file = File::options().create(true).append(true).open(&path);
        let file = file.map_err(|error| cannot("create", &path, &error))?;
        Ok((path, file))
    }

    /// Returns the folder `name`, made by `make` unless it already is what `stamp` says.
    ///
    /// `make` gets a folder beside it that takes its place when all is well, so that a run that fails
    /// or is interrupted leaves nothing half-made behind.
    pub fn fresh(
        &self,
        name: &str,
        stamp: &str,
        make: impl FnOnce(&Path) -> Result,
    ) -> Result<PathBuf> {
        let folder = self.join(name);
        if fs::read_to_string(folder.join("stamp")).is_ok_and(|found| found == stamp) {
            return Ok(folder);
        }
        let new = self.new_folder(name);
        remove(&new)?;
        create(&new)?;
        make(&new)?;
        let stamp_file = new.join("stamp");
        fs::write(&stamp_file, stamp).map_err(|error| cannot("write", &stamp_file, &error))?;
        remove(&folder)?;
        fs::rename(&new, &folder).map_err(|error| cannot("rename", &new, &error))?;
        Ok(folder)
    }

    /// Where [`fresh`](Self::fresh) makes the folder `name`.
    pub fn new_folder(&self, name: &str) -> PathBuf {
        self.join(&format!("{name}.new"))
    }
}

/// What a file that another program wrote says.
pub fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| cannot("read", path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An error for something that cannot be done to a file.
pub fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Error {
    let path = path.display();
    Error::setup(format!("Cannot {what} {path}: {error}. Check its permissions and the disk."))
}

fn create(folder: &Path) -> Result {
    fs::create_dir_all(folder).map_err(|error| cannot("create", folder, &error))
}

fn remove(folder: &Path) -> Result {
    match fs::remove_dir_all(folder) {
        Err(error) if folder.exists() => Err(cannot("remove", folder, &error)),
        _ => Ok(()),
    }
}

fn remove_file(file: &Path) -> Result {
    match fs::remove_file(file) {
        Err(error) if file.exists() => Err(cannot("remove", file, &error)),
        _ => Ok(()),
    }
}
