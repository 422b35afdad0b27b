//! The command, where it ends before there is a datagram.

use std::process::{Command, Output};

fn winrx(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_winrx"))
        .args(arguments)
        .env_remove("WINRX_DRIVERS")
        .output()
        .unwrap()
}

/// What the command says when it does not start.
fn refusal(arguments: &[&str]) -> String {
    let output = winrx(arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
    assert!(output.stdout.is_empty());
    errors
}

#[test]
fn wrong_arguments_are_explained() {
    for (arguments, part) in [
        (&[][..], "Usage: winrx <COMMAND>"),
        (&["udp"], "<ADDR>"),
        (&["udp", "127.0.0.1"], "a port is missing: 127.0.0.1:5000"),
        (&["udp", "::1"], "an IPv6 address goes in brackets"),
        (
            &["udp", "1", "--mode", "x"],
            "[possible values: event, event-static, retain, irp, direct]",
        ),
        (&["udp", "1", "--group", "10.0.0.1"], "10.0.0.1 is not a multicast group"),
        (&["udp", "1", "--rcvbuf", "1x"], "such as 64k"),
        (&["udp", "1", "--count", "0"], "0 is not in 1.."),
        (&["udp", "1", "--duration", "soon"], "write a number of seconds above zero"),
        (&["udp", "1", "--reuse", "--exclusive"], "cannot be used with"),
        (
            &["udp", "1", "--json", "-w", "-"],
            "error: --json and -w - would both write to standard output.",
        ),
        (
            &["udp", "1", "--dual-stack"],
            "error: Dual stack needs an IPv6 address, and 0.0.0.0:1 is none.",
        ),
        (
            &["udp", "1", "--requests", "8"],
            "error: The number of IRPs is not for mode event. Leave it out, or choose irp.",
        ),
        (
            &["udp", "1", "--mode", "retain", "--retain-time", "2s"],
            "error: The time of retention in microseconds is 2000000, but has to be from 1 to 1000000.",
        ),
        (&["udp", "1", "--driver"], "a value is required for '--driver <PATH>'"),
        (&["udp", "239.1.2.3:1"], "error: 239.1.2.3:1 is a multicast group. Receive at 0.0.0.0:1"),
        (&["udp", "1", "--queue", "1k"], "error: The queue is 1024, but has to be from 65536 to"),
        (
            &["udp", "1", "--mode", "direct", "--queue", "1M"],
            "error: The queue is not for mode direct.",
        ),
    ] {
        let errors = refusal(arguments);
        assert!(errors.contains(part), "{arguments:?}: {errors}");
    }
}

#[test]
fn interfaces_that_there_are_are_listed() {
    let errors = refusal(&["udp", "1", "--group", "239.1.2.3@no-such0"]);
    assert!(errors.contains("there is no network interface no-such0; "), "{errors}");
    if cfg!(target_os = "linux") {
        assert!(errors.contains("lo (1)"), "{errors}");
    }
}

#[cfg(not(windows))]
#[test]
fn a_driver_that_is_missing_can_be_built() {
    for command in [&["info"][..], &["udp", "0"]] {
        let errors = refusal(&[command, &["--driver", "no/such.sys"]].concat());
        let sentence =
            "error: There is no driver file no/such.sys. Build it with `cargo xtask build`";
        assert!(errors.starts_with(sentence), "{errors}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_no_driver_is_told() {
    let errors = refusal(&["info", "--driver", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
    assert!(errors.starts_with("error: The driver cannot be run here: "), "{errors}");
    assert!(errors.contains("/Cargo.toml is not a driver for x64: "), "{errors}");
}

#[test]
fn help_names_every_option() {
    let output = winrx(&["udp", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--mode",
        "--group",
        "--rcvbuf",
        "--queue",
        "--requests",
        "--request-bytes",
        "--retain-count",
        "--retain-bytes",
        "--retain-time",
        "--reuse",
        "--exclusive",
        "--dual-stack",
        "--broadcast",
        "--no-packet-info",
        "--no-traffic-class",
        "--count",
        "--duration",
        "--json",
        "-w, --write",
        "--stats",
        "--driver",
    ] {
        assert!(help.contains(option), "{option} is not in\n{help}");
    }
}
