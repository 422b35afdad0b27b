//! Who signs a package: a certificate with its key, and osslsigncode.

use std::{
    fs,
    io::Write,
    os::{
        fd::AsRawFd,
        unix::fs::{OpenOptionsExt, PermissionsExt},
    },
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use tempfile::TempDir;
use x509_cert::{
    Certificate,
    der::{DecodePem, Encode},
};

use super::{pfx, trust};
use crate::{
    error::{Error, Result},
    exec, files,
    ui::Step,
};

/// What openssl is to put into the certificate for tests: the same as Windows' New-SelfSignedCertificate
/// does for code.
const REQUEST: &str = "\
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = winrx test
[extensions]
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
";

/// Who signs.
pub struct Signer {
    key: Key,
    /// PEM file of the certificates that signatures may lead to.
    anchors: PathBuf,
    /// What no other user may read.
    private: TempDir,
}

enum Key {
    /// The certificate (DER) for tests, and the file with the key and the certificate in it (PEM).
    Test { certificate: Vec<u8>, key: PathBuf },
    /// A PKCS #12 file, and a file without a name that has its password, unless that is empty.
    Pfx { file: PathBuf, password: Option<fs::File> },
}

impl Signer {
    /// Signs with the certificate for tests that `folder` holds, which is made if there is none, or none that is
    /// valid for another month.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if a file cannot be written, [`Error::Failed`] if openssl fails.
    pub fn for_tests(folder: &Path) -> Result<Self> {
        let certificate = folder.join("winrx-test.pem");
        if !is_usable(&certificate) {
            files::replace(folder, make_certificate)?;
        }
        let pem = files::bytes(&certificate)?;
        let der = Certificate::from_pem(&pem).and_then(|certificate| certificate.to_der());
        let der = der.map_err(|error| {
            let shown = certificate.display();
            Error::failed(format!(
                "{shown} holds no certificate ({error}). Remove it and start again."
            ))
        })?;
        let key = Key::Test { certificate: der, key: folder.join("winrx-test.key") };
        Ok(Self { key, anchors: certificate, private: files::temporary()? })
    }

    /// Signs with what a PKCS #12 file has. `ca` names a PEM file of issuers that it lacks.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if it cannot be opened with the password or lacks what signs, or `ca` has no
    /// certificates.
    pub fn from_pfx(file: &Path, password_file: Option<&Path>, ca: Option<&Path>) -> Result<Self> {
        let password = pfx::password(password_file)?;
        let mut anchors = pfx::certificates(file, &password)?;
        if let Some(ca) = ca {
            anchors.push_str(&trust::issuers(ca)?);
        }
        let private = files::temporary()?;
        // osslsigncode takes an empty password where it gets none, and refuses an empty file.
        let has_password = !password.is_empty();
        let password = has_password.then(|| nameless(&password)).transpose()?;
        let key = Key::Pfx { file: file.to_owned(), password };
        let path = private.path().join("anchors.pem");
        files::write(&path, anchors)?;
        Ok(Self { key, anchors: path, private })
    }

    /// PEM file of the certificates that signatures may lead to.
    #[must_use]
    pub fn anchors(&self) -> Option<&Path> {
        Some(&self.anchors)
    }

    /// The certificate for tests as DER, if that is what signs.
    pub(super) fn test_certificate(&self) -> Option<&[u8]> {
        match &self.key {
            Key::Test { certificate, .. } => Some(certificate),
            Key::Pfx { .. } => None,
        }
    }

    /// Signs a driver: the signature with digests of all pages goes into the file, and the checksum is set again.
    pub(super) fn sign_driver(&self, from: &Path, to: &Path, step: &mut Step) -> Result {
        self.sign(from, to, &["-ph"], step)
    }

    /// Signs a program.
    pub(super) fn sign_program(&self, from: &Path, to: &Path, step: &mut Step) -> Result {
        self.sign(from, to, &[], step)
    }

    /// Signs a catalog.
    pub(super) fn sign_catalog(&self, catalog: &[u8], to: &Path, step: &mut Step) -> Result {
        let unsigned = self.private.path().join("unsigned.cat");
        files::write(&unsigned, catalog)?;
        self.sign(&unsigned, to, &[], step)
    }

    fn sign(&self, from: &Path, to: &Path, options: &[&str], step: &mut Step) -> Result {
        let mut sign = Command::new("osslsigncode");
        sign.arg("sign");
        match &self.key {
            Key::Test { key, .. } => sign.arg("-certs").arg(&self.anchors).arg("-key").arg(key),
            Key::Pfx { file, password } => {
                sign.arg("-pkcs12").arg(file);
                if let Some(file) = password {
                    let file = format!("/proc/{}/fd/{}", process::id(), file.as_raw_fd());
                    sign.arg("-readpass").arg(file);
                }
                &mut sign
            }
        };
        sign.args(["-h", "sha256"]).args(options).arg("-in").arg(from).arg("-out").arg(to);
        step.at(&format!("signing {}", to.display()));
        let output = exec::capture(&mut sign, step)?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::failed(format!(
            "osslsigncode could not sign {}: {}. See whether the certificate and its key are for RSA and \
             go together.",
            to.display(),
            output.lines.join("; ")
        )))
    }
}

/// True if there is a certificate that does not end within a month, with its key.
fn is_usable(certificate: &Path) -> bool {
    const MONTH: &str = "2678400";
    let key = certificate.with_extension("key");
    let mut check = Command::new("openssl");
    check.args(["x509", "-noout", "-checkend", MONTH, "-in"]).arg(certificate);
    check.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    key.is_file() && certificate.is_file() && check.status().is_ok_and(|status| status.success())
}

/// Makes a certificate for tests and its key in `folder`, which only its owner can look into.
fn make_certificate(folder: &Path) -> Result {
    let only_owner = fs::Permissions::from_mode(0o700);
    fs::set_permissions(folder, only_owner)
        .map_err(|error| files::cannot("close", folder, &error))?;
    let request = folder.join("request.cnf");
    files::write(&request, REQUEST)?;
    let key = folder.join("winrx-test.key");
    write_private(&key, "")?;
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:3072", "-nodes", "-sha256", "-days", "3650"]);
    openssl.arg("-config").arg(&request).arg("-keyout").arg(&key);
    openssl.arg("-out").arg(folder.join("winrx-test.pem"));
    let cure = "openssl's words are above.";
    exec::run("Making a certificate for tests", &mut openssl, cure).map(drop)
}

/// A file with this content that has no name, so that it is gone with this process, however that ends.
fn nameless(content: &str) -> Result<fs::File> {
    let file = tempfile::tempfile().and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        Ok(file)
    });
    file.map_err(|error| files::no_temporary(&error))
}

/// Makes a file that only its owner can read.
fn write_private(path: &Path, content: &str) -> Result {
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(content.as_bytes()))
        .map_err(|error| files::cannot("write", path, &error))
}
