//! What is found on made-up computers.

use std::fs;

use super::{Certificate, CodeIntegrity, DriverFacts, Facts, Machine, OLDEST_BUILD, diagnose};
use crate::setup::{NDISRX, WSKRX};

/// A computer on which nothing stands in the way.
fn healthy() -> Facts {
    let certificate = Certificate {
        subject: "winrx test".to_owned(),
        for_tests: true,
        issuer: None,
        in_time: true,
        in_root: true,
        in_trusted_publisher: true,
        file: Some("\"C:\\p\\winrx.cer\"".to_owned()),
    };
    let driver = |product| DriverFacts {
        product,
        missing: Vec::new(),
        machine: Some(Machine::X64),
        certificate: Some(certificate.clone()),
        installed: false,
        running: false,
        start_error: None,
    };
    Facts {
        administrator: true,
        build: OLDEST_BUILD,
        machine: Machine::X64,
        program: Machine::X64,
        code_integrity: Some(CodeIntegrity(3)),
        secure_boot: Some(false),
        drivers: vec![driver(WSKRX), driver(NDISRX)],
    }
}

impl DriverFacts {
    /// Is installed, and has failed to start.
    fn fail(&mut self, code: u32) {
        self.installed = true;
        self.start_error = Some(code);
    }
}

/// The names of what is found when one thing is changed, and all that is said.
fn found(change: impl FnOnce(&mut Facts)) -> (Vec<&'static str>, String) {
    let mut facts = healthy();
    change(&mut facts);
    let found = diagnose(&facts);
    let text: Vec<_> =
        found.iter().map(|finding| format!("{} {}", finding.what, finding.cure)).collect();
    (found.iter().map(|finding| finding.id).collect(), text.join("\n"))
}

#[test]
fn nothing_stands_in_the_way_of_a_healthy_one() {
    assert_eq!(diagnose(&healthy()), []);
    // What was signed for everybody needs neither settings nor stores.
    let (ids, _) = found(|facts| {
        facts.code_integrity = Some(CodeIntegrity(1));
        facts.secure_boot = Some(true);
        for driver in &mut facts.drivers {
            let certificate = driver.certificate.as_mut().unwrap();
            certificate.for_tests = false;
            certificate.in_root = false;
        }
    });
    assert_eq!(ids, [""; 0]);
}

