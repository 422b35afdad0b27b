//! `cargo xtask lint-inf`: our files keep every rule, each rule finds the file that breaks it, and no file stops
//! the check.

use std::{collections::BTreeSet, fs, path::PathBuf};

use jiff::civil::{Date, date};
use xtask::{
    arch::Arch,
    error::Error,
    inf::{self, Inf, Report, Stamp},
};

const WSKRX: &str = include_str!("../../inf/wskrx.inx");
const NDISRX: &str = include_str!("../../inf/ndisrx.inx");
const TODAY: Date = date(2026, 6, 30);

/// A file of ours as it is in a package.
fn stamped(inx: &str) -> String {
    inf::stamp(inx, &Stamp::new(TODAY, Arch::X64)).unwrap()
}

#[track_caller]
fn lint(text: &str) -> Report {
    let beside = ["wskrx.sys", "ndisrx.sys"].map(str::to_owned).into();
    inf::lint(&Inf::parse(text).unwrap(), Some(&beside), TODAY)
}

/// A change of a file of ours that breaks rules.
struct Case {
    inx: &'static str,
    /// What is taken out, and what comes in its place.
    changes: &'static [(&'static str, &'static str)],
    /// The rules that are broken; the first is the one that the change is about.
    rules: &'static [&'static str],
}

const fn wskrx(
    changes: &'static [(&'static str, &'static str)],
    rules: &'static [&'static str],
) -> Case {
    Case { inx: WSKRX, changes, rules }
}

const fn ndisrx(
    changes: &'static [(&'static str, &'static str)],
    rules: &'static [&'static str],
) -> Case {
    Case { inx: NDISRX, changes, rules }
}

const STAMPED: &str = "06/30/2026,0.1.0.0";

