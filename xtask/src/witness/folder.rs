//! The folder that the witnesses live in, `target/witness`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::{
    error::Result,
    files::{self, cannot},
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
        let lock = files::lock(&path, "witness")?;
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

    /// Returns the folder `name`, [made](files::fresh) by `make` unless it already is what `stamp` says.
    pub fn fresh(
        &self,
        name: &str,
        stamp: &str,
        make: impl FnOnce(&Path) -> Result,
    ) -> Result<PathBuf> {
        let folder = self.join(name);
        files::fresh(&folder, stamp, make)?;
        Ok(folder)
    }
}

fn remove_file(file: &Path) -> Result {
    match fs::remove_file(file) {
        Err(error) if file.exists() => Err(cannot("remove", file, &error)),
        _ => Ok(()),
    }
}
