//! `cargo xtask verify-package`: whether a package is whole and its signatures are right.
//!
//! Two look at it that know nothing of each other: osslsigncode, and the crate `catalog`.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use catalog::{Catalog, Certificate, Digests, Embedded};
use object::{Architecture, Object, read::pe::PeFile64};

use super::{catalogs, layout, trust::Trust};
use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    files,
    inf::{self, Inf},
    pe,
    ui::Step,
};

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    facts: Vec<(String, std::result::Result<(), String>)>,
}

impl Report {
    /// What is wrong.
    pub fn failures(&self) -> impl Iterator<Item = String> {
        let failure = |(fact, proof): &(String, std::result::Result<(), String>)| {
            proof.as_ref().err().map(|instead| format!("{fact}: {instead}"))
        };
        self.facts.iter().filter_map(failure)
    }

    /// An error if anything is wrong.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`].
    pub fn verdict(&self) -> Result {
        match self.failures().count() {
            0 => Ok(()),
            wrong => Err(Error::failed(format!(
                "{wrong} of {} facts about the package do not hold. The lines marked FAIL say what is wrong. \
                 Make it anew with `cargo xtask package`, or get it again.",
                self.facts.len()
            ))),
        }
    }

    fn add(&mut self, fact: impl Into<String>, proof: std::result::Result<(), String>) {
        self.facts.push((fact.into(), proof));
    }
}

/// A line for each fact.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (fact, proof) in &self.facts {
            match proof {
                Ok(()) => writeln!(f, "  ok    {fact}")?,
                Err(instead) => writeln!(f, "  FAIL  {fact}: {instead}")?,
            }
        }
        Ok(())
    }
}

/// Checks the package in `folder`. Its signatures have to lead to a certificate in the PEM file `anchors`;
/// without one, to the certificate for tests in the package, or if it has none, to one that this machine
/// trusts.
///
/// # Errors
///
/// [`Error::Setup`] if the folder cannot be read or osslsigncode not be run.
pub fn check(folder: &Path, anchors: Option<&Path>) -> Result<Report> {
    let mut step = Step::start("Verifying the package");
    let mut report = Report::default();
    let arch = arch(folder);
    report.add(
        arch.map_or("it is for a known architecture".to_owned(), |arch| {
            format!("it is for {arch}")
        }),
        arch.map_or(Err("the machine of wskrx.sys is neither".to_owned()), |arch| {
            alike(folder, arch)
        }),
    );
    report.add("it has the files of a package and no others", names(folder)?);
    report.add("SHA256SUMS has the digests of the files", sums(folder)?);
    let trust = Trust::of(folder, anchors, &mut step)?;
    let mut signers = Vec::new();
    for driver in drivers::DRIVERS {
        let package = Package { folder, driver, trust: &trust };
        package.check(&mut report, &mut signers, &mut step)?;
    }
    for program in layout::programs() {
        let file = folder.join(&program);
        report.add(format!("{program} is as Windows wants programs"), lint_program(&file));
        let signed = push(&mut signers, embedded(&file, false));
        report.add(format!("{program} has a signature of its content"), signed);
        let verified = trust.osslsigncode(&file, None, &mut step)?;
        report.add(format!("osslsigncode verifies {program}"), verified);
    }
    report.add(format!("all is signed by {}", trust.expected(&signers)), trust.same(&signers));
    step.done();
    Ok(report)
}

/// What wskrx.sys is for.
fn arch(folder: &Path) -> Option<Arch> {
    machine(&folder.join("wskrx.sys"))
}

fn machine(file: &Path) -> Option<Arch> {
    match PeFile64::parse(files::bytes(file).ok()?.as_slice()).ok()?.architecture() {
        Architecture::X86_64 => Some(Arch::X64),
        Architecture::Aarch64 => Some(Arch::Arm64),
        _ => None,
    }
}

/// Checks that all drivers and programs are for one architecture.
fn alike(folder: &Path, arch: Arch) -> std::result::Result<(), String> {
    let drivers = drivers::DRIVERS.map(|driver| format!("{driver}.sys"));
    let mut images = drivers.into_iter().chain(layout::programs());
    match images.find(|image| machine(&folder.join(image)) != Some(arch)) {
        None => Ok(()),
        Some(image) => Err(format!("{image} is not")),
    }
}

fn names(folder: &Path) -> Result<std::result::Result<(), String>> {
    let found = layout::list(folder)?;
    let required = layout::required();
    let missing: Vec<_> = required.iter().filter(|name| !found.contains(name)).collect();
    if !missing.is_empty() {
        return Ok(Err(format!("it lacks {missing:?}")));
    }
    let may_be = |name: &str| required.iter().any(|one| one == name) || name == layout::CERTIFICATE;
    let others: Vec<_> = found.iter().filter(|name| !may_be(name)).collect();
    Ok(if others.is_empty() { Ok(()) } else { Err(format!("it has {others:?}, too")) })
}

