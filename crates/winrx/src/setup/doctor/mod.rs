//! What stands in the way of the drivers, and how to mend it.

use std::{fs, path::Path};

use serde::Serialize;
use windows_sys::Win32::Foundation::{
    ERROR_BAD_EXE_FORMAT, ERROR_DRIVER_BLOCKED, ERROR_EXE_MACHINE_TYPE_MISMATCH,
    ERROR_FILE_NOT_FOUND, ERROR_INVALID_IMAGE_HASH, ERROR_INVALID_ORDINAL, ERROR_PATH_NOT_FOUND,
    ERROR_PROC_NOT_FOUND, ERROR_SERVICE_DISABLED, ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION,
};

use super::{codes, product::Product};

/// The first build of Windows that knows primitive drivers: Windows 10, version 1903.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/develop/creating-a-primitive-driver)
pub const OLDEST_BUILD: u32 = 18_362;

/// A processor architecture, by the number that files and Windows know it by.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#machine-types)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Machine(pub u16);

impl Machine {
    /// AMD64.
    pub const X64: Self = Self(0x8664);
    /// ARM64.
    pub const ARM64: Self = Self(0xAA64);

    /// The architecture of a program or a driver, out of its file.
    #[must_use]
    pub fn of_file(file: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(*file.get(at..)?.first_chunk()?));
        let header = usize::try_from(number(0x3C)?).ok()?;
        let is_image = file.starts_with(b"MZ") && file.get(header..)?.starts_with(b"PE\0\0");
        let machine = file.get(header.checked_add(4)?..)?.first_chunk()?;
        is_image.then_some(Self(u16::from_le_bytes(*machine)))
    }

    /// As this project calls it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::X64 => "x64".to_owned(),
            Self::ARM64 => "arm64".to_owned(),
            Self(0x014C) => "x86".to_owned(),
            Self(number) => format!("machine {number:#06x}"),
        }
    }
}

/// What is known of the computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Whether this process has the rights of an administrator.
    pub administrator: bool,
    /// The number of the build of Windows, such as 19045.
    pub build: u32,
    /// The architecture of Windows.
    pub machine: Machine,
    /// The architecture of this program.
    pub program: Machine,
    /// What code integrity is set to, if Windows tells.
    pub code_integrity: Option<CodeIntegrity>,
    /// Whether Secure Boot is on, if Windows tells.
    pub secure_boot: Option<bool>,
    /// The drivers that were asked for.
    pub drivers: Vec<DriverFacts>,
}

/// What decides which drivers Windows loads: bits of `SYSTEM_CODEINTEGRITY_INFORMATION`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/winternl/nf-winternl-ntquerysysteminformation#system_codeintegrity_information)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CodeIntegrity(pub u32);

impl CodeIntegrity {
    const ENABLED: u32 = 0x1;
    const TEST_SIGN: u32 = 0x2;
    const MEMORY_INTEGRITY: u32 = 0x400;

    /// Whether signatures are checked at all.
    #[must_use]
    pub fn is_enabled(self) -> bool {
        self.0 & Self::ENABLED != 0
    }

    /// Whether drivers with a signature for tests are loaded.
    #[must_use]
    pub fn takes_test_signatures(self) -> bool {
        self.0 & Self::TEST_SIGN != 0
    }

    /// Whether the hypervisor guards the code of the kernel.
    #[must_use]
    pub fn has_memory_integrity(self) -> bool {
        self.0 & Self::MEMORY_INTEGRITY != 0
    }
}

/// What is known of a driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriverFacts {
    /// Which it is.
    #[serde(serialize_with = "name")]
    pub product: Product,
    /// Files of it that the package lacks.
    pub missing: Vec<String>,
    /// The architecture of its file in the package.
    pub machine: Option<Machine>,
    /// The certificate that signed its catalog in the package, if it can be read.
    pub certificate: Option<Certificate>,
    /// Whether it is installed.
    pub installed: bool,
    /// Whether it runs.
    pub running: bool,
    /// The Win32 error that its last start ended with, if one failed.
    pub start_error: Option<u32>,
}

fn name<S: serde::Serializer>(product: &Product, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(product.name)
}

impl DriverFacts {
    /// The Win32 error of its last start, if that is why it does not run.
    fn failure(&self) -> Option<u32> {
        self.start_error.filter(|_| self.installed && !self.running)
    }
}

/// Who signed a package.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// The name in it.
    pub subject: String,
    /// Whether it is good for tests only: Microsoft has not issued it.
    pub for_tests: bool,
    /// Who issued it, if it does not vouch for itself.
    pub issuer: Option<String>,
    /// Whether it is valid today.
    pub in_time: bool,
    /// Whether it is in the store Root of the computer, or leads to a certificate there.
    pub in_root: bool,
    /// Whether it is in the store TrustedPublisher of the computer.
    pub in_trusted_publisher: bool,
    /// A file with it in the folder of the package.
    pub file: Option<String>,
}