#[test]
fn each_cause_is_told_with_its_cure() {
    type Case = (fn(&mut Facts), &'static [&'static str], &'static str);
    let cases: [Case; 14] = [
        (
            |facts| facts.drivers[1].machine = None,
            &["not-a-driver"],
            "ndisrx.sys of the package is no driver",
        ),
        (
            |facts| facts.drivers[0].certificate = None,
            &["unsigned-package"],
            "wskrx.cat of the package has no signature",
        ),
        (
            |facts| facts.drivers[0].certificate.as_mut().unwrap().in_time = false,
            &["certificate-out-of-time"],
            "that signed wskrx.cat is not valid today",
        ),
        (
            |facts| {
                let certificate = facts.drivers[1].certificate.as_mut().unwrap();
                certificate.issuer = Some("winrx issuer".to_owned());
                certificate.in_root = false;
            },
            &["certificate-not-trusted"],
            "signed the package leads to none in the store Root of this computer. Run `certutil -addstore \
             Root FILE.cer` with the certificate of \"winrx issuer\" as administrator",
        ),
        // Of what is installed Windows has its own files.
        (
            |facts| {
                for driver in &mut facts.drivers {
                    (driver.machine, driver.certificate) = (None, None);
                    driver.installed = true;
                }
            },
            &[],
            "",
        ),
        (|facts| facts.administrator = false, &["not-administrator"], "Run as administrator"),
        (|facts| facts.build = 17_763, &["old-windows"], "build 17763"),
        (
            |facts| facts.machine = Machine::ARM64,
            &["wrong-program", "wrong-architecture", "wrong-architecture"],
            "Use the winrx.exe of the package for arm64.",
        ),
        (
            |facts| facts.code_integrity = Some(CodeIntegrity(1)),
            &["test-signing-off"],
            "bcdedit /set testsigning on",
        ),
        (
            |facts| {
                facts.code_integrity = Some(CodeIntegrity(1));
                facts.secure_boot = Some(true);
            },
            &["secure-boot", "test-signing-off"],
            "Turn Secure Boot off",
        ),
        (
            |facts| facts.code_integrity = Some(CodeIntegrity(0x403)),
            &["memory-integrity"],
            "Memory integrity is on",
        ),
        (
            |facts| {
                for driver in &mut facts.drivers {
                    driver.certificate.as_mut().unwrap().in_root = false;
                    driver.certificate.as_mut().unwrap().in_trusted_publisher = false;
                }
            },
            &["certificate-not-trusted"],
            "`certutil -addstore Root \"C:\\p\\winrx.cer\"` and `certutil -addstore TrustedPublisher",
        ),
        (
            |facts| {
                facts.drivers[0].missing = vec!["wskrx.cat".to_owned()];
                facts.drivers[0].certificate = None;
            },
            &["incomplete-package"],
            "the package lacks wskrx.cat",
        ),
        (
            |facts| facts.drivers[1].machine = Some(Machine(0x14C)),
            &["wrong-architecture"],
            "ndisrx.sys of the package is for x86",
        ),
    ];
    for (change, expected, part) in cases {
        let (ids, text) = found(change);
        assert_eq!(ids, expected);
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn failed_starts_are_explained() {
    for (code, id, part) in [
        (577, "signature-refused", "Windows error 577"),
        (4551, "driver-blocked", "a policy"),
        (1275, "driver-blocked", "CodeIntegrity/Operational"),
        (2, "file-missing", "`winrx install`"),
        (193, "wrong-architecture", "package for x64"),
        (127, "old-windows", "Update Windows"),
        (1058, "disabled", "sc config wskrx start= demand"),
        (9_999, "start-failed", "Windows error 9999"),
    ] {
        let (ids, text) = found(|facts| facts.drivers[0].fail(code));
        assert_eq!(ids, [id]);
        assert!(text.starts_with("wskrx did not start: ") && text.contains(part), "{text}");
    }
    // What runs has started.
    let (ids, _) = found(|facts| {
        facts.drivers[0].fail(577);
        facts.drivers[0].running = true;
    });
    assert_eq!(ids, [""; 0]);
    let (_, text) = found(|facts| {
        facts.code_integrity = Some(CodeIntegrity(0x403));
        facts.drivers[0].fail(1275);
    });
    assert!(text.contains("Core isolation"), "{text}");
}

/// Whether or not the package is at hand.
#[test]
fn refused_signatures_are_told_with_what_decides_on_them() {
    type Case = (fn(&mut DriverFacts), &'static [&'static str]);
    let refused = |options, secure_boot| {
        found(|facts| {
            facts.code_integrity = options;
            facts.secure_boot = secure_boot;
            for driver in &mut facts.drivers {
                driver.certificate = None;
                driver.installed = true;
            }
            facts.drivers[1].fail(577);
        })
    };
    let (ids, text) = refused(Some(CodeIntegrity(1)), Some(true));
    assert_eq!(ids, ["secure-boot", "test-signing-off", "signature-refused"]);
    assert!(text.contains("Test signing is off, so Windows loads no driver"), "{text}");
    assert!(text.contains("Mend what is said of signatures above"), "{text}");
    let (ids, text) = refused(Some(CodeIntegrity(3)), Some(false));
    assert_eq!(ids, ["signature-refused"]);
    assert!(text.contains("Test signing is on, and Secure Boot is off. Make"), "{text}");
    let (_, text) = refused(None, None);
    assert!(text.contains("Windows does not tell whether test signing is on, and"), "{text}");
    // Of a driver that runs or is not there this says nothing.
    let changes: [Case; 2] = [
        (|driver| driver.running = true, &[]),
        (|driver| driver.installed = false, &["unsigned-package"]),
    ];
    for (change, expected) in changes {
        let (ids, _) = found(|facts| {
            facts.code_integrity = Some(CodeIntegrity(1));
            for driver in &mut facts.drivers {
                driver.certificate = None;
                driver.installed = true;
            }
            facts.drivers[0].fail(577);
            change(&mut facts.drivers[0]);
        });
        assert_eq!(ids, expected);
    }
}

#[test]
fn a_file_of_another_certificate_is_not_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("other.cer", "two"), ("own.CER", "one"), ("own.txt", "three")] {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let own = format!("\"{}\"", folder.path().join("own.CER").display());
    assert_eq!(Certificate::file_in(folder.path(), b"one"), Some(own));
    assert_eq!(Certificate::file_in(folder.path(), b"three"), None);
    assert_eq!(Certificate::file_in(&folder.path().join("none"), b"one"), None);
}

#[test]
fn files_tell_what_they_are_for() {
    let mut file = vec![0; 0x80];
    file[..2].copy_from_slice(b"MZ");
    file[0x3C] = 0x40;
    file[0x40..0x46].copy_from_slice(b"PE\0\0\x64\x86");
    assert_eq!(Machine::of_file(&file), Some(Machine::X64));
    assert_eq!(Machine::of_file(&file[..0x45]), None);
    assert_eq!(Machine::of_file(b"MZ"), None);
    file[0] = b'N';
    assert_eq!(Machine::of_file(&file), None);
}
