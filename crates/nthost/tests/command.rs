//! The command `nthost`, used wrongly.

use std::process::{Command, Output};

fn nthost(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nthost")).args(arguments).output().unwrap()
}

fn is_refused(arguments: &[&str], reason: &str) {
    let Output { status, stdout, stderr } = nthost(arguments);
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(2), "{arguments:?}: {text}");
    assert!(stdout.is_empty());
    assert!(text.contains(reason), "{arguments:?}: {text}");
}

#[test]
fn codes_are_explained() {
    let explained = |arguments: &[&str]| {
        let Output { status, stdout, .. } = nthost(arguments);
        assert!(status.success(), "{arguments:?}");
        String::from_utf8(stdout).unwrap()
    };
    assert!(explained(&["explain", "0xC4", "0x0"]).contains("pool-size"));
    assert!(explained(&["explain", "HK-BUG-CHECK"]).contains("What to do: "));
    assert!(explained(&["explain", "fail-fast"]).contains("KERNEL_SECURITY_CHECK_FAILURE"));
    let all = explained(&["explain"]);
    assert_eq!(all.lines().count(), nthost::checks().len());
    is_refused(&["explain", "0xC4", "0x7777777"], "there is no check for 0xC4 0x7777777;");
    is_refused(&["explain", "no-such-rule"], "there is no check for no-such-rule;");
}

#[test]
fn wrong_use_is_refused_with_a_reason() {
    is_refused(&[], "Usage: nthost");
    is_refused(&["run"], "<FILE>");
    is_refused(&["run", "x.sys", "--unknown"], "--unknown");
    is_refused(&["run", "x.sys", "--ioctl", "zz"], "zz is no control code");
    is_refused(&["run", "x.sys", "--ioctl", "1:0"], "0 is not in hexadecimal");
    is_refused(&["run", "x.sys", "--param", "x"], "x has no name");
    is_refused(
        &["run", "x.sys", "--adapter", "wifi:x"],
        "is no kind of adapter; write packet:IFACE",
    );
    is_refused(&["run", "x.sys", "--adapter", "synth:sise=1"], "synth: has no option");
    is_refused(&["run", "x.sys", "--adapter", "packet:none"], "there is no network interface none");
    is_refused(&["run", "x.sys", "--adapter", "file:/nowhere"], "/nowhere cannot be read");
    is_refused(&["run", "/nowhere/x.sys"], "cannot load /nowhere/x.sys");
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    is_refused(&["run", text], "Choose a .sys file that was built for x64.");
}