impl Certificate {
    /// The file `*.cer` in the folder that is the certificate with these bytes, in quotes as commands take it.
    #[must_use]
    pub fn file_in(folder: &Path, encoded: &[u8]) -> Option<String> {
        let mut files = fs::read_dir(folder).ok()?.flatten().map(|file| file.path());
        let file = files.find(|file| {
            file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("cer"))
                && fs::read(file).is_ok_and(|bytes| bytes == encoded)
        });
        Some(format!("\"{}\"", file?.display()))
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A short name, the same each time.
    pub id: &'static str,
    /// True if it keeps the drivers from being installed or started, false if it is good to know.
    pub stands_in_the_way: bool,
    /// What it is: sentences.
    pub what: String,
    /// How to mend it: sentences; empty where there is nothing to mend.
    pub cure: String,
}

pub(super) fn obstacle(
    id: &'static str,
    what: impl Into<String>,
    cure: impl Into<String>,
) -> Finding {
    Finding { id, stands_in_the_way: true, what: what.into(), cure: cure.into() }
}

/// What `facts` mean, in the order in which it is to be mended.
#[must_use]
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(system(facts));
    found.extend(package(facts));
    found.extend(signatures(facts));
    let cure = signature_cure(facts, &found);
    found.extend(facts.drivers.iter().filter_map(|driver| start(facts, driver, &cure)));
    found
}

fn system(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    if facts.build < OLDEST_BUILD {
        found.push(obstacle(
            "old-windows",
            format!(
                "This is build {} of Windows, and winrx needs {OLDEST_BUILD} or newer.",
                facts.build
            ),
            "Update to Windows 10, version 1903, or newer.",
        ));
    }
    if facts.program != facts.machine {
        let (program, machine) = (facts.program.name(), facts.machine.name());
        found.push(obstacle(
            "wrong-program",
            format!("This winrx is for {program}, and Windows here is for {machine}."),
            format!("Use the winrx.exe of the package for {machine}."),
        ));
    }
    if !facts.administrator {
        found.push(obstacle(
            "not-administrator",
            "This process has no rights of an administrator, which installing, starting and opening the \
             drivers take.",
            "Open a terminal with \"Run as administrator\" and start again.",
        ));
    }
    found
}

fn package(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for driver in &facts.drivers {
        let name = driver.product.name;
        if !driver.installed && !driver.missing.is_empty() {
            found.push(obstacle(
                "incomplete-package",
                format!(
                    "{name} is not installed, and the package lacks {}.",
                    driver.missing.join(", ")
                ),
                "Name the folder of a whole package with --package.",
            ));
        }
        found.extend(damage(driver));
        if let Some(machine) = driver.machine.filter(|&machine| machine != facts.machine) {
            let (machine, wanted) = (machine.name(), facts.machine.name());
            found.push(obstacle(
                "wrong-architecture",
                format!(
                    "{name}.sys of the package is for {machine}, and Windows here is for {wanted}."
                ),
                format!("Use the package for {wanted}."),
            ));
        }
    }
    found
}

/// What is wrong with the files of a driver that the package has. Of an installed driver Windows has its own.
fn damage(driver: &DriverFacts) -> Vec<Finding> {
    const CURE: &str = "Make the package anew, or get it again.";
    let name = driver.product.name;
    let is_there = |extension: &str| {
        !driver.installed && !driver.missing.contains(&format!("{name}.{extension}"))
    };
    let mut found = Vec::new();
    if is_there("sys") && driver.machine.is_none() {
        let what =
            format!("{name}.sys of the package is no driver: it is damaged or another file.");
        found.push(obstacle("not-a-driver", what, CURE));
    }
    if is_there("cat") && driver.certificate.is_none() {
        let what = format!(
            "{name}.cat of the package has no signature that can be read, so Windows does not take the \
             package."
        );
        found.push(obstacle("unsigned-package", what, CURE));
    }
    if let Some(certificate) = driver.certificate.as_ref().filter(|_| is_there("cat"))
        && !certificate.in_time
    {
        found.push(Finding {
            id: "certificate-out-of-time",
            stands_in_the_way: false,
            what: format!(
                "The certificate \"{}\" that signed {name}.cat is not valid today. Windows takes the package \
                 only if a time stamp says that it was when it signed.",
                certificate.subject
            ),
            cure: "Check the clock of this computer, or make the package anew.".to_owned(),
        });
    }
    found
}

