//! Capture files in, identical files out.

use std::{fs::File, path::Path, time::Duration};

use e2e::payload;
use pcap_file::{
    DataLink, TsResolution,
    pcap::{PcapHeader, PcapPacket, PcapWriter},
};
use tempfile::TempDir;

use crate::{
    captured::{self, Captured},
    program::winrx,
};

const BROADCAST: [u8; 6] = [0xff; 6];
const OWN: [u8; 6] = [2, 0, 0, 0, 0, 9];

/// A frame of `length` bytes with this behind its addresses.
fn frame(destination: [u8; 6], rest: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = [&destination[..], &OWN, rest].concat();
    bytes.extend(payload(length.saturating_sub(bytes.len()), length));
    bytes
}

/// Frames of all kinds, each at a time of its own.
fn frames() -> Vec<Captured> {
    let tagged = [0x81, 0, 0xe0, 5, 8, 0, 0x45, 0];
    let doubly = [0x88, 0xa8, 0, 7, 0x81, 0, 0, 5, 8, 0];
    let doubly_plain = [0x81, 0, 0, 6, 0x81, 0, 0, 5, 8, 0];
    let priority = [0x81, 0, 0, 0, 8, 0];
    let all = [
        frame(OWN, &[8, 0, 0x45, 0], 60),
        frame(BROADCAST, &[8, 6, 0, 1, 8, 0, 6, 4, 0, 1], 42),
        frame([0x33, 0x33, 0, 0, 0, 1], &[0x86, 0xdd, 0x60], 90),
        frame(OWN, &tagged, 64),
        frame(OWN, &doubly, 100),
        frame(OWN, &doubly_plain, 101),
        frame(OWN, &priority, 61),
        frame(OWN, &[8, 0, 0x45, 0], 1514),
        frame(OWN, &[8, 0, 0x45, 0], 9014),
        frame(OWN, &[8, 0, 0x45, 0], 65_535),
        // Runts: no frame of Ethernet, but adapters may hand them on.
        frame(OWN, &[8, 0], 14),
        OWN.repeat(3)[..13].to_vec(),
        vec![1],
        frame(OWN, &[0x88, 0xb5], 200),
        // A length in place of a type.
        frame([1, 0x80, 0xc2, 0, 0, 0], &[0, 38, 0x42, 0x42, 3], 60),
    ];
    let start = 1_600_000_000_000_000_000;
    let captured = |(number, bytes): (usize, Vec<u8>)| Captured {
        time: start + number as u64 * 1_234_567,
        length: u32::try_from(bytes.len()).unwrap(),
        bytes,
    };
    all.into_iter().enumerate().map(captured).collect()
}

fn write(file: &Path, frames: &[Captured]) {
    let header = PcapHeader {
        ts_resolution: TsResolution::NanoSecond,
        datalink: DataLink::ETHERNET,
        snaplen: 262_144,
        ..PcapHeader::default()
    };
    let mut writer = PcapWriter::with_header(File::create(file).unwrap(), header).unwrap();
    for frame in frames {
        let time = Duration::from_nanos(frame.time);
        let packet = PcapPacket::new(time, frame.length, &frame.bytes[..]).unwrap();
        writer.write_packet(&packet).unwrap();
    }
}

/// What winrx captures of a file.
fn capture(input: &Path, options: &str, more: &[&str]) -> Vec<Captured> {
    let output = input.with_extension("out");
    let spec = format!("file:{}{options}", input.display());
    let mut command = winrx(["--adapter", &spec, "--promisc", "-w"]);
    let ended = command.arg(&output).args(more).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    captured::pcapng(&output)
}

#[test]
fn a_file_comes_out_as_it_went_in() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("in.pcap");
    let frames = frames();
    write(&input, &frames);
    let count = frames.len().to_string();
    for mode in ["copy", "retain"] {
        let more = ["--count", &count, "--mode", mode];
        assert_eq!(capture(&input, ",pace=fast", &more), frames, "{mode}");
    }
}

#[test]
fn so_does_what_came_out() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("in.pcap");
    let frames = frames();
    write(&input, &frames);
    let count = frames.len().to_string();
    let first = capture(&input, ",pace=fast", &["--count", &count]);
    // A pcapng file this time.
    let second = capture(&input.with_extension("out"), ",pace=fast", &["--count", &count]);
    assert_eq!(first, second);
}

#[test]
fn tags_that_the_adapter_takes_out_are_put_back() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("in.pcap");
    // A tag of zeros cannot be told from none once it is taken out.
    let mut frames = frames();
    frames.retain(|frame| frame.bytes.get(12..16) != Some(&[0x81, 0, 0, 0]));
    write(&input, &frames);
    let count = frames.len().to_string();
    let captured = capture(&input, ",pace=fast,vlan=strip", &["--count", &count]);
    assert_eq!(captured, frames);
}

#[test]
fn no_more_than_was_asked_for_is_captured() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("in.pcap");
    let frames = frames();
    write(&input, &frames);
    let count = frames.len().to_string();
    let captured = capture(&input, ",pace=fast", &["--count", &count, "--snaplen", "96"]);
    for (cut, whole) in captured.iter().zip(&frames) {
        assert_eq!((cut.time, cut.length), (whole.time, whole.length));
        assert_eq!(cut.bytes, whole.bytes[..whole.bytes.len().min(96)]);
    }
    assert_eq!(captured.len(), frames.len());
}
