//! Captures: what the command prints and writes is what the adapters received.

use std::{collections::HashSet, fs, path::Path};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    tshark::{self, Row, number},
    winrx::{Ended, Winrx, run},
};

/// Runs `winrx capture` to its end, which is that of all adapters, and returns the frames, the counters,
/// and all else.
fn captured(arguments: &[&str]) -> (Vec<Value>, Value, Ended) {
    let ended = run(&[&["capture", "--json", "--stats"], arguments].concat());
    assert_eq!(ended.status, Some(0), "{arguments:?}: {}", ended.errors);
    let lines = ended.lines();
    let mut values: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let accounts = values.pop().expect("the last line has the counters");
    let stats = &accounts["stats"];
    let count = |name: &str| stats[name].as_u64().unwrap();
    assert_eq!(count("shown"), values.len() as u64);
    assert_eq!(count("delivered") + count("lost"), count("accepted"));
    let dropped = count("dropped-queue-full");
    assert_eq!(count("offered"), count("filtered") + count("accepted") + dropped);
    (values, accounts, ended)
}

fn number_of(accounts: &Value, name: &str) -> u64 {
    accounts["stats"][name].as_u64().unwrap()
}

/// What is not about the run that captured it.
fn content(frame: &Value) -> [Value; 5] {
    ["time", "length", "original", "vlan", "data"].map(|name| frame[name].clone())
}

const FIELDS: [&str; 9] = [
    "frame.cap_len",
    "frame.comment",
    "frame.interface_name",
    "frame.len",
    "frame.packet_flags_direction",
    "frame.packet_flags_reception_type",
    "frame.time_epoch",
    "vlan.id",
    "vlan.priority",
];

fn assert_is(frame: &Value, row: &Row) {
    let time: Timestamp = frame["time"].as_str().unwrap().parse().unwrap();
    let (second, part) = (time.as_second(), time.subsec_nanosecond());
    assert_eq!(row["frame.time_epoch"], format!("{second}.{part:09}"));
    assert_eq!(row["frame.interface_name"], frame["adapter"].as_str().unwrap());
    assert_eq!(number(&row["frame.packet_flags_direction"]), 1);
    let tagged = !frame["vlan"].is_null();
    let tag = if tagged { 4 } else { 0 };
    let length = |name: &str| (frame[name].as_u64().unwrap() + tag).to_string();
    assert_eq!(row["frame.cap_len"], length("length"));
    assert_eq!(row["frame.len"], length("original"));
    if tagged {
        assert_eq!(row["vlan.id"], frame["vlan"]["id"].to_string());
        assert_eq!(row["vlan.priority"], frame["vlan"]["priority"].to_string());
    } else {
        assert_eq!(row["vlan.id"], "");
    }
}

/// The spec of an adapter that gets the frames of a capture file as fast as it can.
fn file_spec(file: &Path) -> String {
    format!("file:{},pace=fast", file.display())
}

#[test]
fn files_are_what_tshark_reads_and_come_back_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capture.pcapng");
    let again = folder.path().join("again.pcapng");
    for mode in ["copy", "retain"] {
        let tagged = "synth:name=tagged,count=150,size=60-1514,vlan=1-65535,geometry=random";
        let plain = "synth:name=plain,count=150,size=60-9014,to=mixed,mtu=9000,geometry=random";
        let adapters = ["--mode", mode, "--adapter", tagged, "--adapter", plain];
        let write = ["-w", file.to_str().unwrap()];
        let (frames, accounts, _) = captured(&[&adapters[..], &write].concat());
        assert_eq!(frames.len(), 300, "{mode}");
        assert_eq!(number_of(&accounts, "accepted"), 300);
        let rows = tshark::rows(&file, &[], &FIELDS);
        assert_eq!(rows.len(), 300);
        for (frame, row) in frames.iter().zip(&rows) {
            assert_is(frame, row);
        }
        let first = file_spec(&file);
        let arguments = ["--mode", mode, "--adapter", &first, "-w", again.to_str().unwrap()];
        let (second, ..) = captured(&arguments);
        assert!(frames.iter().map(content).eq(second.iter().map(content)), "{mode}");
        let (third, ..) = captured(&["--adapter", &file_spec(&again)]);
        assert!(frames.iter().map(content).eq(third.iter().map(content)), "{mode}");
    }
}

/// The fields of the statistics block: received, dropped, dropped by the system, delivered.
fn statistics(file: &Path) -> Vec<u64> {
    let option = |name| format!("pcapng.options.option.data.interface.{name}");
    let names = ["received", "dropped", "dropped_by_os", "delivered_to_user"].map(option);
    let values = tshark::blocks(file, names.each_ref().map(String::as_str));
    values.iter().map(|value| value.parse().unwrap()).collect()
}

