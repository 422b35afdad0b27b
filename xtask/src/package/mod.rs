//! `cargo xtask package`: what is needed to install winrx on a Windows machine, in a folder and a zip file.
//!
//! The drivers are signed first, then the catalogs are made of the signed drivers and the INF
//! files, then the catalogs are signed. A package is verified before it takes its place.

mod archive;
mod catalogs;
pub mod layout;
mod pfx;
mod signer;
mod trust;
pub mod verify;

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

pub use self::signer::Signer;
use crate::{
    arch::Arch,
    drivers,
    error::{Error, Result},
    exec, files,
    inf::{self, Inf, Stamp},
    kit::Kit,
    programs, setup,
    ui::Step,
    workspace,
};

/// What the package is to be.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Processor architecture; arm64 needs --wdk
    #[arg(long, default_value_t = Arch::X64, value_name = "ARCH")]
    arch: Arch,
    /// Content root of a WDK to build with, in place of the distribution's headers
    #[arg(long, value_name = "PATH")]
    wdk: Option<PathBuf>,
    /// Sign with a certificate made for tests, which is in the package; this is so without --pfx, too
    #[arg(long, conflicts_with = "pfx")]
    test_cert: bool,
    /// Sign with the certificate and key in this file (PKCS #12)
    #[arg(long, value_name = "FILE")]
    pfx: Option<PathBuf>,
    /// File with the password of the --pfx file; without it the variable WINRX_PFX_PASSWORD has it
    #[arg(long, value_name = "FILE", requires = "pfx")]
    password_file: Option<PathBuf>,
    /// PEM file of issuers that signatures may lead to, where the --pfx file lacks them
    #[arg(long, value_name = "FILE", requires = "pfx")]
    ca: Option<PathBuf>,
}

impl Options {
    /// A package for x64 that is signed with the certificate for tests.
    #[must_use]
    pub fn for_tests() -> Self {
        Self {
            arch: Arch::X64,
            wdk: None,
            test_cert: true,
            pfx: None,
            password_file: None,
            ca: None,
        }
    }
}

/// What a package is made of.
pub struct Inputs {
    /// The driver files, each with its .pdb and .map beside it.
    pub drivers: Vec<PathBuf>,
    /// The programs.
    pub programs: Vec<PathBuf>,
    /// Date, version and architecture.
    pub stamp: Stamp,
}

/// The programs that packages need.
///
/// # Errors
///
/// [`Error::Setup`] if they are missing and cannot be installed from here.
pub fn set_up() -> Result {
    let programs = [("osslsigncode", "--version"), ("openssl", "version")];
    let is_missing =
        |(program, version): &(&str, &str)| exec::first_line(program, &[version]).is_none();
    let missing: Vec<_> = programs.iter().filter(|one| is_missing(one)).map(|one| one.0).collect();
    if missing.is_empty() { Ok(()) } else { setup::packages(&missing) }
}

/// Builds everything, and makes `target/package/<arch>` and the zip file of it.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot start, for one because of a wrong password; [`Error::Failed`] if a step
/// fails. There is no package then but that of an earlier run.
pub fn run(options: &Options) -> Result {
    for file in [&options.pfx, &options.password_file, &options.ca].into_iter().flatten() {
        files::bytes(file)?;
    }
    let arch = options.arch;
    Kit::check(arch, options.wdk.as_deref())?;
    let root = workspace::target().join("package");
    let folder = root.join(arch.to_string());
    // A folder that cannot be written to is better known before all is built.
    let _lock = files::lock(&root, "package")?;
    set_up()?;
    let signer = match &options.pfx {
        Some(pfx) => {
            Signer::from_pfx(pfx, options.password_file.as_deref(), options.ca.as_deref())?
        }
        None => Signer::for_tests(&workspace::target().join("certificate"))?,
    };
    let inputs = Inputs {
        drivers: drivers::build(arch, options.wdk.as_deref())?,
        programs: vec![programs::winrx_exe(arch)?, programs::hlk_exe(arch)?],
        stamp: Stamp::new(date(), arch),
    };
    let name = format!("winrx-{}-{arch}", env!("CARGO_PKG_VERSION"));
    let zip = root.join(&name).with_added_extension("zip");
    let new_zip = zip.with_added_extension("new");
    let made = files::replace(&folder, |new| {
        assemble(&inputs, &signer, new)?;
        let report = verify::check(new, signer.anchors())?;
        print!("{report}");
        report.verdict()?;
        archive::write(new, &name, inputs.stamp.date, &new_zip)
    });
    if let Err(error) = made.and_then(|()| files::rename(&new_zip, &zip)) {
        // It may not have come to that.
        let _ = fs::remove_file(&new_zip);
        return Err(error);
    }
    println!("{}\n{}", folder.display(), zip.display());
    Ok(())
}

