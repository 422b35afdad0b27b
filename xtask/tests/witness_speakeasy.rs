//! What the emulator's document and a security descriptor say is read right, and each thing that is
//! wrong fails its own fact.
#![cfg(not(windows))]

use xtask::witness::{
    judge::{Fact, Observed},
    security::Descriptor,
    speakeasy::document::Document,
};

const ENTRY: &str = "DriverEntry returned STATUS_SUCCESS";
const DEVICE: &str = r"device \Device\wskrx made";
const SECURITY: &str =
    "security descriptor D:P(A;;FA;;;SY)(A;;FA;;;BA) set on it before DriverEntry returned";
const LINK: &str = r"symbolic link \DosDevices\wskrx -> \Device\wskrx made";
const DISPATCH: &str = "dispatch entries CREATE, CLOSE, READ, DEVICE_CONTROL, CLEANUP set";
const ROUTINE: &str = "unload routine set";
const UNLOAD: &str = "unload routine ran to its end";
const LINK_GONE: &str = "unload routine deleted the symbolic link";
const DEVICE_GONE: &str = "unload routine deleted the device";

/// How the entry of a driver begins that could not start.
const FAILED_ENTRY: &str = r#""entry": {"error": null, "result": "0xc000009a""#;

/// What the script prints.
const DOCUMENT: &str = r#"{
    "version": "1.5.11",
    "image": {"base": 6442450944, "size": 28672},
    "entry": {"error": null, "result": "0x0", "calls": [
        {"function": "ntoskrnl.IoCreateDevice", "arguments": ["0x7eb870"], "result": "0x0"},
        {"function": "ntoskrnl.IoCreateSymbolicLink", "arguments": ["\\DosDevices\\wskrx", "\\Device\\wskrx"], "result": "0x0"}
    ]},
    "driver_object": {"unload": 6442456992, "major_functions": [
        6442456704, 0, 6442456704, 6442456705, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6442456704, 0, 0, 0,
        6442456704, 0, 0, 0, 0, 0, 0, 0, 0, 0
    ]},
    "devices": [{"address": 4182016, "name": "\\Device\\wskrx"}],
    "descriptors": [{"object": 4182016, "information": 4,
        "bytes": "BYTES"}],
    "unload": {"error": null, "result": null, "calls": [
        {"function": "ntoskrnl.IoDeleteSymbolicLink", "arguments": ["\\DosDevices\\wskrx"], "result": "0x0"},
        {"function": "ntoskrnl.IoDeleteDevice", "arguments": ["0x3fd000"], "result": "0x0"}
    ]},
    "answered_by_script": ["ntoskrnl.ZwSetSecurityObject"]
}"#;

/// `D:P(A;;FA;;;SY)(A;;FA;;;BA)`: the header, the head of the DACL, its two entries.
const DESCRIPTOR: [&str; 4] = [
    "0100049000000000000000000000000014000000",
    "0200340002000000",
    "00001400ff011f00010100000000000512000000",
    "00001800ff011f0001020000000000052000000020020000",
];

/// `text` with something changed that is in it.
fn change(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not there");
    text.replace(from, to)
}

/// What fails.
fn failing(seen: &Observed) -> Vec<String> {
    let mut facts = seen.loaded("wskrx");
    facts.extend(seen.unloaded());
    assert_eq!(facts.len(), 9);
    facts.into_iter().filter(|fact| fact.proof.is_err()).map(|fact| fact.text).collect()
}

/// Why the fact does not hold.
fn reason(facts: &[Fact], text: &str) -> String {
    let fact = facts.iter().find(|fact| fact.text == text).expect("there is such a fact");
    fact.proof.clone().expect_err("it does not hold")
}

fn document() -> String {
    change(DOCUMENT, "BYTES", &DESCRIPTOR.concat())
}

fn speakeasy(document: &str) -> Vec<String> {
    failing(&Document::parse(document).expect("the document is well-formed").observed())
}

mod speakeasy_document {
    use super::*;

    #[test]
    fn of_a_good_driver_proves_all() {
        assert_eq!(speakeasy(&document()), [""; 0]);
    }

    #[test]
    fn says_what_the_script_answered() {
        let notes = Document::parse(&document()).expect("the document is well-formed").notes();
        assert!(notes.iter().any(|note| note.ends_with("script: ntoskrnl.ZwSetSecurityObject")));
    }

