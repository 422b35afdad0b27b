//! Signing with a certificate of one's own, in a PKCS #12 file.

use std::{fs, path::PathBuf, process::Command};

use tempfile::TempDir;
use xtask::{
    error::Error,
    package::{Signer, layout},
};

use crate::made::{certificate, failures, signed_by};

/// A PKCS #12 file with a certificate for tests, and a file with its password.
fn pfx(how: &[&str], password: &str) -> (TempDir, PathBuf, PathBuf) {
    let (folder, _signer) = certificate();
    let path = |name: &str| folder.path().join(name);
    let (pfx, file) = (path("own.pfx"), path("password"));
    // As Windows' editors end lines.
    fs::write(&file, format!("{password}\r\n")).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["pkcs12", "-export", "-passout", &format!("pass:{password}")]).args(how);
    openssl.arg("-in").arg(path("certificate/winrx-test.pem"));
    openssl.arg("-inkey").arg(path("certificate/winrx-test.key")).arg("-out").arg(&pfx);
    assert!(openssl.status().unwrap().success());
    (folder, pfx, file)
}

/// A password that needs care.
const PASSWORD: &str = "a b'c$";

#[test]
fn a_package_can_be_signed_with_ones_own_certificate() {
    for (how, password) in [(&[][..], PASSWORD), (&["-legacy"], PASSWORD), (&[], "")] {
        let (_folder, pfx, password) = pfx(how, password);
        let signer = Signer::from_pfx(&pfx, Some(&password), None).unwrap();
        let package = signed_by(&signer);
        assert_eq!(failures(package.path(), signer.anchors()), [""; 0]);
        assert!(!package.path().join(layout::CERTIFICATE).exists());
        // This machine has never heard of the certificate.
        assert!(!failures(package.path(), None).is_empty());
    }
}

/// The sentence of an error of setup.
#[track_caller]
fn refused(signer: Result<Signer, Error>) -> String {
    match signer.err() {
        Some(Error::Setup(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_password_is_an_error_of_setup() {
    let (folder, pfx, password) = pfx(&[], PASSWORD);
    fs::write(&password, "other").unwrap();
    let said = refused(Signer::from_pfx(&pfx, Some(&password), None));
    assert!(said.contains("The password does not open"), "{said}");
    let none = folder.path().join("none");
    assert!(refused(Signer::from_pfx(&pfx, Some(&none), None)).contains("none"));
}

#[test]
fn what_is_no_pkcs12_file_is_an_error_of_setup() {
    let (folder, _pfx, password) = pfx(&[], PASSWORD);
    let path = |name: &str| folder.path().join(name);
    fs::write(path("empty.pfx"), "").unwrap();
    for file in ["certificate/winrx-test.pem", "empty.pfx"] {
        let said = refused(Signer::from_pfx(&path(file), Some(&password), None));
        assert!(said.contains("cannot be read as a PKCS #12 file. Export"), "{said}");
    }
}

#[test]
fn a_certificate_without_its_key_is_an_error_of_setup() {
    let (_folder, pfx, password) = pfx(&["-nokeys"], PASSWORD);
    let said = refused(Signer::from_pfx(&pfx, Some(&password), None));
    assert!(said.contains("has no certificate with its key"), "{said}");
}

#[test]
fn a_key_of_another_kind_is_an_error_of_setup() {
    let (folder, _pfx, password) = pfx(&[], PASSWORD);
    let openssl = |words: &[&str]| {
        let mut openssl = Command::new("openssl");
        assert!(openssl.args(words).current_dir(folder.path()).status().unwrap().success());
    };
    openssl(&["ecparam", "-genkey", "-name", "prime256v1", "-out", "ec.key"]);
    openssl(&["req", "-x509", "-new", "-key", "ec.key", "-subj", "/CN=x", "-out", "ec.pem"]);
    let secret = format!("pass:{PASSWORD}");
    let export = ["pkcs12", "-export", "-passout", &secret, "-in", "ec.pem"];
    openssl(&[&export[..], &["-inkey", "ec.key", "-out", "ec.pfx"]].concat());
    let pfx = folder.path().join("ec.pfx");
    let said = refused(Signer::from_pfx(&pfx, Some(&password), None));
    assert!(said.contains("is not for RSA"), "{said}");
}

#[test]
fn issuers_have_to_be_certificates() {
    let (folder, pfx, password) = pfx(&[], PASSWORD);
    let issuers = folder.path().join("issuers.pem");
    fs::write(&issuers, "issuers").unwrap();
    let said = refused(Signer::from_pfx(&pfx, Some(&password), Some(&issuers)));
    assert!(said.contains("issuers.pem has no certificate in PEM form"), "{said}");
    // What openssl writes beside a certificate does no harm.
    let own = fs::read_to_string(folder.path().join("certificate/winrx-test.pem")).unwrap();
    fs::write(&issuers, format!("subject=one\n{own}\nsubject=two\n{own}the end\n")).unwrap();
    assert!(Signer::from_pfx(&pfx, Some(&password), Some(&issuers)).is_ok());
}