#[test]
fn counters_are_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capture.pcapng");
    // A queue that is too small for what comes at once.
    let arguments = ["--adapter", "synth:count=3000,size=9000,mtu=9000", "--queue", "64k"];
    let write = ["-w", file.to_str().unwrap()];
    let (frames, accounts, ended) = captured(&[&arguments[..], &write].concat());
    let dropped = number_of(&accounts, "dropped-queue-full");
    assert_eq!(frames.len() as u64 + dropped, 3000);
    assert_eq!(statistics(&file), [3000, 0, dropped, frames.len() as u64]);
    let lost: u64 = frames.iter().map(|frame| frame["lost"].as_u64().unwrap()).sum();
    assert!(lost <= dropped);
    let sums = format!("offered 3000 frames = 0 filtered + {} accepted", frames.len());
    assert!(ended.errors.contains(&sums), "{}", ended.errors);
}

#[test]
fn expressions_and_programs_choose_frames() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    // What libpcap makes of `vlan 5` for a live interface of Linux.
    let numbers = "15\n48 0 0 4294963248\n21 4 0 1\n40 0 0 12\n21 2 0 33024\n21 1 0 34984\n21 0 8 37120\n\
                   48 0 0 4294963248\n21 0 2 1\n48 0 0 4294963244\n5 0 0 1\n40 0 0 14\n84 0 0 4095\n\
                   21 0 1 5\n6 0 0 262144\n6 0 0 0\n";
    fs::write(&program, numbers).unwrap();
    let adapter = ["--adapter", "synth:count=300,vlan=4-6"];
    for filter in [["--filter", "vlan 5"], ["--bpf", program.to_str().unwrap()]] {
        let (frames, accounts, _) = captured(&[adapter, filter].concat());
        assert!(!frames.is_empty() && frames.len() < 300);
        assert!(frames.iter().all(|frame| frame["vlan"]["id"] == 5));
        assert_eq!(number_of(&accounts, "offered"), 300);
        assert_eq!(number_of(&accounts, "filtered"), 300 - frames.len() as u64);
    }
    for (filter, count) in [("udp", 300), ("vlan and udp port 9", 300), ("not vlan", 0), ("tcp", 0)]
    {
        let (frames, ..) = captured(&[&adapter[..], &["--filter", filter]].concat());
        assert_eq!(frames.len(), count, "{filter}");
    }
    let (frames, ..) = captured(&[&adapter[..], &["--ether-type", "0x86dd"]].concat());
    assert_eq!(frames.len(), 0);
}

#[test]
fn the_snap_length_cuts() {
    let adapter = ["--adapter", "synth:count=50,size=60-1514", "--snaplen", "64"];
    let (frames, accounts, _) = captured(&adapter);
    let mut cut = 0;
    for frame in &frames {
        let (length, original) = (&frame["length"], frame["original"].as_u64().unwrap());
        assert_eq!(length.as_u64().unwrap(), original.min(64));
        let flags = frame["flags"].as_array().unwrap();
        assert_eq!(flags.contains(&"truncated".into()), original > 64);
        cut += u64::from(original > 64);
    }
    assert_eq!(number_of(&accounts, "truncated"), cut);
    assert!(cut > 0);
}

#[test]
fn adapters_can_be_listed_and_chosen() {
    let adapters = ["--adapter", "synth:name=first,count=20,speed=10G", "--adapter"];
    let adapters = [&adapters[..], &["synth:name=second,count=20,mac=02:00:5e:00:53:07,mtu=9000"]];
    let adapters = adapters.concat();
    let listed = run(&[&["adapters", "--json"], &adapters[..]].concat());
    assert_eq!(listed.status, Some(0), "{}", listed.errors);
    let all: Vec<Value> =
        listed.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [first, second] = &all[..] else { panic!("{all:?}") };
    assert_eq!(
        (&first["friendly_name"], &second["friendly_name"]),
        (&"first".into(), &"second".into())
    );
    assert_eq!((&second["mac"], &second["mtu"]), (&"02:00:5e:00:53:07".into(), &9000.into()));
    assert_eq!((&first["state"], &first["link"]), (&"running".into(), &"up".into()));
    assert_eq!(first["receive_speed"], 10_000_000_000_u64);
    let table = run(&[&["adapters"], &adapters[..]].concat());
    let lines = table.lines();
    assert!(lines[0].starts_with("number  friendly name  link  speed"), "{lines:?}");
    assert!(lines[1].starts_with("1       first          up    10 Gbit/s"), "{lines:?}");

    for name in ["second", "SECOND", "2", second["guid"].as_str().unwrap()] {
        let (frames, ..) = captured(&[&[name][..], &adapters].concat());
        assert_eq!(frames.len(), 20, "{name}");
        assert!(frames.iter().all(|frame| frame["adapter"] == "second"));
    }
    let (frames, ..) = captured(&adapters);
    let names: HashSet<_> = frames.iter().map(|frame| frame["adapter"].to_string()).collect();
    assert_eq!((frames.len(), names.len()), (40, 2));

    let ended = run(&[&["capture", "third"], &adapters[..]].concat());
    assert_eq!(ended.status, Some(2));
    let sentence = "error: There is no adapter third. There are first, second; ";
    assert!(ended.errors.starts_with(sentence), "{}", ended.errors);
}

