//! Where the driver file is, for a program that loads it itself.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::OpenError;

/// Where builds put the driver, below the folder of the project.
const BUILT: &str = "target/drivers/x64/wskrx.sys";

const NAME: &str = "wskrx.sys";

/// Finds wskrx.sys: the file `named`, else `target/drivers/x64/wskrx.sys` below the current folder or one
/// above it, else one beside the program, else a built one below a folder above the program.
///
/// # Errors
///
/// Where it was looked for.
pub fn wskrx(named: Option<&Path>) -> Result<PathBuf, OpenError> {
    match named {
        Some(file) if file.is_file() => Ok(file.to_owned()),
        Some(file) => Err(OpenError::NoSuchFile(file.to_owned())),
        None => {
            let folder = env::current_dir().unwrap_or_default();
            search(&folder, env::current_exe().ok().as_deref())
        }
    }
}

fn search(folder: &Path, program: Option<&Path>) -> Result<PathBuf, OpenError> {
    let beside = program.and_then(Path::parent).map(|folder| folder.join(NAME));
    let above_program = program.into_iter().flat_map(built_above);
    let mut candidates = built_above(folder).chain(beside.clone()).chain(above_program);
    candidates.find(|file| file.is_file()).ok_or_else(|| {
        // Those in folders above are left out: they would hide the two that people look at.
        OpenError::NotFound([folder.join(BUILT)].into_iter().chain(beside).collect())
    })
}

/// Where builds put the driver, if this is the folder of the project or lies in it.
fn built_above(place: &Path) -> impl Iterator<Item = PathBuf> {
    place.ancestors().map(|folder| folder.join(BUILT))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{BUILT, NAME, OpenError, search, wskrx};

    #[test]
    fn finds_the_nearest_build_then_what_is_near_the_program() {
        let top = tempfile::tempdir().unwrap();
        let (inner, bin) = (top.path().join("a/b"), top.path().join("bin"));
        let program = bin.join("winrx");
        for folder in [&inner, &bin] {
            fs::create_dir_all(folder).unwrap();
        }
        let not_found = OpenError::NotFound(vec![inner.join(BUILT), bin.join(NAME)]);
        assert!(not_found.to_string().contains("Build it with `cargo xtask build`"));
        assert_eq!(search(&inner, Some(&program)), Err(not_found));

        fs::write(bin.join(NAME), "").unwrap();
        assert_eq!(search(&inner, Some(&program)), Ok(bin.join(NAME)));

        let elsewhere = tempfile::tempdir().unwrap();
        let built = top.path().join(BUILT);
        fs::create_dir_all(built.parent().unwrap()).unwrap();
        fs::write(&built, "").unwrap();
        assert_eq!(search(&inner, Some(&program)), Ok(built.clone()));
        assert_eq!(search(elsewhere.path(), Some(&program)), Ok(bin.join(NAME)));
        fs::remove_file(bin.join(NAME)).unwrap();
        assert_eq!(search(elsewhere.path(), Some(&program)), Ok(built));
    }

    #[test]
    fn a_named_file_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("other.sys");
        assert_eq!(wskrx(Some(&file)), Err(OpenError::NoSuchFile(file.clone())));
        fs::write(&file, "").unwrap();
        assert_eq!(wskrx(Some(&file)), Ok(file));
    }
}
