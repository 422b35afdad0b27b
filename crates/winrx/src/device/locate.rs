//! Where driver files are, for a program that loads them itself.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::OpenError;

/// Where builds put drivers, below the folder of the project.
const BUILT: &str = "target/drivers/x64";

/// The variable of the environment that names a folder with drivers.
const FOLDER: &str = "WINRX_DRIVERS";

/// Finds wskrx.sys: the file `named`, else the one in the folder that the variable `WINRX_DRIVERS` of the
/// environment names, else `target/drivers/x64/wskrx.sys` below the current folder or one above it, else one
/// beside the program, else a built one below a folder above the program.
///
/// # Errors
///
/// Where it was looked for.
pub fn wskrx(named: Option<&Path>) -> Result<PathBuf, OpenError> {
    driver("wskrx.sys", named)
}

/// Finds ndisrx.sys, in the same way.
///
/// # Errors
///
/// Where it was looked for.
pub fn ndisrx(named: Option<&Path>) -> Result<PathBuf, OpenError> {
    driver("ndisrx.sys", named)
}

fn driver(name: &'static str, named: Option<&Path>) -> Result<PathBuf, OpenError> {
    match named {
        Some(file) if file.is_file() => Ok(file.to_owned()),
        Some(file) => Err(OpenError::NoSuchFile(file.to_owned())),
        None => {
            let given = env::var_os(FOLDER).map(|folder| Path::new(&folder).join(name));
            if let Some(file) = given {
                return if file.is_file() { Ok(file) } else { Err(OpenError::NoSuchFile(file)) };
            }
            let folder = env::current_dir().unwrap_or_default();
            search(name, &folder, env::current_exe().ok().as_deref())
        }
    }
}

fn search(name: &'static str, folder: &Path, program: Option<&Path>) -> Result<PathBuf, OpenError> {
    let built = Path::new(BUILT).join(name);
    let beside = program.and_then(Path::parent).map(|folder| folder.join(name));
    let above_program = program.into_iter().flat_map(|program| above(program, &built));
    let mut candidates = above(folder, &built).chain(beside.clone()).chain(above_program);
    candidates.find(|file| file.is_file()).ok_or_else(|| {
        // Those in folders above are left out: they would hide the two that people look at.
        let places = [folder.join(&built)].into_iter().chain(beside).collect();
        OpenError::NotFound { name, places }
    })
}

/// Where builds put the driver, if this is the folder of the project or lies in it.
fn above(place: &Path, built: &Path) -> impl Iterator<Item = PathBuf> {
    place.ancestors().map(move |folder| folder.join(built))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{OpenError, search, wskrx};

    const NAME: &str = "wskrx.sys";
    const BUILT: &str = "target/drivers/x64/wskrx.sys";

    #[test]
    fn finds_the_nearest_build_then_what_is_near_the_program() {
        let top = tempfile::tempdir().unwrap();
        let (inner, bin) = (top.path().join("a/b"), top.path().join("bin"));
        let program = bin.join("winrx");
        for folder in [&inner, &bin] {
            fs::create_dir_all(folder).unwrap();
        }
        let not_found =
            OpenError::NotFound { name: NAME, places: vec![inner.join(BUILT), bin.join(NAME)] };
        assert!(not_found.to_string().contains("Build it with `cargo xtask build`"));
        assert_eq!(search(NAME, &inner, Some(&program)), Err(not_found));

        fs::write(bin.join(NAME), "").unwrap();
        assert_eq!(search(NAME, &inner, Some(&program)), Ok(bin.join(NAME)));

        let elsewhere = tempfile::tempdir().unwrap();
        let built = top.path().join(BUILT);
        fs::create_dir_all(built.parent().unwrap()).unwrap();
        fs::write(&built, "").unwrap();
        assert_eq!(search(NAME, &inner, Some(&program)), Ok(built.clone()));
        assert_eq!(search(NAME, elsewhere.path(), Some(&program)), Ok(bin.join(NAME)));
        fs::remove_file(bin.join(NAME)).unwrap();
        assert_eq!(search(NAME, elsewhere.path(), Some(&program)), Ok(built));
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
