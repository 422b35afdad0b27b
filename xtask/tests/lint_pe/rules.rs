//! Every rule of `cargo xtask lint-pe` finds the file that breaks it, and that one only.

use std::collections::BTreeSet;

use crate::driver_file::{
    DriverFile, Function, NAME, Version, directory, flag, map, valid_imports,
};
use xtask::pe::{self, Report};

/// A file that breaks one rule.
struct Case {
    /// The rule.
    rule: &'static str,
    /// What its message has to say.
    says: &'static str,
    file: DriverFile,
}

/// A case: the valid file after `break_it`.
fn case(rule: &'static str, says: &'static str, break_it: impl FnOnce(&mut DriverFile)) -> Case {
    let mut file = DriverFile::valid();
    break_it(&mut file);
    Case { rule, says, file }
}

fn version_case(says: &'static str, version: &Version) -> Case {
    case("version-resource", says, |file| file.set_version(version))
}

/// A case whose .data has `text` in it.
fn text_case(says: &'static str, text: &[u8]) -> Case {
    case("build-paths", says, |file| {
        let data = file.section(".data");
        data.content.extend_from_slice(text);
        data.virtual_size += u32::try_from(text.len()).unwrap();
    })
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn with_import(module: &'static str, function: Function) -> Vec<(&'static str, Vec<Function>)> {
    let mut imports = valid_imports();
    imports.push((module, vec![function]));
    imports
}

fn header_cases() -> Vec<Case> {
    vec![
        case("machine", "0x014c", |file| file.machine = 0x14c),
        case("subsystem", "The subsystem is 3", |file| file.subsystem = 3),
        case("entry-point", "no entry point", |file| file.entry_point = 0),
        case("entry-point", "0x3000", |file| file.entry_point = 0x3000),
        case("entry-point", "0x9000", |file| file.entry_point = 0x9000),
        case("checksum", "no checksum", |file| file.checksum = Some(0)),
        case("checksum", "is 0x1234,", |file| file.checksum = Some(0x1234)),
        case("dynamic-base", "/DYNAMICBASE", |file| file.dll_characteristics &= !0x40),
        case("nx-compat", "/NXCOMPAT", |file| file.dll_characteristics &= !0x100),
        case("force-integrity", "/INTEGRITYCHECK", |file| file.dll_characteristics &= !0x80),
        case("thread-local-storage", "thread-local", |file| {
            file.directories[directory::THREAD_LOCAL_STORAGE] = (0x2000, 40);
        }),
    ]
}

fn section_cases() -> Vec<Case> {
    vec![
        case("section-alignment", "0x200 is no multiple", |file| file.section_alignment = 0x200),
        case("section-alignment", "0x0 is no multiple", |file| file.section_alignment = 0),
        case("section-alignment", ": .text, .data, .pdata, .reloc.", |file| {
            file.section_alignment = 0x2000;
        }),
        case("section-alignment", ": .bss.", |file| file.section(".bss").address += 0x100),
        case("file-alignment", "0x100 is no", |file| file.file_alignment = 0x100),
        case("file-alignment", "0x300 is no", |file| file.file_alignment = 0x300),
        case("file-alignment", ": .data.", |file| file.section(".data").pointer = Some(0x810)),
        case("file-alignment", "end of the file: .data.", |file| {
            file.section(".data").pointer = Some(0x10_0000);
        }),
        case("write-execute", ": .text.", |file| file.section(".text").flags |= flag::WRITE),
        case("write-execute", ": .data.", |file| file.section(".data").flags |= flag::EXECUTE),
        case("uninitialised-data", ": .bss.", |file| file.section(".bss").pointer = Some(0x400)),
        case("uninitialised-data", ": .data.", |file| {
            file.section(".data").flags = flag::UNINITIALISED | flag::READ | flag::WRITE;
        }),
    ]
}

fn table_cases() -> Vec<Case> {
    vec![
        case("relocations", "stripped", |file| file.characteristics |= 1),
        case("relocations", "no base relocations", |file| {
            file.directories[directory::RELOCATION] = (0, 0);
        }),
        case("relocations", "cannot be read", |file| file.set_relocations(&[])),
        case("relocations", "cannot be read", |file| {
            file.directories[directory::RELOCATION] = (0x9000, 12);
        }),
        case("unwind-data", "no unwind data", |file| file.set_functions(&[])),
        case("unwind-data", "no unwind data", |file| {
            file.directories[directory::EXCEPTION] = (0, 0);
        }),
        case("unwind-data", "part of an entry", |file| {
            file.directories[directory::EXCEPTION].1 -= 4;
        }),
        case("unwind-data", "not sorted: the entry for 0x1000", |file| {
            file.set_functions(&[(0x1020, 0x1040), (0x1000, 0x1020)]);
        }),
        case("unwind-data", "0x3000 to 0x3010", |file| {
            file.set_functions(&[(0x1000, 0x1020), (0x3000, 0x3010)]);
        }),
        case("unwind-data", "0x1000 to 0x9000", |file| file.set_functions(&[(0x1000, 0x9000)])),
        case("unwind-data", "0x1020 to 0x1020", |file| file.set_functions(&[(0x1020, 0x1020)])),
        case("debug-record", "no debug record", |file| {
            file.directories[directory::DEBUG] = (0, 0);
        }),
        case("debug-record", "no debug record", |file| {
            let rdata = &mut file.section(".rdata").content;
            let record = rdata.windows(4).position(|word| word == b"RSDS").unwrap();
            rdata[record] = b'X';
        }),
        case("debug-record", "cannot be read", |file| {
            file.directories[directory::DEBUG] = (0x2000, 27);
        }),
        case("debug-record", "\"release\\\\sample.pdb\"", |file| {
            file.set_constants(&valid_imports(), "release\\sample.pdb");
        }),
        case("debug-record", "\"release/sample.pdb\"", |file| {
            file.set_constants(&valid_imports(), "release/sample.pdb");
        }),
        case("debug-record", "\"\"", |file| file.set_constants(&valid_imports(), "")),
    ]
}

fn import_cases() -> Vec<Case> {
    vec![
        case("import-sections", "executable section .rdata", |file| {
            file.section(".rdata").flags |= flag::EXECUTE;
        }),
        case("import-sections", "The import address table lies in the exec", |file| {
            file.directories[directory::IMPORT_ADDRESSES] = (0x1080, 40);
        }),
        case("import-sections", "A part of the import address table lies", |file| {
            let (table, _) = file.directories[directory::IMPORT];
            let first_thunk = table as usize - 0x2000 + 16;
            let thunk = &mut file.section(".rdata").content[first_thunk..first_thunk + 4];
            thunk.copy_from_slice(&0x1080_u32.to_le_bytes());
        }),
        case("import-sections", "0x9000 lies in no section", |file| {
            file.directories[directory::IMPORT_ADDRESSES] = (0x9000, 40);
        }),
        case("import-modules", "kernel32.dll (Sleep)", |file| {
            let imports = with_import("kernel32.dll", Function::Name("Sleep"));
            file.set_constants(&imports, "sample.pdb");
        }),
        case("import-names", "HAL.dll (number 7)", |file| {
            let imports = with_import("HAL.dll", Function::Ordinal(7));
            file.set_constants(&imports, "sample.pdb");
        }),
        case("delay-load", "/DELAYLOAD", |file| {
            file.directories[directory::DELAY_IMPORT] = (0x2000, 64);
        }),
    ]
}

fn version_cases() -> Vec<Case> {
    let valid = Version::valid;
    let mut other_name = valid().without("OriginalFilename");
    other_name.strings.push(("OriginalFilename", "other.sys"));
    let mut blank = valid().without("FileVersion");
    blank.strings.push(("FileVersion", " "));
    let mut unfriendly = valid().without("FileDescription");
    unfriendly.strings.push(("FileDescription", NAME));
    vec![
        case("version-resource", "no version resource", |file| {
            file.directories[directory::RESOURCE] = (0, 0);
        }),
        case("version-resource", "no version resource", |file| {
            // The type of the only resource is not 16 (a version), but 10 (anything).
            file.section(".rsrc").content[16] = 10;
        }),
        case("version-resource", "cannot be read", |file| {
            file.directories[directory::RESOURCE] = (0x6000, 20);
        }),
        case("version-resource", "no VS_VERSION_INFO", |file| {
            file.section(".rsrc").content[0x58 + 6] = b'X';
        }),
        version_case("VS_FIXEDFILEINFO", &Version { signature: 0, ..valid() }),
        version_case("no FILEVERSION", &Version { file: [0, 0], ..valid() }),
        version_case("no PRODUCTVERSION", &Version { product: [0, 0], ..valid() }),
        version_case("no string FileDescription", &valid().without("FileDescription")),
        version_case("in place of a friendly one", &unfriendly),
        version_case("no string FileVersion", &valid().without("FileVersion")),
        version_case("no string FileVersion", &blank),
        version_case("no string ProductVersion", &valid().without("ProductVersion")),
        version_case("no string OriginalFilename", &valid().without("OriginalFilename")),
        version_case("CompanyName", &valid().without("CompanyName").without("ProductName")),
        version_case("is other.sys", &other_name),
    ]
}

fn path_cases() -> Vec<Case> {
    vec![
        text_case("\"/home/someone/src/lib.rs\"", b"\0/home/someone/src/lib.rs\0"),
        text_case("\"/home/someone/src/lib.rs\"", b" no end/home/someone/src/lib.rs\0"),
        text_case("\"/rustc/0123abcd/library\"", b"\0/rustc/0123abcd/library\0"),
        text_case("\"/root/sample\"", b"text/root/sample\0"),
        text_case("\"/srv/sample\"", b"\0/srv/sample\0"),
        text_case("\"/srv/sample/src\"", b"at '/srv/sample/src'\0"),
        text_case("\"/lib.rs\"", b"\0/lib.rs\0"),
        text_case("\"/usr/lib\"", b"\0lib:/usr/lib\0"),
        text_case("\"C:\\Users\\someone\\lib.rs\"", b"textC:\\Users\\someone\\lib.rs\0"),
        text_case("\"D:/sample/sample\"", b"\0D:/sample/sample\0"),
        text_case("\"D:\\lib.rs\"", b"\0D:\\lib.rs\0"),
        text_case("\"/home/someone/driver\"", &utf16("\0/home/someone/driver\0")),
        text_case(
            "\"/home/someone/driver\"",
            &[b"x".to_vec(), utf16("/home/someone/driver")].concat(),
        ),
        text_case(
            "\"/tmp/c\" at 0x826 of the file and 1 more",
            b"\0/tmp/a\0/tmp/b\0/tmp/c\0/tmp/d\0",
        ),
    ]
}

fn cases() -> Vec<Case> {
    let mut cases = header_cases();
    cases.extend(section_cases());
    cases.extend(table_cases());
    cases.extend(import_cases());
    cases.extend(version_cases());
    cases.extend(path_cases());
    cases
}

/// A map that has all that the cases import.
fn full_map() -> String {
    map(&["__imp_Sleep"])
}

fn lint(file: &DriverFile) -> Report {
    pe::lint(&file.bytes(), Some(&full_map()), Some(NAME)).unwrap()
}

#[test]
fn a_good_file_keeps_all_rules() {
    let report = lint(&DriverFile::valid());
    assert_eq!(report.findings, []);
    assert_eq!(report.passed, pe::rules().collect::<Vec<_>>());
    assert_eq!((report.size, report.imports), (DriverFile::valid().bytes().len(), 3));
}

#[test]
fn each_broken_file_breaks_its_rule_and_no_other() {
    for Case { rule, says, file } in cases() {
        let report = lint(&file);
        let [finding] = report.findings.as_slice() else {
            panic!("for {rule} ({says}), the findings are {:#?}", report.findings);
        };
        assert_eq!(finding.rule, rule, "{}", finding.message);
        assert!(finding.message.contains(says), "not {says:?} in {:?}", finding.message);
        assert_eq!(report.passed.len(), pe::rules().count() - 1);
    }
}

#[test]
fn there_is_a_broken_file_for_each_rule() {
    // The rule about panics needs maps and not files: see map.rs.
    let broken: BTreeSet<_> = cases().iter().map(|case| case.rule).chain(["panics"]).collect();
    assert_eq!(broken, pe::rules().collect());
}

#[test]
fn an_unreadable_import_table_is_a_finding() {
    let mut file = DriverFile::valid();
    file.directories[directory::IMPORT] = (0x2010_0000, 60);
    let rules: Vec<_> = lint(&file).findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["import-sections", "import-modules", "import-names"]);
}

