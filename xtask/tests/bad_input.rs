//! Wrong arguments end with status 2 and a sentence that says what is wrong.

use std::process::Command;

/// Runs a command that must not start, and returns what it says.
fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty());
    said
}

#[test]
fn unknown_words() {
    assert!(refused(&["build", "--wat"]).contains("--wat"));
    assert!(refused(&["build", "--arch", "mips"]).contains("mips"));
    assert!(refused(&["bild"]).contains("bild"));
    assert!(refused(&["lint-pe"]).contains("<FILES>"));
    assert!(refused(&["lint-inf"]).contains("<FILES>"));
    refused(&[]);
}

#[test]
#[cfg(not(windows))]
fn arm64_without_a_wdk() {
    let said = refused(&["build", "--arch", "arm64"]);
    assert!(said.contains("x64 only") && said.contains("--wdk"), "{said}");
}

#[test]
fn programs_that_are_not_known() {
    assert!(refused(&["exe", "calc"]).contains("[possible values: winrx, hlk]"));
    assert!(refused(&["exe", "winrx", "--arch", "arm"]).contains("[possible values: x64, arm64]"));
}

#[test]
fn a_wdk_that_is_not_there() {
    let said = refused(&["build", "--wdk", "no/such/folder"]);
    assert!(said.contains("no/such/folder") && said.contains("Include and Lib"), "{said}");
}

#[test]
#[cfg(not(windows))]
fn a_wdk_without_its_parts() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().to_str().unwrap();
    assert!(refused(&["build", "--wdk", path]).contains("no Include and Lib"));

    std::fs::create_dir_all(root.path().join("Include/10.0.1.0/km")).unwrap();
    std::fs::create_dir_all(root.path().join("Lib")).unwrap();
    assert!(refused(&["build", "--wdk", path]).contains("no version with driver headers"));
}

#[test]
fn a_file_that_is_not_there() {
    assert!(refused(&["lint-pe", "no/such/file.sys"]).contains("no/such/file.sys"));
    assert!(refused(&["lint-inf", "no/such/file.inf"]).contains("no/such/file.inf"));
}

#[test]
#[cfg(not(windows))]
fn packages_with_impossible_wishes() {
    let pfx = ["package", "--pfx", "no/such/own.pfx"];
    assert!(refused(&pfx).contains("no/such/own.pfx"));
    assert!(refused(&[&pfx[..], &["--test-cert"]].concat()).contains("--test-cert"));
    assert!(refused(&["package", "--password-file", "x"]).contains("--pfx"));
    let verify = ["verify-package", "no/such/package"];
    assert!(refused(&verify).contains("no/such/package"));
    // What is looked at in the end is looked for in the beginning.
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let verify = |ca: &str| refused(&["verify-package", &path(""), "--ca", &path(ca)]);
    assert!(verify("none.pem").contains("none.pem"));
    for (name, content) in [
        ("empty.pem", ""),
        ("text.pem", "issuers"),
        ("damaged.pem", "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n"),
    ] {
        std::fs::write(path(name), content).unwrap();
        let said = verify(name);
        assert!(said.contains("has no certificate in PEM form, or a damaged one"), "{said}");
    }
}

#[test]
#[cfg(not(windows))]
fn packages_without_headers_to_build_with() {
    let package = ["package", "--arch", "arm64"];
    assert!(refused(&[&package[..], &["--wdk", "no/such/wdk"]].concat()).contains("no/such/wdk"));
    assert!(refused(&package).contains("--wdk"));
}

#[test]
#[cfg(not(windows))]
fn a_folder_that_is_no_package() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("other"), "").unwrap();
    let folder = root.path().to_str().unwrap();
    assert!(refused(&["verify-package", folder]).contains("none of the files of a package"));
}
