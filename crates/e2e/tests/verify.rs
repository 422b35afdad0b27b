//! Wrong arguments of `cargo xtask verify` end with status 2, which tells them from what breaks a driver.
#![cfg(target_os = "linux")]

use std::process::Command;

/// Runs it with arguments that leave nothing to look for, and returns what it says.
fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_verify")).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    said
}

#[test]
fn wrong_arguments_are_no_faults_of_drivers() {
    assert!(refused(&["--bogus"]).contains("--bogus"));
    assert!(refused(&["chance", "--minutes", "99999999999999999"]).contains("--minutes"));
    assert!(refused(&["--mode", "borrow"]).contains("goes with a command"));
    for command in [
        &["sweep", "--mode", "none"][..],
        &["sweep", "--mode", "none", "--stack", "0000000000000000"],
        &["chance", "--mode", "none"],
        &["schedules", "--mode", "none"],
        &["schedules", "--replay", "--strategy", "walk", "--driver", "wskrx", "--mode", "none"],
    ] {
        assert!(refused(command).contains("no such mode"), "{command:?}");
    }
}
