//! The files of a package.

use std::path::Path;

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::{
    drivers,
    error::{Error, Result},
    files, programs,
};

/// The folder of the files that debuggers want.
pub const SYMBOLS: &str = "symbols";
/// What the reader of the package reads first.
pub const README: &str = "README.txt";
/// The digests of all other files.
pub const SUMS: &str = "SHA256SUMS";
/// The certificate for tests, in packages that are signed with it.
pub const CERTIFICATE: &str = "winrx-test.cer";
/// Files of the project that are packed as they are: the licenses, each of which may be chosen, and what checks
/// the package on a machine that is there for tests.
pub const COPIES: [&str; 4] =
    ["LICENSE-APACHE", "LICENSE-MIT", "tools/vm/check.ps1", "tools/winrx.wprp"];

/// The programs in each package.
#[must_use]
pub fn programs() -> [String; 2] {
    programs::PROGRAMS.map(|name| format!("{name}.exe"))
}

/// The files that each package has.
#[must_use]
pub fn required() -> Vec<String> {
    let mut required: Vec<_> = drivers::DRIVERS
        .iter()
        .flat_map(|driver| {
            ["sys", "inf", "cat"]
                .map(|extension| format!("{driver}.{extension}"))
                .into_iter()
                .chain(["pdb", "map"].map(|extension| format!("{SYMBOLS}/{driver}.{extension}")))
        })
        .collect();
    required.extend(programs());
    let copies = COPIES.into_iter().filter_map(|path| path.rsplit('/').next());
    required.extend(copies.chain([README, SUMS]).map(str::to_owned));
    required
}

/// True if no driver, and nothing that goes with one, is in the folder.
#[must_use]
pub fn is_foreign(folder: &Path) -> bool {
    let has = |driver: &str, extension| folder.join(driver).with_extension(extension).exists();
    !drivers::DRIVERS.iter().any(|driver| ["sys", "inf", "cat"].iter().any(|one| has(driver, one)))
}

/// The files in a folder and those below it, sorted, with slashes in their names.
///
/// # Errors
///
/// [`Error::Setup`] if a folder cannot be read, [`Error::Failed`] for what is neither file nor folder.
pub fn list(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry =
            entry.map_err(|error| Error::setup(format!("Cannot read the package: {error}.")))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let Some(name) = path.to_str().filter(|_| entry.file_type().is_file()) else {
            let path = path.display();
            return Err(Error::failed(format!("{path} is no file that a package may have.")));
        };
        files.push(name.to_owned());
    }
    files.sort();
    Ok(files)
}

/// What [`SUMS`] has to say, as sha256sum prints it.
///
/// # Errors
///
/// Those of [`list`], or that a file cannot be read.
pub fn sums(folder: &Path) -> Result<String> {
    let files = list(folder)?.into_iter().filter(|name| name != SUMS);
    files
        .map(|name| {
            let digest = Sha256::digest(files::bytes(&folder.join(&name))?);
            Ok(format!("{digest:x}  {name}\n"))
        })
        .collect()
}
