//! Packages of the drivers and programs that `cargo xtask package` has built.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use e2e::driver_file;
use jiff::civil::date;
use tempfile::TempDir;
use xtask::{
    arch::Arch,
    inf::Stamp,
    package::{self, Inputs, Signer, layout, verify},
};

/// What packages here are made of.
pub fn inputs() -> Inputs {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/programs/x64");
    Inputs {
        drivers: ["wskrx", "ndisrx"].map(driver_file).into(),
        programs: layout::programs().map(|name| programs.join(name)).into(),
        stamp: Stamp::new(date(2025, 3, 7), Arch::X64),
    }
}

/// A package that is signed with a certificate for tests, made once.
pub fn package() -> &'static Path {
    static PACKAGE: OnceLock<TempDir> = OnceLock::new();
    PACKAGE.get_or_init(|| signed_by(&certificate().1)).path()
}

/// A certificate for tests in a folder of its own.
pub fn certificate() -> (TempDir, Signer) {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::for_tests(&folder.path().join("certificate")).unwrap();
    (folder, signer)
}

/// A package.
pub fn signed_by(signer: &Signer) -> TempDir {
    made_of(&inputs(), signer)
}

/// A package that is made of these files.
pub fn made_of(inputs: &Inputs, signer: &Signer) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    package::assemble(inputs, signer, folder.path())
        .expect("`cargo xtask package` builds what the package is made of");
    folder
}

/// A copy of [`package`].
pub fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join(layout::SYMBOLS)).unwrap();
    for file in layout::list(package()).unwrap() {
        fs::copy(package().join(&file), copy.path().join(&file)).unwrap();
    }
    copy
}

/// What is wrong with a package.
pub fn failures(folder: &Path, anchors: Option<&Path>) -> Vec<String> {
    verify::check(folder, anchors).unwrap().failures().collect()
}

#[test]
fn a_package_is_verified() {
    assert_eq!(failures(package(), None), [""; 0]);
    assert_eq!(failures(copy().path(), None), [""; 0]);
}

#[test]
fn the_key_is_for_its_owner_only_and_kept() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("certificate");
    let read = || fs::read(folder.join("winrx-test.key")).unwrap();
    Signer::for_tests(&folder).unwrap();
    let key = read();
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("winrx-test.key")), 0o600);
    Signer::for_tests(&folder).unwrap();
    assert_eq!(read(), key);
    fs::write(folder.join("winrx-test.pem"), "damaged").unwrap();
    Signer::for_tests(&folder).unwrap();
    assert_ne!(read(), key);
}

#[test]
fn two_packages_of_the_same_files_differ_in_signatures_only() {
    let other = signed_by(&certificate().1);
    let inf = |folder: &Path| fs::read(folder.join("wskrx.inf")).unwrap();
    assert_eq!(inf(package()), inf(other.path()));
    assert_eq!(failures(other.path(), None), [""; 0]);
}