/// What concerns signatures for tests. Others need neither settings nor stores.
fn signatures(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    let signers = facts.drivers.iter().filter_map(|driver| driver.certificate.as_ref());
    let tests: Vec<_> = signers.filter(|certificate| certificate.for_tests).collect();
    let integrity = facts.code_integrity.filter(|integrity| integrity.is_enabled());
    let refuses = integrity.is_some_and(|integrity| !integrity.takes_test_signatures());
    // The package of a driver that was refused need not be at hand.
    let was_refused = |driver: &DriverFacts| driver.failure().is_some_and(is_about_signatures);
    if refuses && (!tests.is_empty() || facts.drivers.iter().any(was_refused)) {
        if facts.secure_boot == Some(true) {
            found.push(obstacle(
                "secure-boot",
                "Secure Boot is on, and keeps Windows from taking signatures for tests.",
                "Turn Secure Boot off in the firmware's settings, for a virtual machine in its own. Where \
                 BitLocker is on, suspend it first.",
            ));
        }
        found.push(obstacle(
            "test-signing-off",
            if tests.is_empty() {
                "Test signing is off, so Windows loads no driver that is signed for tests."
            } else {
                "The package is signed for tests, and test signing is off, so Windows loads no driver of it."
            },
            "Run `bcdedit /set testsigning on` as administrator and restart Windows.",
        ));
    }
    let mut told = Vec::new();
    for certificate in tests {
        let stores =
            [("Root", certificate.in_root), ("TrustedPublisher", certificate.in_trusted_publisher)];
        let missing = stores.iter().filter(|(_, is_there)| !is_there).map(|(store, _)| *store);
        let missing: Vec<_> = missing.collect();
        if missing.is_empty() || told.contains(&certificate) {
            continue;
        }
        told.push(certificate);
        let file = certificate.file.as_deref().unwrap_or("FILE.cer");
        let commands = missing.iter().map(|store| match &certificate.issuer {
            Some(issuer) if *store == "Root" => {
                format!("`certutil -addstore Root FILE.cer` with the certificate of \"{issuer}\"")
            }
            _ => format!("`certutil -addstore {store} {file}`"),
        });
        let commands: Vec<_> = commands.collect();
        let verb = if certificate.issuer.is_some() { "leads to none" } else { "is not" };
        let what = format!(
            "The certificate \"{}\" that signed the package {} of this computer.",
            certificate.subject,
            missing
                .iter()
                .map(|store| {
                    let verb = if *store == "Root" { verb } else { "is not" };
                    format!("{verb} in the store {store}")
                })
                .collect::<Vec<_>>()
                .join(" and ")
        );
        found.push(obstacle(
            "certificate-not-trusted",
            what,
            format!(
                "Run {} as administrator, if you trust whoever made the package.",
                commands.join(" and ")
            ),
        ));
    }
    if integrity.is_some_and(CodeIntegrity::has_memory_integrity) {
        found.push(Finding {
            id: "memory-integrity",
            stands_in_the_way: false,
            what: "Memory integrity is on. The drivers of winrx obey its rules; one that is not signed at \
                   all is refused even with test signing on."
                .to_owned(),
            cure: String::new(),
        });
    }
    found
}

fn is_about_signatures(code: u32) -> bool {
    code == ERROR_INVALID_IMAGE_HASH
}

/// How to mend a refused signature, after what has been found of it.
fn signature_cure(facts: &Facts, found: &[Finding]) -> String {
    const CURES: [&str; 3] = ["secure-boot", "test-signing-off", "certificate-not-trusted"];
    if found.iter().any(|finding| CURES.contains(&finding.id)) {
        return "Mend what is said of signatures above, or make the package anew, then uninstall and install."
            .to_owned();
    }
    let tests = match facts.code_integrity {
        Some(integrity) if integrity.takes_test_signatures() => "Test signing is on",
        Some(_) => "Test signing is off",
        None => "Windows does not tell whether test signing is on",
    };
    let boot = match facts.secure_boot {
        Some(true) => "Secure Boot is on",
        Some(false) => "Secure Boot is off",
        None => "there is no Secure Boot",
    };
    format!("{tests}, and {boot}. Make the package anew, then uninstall and install.")
}

/// Why the last start of a driver failed.
fn start(facts: &Facts, driver: &DriverFacts, signature_cure: &str) -> Option<Finding> {
    let code = driver.failure()?;
    let name = driver.product.name;
    let (id, cure) = match code {
        code if is_about_signatures(code) => ("signature-refused", signature_cure.to_owned()),
        ERROR_DRIVER_BLOCKED | ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION => {
            ("driver-blocked", blocked(facts))
        }
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => {
            ("file-missing", "Run `winrx uninstall`, then `winrx install`.".to_owned())
        }
        ERROR_BAD_EXE_FORMAT | ERROR_EXE_MACHINE_TYPE_MISMATCH => {
            ("wrong-architecture", format!("Install the package for {}.", facts.machine.name()))
        }
        ERROR_PROC_NOT_FOUND | ERROR_INVALID_ORDINAL => {
            ("old-windows", "Update Windows.".to_owned())
        }
        ERROR_SERVICE_DISABLED => {
            ("disabled", format!("Run `sc config {name} start= demand` as administrator."))
        }
        _ => (
            "start-failed",
            format!("Run `winrx start {name}` once more; the event log \"System\" may tell more."),
        ),
    };
    let meaning = codes::meaning(code).unwrap_or("Windows tells no more than the number");
    let what = format!("{name} did not start: {meaning} ({}).", codes::number(code));
    Some(obstacle(id, what, cure))
}

fn blocked(facts: &Facts) -> String {
    let mut text =
        "See the event log \"Microsoft-Windows-CodeIntegrity/Operational\" for the policy that \
                    blocks it; whoever manages this computer can change it."
            .to_owned();
    if facts.code_integrity.is_some_and(CodeIntegrity::has_memory_integrity) {
        text.push_str(
            " If memory integrity does, turn it off under Windows Security, Device security, Core isolation.",
        );
    }
    text
}

#[cfg(test)]
mod tests;