/// Checks a package that lies in `folder`, and prints what was found.
///
/// # Errors
///
/// [`Error::Setup`] if there is no such folder, no package in it or no certificate in `ca`, [`Error::Failed`] if
/// something is wrong with the package.
pub fn verify(folder: &Path, ca: Option<&Path>) -> Result {
    if !folder.is_dir() {
        return Err(Error::setup(format!(
            "There is no folder {}. Name one that `cargo xtask package` made, or that its zip file was \
             unpacked to.",
            folder.display()
        )));
    }
    ca.map(trust::issuers).transpose()?;
    if layout::is_foreign(folder) {
        return Err(Error::setup(format!(
            "{} has none of the files of a package. Name the folder that has wskrx.sys in it.",
            folder.display()
        )));
    }
    set_up()?;
    let report = verify::check(folder, ca)?;
    print!("{report}");
    report.verdict()
}

/// Makes a package in an empty folder.
///
/// # Errors
///
/// [`Error::Setup`] if a file cannot be read or written, [`Error::Failed`] if one cannot be signed.
pub fn assemble(inputs: &Inputs, signer: &Signer, folder: &Path) -> Result {
    let mut step = Step::start(format!("Packing for {}", inputs.stamp.arch));
    let symbols = folder.join(layout::SYMBOLS);
    files::create(&symbols)?;
    for driver in &inputs.drivers {
        signer.sign_driver(driver, &folder.join(name_of(driver)?), &mut step)?;
        for extension in ["pdb", "map"] {
            copy_into(&driver.with_extension(extension), &symbols)?;
        }
    }
    for program in &inputs.programs {
        signer.sign_program(program, &folder.join(name_of(program)?), &mut step)?;
    }
    for driver in drivers::DRIVERS {
        let inx = files::read(&workspace::root().join("inf").join(driver).with_extension("inx"))?;
        let stamped = inf::stamp(&inx, &inputs.stamp);
        let stamped = stamped
            .map_err(|error| Error::failed(format!("Cannot stamp inf/{driver}.inx: {error}.")))?;
        lint(driver, &stamped)?;
        files::write(&folder.join(driver).with_extension("inf"), with_crlf(&stamped))?;
        let unsigned = catalogs::make(folder, driver, inputs.stamp.arch)?;
        let catalog = folder.join(driver).with_extension("cat");
        signer.sign_catalog(&unsigned, &catalog, &mut step)?;
    }
    if let Some(certificate) = signer.test_certificate() {
        files::write(&folder.join(layout::CERTIFICATE), certificate)?;
    }
    for file in layout::COPIES {
        copy_into(&workspace::root().join(file), folder)?;
    }
    files::write(&folder.join(layout::README), with_crlf(include_str!("readme.txt")))?;
    files::write(&folder.join(layout::SUMS), layout::sums(folder)?)?;
    step.done();
    Ok(())
}

/// Checks a stamped INF file, before a catalog has its digest.
fn lint(driver: &str, stamped: &str) -> Result {
    let inf = Inf::parse(stamped)
        .map_err(|error| Error::failed(format!("Cannot read {driver}.inf: {error}.")))?;
    let report = inf::lint(&inf, None, Stamp::today(Arch::X64).date);
    let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
    if findings.is_empty() {
        return Ok(());
    }
    let findings = findings.join(" ");
    Err(Error::failed(format!("inf/{driver}.inx is not as Windows wants INF files: {findings}")))
}

/// The last part of a path.
fn name_of(file: &Path) -> Result<&str> {
    let name = file.file_name().and_then(|name| name.to_str());
    name.ok_or_else(|| Error::failed(format!("{} has no name to pack it by.", file.display())))
}

fn copy_into(file: &Path, folder: &Path) -> Result {
    files::copy(file, &folder.join(name_of(file)?))
}

/// Text with the line ends of Windows.
fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// The day of the last commit, so that the same sources make the same INF files; today where there is no
/// history.
fn date() -> Date {
    let root = workspace::root().to_string_lossy();
    let commit = exec::first_line("git", &["-C", &root, "log", "-1", "--format=%cI"]);
    let time = commit.and_then(|time| time.parse::<jiff::Timestamp>().ok());
    time.unwrap_or_else(jiff::Timestamp::now).to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::{Stamp, inf, lint};
    use crate::arch::Arch;

    #[test]
    fn inf_files_that_break_rules_are_not_packed() {
        let inx = include_str!("../../../inf/wskrx.inx");
        let stamped = inf::stamp(inx, &Stamp::today(Arch::X64)).unwrap();
        lint("wskrx", &stamped).unwrap();
        let changed = stamped.replace("PnpLockdown = 1", "PnpLockdown = 0");
        let said = lint("wskrx", &changed).unwrap_err().to_string();
        assert!(said.starts_with("inf/wskrx.inx") && said.contains("pnp-lockdown: "), "{said}");
        lint("wskrx", "[Version").unwrap_err();
    }
}
