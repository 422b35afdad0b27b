//! What a PKCS #12 file has, and its password.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use x509_cert::{Certificate, der::DecodePem};

use crate::{
    error::{Error, Result},
    exec::PASSWORD,
    files,
};

/// `rsaEncryption`, the kind of keys that signatures of drivers are made with.
const RSA: &str = "1.2.840.113549.1.1.1";

/// The password in the first line of `file`, or in the variable.
pub(super) fn password(file: Option<&Path>) -> Result<String> {
    match file {
        Some(file) => {
            let text = files::read(file)?;
            Ok(text.lines().next().unwrap_or_default().to_owned())
        }
        None => env::var(PASSWORD).map_err(|_| {
            Error::setup(format!(
                "The --pfx file has a password, and there is none here. Name a file that has it with \
                 --password-file, or put it into the variable {PASSWORD}."
            ))
        }),
    }
}

/// The certificates in a PKCS #12 file that has one with its key, as PEM.
pub(super) fn certificates(file: &Path, password: &str) -> Result<String> {
    let shown = file.display();
    // Those that have a key here.
    let own = read(file, password, &["-clcerts"])?;
    let Some(own) = certificate(&own) else {
        return Err(Error::setup(format!(
            "{shown} has no certificate with its key. Export both into one file."
        )));
    };
    let kind = own.tbs_certificate.subject_public_key_info.algorithm.oid.to_string();
    if kind != RSA {
        return Err(Error::setup(format!(
            "The key in {shown} is not for RSA, as Windows wants it of drivers. Get a certificate for \
             such a key."
        )));
    }
    read(file, password, &[])
}

/// The first certificate in a text that has other things, too.
fn certificate(text: &str) -> Option<Certificate> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = text.get(text.find("-----BEGIN CERTIFICATE-----")?..)?;
    let text = text.get(..text.find(END)? + END.len())?;
    Certificate::from_pem(text).ok()
}

/// What openssl prints of a PKCS #12 file but for keys.
fn read(file: &Path, password: &str, what: &[&str]) -> Result<String> {
    let shown = file.display();
    // Files of older systems are encrypted in ways that openssl knows if it is asked to.
    for more in [&[][..], &["-legacy"]] {
        let mut openssl = Command::new("openssl");
        openssl.args(["pkcs12", "-nokeys", "-passin"]).arg(format!("env:{PASSWORD}"));
        openssl.args(what).args(more).arg("-in").arg(file);
        openssl.env(PASSWORD, password).stdin(Stdio::null());
        let output = openssl.output().map_err(|error| {
            Error::setup(format!("Cannot run openssl: {error}. Is it installed and executable?"))
        })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        if String::from_utf8_lossy(&output.stderr).contains("invalid password") {
            return Err(Error::setup(format!(
                "The password does not open {shown}. Give the right one with --password-file or in the \
                 variable {PASSWORD}."
            )));
        }
    }
    Err(Error::setup(format!(
        "{shown} cannot be read as a PKCS #12 file. Export the certificate with its key anew."
    )))
}
