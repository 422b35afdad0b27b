//! Each call that can fail does so once, in a whole life of a driver.
//!
//! `cargo xtask verify` does the same with providers and adapters that behave in other ways.

use std::fmt::Write;

use e2e::sweep::{Life, lives, sweep};

fn life(driver: &str, mode: &str) -> Life {
    let found = lives().into_iter().find(|life| life.driver == driver && life.mode == mode);
    found.expect("there is such a life")
}

/// Nothing is wrong whatever fails, and enough fails.
fn survives(driver: &str, mode: &str) {
    let life = life(driver, mode);
    let swept = sweep(&life);
    let mut text = String::new();
    for (failing, problems) in &swept.problems {
        for stack in failing {
            writeln!(text, "{stack}").expect("a string takes it");
        }
        writeln!(text, "{}\n{}", life.command(failing), problems.join("\n")).expect("as above");
    }
    assert!(swept.problems.is_empty(), "{text}");
    assert!(swept.failed >= 40, "{}", swept.failed);
}

#[test]
fn wskrx_event() {
    survives("wskrx", "event");
}

#[test]
fn wskrx_event_static() {
    survives("wskrx", "event-static");
}

#[test]
fn wskrx_retain() {
    survives("wskrx", "retain");
}

#[test]
fn wskrx_irp() {
    survives("wskrx", "irp");
}

#[test]
fn wskrx_direct() {
    survives("wskrx", "direct");
}

#[test]
fn wskrx_with_options_and_all_pending() {
    survives("wskrx", "options");
    survives("wskrx", "event-pending");
}

#[test]
fn ndisrx_copy() {
    survives("ndisrx", "copy");
}

#[test]
fn ndisrx_retain() {
    survives("ndisrx", "retain");
}

#[test]
fn ndisrx_with_all_pending() {
    survives("ndisrx", "retain-pending");
}

#[test]
fn ndisrx_with_filters() {
    survives("ndisrx", "filter");
}
