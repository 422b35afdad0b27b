//! What is not as it was packed.

use std::{fs, path::Path, thread};

use xtask::package::layout;

use crate::made::{certificate, copy, failures, inputs, made_of, package, signed_by};

/// The files that are signed, or whose content a signature covers.
fn is_signed(file: &str) -> bool {
    ["sys", "inf", "cat", "exe"].iter().any(|extension| file.ends_with(extension))
}

/// Writes SHA256SUMS anew, as a forger would.
fn forge_sums(folder: &Path) {
    fs::write(folder.join(layout::SUMS), layout::sums(folder).unwrap()).unwrap();
}

/// Places in a file of this length.
fn places(file: &str, length: usize) -> Vec<usize> {
    let parts = if is_signed(file) { 4 } else { 2 };
    (0..=parts).map(|part| (length - 1) * part / parts).collect()
}

#[test]
fn a_changed_byte_is_found_in_any_file() {
    let files = layout::list(package()).unwrap();
    thread::scope(|scope| {
        for half in files.chunks(files.len().div_ceil(2)) {
            scope.spawn(|| half.iter().for_each(|file| change_bytes(file)));
        }
    });
}

/// Changes a byte of `file` at each of several places, and looks whether that is found.
fn change_bytes(file: &str) {
    let copy = copy();
    let path = copy.path().join(file);
    let content = fs::read(&path).unwrap();
    for place in places(file, content.len()) {
        let mut changed = content.clone();
        changed[place] ^= 1;
        fs::write(&path, changed).unwrap();
        if is_signed(file) {
            forge_sums(copy.path());
        }
        let found = failures(copy.path(), None);
        assert!(!found.is_empty(), "byte {place} of {file}");
    }
}

#[test]
fn a_missing_file_is_found() {
    for file in layout::list(package()).unwrap() {
        let copy = copy();
        fs::remove_file(copy.path().join(&file)).unwrap();
        if file != layout::SUMS {
            forge_sums(copy.path());
        }
        let found = failures(copy.path(), None);
        assert!(!found.is_empty(), "without {file}");
    }
}

#[test]
fn a_file_too_many_is_found() {
    for file in ["more.sys", "symbols/more.pdb", "more/wskrx.sys", ".hidden"] {
        let copy = copy();
        fs::create_dir_all(copy.path().join(file).parent().unwrap()).unwrap();
        fs::write(copy.path().join(file), "more").unwrap();
        forge_sums(copy.path());
        let found = failures(copy.path(), None);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(file), "{found:?}");
    }
}

#[test]
fn files_of_two_packages_do_not_go_together() {
    let other = signed_by(&certificate().1);
    for file in ["wskrx.sys", "ndisrx.cat", "winrx.exe", layout::CERTIFICATE] {
        let copy = copy();
        fs::copy(other.path().join(file), copy.path().join(file)).unwrap();
        forge_sums(copy.path());
        let found = failures(copy.path(), None);
        assert!(found.iter().any(|failure| failure.contains("another certificate")), "{found:?}");
    }
}

#[test]
fn drivers_that_were_swapped_are_found() {
    let copy = copy();
    let path = |name: &str| copy.path().join(name);
    fs::copy(path("wskrx.sys"), path("ndisrx.sys")).unwrap();
    forge_sums(copy.path());
    let found = failures(copy.path(), None);
    assert!(found.iter().any(|failure| failure.contains("ndisrx.cat lists")), "{found:?}");
}

/// What is wrong with a package one of whose programs was changed in its header before all was signed.
fn with_changed_program(offset: usize, value: u16) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = inputs();
    let program = &mut inputs.programs[0];
    let mut bytes = fs::read(&*program).unwrap();
    let header = u32::from_le_bytes(*bytes[0x3c..].first_chunk().unwrap());
    let at = usize::try_from(header).unwrap() + offset;
    bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
    *program = folder.path().join(program.file_name().unwrap());
    fs::write(&*program, bytes).unwrap();
    failures(made_of(&inputs, &certificate().1).path(), None)
}

#[test]
fn a_program_for_another_architecture_is_found() {
    assert_eq!(with_changed_program(4, 0xaa64), ["it is for x64: winrx.exe is not"]);
}

#[test]
fn a_program_that_is_not_as_windows_wants_it_is_found() {
    let found = with_changed_program(24 + 68, 2);
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert!(found.starts_with("winrx.exe is as Windows wants programs: console: "), "{found}");
}

#[test]
fn other_certificates_are_not_trusted() {
    let (folder, _signer) = certificate();
    let anchors = folder.path().join("certificate/winrx-test.pem");
    let found = failures(package(), Some(&anchors));
    assert!(found.iter().all(|failure| failure.contains("osslsigncode")), "{found:?}");
    assert_eq!(found.len(), 6, "{found:?}");
}