const CASES: &[Case] = &[
    wskrx(&[("Receives UDP", "Empfängt UDP")], &["encoding"]),
    wskrx(&[("%13%\\wskrx.sys", "%13%\\$ARCH$.sys")], &["stamped", "service-binary"]),
    wskrx(&[("Help        =", "Hilfe       =")], &["strings"]),
    wskrx(&[("\"Receives UDP", "\"50 % of UDP")], &[]),
    wskrx(&[("Description   = %Help%", "Description   = 50 % of UDP")], &["strings"]),
    wskrx(&[("[Strings]", "[Strings.0407]\nProvider = \"wir\"\n[Strings]")], &["languages"]),
    wskrx(&[("$Windows NT$", "$Chicago$")], &["signature"]),
    wskrx(&[("Signature   = \"$Windows NT$\"", "")], &["signature"]),
    wskrx(&[("\"The winrx authors\"", "\"Microsoft Corporation\"")], &["provider"]),
    wskrx(&[("Provider    = %Provider%", "")], &["provider"]),
    wskrx(&[("= System", "= Net")], &["class"]),
    wskrx(&[("{4D36E97D", "{4D36E972")], &["class"]),
    wskrx(&[("{4D36E97D-E325-11CE-BFC1-08002BE10318}", "4D36E97D")], &["class"]),
    wskrx(&[("= System", "= AClassThatHasATooLongNameInTruth")], &["class"]),
    wskrx(&[("Class       = System", "")], &["class"]),
    wskrx(&[(STAMPED, "")], &["driver-ver"]),
    wskrx(&[(STAMPED, "6/30/2026,1.0.0.0")], &["driver-ver"]),
    wskrx(&[(STAMPED, "02/30/2026,1.0.0.0")], &["driver-ver"]),
    wskrx(&[(STAMPED, "07/01/2026,1.0.0.0")], &["driver-ver"]),
    wskrx(&[(STAMPED, "04/20/2006,1.0.0.0")], &["driver-ver"]),
    wskrx(&[(STAMPED, "04-21-2006,1.0.0.65534")], &[]),
    wskrx(&[(STAMPED, "06/30/2026,1.0.0")], &["driver-ver"]),
    wskrx(&[(STAMPED, "06/30/2026,1.0.0.65535")], &["driver-ver"]),
    wskrx(&[(STAMPED, "06/30/2026,0.0.0.0")], &["driver-ver"]),
    wskrx(&[(STAMPED, "06/30/2026,1.0.0.a")], &["driver-ver"]),
    wskrx(&[("CatalogFile = wskrx.cat", "")], &["catalog-file"]),
    wskrx(&[("wskrx.cat", "cat\\wskrx.cat")], &["catalog-file"]),
    wskrx(&[("wskrx.cat", "wskrx.sys.p7")], &["catalog-file"]),
    wskrx(&[("PnpLockdown = 1", "PnpLockdown = 0")], &["pnp-lockdown"]),
    wskrx(&[("PnpLockdown = 1", "")], &["pnp-lockdown"]),
    wskrx(&[("PnpLockdown = 1", "PnpLockdown = 1\nDontReflectOffline = 1")], &["version-entries"]),
    wskrx(&[("[Files]", "[Fi;les]"), ("= Files", "= \"Fi;les\"")], &["section-names"]),
    wskrx(&[("[Files]", "[Files]\n[Files]")], &["sections-once"]),
    wskrx(&[("[Files]\nwskrx.sys", "[Files]\nwskrx.sys\nWSKRX.SYS")], &["entries-once"]),
    wskrx(&[("StartType     = 3", "StartType = 3\nStartType = 1")], &["entries-once"]),
    wskrx(&[("LogLevel,       0x00010003, 5", "QueueBytes, 0x00010003, 5")], &["entries-once"]),
    wskrx(
        &[("CopyFiles = Files", "CopyFiles = Flies")],
        &["sections-found", "sections-used", "files-copied", "service-binary"],
    ),
    wskrx(&[("= Parameters", "= Parametres")], &["sections-found", "sections-used"]),
    wskrx(&[("[Strings]", "[Unused]\n[Strings]")], &["sections-used"]),
    ndisrx(&[("[Ndi]", "[Install.FolderOld]\n[Ndi]")], &["sections-used"]),
    wskrx(
        &[("CopyFiles = Files", "CopyFiles = Files\nAddReg = Parameters")],
        &["sections-of-one-kind"],
    ),
    wskrx(&[("[Strings]", "[Manufacturer]\n[Strings]")], &["primitive-or-device", "driver-store"]),
    wskrx(
        &[("[DefaultInstall", "[DefaultInstal")],
        &["primitive-or-device", "sections-used", "files-copied"],
    ),
    wskrx(&[("[DefaultInstall.NTamd64", "[DefaultInstall")], &["architecture"]),
    wskrx(&[("[DefaultInstall.NTamd64", "[DefaultInstall.NTx86")], &["architecture"]),
    ndisrx(&[("NTamd64.10.0...18362", "NTamd64.10.0...14309")], &["target-system"]),
    ndisrx(&[("NTamd64.10.0...18362", "NTamd64.6.1...14311")], &["target-system"]),
    ndisrx(
        &[("NTamd64.10.0...18362", "NTamd64.X")],
        &["target-system", "architecture", "isolated-files"],
    ),
    wskrx(
        &[("[Strings]", "[DefaultUninstall.NTamd64]\n[Strings]")],
        &["uninstall", "sections-used"],
    ),
    ndisrx(&[("= Install.Store, winrx_ndisrx", "= Install.Store")], &["models", "protocol-id"]),
    wskrx(&[("CopyFiles = Files", "CopyFiles = Files\nDelReg = Old")], &["directives"]),
    wskrx(&[("CopyFiles = Files", "CopyFiles = Files\nRegisterDlls = Old")], &["directives"]),
    wskrx(
        &[("AddService = wskrx, , Service", "AddService = wskrx, , Service\nDelService = old")],
        &["directives"],
    ),
    wskrx(&[("StartType     = 3", "StartType = 3\nDelReg = Old")], &["directives"]),
    ndisrx(
        &[("DelService = ndisrx, 0x200 ; ", "DelService = ndisrx, 0x200\nDelReg = Old ; ")],
        &["directives"],
    ),
    wskrx(&[("CopyFiles = Files", "CopyFiles = Files\nCharacteristics = 0")], &["directives"]),
    wskrx(&[("[Files]", "[DefaultInstall.NTamd64.CoInstallers]\n[Files]")], &["legacy-sections"]),
    ndisrx(&[("[Ndi]", "[Install.Folder.5]\n[Ndi]")], &["legacy-sections"]),
    ndisrx(&[("[Ndi]", "[Install.Store.Services.Old]\n[Ndi]")], &["legacy-sections"]),
    // One name begins as the other.
    ndisrx(&[("Install.Folder", "Install")], &[]),
    wskrx(&[("[Files]", "[ClassInstall32]\n[Files]")], &["legacy-sections", "sections-used"]),
    wskrx(&[("wskrx.sys = 1", "wskry.sys = 1")], &["source-files", "files-copied"]),
    wskrx(&[("wskrx.sys = 1", "wskrx.sys = 2")], &["source-files"]),
    wskrx(&[("wskrx.sys = 1", "wskrx.sys = 1\nwskrx.cat = 1")], &["source-files", "files-copied"]),
    wskrx(&[("wskrx.sys = 1", "wskrx.sys = 1\nother.sys = 1")], &["files-copied"]),
    wskrx(
        &[
            ("wskrx.sys = 1", "gone.sys = 1"),
            ("[Files]\nwskrx.sys", "[Files]\ngone.sys"),
            ("%13%\\wskrx", "%13%\\gone"),
        ],
        &["files-there"],
    ),
    wskrx(&[("DefaultDestDir = 13", "")], &["destinations", "service-binary"]),
    wskrx(&[("DefaultDestDir = 13", "DefaultDestDir = 13\nFlies = 13")], &["destinations"]),
    wskrx(&[("= 13", "= 12"), ("%13%", "%12%")], &["isolated-files"]),
    wskrx(&[("= 13", "= 10, drivers"), ("%13%", "%10%\\drivers")], &["isolated-files"]),
    ndisrx(&[("Files.Store  = 13", "Files.Store  = 12"), ("%13%", "%12%")], &["isolated-files"]),
    ndisrx(&[("Files.Folder = 12", "Files.Folder = 13"), ("%12%", "%13%")], &["driver-store"]),
    ndisrx(&[("NTamd64.10.0...25319", "NTamd64.10.0...22631")], &["driver-store"]),
    wskrx(&[("[Files]\nwskrx.sys", "[Files]\nwskrx.sys,,,2")], &["driver-store-copies"]),
    wskrx(&[("[Files]\nwskrx.sys", "[Files]\nwskrx.sys,,,,\"D:P\"")], &["driver-store-copies"]),
    wskrx(&[("wskrx.sys = 1", "wskrx.sys = 1,x64")], &["driver-store-copies"]),
    wskrx(
        &[
            ("[Files]\nwskrx.sys", "[Files]\nwskrx.sys,ndisrx.sys\nwskrx.sys"),
            ("wskrx.sys = 1", "wskrx.sys = 1\nndisrx.sys = 1"),
        ],
        &["one-source", "driver-store-copies"],
    ),
    wskrx(
        &[
            ("[DefaultInstall.NTamd64.Services]\nAddService = wskrx, , Service", ""),
            ("[Service]", "[DefaultInstall.NTamd64.Services]\n[Service]"),
        ],
        &["services", "sections-used"],
    ),
    wskrx(&[("AddService = wskrx,", "AddService = ,")], &["services"]),
    wskrx(&[("ErrorControl  = 1", "")], &["service-entries"]),
    wskrx(&[("ServiceBinary = %13%\\wskrx.sys", "")], &["service-entries"]),
    wskrx(&[("ServiceType   = 1", "ServiceType   = 2")], &["service-type"]),
    wskrx(&[("ErrorControl  = 1", "ErrorControl  = 3")], &["service-type"]),
    wskrx(&[("StartType     = 3", "StartType     = 4")], &["start-type"]),
    wskrx(&[("StartType     = 3", "StartType     = 2")], &["start-type"]),
    wskrx(&[("StartType     = 3", "StartType     = later")], &["start-type"]),
    wskrx(&[("%13%\\wskrx.sys", "%12%\\wskrx.sys")], &["service-binary"]),
    wskrx(&[("%13%\\wskrx.sys", "C:\\wskrx.sys")], &["service-binary"]),
    wskrx(&[("AddService = wskrx, ,", "AddService = wskrx, 2,")], &["service-flags"]),
    ndisrx(
        &[("AddService = ndisrx, , Service.Store", "AddService = other, , Service.Store")],
        &["service-names"],
    ),
    ndisrx(
        &[("Service,    0x00000000, ndisrx", "Service,    0x00000000, other")],
        &["service-names"],
    ),
    ndisrx(
        &[("CoServices, 0x00010000, ndisrx", "CoServices, 0x00010000, other")],
        &["service-names"],
    ),
    ndisrx(
        &[("CoServices, 0x00010000, ndisrx", "CoServices, 0x00010000, ndisrx, other")],
        &["service-names"],
    ),
    ndisrx(
        &[("DelService = ndisrx, 0x200 ; ", "DelService = other, 0x200 ; ")],
        &["service-names"],
    ),
    wskrx(&[("HKR, Parameters, LogLevel", "HKLM, Parameters, LogLevel")], &["registry-root"]),
    ndisrx(
        &[("HKR, Ndi,            Service", "HKCU, Ndi,            Service")],
        &["registry-root"],
    ),
    wskrx(&[("HKR, Parameters, LogLevel", "HKR, , LogLevel")], &["service-registry"]),
    wskrx(&[("HKR, Parameters, LogLevel", "HKR, Other, LogLevel")], &["service-registry"]),
    wskrx(&[("4194304", "4 MiB")], &["registry-values"]),
    wskrx(&[("4194304", "")], &["registry-values"]),
    wskrx(&[("0x00000002, \"D:P", "0x00010003, \"D:P")], &["registry-values"]),
    wskrx(&[("0x00000002, \"D:P", "0x00000006, \"D:P")], &["registry-values"]),
    wskrx(&[("\"D:P(A;;GA;;;SY)(A;;GA;;;BA)\"", "D:P, x")], &["registry-values"]),
    wskrx(&[("LogLevel,  ", ",  ")], &["registry-values"]),
    ndisrx(&[("Characteristics = 0x0", "")], &["protocol-characteristics"]),
    ndisrx(&[("Characteristics = 0x0", "Characteristics = 0x4")], &["protocol-characteristics"]),
    ndisrx(
        &[("CoServices, 0x00010000, ndisrx", "CoServices, 0x00000000, ndisrx")],
        &["protocol-service"],
    ),
    ndisrx(&[("HKR, Ndi,            CoServices, 0x00010000, ndisrx", "")], &["protocol-service"]),
    ndisrx(&[("noupper", "nupper")], &["protocol-bindings"]),
    ndisrx(&[("0x00000000, ndis5", "0x00000000, \"ndis5,ndis4\"")], &["protocol-bindings"]),
    ndisrx(&[("0x00000000, ndis5", "0x00000000, \"ndis5, ndisatm\"")], &[]),
    ndisrx(&[("UpperRange", "Upper")], &["protocol-bindings"]),
    ndisrx(&[("HelpText", "Help")], &["protocol-help"]),
    ndisrx(&[("HelpText", "Help"), ("= 0x0", "= 0x8")], &[]),
    ndisrx(&[("winrx_ndisrx", "ms_ndisrx")], &["protocol-id"]),
    ndisrx(&[("winrx_ndisrx", "ndisrx")], &["protocol-id"]),
];

