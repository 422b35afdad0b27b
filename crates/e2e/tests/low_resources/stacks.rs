//! The stacks of calls that can fail.

use std::collections::HashSet;

use e2e::{Family, Machine, settings};
use nthost::{CallStack, Kernel, LowResources};
use winrx::Mode;

/// The calls of wskrx that can fail in a life without traffic.
fn calls() -> Vec<CallStack> {
    let machine = Machine::new(Kernel::builder().low_resources(LowResources::Record));
    let kernel = machine.kernel().clone();
    drop(machine.receive(&settings(Mode::Event, Family::V4)));
    machine.finish();
    kernel.low_resources_report().stacks
}

#[test]
fn lead_through_the_driver_with_names_and_lines() {
    let calls = calls();
    let opening = calls.iter().find(|call| {
        let frames = call.frames();
        frames
            .iter()
            .filter_map(|frame| frame.function.as_ref())
            .any(|name| name.starts_with("wskrx::") && name.ends_with("::create"))
    });
    let opening = opening.expect("opening the device allocates");
    let frames = opening.frames();
    let outermost = frames.last().expect("frames");
    assert_eq!(
        outermost.function.as_deref(),
        Some("wdm::dispatch::dispatch<wskrx::Receivers>"),
        "{opening}"
    );
    assert_eq!(outermost.file.as_deref(), Some("dispatch.rs"), "{opening}");
    assert!(
        frames.iter().all(|frame| frame.module == "wskrx" && frame.line.is_some()),
        "{opening}"
    );
}

#[test]
fn are_the_same_in_every_run() {
    let ids = || calls().iter().map(|call| call.id).collect::<HashSet<_>>();
    let one = ids();
    assert!(!one.is_empty());
    assert_eq!(one, ids());
}
