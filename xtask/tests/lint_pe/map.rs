//! The rule about panics, which looks at the linker's map.

use crate::driver_file::{DriverFile, NAME, map};
use xtask::pe::{self, Finding};

/// What the rules find with the symbols `symbols` in the map.
fn findings(symbols: &[&str]) -> Vec<Finding> {
    findings_with_map(Some(&map(symbols)))
}

/// What the rules find with this text for a map.
fn findings_with_map(map: Option<&str>) -> Vec<Finding> {
    pe::lint(&DriverFile::valid().bytes(), map, Some(NAME)).unwrap().findings
}

#[track_caller]
fn assert_panics(findings: &[Finding], says: &str) {
    let [Finding { rule: "panics", message }] = findings else {
        panic!("not the one finding that was expected: {findings:#?}");
    };
    assert!(message.contains(says), "not {says:?} in {message:?}");
}

#[test]
fn functions_that_panic_are_found_and_named() {
    for (symbol, path) in [
        ("_RNvNtCs5IiAqqylMt5_4core9panicking9panic_fmt", "core::panicking::panic_fmt"),
        (
            "_RNvNtNtCs5IiAqqylMt5_4core9panicking11panic_const24panic_const_add_overflow",
            "core::panicking::panic_const::panic_const_add_overflow",
        ),
        ("_RNvNtCs5IiAqqylMt5_4core6option13unwrap_failed", "core::option::unwrap_failed"),
        ("_RNvNtCs5IiAqqylMt5_4core6option13expect_failed", "core::option::expect_failed"),
        ("_RNvNtCs5IiAqqylMt5_4core6result13unwrap_failed", "core::result::unwrap_failed"),
        (
            "_RNvNtNtCs5IiAqqylMt5_4core5slice5index16slice_index_fail",
            "core::slice::index::slice_index_fail",
        ),
        (
            "_RNvNvNtNtCs5IiAqqylMt5_4core5slice5index16slice_index_fail8do_panic",
            "core::slice::index::slice_index_fail::do_panic",
        ),
        ("_RNvNtCs5IiAqqylMt5_4core3str16slice_error_fail", "core::str::slice_error_fail"),
        (
            "_RNvNtCs5IiAqqylMt5_4core4cell22panic_already_borrowed",
            "core::cell::panic_already_borrowed",
        ),
        ("_RNvNtCs5IiAqqylMt5_5alloc7raw_vec12handle_error", "alloc::raw_vec::handle_error"),
        (
            "_RNvNtCs5IiAqqylMt5_5alloc7raw_vec17capacity_overflow",
            "alloc::raw_vec::capacity_overflow",
        ),
        (
            "_RNvNtCs5IiAqqylMt5_5alloc5alloc18handle_alloc_error",
            "alloc::alloc::handle_alloc_error",
        ),
        // Legacy mangling, which ends with a hash.
        (
            "_ZN4core9panicking18panic_bounds_check17h7fca9521bf454143E",
            "core::panicking::panic_bounds_check",
        ),
        ("_ZN4core6result13unwrap_failed17ha889bf1d027a67e5E", "core::result::unwrap_failed"),
        ("_ZN5alloc7raw_vec12handle_error17ha889bf1d027a67e5E", "alloc::raw_vec::handle_error"),
    ] {
        assert_panics(&findings(&[symbol]), &format!("the linker kept {path}. "));
    }
}

#[test]
fn all_functions_that_panic_are_named_once() {
    let symbols = [
        "_ZN4core9panicking9panic_fmt17haf2cca68de8034dcE",
        "_RNvNtCs5IiAqqylMt5_4core6option13unwrap_failed",
        "_RNvNtCs5IiAqqylMt5_4core9panicking9panic_fmt",
    ];
    let named = "kept core::option::unwrap_failed, core::panicking::panic_fmt. ";
    assert_panics(&findings(&symbols), named);
}

#[test]
fn the_panic_handler_and_other_functions_may_be_there() {
    let symbols = [
        "_RNvCsfgHYwM92fyn_7___rustc17rust_begin_unwind",
        "_RNvNtCs2HTzKcRRyvB_9wdk_panic20kernel_panic_handler16rust_ke_bugcheck",
        "_ZN9wdk_panic20kernel_panic_handler16rust_ke_bugcheck17hb6dd76d6b389f9d5E",
        // core::panic::panic_info::PanicInfo::location
        "_RNvMNtNtCs5IiAqqylMt5_4core5panic10panic_infoNtB2_9PanicInfo8location",
        "_RNvNtCs5IiAqqylMt5_4core9panicker6normal",
        "_RNvCs6Tuch7bXAPT_6sample11panic_early",
        "_RNvCs6Tuch7bXAPT_6sample6unload",
        "rust_begin_unwind",
        "KeBugCheckEx",
        "panic_fmt",
        "anon.bc67b95ec74049d3ff54e12cd45a8ac9.0",
    ];
    assert_eq!(findings(&symbols), []);
}

#[test]
fn maps_of_the_microsoft_linker_are_read() {
    // Functions have an `f` before the object file, and lines end with a carriage return.
    let map = map(&[]).replace('\n', "\r\n")
        + " 0001:00000200       _RNvNtCs5IiAqqylMt5_4core9panicking9panic_fmt \
           0000000140001200 f   sample.obj\r\n";
    assert_panics(&findings_with_map(Some(&map)), "core::panicking::panic_fmt");
}

#[test]
fn no_map_is_a_finding() {
    assert_panics(&findings_with_map(None), "beside the file, with the extension .map");
}

#[test]
fn what_is_no_map_is_a_finding() {
    assert_panics(&findings_with_map(Some("")), "no linker's map");
    let map = map(&[]);
    let (half, _) = map.split_once(" Static symbols").unwrap();
    assert_panics(&findings_with_map(Some(half)), "not a whole one");
}

#[test]
fn the_map_of_another_build_is_a_finding() {
    let map = map(&[]).replace("__imp_WskRegister", "__imp_WskDeregister");
    assert_panics(&findings_with_map(Some(&map)), "lacks the imported function WskRegister");
}
