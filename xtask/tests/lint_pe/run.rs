//! `cargo xtask lint-pe` as a whole, and files that are damaged in every way.

use std::{fs, path::PathBuf};

use crate::driver_file::{DriverFile, NAME, map, mend_checksum};
use tempfile::TempDir;
use xtask::{error::Error, pe};

/// A folder with the valid file and its map in it, and the path of the file.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    fs::write(&path, DriverFile::valid().bytes()).unwrap();
    fs::write(path.with_extension("map"), map(&[])).unwrap();
    (folder, path)
}

/// The message of a failed lint.
#[track_caller]
fn failed(files: &[PathBuf]) -> String {
    match pe::run(files) {
        Err(Error::Failed(message)) => message,
        other => panic!("not a failed lint: {other:?}"),
    }
}

#[test]
fn a_good_file_passes() {
    let (_folder, path) = folder();
    pe::run(&[path]).unwrap();
}

#[test]
fn a_broken_file_among_good_ones_fails() {
    let (folder, good) = folder();
    let broken = folder.path().join("renamed.sys");
    fs::copy(&good, &broken).unwrap();
    let message = failed(&[good.clone(), broken, good]);
    assert!(message.starts_with("1 of 3 driver files"), "{message}");
}

#[test]
fn a_file_without_its_map_fails() {
    let (_folder, path) = folder();
    fs::remove_file(path.with_extension("map")).unwrap();
    failed(&[path]);
}

#[test]
fn a_file_that_is_no_pe_fails() {
    let (_folder, path) = folder();
    failed(&[path.with_extension("map")]);
}

#[test]
fn a_missing_file_is_an_error_of_setup() {
    let (folder, _) = folder();
    for path in [folder.path().join("missing.sys"), folder.path().to_owned()] {
        let Err(Error::Setup(message)) = pe::run(std::slice::from_ref(&path)) else {
            panic!("no error of setup for {}", path.display());
        };
        assert!(message.contains(&path.display().to_string()), "{message}");
    }
}

#[test]
fn the_report_has_a_line_for_each_rule_and_a_summary() {
    let file = DriverFile::valid();
    let report = pe::lint(&file.bytes(), None, Some(NAME)).unwrap();
    let text = report.to_string();
    for rule in pe::rules().filter(|rule| *rule != "panics") {
        assert!(text.contains(&format!("  ok    {rule}\n")), "{rule} in {text}");
    }
    assert!(text.contains("  FAIL  panics: There is no linker's map"), "{text}");
    let size = file.bytes().len();
    let rules = pe::rules().count();
    let summary = format!("  {size} bytes, 3 imports; breaks 1 of {rules} rules\n");
    assert!(text.ends_with(&summary), "{text}");
}

/// True if the file is found fault with, and the check comes to an end.
fn is_refused(bytes: &[u8], map: &str) -> bool {
    !pe::lint(bytes, Some(map), Some(NAME)).is_ok_and(|report| report.is_clean())
}

#[test]
fn each_truncation_is_found() {
    let (bytes, map) = (DriverFile::valid().bytes(), map(&[]));
    for length in 0..bytes.len() {
        assert!(is_refused(&bytes[..length], &map), "{length} bytes");
    }
}

#[test]
fn each_changed_byte_is_found() {
    let (mut bytes, map) = (DriverFile::valid().bytes(), map(&[]));
    for at in 0..bytes.len() {
        bytes[at] = !bytes[at];
        assert!(is_refused(&bytes, &map), "at {at:#x}");
        bytes[at] = !bytes[at];
    }
    assert!(!is_refused(&bytes, &map));
}

/// With a checksum that fits, the damage gets to the rules that follow pointers and lengths.
#[test]
fn damage_with_the_right_checksum_stops_no_rule() {
    let (good, map) = (DriverFile::valid().bytes(), map(&[]));
    for length in (0..good.len()).step_by(7) {
        let mut bytes = good[..length].to_vec();
        mend_checksum(&mut bytes);
        assert!(is_refused(&bytes, &map), "{length} bytes");
    }
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] = 0xff;
        mend_checksum(&mut bytes);
        is_refused(&bytes, &map);
    }
    // A generator of pseudo-random numbers (xorshift) with a fixed seed, for damage in many places.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % limit
    };
    for _ in 0..1500 {
        let mut bytes = good.clone();
        for _ in 0..=next(16) {
            let at = next(good.len());
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
        mend_checksum(&mut bytes);
        is_refused(&bytes, &map);
    }
}