#[test]
fn lines_are_as_those_of_tcpdump() {
    let ended = run(&["capture", "--adapter", "synth:count=3,vlan=7", "--time", "system"]);
    assert_eq!(ended.lines().len(), 3);
    for line in ended.lines() {
        assert!(line.contains("Z vlan 7, p 0, IP 192.0.2.1."), "{line}");
        assert!(line.ends_with(": UDP, length 22"), "{line}");
    }
    let two = ["--adapter", "synth:name=a,count=1", "--adapter", "synth:name=b,count=1"];
    let ended = run(&[&["capture"], &two[..]].concat());
    for name in ["a", "b"] {
        let part = format!("Z {name} In IP ");
        assert!(ended.lines().iter().any(|line| line.contains(&part)), "{:?}", ended.lines());
    }
}

#[test]
fn times_are_the_adapters_or_the_systems() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capture.pcapng");
    let (frames, ..) = captured(&["--adapter", "synth:count=20", "-w", file.to_str().unwrap()]);
    let before = Timestamp::now();
    let (mut again, ..) = captured(&["--adapter", &file_spec(&file)]);
    assert!(frames.iter().zip(&again).all(|(frame, again)| frame["time"] == again["time"]));
    (again, ..) = captured(&["--adapter", &file_spec(&file), "--time", "system"]);
    for frame in &again {
        let time: Timestamp = frame["time"].as_str().unwrap().parse().unwrap();
        assert!(time >= before, "{frame}");
        assert_eq!(frame["time"], frame["system_time"]);
    }
}

#[test]
fn ctrl_c_ends_it_with_the_sums() {
    for mode in ["copy", "retain"] {
        let mut winrx = Winrx::capture(&["--adapter", "synth:rate=1000", "--mode", mode]);
        assert!(winrx.line().contains(" IP 192.0.2.1."));
        winrx.interrupt();
        let ended = winrx.end();
        assert!(ended.sums().contains(" + 0 held + 0 lost + 0 flushed"), "{}", ended.errors);
    }
}

#[test]
fn a_count_and_a_duration_end_it() {
    let ended = run(&["capture", "--adapter", "synth:rate=1000", "--count", "7"]);
    assert_eq!((ended.status, ended.lines().len()), (Some(0), 7), "{}", ended.errors);
    let ended = run(&["capture", "--adapter", "synth:rate=1000", "--duration", "50ms"]);
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    for (least, status) in [("3", 0), ("4", 1)] {
        let ended = run(&["capture", "--adapter", "synth:count=3", "--at-least", least]);
        assert_eq!(ended.status, Some(status), "{}", ended.errors);
        assert_eq!(ended.errors.contains("error: 3 frames came, and not 4. See"), status == 1);
    }
}

/// On any machine: from its interfaces, or from what is made up where they may not be captured from.
#[test]
fn no_adapter_has_to_be_named() {
    let ended = run(&["capture", "--duration", "50ms"]);
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    assert!(ended.errors.contains("capturing from "), "{}", ended.errors);
}

#[test]
fn nobody_who_reads_ends_it() {
    let mut winrx = Winrx::capture(&["--adapter", "synth:rate=1000"]);
    winrx.close_output();
    assert_eq!(winrx.end().status, Some(0));
}

#[test]
fn a_file_that_ends_in_the_middle_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("capture.pcapng");
    captured(&["--adapter", "synth:count=20", "-w", file.to_str().unwrap()]);
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let ended = run(&["capture", "--adapter", &file_spec(&file)]);
    assert_eq!(ended.status, Some(1), "{}", ended.errors);
    assert!(!ended.lines().is_empty());
    assert!(ended.errors.contains("error: capture.pcapng has stopped: "), "{}", ended.errors);
    assert!(ended.errors.contains(" ends in the middle; copy or write it again."));
}