    #[test]
    fn of_a_failed_start_has_to_show_that_it_was_undone() {
        let unmade = change(
            &change(&document(), r#""entry": {"error": null, "result": "0x0""#, FAILED_ENTRY),
            r#""\\Device\\wskrx"], "result": "0x0"}"#,
            r#""\\Device\\wskrx"], "result": "0xc000009a"}, DELETED"#,
        );
        let undid = |deleted: &str, function| {
            let text = change(&unmade, "DELETED", deleted);
            Document::parse(&text).expect("the document is well-formed").undid_start(function)
        };
        let deleted = r#"{"function": "ntoskrnl.IoDeleteDevice", "arguments": ["0x3fd000"], "result": "0x0"}"#;
        let other = change(deleted, "0x3fd000", "0x3fd001");
        assert_eq!(undid(deleted, "IoCreateSymbolicLink"), Ok(()));
        assert!(undid(&other, "IoCreateSymbolicLink").is_err_and(|why| why.ends_with("wskrx")));
        assert!(undid(deleted, "IoCreateWhatever").is_err_and(|why| why.contains("does not call")));
        let succeeded = Document::parse(&document()).expect("the document is well-formed");
        assert!(succeeded.undid_start("IoCreateSymbolicLink").is_err());
    }

    #[test]
    fn has_to_be_one() {
        assert!(Document::parse("Traceback").is_err());
        assert!(Document::parse(&document()[1..]).is_err());
    }

    #[test]
    fn of_an_emulator_that_gave_up_proves_nothing() {
        let text = r#"{"version": "1.5.11", "error": "SpeakeasyError: Target file is not a PE"}"#;
        let seen = Document::parse(text).expect("the document is well-formed").observed();
        assert_eq!(failing(&seen).len(), 9);
        let why = reason(&seen.loaded("wskrx"), ENTRY);
        assert!(why.ends_with("the emulator gave up: SpeakeasyError: Target file is not a PE"));
    }

    #[test]
    fn each_fact_can_fail() {
        let link = r#"["\\DosDevices\\wskrx", "\\Device\\wskrx"]"#;
        let deleted = r#"["\\DosDevices\\wskrx"], "result": "0x0""#;
        for (from, to, fact) in [
            (
                r#""entry": {"error": null, "result": "0x0""#,
                r#""entry": {"error": null, "result": "0xc000009a""#,
                ENTRY,
            ),
            (r#""entry": {"error": null"#, r#""entry": {"error": "invalid_read""#, ENTRY),
            (r#""name": "\\Device\\wskrx""#, r#""name": "\\Device\\other""#, DEVICE),
            (r#""information": 4"#, r#""information": 1"#, SECURITY),
            (r#"[{"object": 4182016"#, r#"[{"object": 4096"#, SECURITY),
            ("01000490", "01000480", SECURITY),
            (link, r#"["\\DosDevices\\wskrx", "\\Device\\other"]"#, LINK),
            ("6442456705", "0", DISPATCH),
            ("6442456705", "6442479616", DISPATCH),
            (r#""unload": 6442456992"#, r#""unload": 0"#, ROUTINE),
            (deleted, r#"["\\DosDevices\\wskrx"], "result": "0xc0000034""#, LINK_GONE),
            (r#"["0x3fd000"]"#, r#"["0x3fd001"]"#, DEVICE_GONE),
        ] {
            assert_eq!(speakeasy(&change(&document(), from, to)), [fact], "{to}");
        }
    }

    #[test]
    fn unload_routine_stops_the_emulator() {
        let text = change(&document(), r#""unload": {"error": null"#, r#""unload": {"error": "x""#);
        assert_eq!(speakeasy(&text), [UNLOAD, LINK_GONE, DEVICE_GONE]);
    }
}

mod security_descriptor {
    use super::*;

    fn parse(parts: &[&str]) -> Result<String, String> {
        let text = parts.concat();
        let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("it is hexadecimal");
        let bytes = (0..text.len()).step_by(2).map(byte).collect::<Vec<_>>();
        Descriptor::parse(&bytes).map(|descriptor| descriptor.sddl())
    }

    #[test]
    fn is_read() {
        assert_eq!(parse(&DESCRIPTOR).as_deref(), Ok("D:P(A;;FA;;;SY)(A;;FA;;;BA)"));
    }

    #[test]
    fn differences_are_seen() {
        let [header, dacl, system, administrators] = DESCRIPTOR;
        let one = change(dacl, "02003400", "02001c00");
        let one = change(&one, "02000000", "01000000");
        for (parts, sddl) in [
            (
                [&*change(header, "0490", "0480"), dacl, system, administrators],
                "D:(A;;FA;;;SY)(A;;FA;;;BA)",
            ),
            (
                [&*change(header, "14000000", "00000000"), dacl, system, administrators],
                "D:PNO_ACCESS_CONTROL",
            ),
            (
                [&*change(header, "0490", "0090"), dacl, system, administrators],
                "D:PNO_ACCESS_CONTROL",
            ),
            ([header, &one, system, ""], "D:P(A;;FA;;;SY)"),
            ([header, dacl, administrators, system], "D:P(A;;FA;;;BA)(A;;FA;;;SY)"),
            (
                [header, dacl, &change(system, "12000000", "13000000"), administrators],
                "D:P(A;;FA;;;S-1-5-19)(A;;FA;;;BA)",
            ),
            (
                [header, dacl, &change(system, "00001400", "01001400"), administrators],
                "D:P(D;;FA;;;SY)(A;;FA;;;BA)",
            ),
            (
                [header, dacl, &change(system, "00001400", "00031400"), administrators],
                "D:P(A;0x3;FA;;;SY)(A;;FA;;;BA)",
            ),
            (
                [header, dacl, &change(system, "ff011f00", "89001200"), administrators],
                "D:P(A;;0x120089;;;SY)(A;;FA;;;BA)",
            ),
        ] {
            assert_eq!(parse(&parts).as_deref(), Ok(sddl));
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        let whole = DESCRIPTOR.concat();
        for end in (0..whole.len()).step_by(2) {
            assert!(parse(&[&whole[..end]]).is_err(), "{end}");
        }
        let [header, dacl, system, administrators] = DESCRIPTOR;
        let absolute = change(header, "0490", "0410");
        assert!(parse(&[&absolute, dacl, system, administrators]).is_err());
        let sid = change(system, "0101", "0102");
        assert!(parse(&[header, dacl, &sid, administrators]).is_err());
        let far = change(header, "14000000", "ffffffff");
        assert!(parse(&[&far, dacl, system, administrators]).is_err());
    }
}

/// The document of a protocol driver.
fn protocol() -> String {
    let handlers: Vec<_> = (0..12).map(|at| if at == 6 { 0 } else { 6_442_456_704_u64 }).collect();
    let characteristics = format!(
        r#""protocol": {{"type": 149, "revision": 2, "size": 128, "version": [6, 87], "name": "x",
            "handlers": {handlers:?}}}, "driver_object":"#
    );
    let document = change(&document(), r#""driver_object":"#, &characteristics);
    let link = r#"{"function": "ntoskrnl.IoCreateSymbolicLink", "arguments": ["\\DosDevices\\wskrx", "\\Device\\wskrx"], "result": "0x0"}"#;
    let register =
        r#", {"function": "NDIS.NdisRegisterProtocolDriver", "arguments": [], "result": "0x0"}"#;
    let document = change(&document, link, &format!("{link}{register}"));
    let delete = r#"{"function": "ntoskrnl.IoDeleteSymbolicLink""#;
    let deregister =
        r#"{"function": "NDIS.NdisDeregisterProtocolDriver", "arguments": [], "result": null}, "#;
    change(&document, delete, &format!("{deregister}{delete}"))
}

/// Whether a protocol driver registered and deregistered.
fn registered(document: &str) -> [bool; 2] {
    let seen = Document::parse(document).expect("the document is well-formed").observed();
    let facts = seen.registered();
    facts.iter().map(|fact| fact.proof.is_ok()).collect::<Vec<_>>().try_into().expect("two facts")
}

#[test]
fn a_protocol_driver_registers_rightly_after_all_else_and_deregisters() {
    let right = protocol();
    assert_eq!(registered(&right), [true, true]);
    assert_eq!(registered(&document()), [false, false]);
    for (from, to) in [
        ("\"type\": 149", "\"type\": 150"),
        ("\"revision\": 2", "\"revision\": 3"),
        ("\"size\": 128", "\"size\": 120"),
        ("[6, 87]", "[6, 20]"),
        ("\"name\": \"x\"", "\"name\": \"\""),
        ("[6442456704, 6442456704", "[6442456704, 0"),
        ("[6442456704, 6442456704", "[6442456704, 1"),
    ] {
        assert_eq!(registered(&change(&right, from, to)), [false, true], "{to}");
    }
    let [first, second] = ["ntoskrnl.IoCreateSymbolicLink", "NDIS.NdisRegisterProtocolDriver"];
    let swapped = change(&change(&right, first, "?"), second, first);
    assert_eq!(registered(&change(&swapped, "?", second)), [false, true]);
    assert_eq!(registered(&change(&right, "NdisDeregister", "NdisRegister")), [true, false]);
}

#[test]
fn of_a_driver_with_a_thread_only_the_start_is_judged() {
    let facts = |document: &str, is_protocol| {
        Document::parse(document).expect("the document is well-formed").facts("wskrx", is_protocol)
    };
    let with_thread = change(&protocol(), r#""unload": {"#, r#""has_thread": true, "unload": {"#);
    assert_eq!(facts(&protocol(), true).len(), 11);
    assert_eq!(facts(&protocol(), false).len(), 9);
    assert_eq!(facts(&with_thread, true).len(), 7);
    assert!(facts(&with_thread, true).iter().all(|fact| fact.proof.is_ok()));
}
