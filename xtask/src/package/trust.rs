//! Whom a package is to be signed by.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use catalog::Certificate;
use tempfile::TempDir;
use x509_cert::der::{Decode, DecodePem, EncodePem, pem::LineEnding};

use super::layout;
use crate::{
    error::{Error, Result},
    exec, files,
    ui::Step,
};

/// Has osslsigncode ask nobody which certificates are revoked. Old versions never do, and do not know it.
const OFFLINE: &str = "-ignore-crl";

/// The PEM file of issuers that a user has named.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be read or has no certificate, or one that is damaged.
pub(super) fn issuers(file: &Path) -> Result<String> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = files::read(file)?;
    let starts = text.match_indices("-----BEGIN CERTIFICATE-----").map(|(start, _)| start);
    let all = starts.map(|start| {
        let (pem, _) = text.get(start..)?.split_once(END)?;
        Certificate::from_pem(format!("{pem}{END}")).ok()
    });
    if all.collect::<Option<Vec<_>>>().is_some_and(|all| !all.is_empty()) {
        return Ok(text);
    }
    let file = file.display();
    Err(Error::setup(format!(
        "{file} has no certificate in PEM form, or a damaged one. If it is in DER form, `openssl x509 \
         -inform der -in {file} -out FILE.pem` makes the other one."
    )))
}

/// Whom a package is to be signed by.
pub(super) struct Trust {
    /// The certificate for tests in the package.
    certificate: Option<Certificate>,
    /// PEM file of the certificates that signatures may lead to; otherwise those that this machine trusts.
    anchors: Option<PathBuf>,
    /// True if osslsigncode knows [`OFFLINE`].
    offline: bool,
    /// Where the anchor from the package is.
    _folder: TempDir,
}

impl Trust {
    /// Whom `anchors` name, else the package in `folder`, else this machine.
    pub(super) fn of(folder: &Path, anchors: Option<&Path>, step: &mut Step) -> Result<Self> {
        let temporary = files::temporary()?;
        let file = folder.join(layout::CERTIFICATE);
        let certificate =
            if file.is_file() { Certificate::from_der(&files::bytes(&file)?).ok() } else { None };
        let mut anchors = anchors.map(Path::to_owned);
        if let Some(pem) = certificate.as_ref().and_then(|one| one.to_pem(LineEnding::LF).ok())
            && anchors.is_none()
        {
            let path = temporary.path().join("anchors.pem");
            files::write(&path, pem)?;
            anchors = Some(path);
        }
        let help = exec::capture(Command::new("osslsigncode").arg("--help"), step)?;
        let offline = help.text().contains(OFFLINE);
        Ok(Self { certificate, anchors, offline, _folder: temporary })
    }

    /// Has osslsigncode verify a driver or program, by the signature in it or by a catalog.
    pub(super) fn osslsigncode(
        &self,
        file: &Path,
        catalog: Option<&Path>,
        step: &mut Step,
    ) -> Result<std::result::Result<(), String>> {
        let mut verify = Command::new("osslsigncode");
        verify.arg("verify");
        if let Some(anchors) = &self.anchors {
            verify.arg("-CAfile").arg(anchors);
        }
        if self.offline {
            verify.arg(OFFLINE);
        }
        if let Some(catalog) = catalog {
            verify.arg("-catalog").arg(catalog);
        }
        let output = exec::capture(verify.arg("-in").arg(file), step)?;
        // What it finds of pages does not decide how it ends in all versions.
        if output.status.success() && !output.text().contains("MISMATCH") {
            return Ok(Ok(()));
        }
        let said = output.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
        let telling = |line: &&str| {
            ["rror", "ailed", "ismatch", "MISMATCH", "xpired"]
                .iter()
                .any(|word| line.contains(word))
        };
        let mut said: Vec<_> = said.filter(telling).take(4).collect();
        said.dedup();
        Ok(Err(format!("it says: {}", said.join("; "))))
    }

    /// Whose signatures are expected.
    pub(super) fn expected(&self, signers: &[Certificate]) -> String {
        let certificate = self.certificate.as_ref().or(signers.first());
        certificate.map_or_else(
            || "one certificate".to_owned(),
            |certificate| {
                let certificate = &certificate.tbs_certificate;
                let until = certificate.validity.not_after;
                format!("{}, valid until {until}", certificate.subject)
            },
        )
    }

    /// Checks that all signers are one, and the expected one.
    pub(super) fn same(&self, signers: &[Certificate]) -> std::result::Result<(), String> {
        let first = self.certificate.as_ref().or(signers.first()).ok_or("nothing is signed")?;
        match signers.iter().find(|signer| *signer != first) {
            None => Ok(()),
            Some(other) => {
                let subject = &other.tbs_certificate.subject;
                Err(format!("something is signed by {subject} with another certificate"))
            }
        }
    }
}