#[test]
fn what_only_resembles_a_path_is_none() {
    let texts: [&[u8]; 12] = [
        b"crates/wsk/src/socket.rs",
        b"src/lib.rs",
        b"library/core/src/slice/index.rs",
        b"https://example.com/home/page/index.html",
        b"Ohttp://example.com/pki/crl/products",
        b"read/write/append",
        b"link with /DRIVER /SUBSYSTEM:NATIVE",
        b" 1/2/3 ",
        b"\\Device\\sample",
        b"\\??\\sample",
        b"/a/b",
        b"in: /",
    ];
    for text in texts {
        let Case { file, .. } = text_case("", text);
        assert_eq!(lint(&file).findings, [], "{}", text.escape_ascii());
        let Case { file, .. } = text_case("", &utf16(&String::from_utf8_lossy(text)));
        assert_eq!(lint(&file).findings, [], "{} in UTF-16", text.escape_ascii());
    }
}

#[test]
fn arm64_files_are_read_as_such() {
    let mut file = DriverFile::valid();
    file.machine = 0xaa64;
    // Entries are 8 bytes long: where a function begins, and a packed description of the rest.
    let words = [0x1000, 0x0020_0021, 0x1040, 0x0020_0021_u32];
    file.section(".pdata").content = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    file.directories[directory::EXCEPTION].1 = 16;
    assert_eq!(lint(&file).findings, []);
    file.section(".pdata").content.rotate_left(8);
    let findings = lint(&file).findings;
    assert!(findings[0].message.contains("not sorted"), "{findings:#?}");
}

