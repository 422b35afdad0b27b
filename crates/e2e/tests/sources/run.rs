//! `nthost run --adapter`, with the real ndisrx.sys.

use std::{
    env,
    process::{Command, Output},
};

use e2e::driver_file;
use rx_abi::{ABI_VERSION, FrameMode, IOCTL_OPEN, OpenFrames, PacketFilter};
use serde_json::Value;
use zerocopy::{FromZeros, IntoBytes};

/// Runs the driver in the command that cargo built beside this test.
fn run(arguments: &[&str]) -> Output {
    let test = env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join("nthost");
    assert!(program.is_file(), "{} is missing: cargo build --package nthost", program.display());
    Command::new(program).arg("run").arg(driver_file("ndisrx")).args(arguments).output().unwrap()
}

/// A request for all frames, as the command takes it.
fn open() -> String {
    let filter = PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS);
    let input = OpenFrames {
        abi_version: ABI_VERSION,
        mode: FrameMode::Copy as u32,
        packet_filter: filter.bits(),
        ..OpenFrames::new_zeroed()
    };
    format!("{:#x}:{}", IOCTL_OPEN.value(), const_hex::encode(input.as_bytes()))
}

#[test]
fn a_driver_gets_all_frames_of_all_adapters() {
    let arguments = [
        "--adapter",
        "synth:count=1000,to=mixed,geometry=random,vlan=0-4095,size=0-3000",
        "--adapter",
        "synth:count=100,list=1",
        "--ioctl",
        &open(),
        "--seconds",
        "60",
        "--json",
    ];
    let output = run(&arguments);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    assert_eq!(report["requests"][0]["status"], "STATUS_SUCCESS", "{report:#}");
    for (adapter, name, frames) in [(0, "synth", 1000), (1, "synth 2", 100)] {
        let adapter = &report["adapters"][adapter];
        let number = |key: &str| adapter[key].as_u64().unwrap();
        assert_eq!(adapter["name"], name);
        assert_eq!(adapter["protocols"], serde_json::json!(["ndisrx"]));
        assert_eq!(adapter["source"]["ended"], true);
        assert_eq!((number("frames"), number("lists"), number("dropped")), (frames, frames, 0));
        assert_eq!(number("owned") + number("loaned"), frames);
        assert_eq!((number("returned"), number("held_now")), (number("owned"), 0));
        assert!(number("receive_time_per_frame_ns") > 0);
        assert_eq!(number("packet_filter"), 0, "it is taken back in the end");
    }
}

#[test]
fn a_driver_that_asks_for_nothing_gets_nothing_and_the_reader_is_told() {
    let output = run(&["--adapter", "synth:", "--seconds", "0"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("synth (synth:), bound to by ndisrx"), "{text}");
    assert!(text.contains("no frames: the driver has set no packet filter"), "{text}");
    assert!(text.contains("All went well."), "{text}");
}
