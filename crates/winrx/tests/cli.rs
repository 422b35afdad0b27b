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
fn wrong_captures_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    std::fs::write(&program, "1\n5 0 0 9\n").unwrap();
    let program = program.to_str().unwrap();
    for (arguments, part) in [
        (&["--mode", "x"][..], "[possible values: copy, retain]"),
        (&["--direction", "up"], "[possible values: both, in, out]"),
        (&["--time", "mine"], "[possible values: adapter, system]"),
        (&["--filter", "ip", "--bpf", "x"], "cannot be used with"),
        (&["--bpf", "no/such"], "error: Cannot read no/such: "),
        (
            &["--bpf", program],
            "error: The filter program cannot be used: instruction 0 jumps behind the end.",
        ),
        (
            &["--bpf", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")],
            "error: This is no program as `tcpdump -ddd` prints it: its first line is not",
        ),
        (&["--snaplen", "0"], "a size is from 1 byte to"),
        (&["--ether-type", "0x5ff"], "an EtherType is a number from 0x0600 to 0xffff"),
        (&["--count", "0"], "0 is not in 1.."),
        (&["--duration", "never"], "write a number of seconds above zero"),
        (&["--json", "-w", "-"], "error: --json and -w - would both write to standard output."),
        (&["--queue", "1k"], "error: The queue is 1024, but has to be from 65536 to"),
        (&["--retain-count", "3"], "error: The number of retained lists is for mode retain only."),
        (&["--mode", "retain", "--retain-time", "2s"], "microseconds is 2000000, but has to be"),
    ] {
        let errors = refusal(&[&["capture"], arguments].concat());
        assert!(errors.contains(part), "{arguments:?}: {errors}");
    }
}

#[test]
fn wrong_looks_are_explained() {
    for (arguments, part) in [
        (&["tcpip"][..], "[possible values: wskrx, ndisrx]"),
        (&["--interval", "2s"], "--watch"),
        (&["--watch", "--interval", "soon"], "write a number of seconds above zero"),
        (&["--watch", "--interval", "1ms"], "a time between two looks is 10ms or more"),
    ] {
        let errors = refusal(&[&["stats"], arguments].concat());
        assert!(errors.contains(part), "{arguments:?}: {errors}");
    }
}

#[cfg(not(windows))]
#[test]
fn who_has_its_own_driver_is_told_where_the_counters_are() {
    for arguments in [&["stats"][..], &["stats", "wskrx", "--watch", "--json"]] {
        assert_eq!(
            refusal(arguments),
            "error: Only Windows runs drivers whose counters others can look at; here each winrx \
             loads one into itself, and shows its counters with `winrx udp --stats` or `winrx \
             capture --stats`.\n"
        );
    }
}

/// With libpcap it says what is wrong with the expression, without it what to install.
#[test]
fn a_filter_that_cannot_be_compiled_is_explained() {
    let errors = refusal(&["capture", "--filter", "udp port"]);
    let wrong = errors.starts_with("error: \"udp port\" is not a filter expression: ");
    let missing = errors.starts_with("error: Filter expressions are compiled by libpcap, which");
    assert!(wrong || missing && errors.contains("Install "), "{errors}");
}

#[cfg(target_os = "linux")]
#[test]
fn wrong_adapters_are_explained() {
    for (spec, part) in [
        ("eth0", "\"eth0\" is no kind of adapter; write packet:IFACE"),
        ("wire:x", "\"wire\" is no kind of adapter"),
        ("file:", "names nothing"),
        ("synth:colour=red", "has no option \"colour\""),
    ] {
        for command in ["adapters", "capture"] {
            let errors = refusal(&[command, "--adapter", spec]);
            assert!(errors.contains(part), "{spec}: {errors}");
        }
    }
    for spec in ["file:no/such.pcap", "packet:no-such0"] {
        let errors = refusal(&["capture", "--adapter", spec]);
        assert!(errors.starts_with("error: ") && errors.ends_with(".\n"), "{spec}: {errors}");
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
    for command in [&["info"][..], &["udp", "0"], &["capture"], &["adapters"]] {
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

/// Each of the options is in the help of the command.
fn assert_help_names(command: &str, options: &[&str]) {
    let output = winrx(&[command, "--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = String::from_utf8(output.stdout).unwrap();
    for option in options {
        assert!(help.contains(option), "{option} is not in\n{help}");
    }
}

#[test]
fn help_names_every_option() {
    let options = [
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
    ];
    assert_help_names("udp", &options);
    let options = [
        "[ADAPTER]...",
        "--filter",
        "--bpf",
        "--ether-type",
        "--snaplen",
        "--promisc",
        "--direction",
        "--mode",
        "--time",
        "--queue",
        "--retain-count",
        "--retain-bytes",
        "--retain-time",
        "--count",
        "--at-least",
        "--duration",
        "--json",
        "-w, --write",
        "--stats",
        "--driver",
    ];
    assert_help_names("capture", &options);
    assert_help_names("adapters", &["--json", "--driver"]);
    assert_help_names("stats", &["[DRIVER]...", "--watch", "--interval", "--json"]);
}

#[cfg(not(windows))]
#[test]
fn what_is_for_windows_is_told() {
    for command in ["install", "uninstall", "start", "stop", "status", "doctor"] {
        let errors = refusal(&[command]);
        let sentence = format!("error: `winrx {command}` is for Windows; ");
        assert!(errors.starts_with(&sentence) && errors.lines().count() == 1, "{errors}");
        assert!(refusal(&[command, "tcpip"]).contains("[possible values: wskrx, ndisrx]"));
    }
    for arguments in [&["doctor", "--verifier"][..], &["install", "--if-needed"]] {
        assert!(refusal(arguments).contains("is for Windows; "));
    }
    assert!(refusal(&["doctor", "--verifier", "--package", "x"]).contains("cannot be used with"));
}