fn sums(folder: &Path) -> Result<std::result::Result<(), String>> {
    let sums = folder.join(layout::SUMS);
    if !sums.is_file() {
        return Ok(Err("there is none".to_owned()));
    }
    let (expected, found) = (layout::sums(folder)?, files::bytes(&sums)?);
    if expected.as_bytes() == found {
        return Ok(Ok(()));
    }
    let found = String::from_utf8_lossy(&found);
    let differs = expected.lines().find(|line| !found.lines().any(|other| other == *line));
    let name = differs.and_then(|line| line.split("  ").nth(1));
    Ok(Err(match name {
        Some(name) => format!("{name} has another digest, or none there"),
        None => "it has more than that".to_owned(),
    }))
}

/// The files of one driver.
struct Package<'a> {
    folder: &'a Path,
    driver: &'static str,
    trust: &'a Trust,
}

impl Package<'_> {
    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(self.driver).with_extension(extension)
    }

    fn check(
        &self,
        report: &mut Report,
        signers: &mut Vec<Certificate>,
        step: &mut Step,
    ) -> Result {
        let driver = self.driver;
        let (sys, cat) = (self.path("sys"), self.path("cat"));
        report.add(format!("{driver}.sys is as Windows wants drivers"), self.lint());
        report.add(format!("{driver}.inf is as Windows wants INF files"), self.lint_inf());
        let signed = push(signers, embedded(&sys, true));
        report.add(format!("{driver}.sys has a signature of its content and pages"), signed);
        report.add(format!("{driver}.cat lists {driver}.inf and {driver}.sys"), self.compare());
        let signed = push(signers, self.catalog_signer());
        report.add(format!("{driver}.cat has a signature of its content"), signed);
        let verified = self.trust.osslsigncode(&sys, None, step)?;
        report.add(format!("osslsigncode verifies {driver}.sys"), verified);
        let verified = self.trust.osslsigncode(&sys, Some(&cat), step)?;
        report.add(format!("osslsigncode verifies {driver}.sys by {driver}.cat"), verified);
        Ok(())
    }

    fn lint(&self) -> std::result::Result<(), String> {
        let bytes = read(&self.path("sys"))?;
        let map = self.folder.join(layout::SYMBOLS).join(self.driver).with_extension("map");
        let map = String::from_utf8_lossy(&read(&map)?).into_owned();
        let name = format!("{}.sys", self.driver);
        keeps_rules(pe::lint(&bytes, Some(&map), Some(&name)))
    }

    fn lint_inf(&self) -> std::result::Result<(), String> {
        let inf = Inf::read(&read(&self.path("inf"))?).map_err(|error| error.to_string())?;
        let beside = layout::list(self.folder).map_err(|error| error.to_string())?;
        let beside = beside.iter().map(|name| name.to_lowercase()).collect();
        let today = inf::Stamp::today(Arch::X64).date;
        let lint = inf::lint(&inf, Some(&beside), today);
        let findings: Vec<_> = lint.findings.iter().map(ToString::to_string).collect();
        if findings.is_empty() { Ok(()) } else { Err(findings.join(" ")) }
    }

    fn catalog(&self) -> std::result::Result<Catalog, String> {
        Catalog::parse(&read(&self.path("cat"))?).map_err(|error| error.to_string())
    }

    fn catalog_signer(&self) -> std::result::Result<Certificate, String> {
        self.catalog()?.signer().cloned().map_err(|error| error.to_string())
    }

    fn compare(&self) -> std::result::Result<(), String> {
        let files =
            catalogs::members(self.folder, self.driver).map_err(|error| error.to_string())?;
        let faults = self.catalog()?.compare(&files);
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
    }
}

fn lint_program(file: &Path) -> std::result::Result<(), String> {
    keeps_rules(pe::lint_program(&read(file)?))
}

fn keeps_rules(
    lint: std::result::Result<pe::Report, pe::NotPe>,
) -> std::result::Result<(), String> {
    let findings = lint.map_err(|error| error.to_string())?.findings;
    let findings: Vec<_> =
        findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect();
    if findings.is_empty() { Ok(()) } else { Err(findings.join(" ")) }
}

fn read(file: &Path) -> std::result::Result<Vec<u8>, String> {
    files::bytes(file).map_err(|error| error.to_string())
}

/// Checks the signature in an image, and returns who signed.
fn embedded(file: &Path, with_pages: bool) -> std::result::Result<Certificate, String> {
    let bytes = read(file)?;
    let said = |error: &dyn fmt::Display| error.to_string();
    let embedded = Embedded::read(&bytes).map_err(|error| said(&error))?;
    let embedded = embedded.ok_or("it has none")?;
    let digests = Digests::image(&bytes).map_err(|error| said(&error))?;
    if !embedded.covers(&digests) {
        return Err("the file was changed after it had been signed".to_owned());
    }
    if with_pages && !embedded.has_page_hashes() {
        return Err("it has no digests of pages".to_owned());
    }
    embedded.signer().cloned().map_err(|error| said(&error))
}

/// Keeps who signed.
fn push(
    signers: &mut Vec<Certificate>,
    signer: std::result::Result<Certificate, String>,
) -> std::result::Result<(), String> {
    signers.push(signer?);
    Ok(())
}
