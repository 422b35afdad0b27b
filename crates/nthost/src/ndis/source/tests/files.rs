//! Capture files.

use std::{borrow::Cow, fs, io::Write, path::Path, time::Duration};

use pcap_file::{
    DataLink, Endianness, TsResolution,
    pcap::{PcapHeader, PcapPacket, PcapWriter},
    pcapng::{
        PcapNgWriter,
        blocks::{
            enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption},
            interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption},
            simple_packet::SimplePacketBlock,
        },
    },
};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{
    super::{File, Kind, Loops, Spec, Speed, Tags},
    read,
};
use crate::ndis::{Adapter, Frame};

/// A frame of a file: when it arrived, in nanoseconds, and its bytes.
type Written = (u64, Vec<u8>);

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn fast(path: &Path) -> File {
    File { speed: Speed::Fast, tags: Tags::Keep, ..File::new(path) }
}

fn received(file: File) -> Result<(Adapter, Vec<Frame>), String> {
    read(&Spec::from(Kind::File(file)))
}

fn frames(file: File) -> Vec<Frame> {
    received(file).unwrap().1
}

fn plain(frames: &[Frame]) -> Vec<Written> {
    frames.iter().map(|frame| (frame.timestamp.unwrap(), frame.data.clone())).collect()
}

fn write_pcap(path: &Path, header: PcapHeader, frames: &[Written]) {
    let mut writer = PcapWriter::with_header(fs::File::create(path).unwrap(), header).unwrap();
    for (time, data) in frames {
        let length = u32::try_from(data.len()).unwrap();
        let packet = PcapPacket::new(Duration::from_nanos(*time), length, data.as_slice()).unwrap();
        writer.write_packet(&packet).unwrap();
    }
}

fn header(ts_resolution: TsResolution, endianness: Endianness) -> PcapHeader {
    PcapHeader { ts_resolution, endianness, snaplen: 262_144, ..PcapHeader::default() }
}

/// A file with interfaces of these link types and resolutions.
struct Ng(PcapNgWriter<fs::File>);

impl Ng {
    fn new(path: &Path, interfaces: &[(&str, DataLink, u8)]) -> Self {
        let mut writer = PcapNgWriter::new(fs::File::create(path).unwrap()).unwrap();
        for (name, linktype, resolution) in interfaces {
            let options = vec![
                InterfaceDescriptionOption::IfName(Cow::Borrowed(*name)),
                InterfaceDescriptionOption::IfMacAddr(Cow::Borrowed(&[2, 0, 0, 0, 0, 9])),
                InterfaceDescriptionOption::IfSpeed(25_000_000_000),
                InterfaceDescriptionOption::IfTsResol(*resolution),
            ];
            let block = InterfaceDescriptionBlock { linktype: *linktype, snaplen: 0, options };
            writer.write_pcapng_block(block).unwrap();
        }
        Self(writer)
    }

    fn frame(&mut self, interface_id: u32, time: u64, data: &[u8], flags: u32) {
        let block = EnhancedPacketBlock {
            interface_id,
            timestamp: Duration::from_nanos(time),
            original_len: u32::try_from(data.len()).unwrap(),
            data: Cow::Borrowed(data),
            options: vec![EnhancedPacketOption::Flags(flags)],
        };
        self.0.write_pcapng_block(block).unwrap();
    }
}