#[test]
fn without_force_integrity_uninitialised_data_may_have_a_place() {
    let mut file = DriverFile::valid();
    file.section(".bss").pointer = Some(0x400);
    file.dll_characteristics &= !0x80;
    let rules: Vec<_> = lint(&file).findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["force-integrity"]);
}

#[test]
fn the_name_of_the_file_counts_only_if_known() {
    let file = DriverFile::valid();
    let lint = |name| pe::lint(&file.bytes(), Some(&full_map()), name).unwrap();
    assert!(lint(None).is_clean());
    assert!(lint(Some("SAMPLE.SYS")).is_clean());
    assert_eq!(lint(Some("renamed.sys")).findings[0].rule, "version-resource");
}

#[test]
fn what_is_no_64_bit_image_is_no_pe() {
    let mut pe32 = DriverFile::valid();
    pe32.magic = 0x10b;
    let mut no_signature = DriverFile::valid().bytes();
    no_signature[0x80] = 0;
    for (bytes, says) in [
        (Vec::new(), "no PE image"),
        (b"#!/bin/sh\necho This is a script.\n".to_vec(), "no PE image"),
        (pe32.bytes(), "32-bit image"),
        (no_signature, "no PE image"),
        (DriverFile::valid().bytes()[..0x100].to_vec(), "damaged"),
    ] {
        let not_pe = pe::lint(&bytes, None, None).unwrap_err();
        assert!(not_pe.to_string().contains(says), "{not_pe}");
    }
}
