//! The rules about programs.

use crate::driver_file::{DriverFile, Function, flag};
use xtask::pe::{self, Finding};

/// A program for ARM64 that imports from these libraries.
fn program(libraries: &[&str]) -> DriverFile {
    let mut file = DriverFile::valid();
    file.machine = 0xaa64;
    file.subsystem = 3;
    let function = || vec![Function::Name("Function")];
    let imports: Vec<_> = libraries.iter().map(|&library| (library, function())).collect();
    file.set_constants(&imports, "sample.pdb");
    file
}

/// A valid program.
fn valid() -> DriverFile {
    program(&["KERNEL32.dll", "api-ms-win-crt-heap-l1-1-0.dll", "WS2_32.dll"])
}

fn findings(file: &DriverFile) -> Vec<Finding> {
    pe::lint_program(&file.bytes()).unwrap().findings
}

#[test]
fn a_good_program_keeps_all_rules() {
    assert_eq!(findings(&valid()), []);
    let mut x64 = valid();
    x64.machine = 0x8664;
    let library =
        b"\0/rustc/0123abcd/library/core/src/str.rs/rustc/0123abcd/library/std/src/rt.rs\0/etc/localtime\0";
    x64.section(".data").content = library.to_vec();
    assert_eq!(findings(&x64), []);
}

#[test]
fn each_broken_program_breaks_its_rule_and_no_other() {
    type Case = (&'static str, &'static str, fn(&mut DriverFile));
    let cases: [Case; 9] = [
        ("machine", "0x014c", |file| file.machine = 0x14c),
        ("console", "The subsystem is 2", |file| file.subsystem = 2),
        ("dynamic-base", "/DYNAMICBASE", |file| file.dll_characteristics &= !0x40),
        ("nx-compat", "/NXCOMPAT", |file| file.dll_characteristics &= !0x100),
        ("write-execute", ".text", |file| file.section(".text").flags |= flag::WRITE),
        ("system-libraries", "libunwind.dll, msvcr110.dll", |file| {
            *file = program(&["kernel32.dll", "libunwind.dll", "MSVCR110.dll"]);
        }),
        ("system-libraries", "api-ms-win-xyz-l1-1-0.dll", |file| {
            *file = program(&["api-ms-win-xyz-l1-1-0.dll"]);
        }),
        ("build-paths", "/home/someone/lib.rs", |file| {
            file.section(".data").content = b"\0/home/someone/lib.rs\0".to_vec();
        }),
        ("build-paths", "lib.rs/tmp/x/main.rs", |file| {
            file.section(".data").content = b"\0/rustc/0123abcd/lib.rs/tmp/x/main.rs\0".to_vec();
        }),
    ];
    for (rule, says, break_it) in cases {
        let mut file = valid();
        break_it(&mut file);
        let findings = findings(&file);
        let [finding] = findings.as_slice() else { panic!("{rule}: {findings:#?}") };
        assert_eq!(finding.rule, rule);
        assert!(finding.message.contains(says), "{}", finding.message);
    }
}

#[test]
fn what_is_no_image_is_no_program() {
    assert!(pe::lint_program(b"#!/bin/sh\n").is_err());
}