fn written() -> impl Strategy<Value = Vec<Written>> {
    // Times that have whole microseconds, in any order.
    let time = (0_u64..4_000_000_000_000_000).prop_map(|micros| micros * 1000);
    prop::collection::vec((time, prop::collection::vec(any::<u8>(), 0..300)), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn frames_of_pcap_come_as_they_are(frames_in in written(), nano: bool, big: bool) {
        let folder = folder();
        let path = folder.path().join("x.pcap");
        let resolution = if nano { TsResolution::NanoSecond } else { TsResolution::MicroSecond };
        let endianness = if big { Endianness::Big } else { Endianness::Little };
        write_pcap(&path, header(resolution, endianness), &frames_in);
        prop_assert_eq!(plain(&frames(fast(&path))), frames_in);
    }

    #[test]
    fn frames_of_pcapng_come_as_they_are(frames_in in written(), nano: bool) {
        let folder = folder();
        let path = folder.path().join("x.pcapng");
        let resolution = if nano { 9 } else { 6 };
        let mut file = Ng::new(&path, &[("eth0", DataLink::ETHERNET, resolution)]);
        for (time, data) in &frames_in {
            file.frame(0, *time, data, 0);
        }
        prop_assert_eq!(plain(&frames(fast(&path))), frames_in);
    }

    #[test]
    fn no_bytes_are_worse_than_an_error(
        begin in prop::sample::select(vec![
            vec![], vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0], vec![0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a],
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let folder = folder();
        let path = folder.path().join("x");
        fs::write(&path, [begin, rest].concat()).unwrap();
        let _ = received(fast(&path));
    }

    #[test]
    fn a_file_with_wrong_bits_is_no_worse_than_an_error(at in any::<prop::sample::Index>(), bits: u8) {
        let folder = folder();
        let path = folder.path().join("x.pcapng");
        let mut file = Ng::new(&path, &[("a", DataLink::ETHERNET, 9), ("b", DataLink::ETHERNET, 0x94)]);
        file.frame(0, 1_000_000_000, &[1; 61], 1);
        file.frame(1, 2_000_000_000, &[2; 62], 2);
        drop(file);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        fs::write(&path, bytes).unwrap();
        let _ = received(fast(&path));
    }
}

#[test]
fn the_adapter_is_what_the_file_says() {
    let folder = folder();
    let path = folder.path().join("x.pcapng");
    Ng::new(&path, &[("eth0", DataLink::ETHERNET, 9)]).frame(0, 0, &[1; 60], 0);
    let (adapter, _) = received(fast(&path)).unwrap();
    assert_eq!(adapter.name, "x.pcapng");
    assert_eq!(adapter.mac, [2, 0, 0, 0, 0, 9]);
    assert_eq!(adapter.speed, 25_000_000_000);
}

#[test]
fn an_interface_can_be_chosen_by_number_and_name() {
    let folder = folder();
    let path = folder.path().join("x.pcapng");
    let kinds = [
        ("eth0", DataLink::ETHERNET, 9),
        ("lo", DataLink::NULL, 9),
        ("eth1", DataLink::ETHERNET, 6),
    ];
    let mut file = Ng::new(&path, &kinds);
    for interface in [0, 1, 2, 0] {
        let byte = u8::try_from(interface).unwrap();
        file.frame(interface, 1_000_000 * u64::from(interface), &[byte; 60], 0);
    }
    drop(file);
    let of = |interface: &str| File { interface: Some(interface.to_owned()), ..fast(&path) };
    assert_eq!(frames(of("0")).len(), 2);
    assert_eq!(plain(&frames(of("eth1"))), [(2_000_000, vec![2; 60])]);
    let error = received(fast(&path)).unwrap_err();
    assert!(error.contains("interface 1 of"), "{error}");
    assert!(error.contains("link type 0"), "{error}");
    let error = received(of("eth7")).unwrap_err();
    assert!(error.contains("none of interface eth7"), "{error}");
}

#[test]
fn frames_without_a_time_and_sent_frames_are_marked() {
    let folder = folder();
    let path = folder.path().join("x.pcapng");
    let mut file = Ng::new(&path, &[("eth0", DataLink::ETHERNET, 9)]);
    let simple = SimplePacketBlock { original_len: 61, data: Cow::Borrowed(&[3; 61]) };
    file.0.write_pcapng_block(simple).unwrap();
    file.frame(0, 5, &[4; 60], 2);
    file.frame(0, 6, &[5; 60], 1);
    drop(file);
    let frames = frames(fast(&path));
    assert_eq!(frames[0].data, [3; 61], "what fills up the block is no part of the frame");
    assert_eq!(frames[0].timestamp, None);
    let flags: Vec<_> = frames.iter().map(|frame| frame.flags).collect();
    assert_eq!(flags, [0, ndis_sys::NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET, 0]);
}

#[test]
fn tags_come_out_as_with_a_network_adapter() {
    let folder = folder();
    let path = folder.path().join("x.pcap");
    let tagged = [&[7; 12][..], &[0x81, 0, 0x20, 5, 0x08, 0, 9, 9]].concat();
    let double = [&[7; 12][..], &[0x88, 0xa8, 0, 6, 0x81, 0, 0, 5, 0x08, 0]].concat();
    let file = [(1, tagged.clone()), (2, double.clone())];
    write_pcap(&path, header(TsResolution::NanoSecond, Endianness::Little), &file);
    let kept = frames(fast(&path));
    assert_eq!(plain(&kept), file);
    assert!(kept.iter().all(|frame| frame.vlan.is_none()));
    let stripped = frames(File { tags: Tags::Strip, ..fast(&path) });
    assert_eq!(stripped[0].vlan, Some(0x2005));
    assert_eq!(stripped[0].data, [&[7; 12][..], &[0x08, 0, 9, 9]].concat());
    assert_eq!((stripped[1].vlan, &stripped[1].data), (None, &double));
}

#[test]
fn a_file_can_be_received_several_times() {
    let folder = folder();
    let path = folder.path().join("x.pcap");
    let file = [(10, vec![1; 60]), (20, vec![2; 60])];
    write_pcap(&path, header(TsResolution::NanoSecond, Endianness::Big), &file);
    let three = frames(File { repeat: Loops::Times(3), ..fast(&path) });
    assert_eq!(plain(&three), [&file[..], &file, &file].concat());
    write_pcap(&path, header(TsResolution::NanoSecond, Endianness::Big), &[]);
    assert!(
        frames(File { repeat: Loops::Forever, ..fast(&path) }).is_empty(),
        "an end all the same"
    );
}

#[test]
fn the_original_pace_takes_its_time() {
    let folder = folder();
    let path = folder.path().join("x.pcap");
    // The third one is older than the second one: it is due at once.
    let file = [(1_000_000_000, vec![1]), (1_030_000_000, vec![2]), (0, vec![3])];
    write_pcap(&path, header(TsResolution::NanoSecond, Endianness::Little), &file);
    let begin = std::time::Instant::now();
    let frames = frames(File { speed: Speed::Original, ..fast(&path) });
    assert!(begin.elapsed().as_millis() >= 30);
    assert_eq!(plain(&frames), file);
}

#[test]
fn cut_frames_are_counted() {
    let folder = folder();
    let path = folder.path().join("x.pcap");
    let writer = fs::File::create(&path).unwrap();
    let mut writer = PcapWriter::with_header(writer, PcapHeader::default()).unwrap();
    for (length, bytes) in [(60, 60), (1514, 96)] {
        let packet = PcapPacket::new(Duration::ZERO, length, vec![1; bytes]).unwrap();
        writer.write_packet(&packet).unwrap();
    }
    drop(writer);
    let (_, mut source) = super::open(&[Spec::from(Kind::File(fast(&path)))]).unwrap().remove(0);
    let mut frames = Vec::new();
    while source.next(&mut frames).unwrap() == super::Progress::More {}
    assert_eq!(source.statistics().truncated, 1);
}

#[test]
fn files_that_are_none_are_refused_with_cause_and_cure() {
    let folder = folder();
    let path = folder.path().join("x");
    let refused = |bytes: &[u8], sentence: &str| {
        fs::write(&path, bytes).unwrap();
        let error = received(fast(&path)).unwrap_err();
        assert!(error.contains(sentence), "{error}");
    };
    refused(b"", "ends in the middle");
    refused(b"just some text, and no capture at all", "is no proper pcap or pcapng file");
    write_pcap(&path, header(TsResolution::MicroSecond, Endianness::Little), &[(0, vec![1; 60])]);
    let mut cut = fs::read(&path).unwrap();
    cut.pop();
    refused(&cut, "ends in the middle; copy or write it again");
    let other = PcapHeader { datalink: DataLink::RAW, ..PcapHeader::default() };
    write_pcap(&path, other, &[]);
    let raw = fs::read(&path).unwrap();
    refused(&raw, "link type 101");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(&cut[..24]).unwrap();
    assert!(frames(fast(&path)).is_empty(), "a file without frames");
}