#[test]
fn our_files_keep_every_rule() {
    for inx in [WSKRX, NDISRX] {
        let report = lint(&stamped(inx));
        assert!(report.is_clean(), "{report}");
        assert_eq!(report.passed, inf::rules().collect::<Vec<_>>());
    }
}

#[test]
fn each_change_breaks_the_rules_that_it_is_about_and_no_other() {
    let mut wrong = Vec::new();
    for Case { inx, changes, rules } in CASES {
        let mut text = stamped(inx);
        for (from, to) in *changes {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        let report = lint(&text);
        let expected: BTreeSet<_> = rules.iter().copied().collect();
        if report.broken() != expected {
            wrong.push(format!("{changes:?}: expected {expected:?}\n{report}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_is_broken_by_a_change() {
    let broken: BTreeSet<_> = CASES.iter().filter_map(|case| case.rules.first().copied()).collect();
    let rules: BTreeSet<_> = inf::rules().collect();
    assert_eq!(broken, rules);
    assert_eq!(inf::rules().count(), rules.len(), "each has a name of its own");
}

/// However many models have it.
#[test]
fn a_section_that_installs_is_looked_at_once() {
    let model = "%Description% = Install.Store, winrx_ndisrx\n";
    let more = format!("{model}\"Other\" = install.store, winrx_other\n");
    let text = stamped(NDISRX).replace(model, &more).replace("Characteristics = 0x0", "");
    let report = lint(&text);
    let found = report.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>();
    assert_eq!(found, ["protocol-characteristics"; 2], "one for each section: {report}");
}

#[test]
fn a_finding_says_where_and_why() {
    let text = stamped(WSKRX).replace("StartType     = 3", "StartType     = 4");
    let report = lint(&text);
    let [finding] = &report.findings[..] else { panic!("{report}") };
    let line = text.lines().position(|line| line.starts_with("AddService")).unwrap() + 1;
    assert_eq!((finding.rule, finding.line), ("start-type", line));
    assert_eq!(finding.codes, [1251, 1252]);
    let expected = format!(
        "  FAIL  start-type: line {line}: [Service] has StartType = 4. A kernel driver is started by Windows \
         (StartType 1) or on demand (3), and not disabled. InfVerif: 1251, 1252. \
         https://learn.microsoft.com/en-us/windows-hardware/drivers/install/inf-addservice-directive\n"
    );
    assert!(report.to_string().contains(&expected), "{report}");
    assert!(
        report.to_string().ends_with(&format!("  breaks 1 of {} rules\n", inf::rules().count()))
    );
}

#[test]
fn files_are_read_stamped_and_compared_with_their_package() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let inx = write("wskrx.inx", WSKRX.as_bytes());
    let text = inf::stamp(WSKRX, &Stamp::today(Arch::Arm64)).unwrap();
    let utf16: Vec<_> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let inf = write("wskrx.inf", &utf16);
    inf::run(std::slice::from_ref(&inx)).unwrap();
    let failed = |files: &[PathBuf]| matches!(inf::run(files), Err(Error::Failed(_)));
    assert!(failed(&[inx.clone(), inf.clone()]), "the driver is not there");
    write("WSKRX.sys", b"");
    inf::run(&[inx, inf]).unwrap();
    assert!(failed(&[write("unstamped.inf", WSKRX.as_bytes())]));
    assert!(failed(&[write("broken.inf", b"[Version")]));
    assert!(failed(&[write("empty.inx", b"")]));
    let missing = inf::run(&[folder.path().join("missing.inf")]);
    assert!(matches!(missing, Err(Error::Setup(message)) if message.contains("missing.inf")));
}

#[test]
fn no_file_stops_the_check() {
    for inx in [WSKRX, NDISRX] {
        let text = stamped(inx);
        let lines: Vec<_> = text.lines().collect();
        for left_out in 0..lines.len() {
            let rest: Vec<_> = lines
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|(_, line)| *line)
                .collect();
            drop(Inf::parse(&rest.join("\n")).map(|inf| inf::lint(&inf, None, TODAY)));
        }
        let instead = ["", "\"", "%", "[", "é"].into_iter().cycle();
        for (at, instead) in (0..text.len()).step_by(3).zip(instead) {
            let changed = format!("{}{instead}{}", &text[..at], &text[at + 1..]);
            drop(Inf::parse(&changed).map(|inf| inf::lint(&inf, None, TODAY)));
        }
    }
}
