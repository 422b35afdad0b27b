//! Capture files of frames, as a reader finds them that shares no code with the writer.

mod common;

use std::{fs, iter};

use common::{
    Fake, TIME,
    frames::{SentFrame, adapter},
};
use pcap_parser::{
    Block, Linktype, PcapNGOption,
    pcapng::{InterfaceDescriptionBlock, InterfaceStatisticsBlock, OptionCode, parse_block_le},
    traits::PcapNGPacketBlock,
};
use proptest::prelude::*;
use rx_abi::RecordFlags;
use winrx::{
    Capture, Filter,
    output::FramePcapng,
    session::{self, Events, Limits, Output},
};

/// Numbers of options of an enhanced packet block.
const EPB_FLAGS: OptionCode = OptionCode(2);
const EPB_DROP_COUNT: OptionCode = OptionCode(4);
const EPB_QUEUE: OptionCode = OptionCode(6);

/// Of the flags word: the direction, and how a packet was addressed.
const INBOUND: u32 = 1;
const OUTBOUND: u32 = 2;
const UNICAST: u32 = 1 << 2;
const MULTICAST: u32 = 2 << 2;
const BROADCAST: u32 = 3 << 2;

/// The bytes of the file that a whole run writes.
fn file(fake: &Fake, filter: Option<&Filter>, snap_length: Option<u32>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcapng");
    let capture = Capture::new(fake).unwrap();
    let adapters = capture.adapters().unwrap();
    let file = fs::File::create(&path).unwrap();
    let sink = FramePcapng::new(file, &capture, adapters, filter, snap_length).unwrap();
    let mut outputs = [Output { name: "the file".to_owned(), sink: Box::new(sink) }];
    capture.unbind().unwrap();
    session::run(&capture, &mut outputs, Limits::default(), Events::default(), None)
        .result
        .unwrap();
    drop(outputs);
    fs::read(path).unwrap()
}

fn deliver<'f>(fake: &Fake, frames: impl IntoIterator<Item = &'f SentFrame>) {
    for frame in frames {
        fake.deliver_bytes(frame.record(), frame.data.len());
    }
}

fn blocks(mut file: &[u8]) -> impl Iterator<Item = Block<'_>> {
    iter::from_fn(move || {
        let (rest, block) = (!file.is_empty()).then(|| parse_block_le(file).unwrap())?;
        file = rest;
        Some(block)
    })
}

fn interfaces(file: &[u8]) -> Vec<InterfaceDescriptionBlock<'_>> {
    let interface = |block| match block {
        Block::InterfaceDescription(interface) => Some(interface),
        _ => None,
    };
    blocks(file).filter_map(interface).collect()
}

fn statistics(file: &[u8]) -> Vec<InterfaceStatisticsBlock<'_>> {
    let statistics = |block| match block {
        Block::InterfaceStatistics(statistics) => Some(statistics),
        _ => None,
    };
    blocks(file).filter_map(statistics).collect()
}

/// A packet of a file and what is said about it.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    interface: u32,
    /// Nanoseconds since 1970.
    time: u64,
    bytes: Vec<u8>,
    /// Its length when it was sent.
    length: u32,
    flags: u32,
    drop_count: Option<u64>,
    queue: Option<u32>,
}

fn option<'o>(options: &'o [PcapNGOption<'_>], code: OptionCode) -> Option<&'o PcapNGOption<'o>> {
    options.iter().find(|option| option.code == code)
}

fn rows(file: &[u8]) -> Vec<Row> {
    let packets = blocks(file).filter_map(|block| match block {
        Block::EnhancedPacket(packet) => Some(packet),
        _ => None,
    });
    let row = packets.map(|packet| Row {
        interface: packet.if_id,
        time: u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low),
        bytes: packet.packet_data().to_owned(),
        length: packet.origlen,
        flags: option(&packet.options, EPB_FLAGS).unwrap().as_u32_le().unwrap(),
        drop_count: option(&packet.options, EPB_DROP_COUNT).map(|count| count.as_u64_le().unwrap()),
        queue: option(&packet.options, EPB_QUEUE).map(|queue| queue.as_u32_le().unwrap()),
    });
    row.collect()
}

#[test]
fn every_adapter_is_an_interface() {
    let mut wan = adapter(2, "Mobile");
    (wan.medium, wan.mac_length, wan.receive_speed) = (9, 0, u64::MAX);
    let fake = Fake::ndisrx(&[adapter(1, "Ethernet"), wan]);
    let filter = Filter::from_dump("1\n6 0 0 262144\n").unwrap();
    let file = file(&fake, Some(&filter), Some(96));
    let Some(Block::SectionHeader(section)) = blocks(&file).next() else { panic!("no section") };
    let application = option(&section.options, OptionCode::ShbUserAppl).unwrap();
    assert_eq!(application.as_str().unwrap(), concat!("winrx ", env!("CARGO_PKG_VERSION")));
    let interfaces = interfaces(&file);
    let [first, second] = &interfaces[..] else { panic!("{} interfaces", interfaces.len()) };
    assert_eq!((first.linktype, first.snaplen), (Linktype::ETHERNET, 96));
    assert_eq!(first.if_name().unwrap().unwrap(), "Ethernet");
    let description = r"\Device\{1} {00112233-4455-6677-0809-0A0B0C0D0E01}";
    assert_eq!(first.if_description().unwrap().unwrap(), description);
    assert_eq!(first.ts_resolution(), Some(1_000_000_000));
    let value = |interface: &InterfaceDescriptionBlock<'_>, code| {
        option(&interface.options, code).map(|option| option.as_bytes().unwrap().to_vec())
    };
    let mac = value(first, OptionCode::IfMacAddr).unwrap();
    assert_eq!(mac, [2, 0, 0x5e, 0, 0x53, 1]);
    let speed = value(first, OptionCode::IfSpeed).unwrap();
    assert_eq!(speed, 1_000_000_000_u64.to_le_bytes());
    let program = value(first, OptionCode::IfFilter).unwrap();
    assert_eq!(program, [1, 6, 0, 0, 0, 0, 0, 4, 0], "a program");
    assert_eq!(second.linktype, Linktype::RAW);
    assert_eq!(value(second, OptionCode::IfMacAddr), None);
    assert_eq!(value(second, OptionCode::IfSpeed), None);
}

#[test]
fn frames_are_what_was_on_the_wire() {
    let data: Vec<u8> = (0..60).collect();
    let with_first = |first: &[u8]| [first, &data[first.len()..]].concat();
    let mut queued = SentFrame { lost: 3, ..SentFrame::new(2, &data) };
    queued.header.queue = 5;
    let sent = [
        SentFrame::new(1, &data),
        SentFrame::new(1, &data).tagged(0xe005),
        SentFrame::new(1, &with_first(&[1])).with(RecordFlags::LOOPBACK),
        SentFrame::new(2, &with_first(&[0xff; 6])),
        SentFrame { original: Some(1000), ..SentFrame::new(2, &data).tagged(7) },
        SentFrame { original: Some(60), ..SentFrame::new(1, &data[..11]).tagged(7) },
        SentFrame::new(1, &[]),
        queued,
    ];
    let fake = Fake::ndisrx(&[adapter(1, "a"), adapter(2, "b")]);
    deliver(&fake, &sent);
    let rows = rows(&file(&fake, None, None));
    let tagged = |tag: [u8; 4]| [&data[..12], &tag, &data[12..]].concat();
    let row = |interface, bytes: Vec<u8>, length, flags| Row {
        interface,
        time: TIME,
        bytes,
        length,
        flags,
        drop_count: None,
        queue: None,
    };
    let expected = [
        row(0, data.clone(), 60, INBOUND | UNICAST),
        row(0, tagged([0x81, 0, 0xe0, 5]), 64, INBOUND | UNICAST),
        row(0, with_first(&[1]), 60, OUTBOUND | MULTICAST),
        row(1, with_first(&[0xff; 6]), 60, INBOUND | BROADCAST),
        row(1, tagged([0x81, 0, 0, 7]), 1004, INBOUND | UNICAST),
        row(0, data[..11].to_vec(), 64, INBOUND | UNICAST),
        row(0, Vec::new(), 0, INBOUND | UNICAST),
        Row { drop_count: Some(3), queue: Some(5), ..row(1, data.clone(), 60, INBOUND | UNICAST) },
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_tag_does_not_make_frames_longer_than_the_snap_length() {
    let fake = Fake::ndisrx(&[adapter(1, "a")]);
    let sent = SentFrame { original: Some(100), ..SentFrame::new(1, &[7; 20]).tagged(5) };
    deliver(&fake, [&sent, &SentFrame::new(1, &[7; 17]).tagged(5)]);
    let rows = rows(&file(&fake, None, Some(20)));
    assert_eq!((rows[0].bytes.len(), rows[0].length), (20, 104));
    assert_eq!((rows[1].bytes.len(), rows[1].length), (20, 21));
}

#[test]
fn an_adapter_that_comes_later_gets_its_interface() {
    let fake = Fake::ndisrx(&[adapter(1, "first")]);
    let capture = Capture::new(&fake).unwrap();
    let mut bytes = Vec::new();
    let known = capture.adapters().unwrap();
    let sink = FramePcapng::new(&mut bytes, &capture, known, None, None).unwrap();
    fake.plug(&adapter(2, "second"));
    deliver(&fake, [&SentFrame::new(2, &[1; 60]), &SentFrame::new(1, &[2; 60])]);
    capture.unbind().unwrap();
    let mut outputs = [Output { name: "bytes".to_owned(), sink: Box::new(sink) }];
    let summary = session::run(&capture, &mut outputs, Limits::default(), Events::default(), None);
    summary.result.unwrap();
    drop(outputs);
    let names: Vec<_> =
        interfaces(&bytes).iter().map(|i| i.if_name().unwrap().unwrap().to_owned()).collect();
    assert_eq!(names, ["first", "second"]);
    let rows = rows(&bytes);
    assert_eq!([rows[0].interface, rows[1].interface], [1, 0]);
}

#[test]
fn a_frame_of_nobody_fails_the_run() {
    let fake = Fake::ndisrx(&[adapter(1, "a")]);
    deliver(&fake, [&SentFrame::new(9, &[1; 60])]);
    let capture = Capture::new(&fake).unwrap();
    let known = capture.adapters().unwrap();
    let sink = FramePcapng::new(Vec::new(), &capture, known, None, None).unwrap();
    let mut outputs = [Output { name: "bytes".to_owned(), sink: Box::new(sink) }];
    let summary = session::run(&capture, &mut outputs, Limits::default(), Events::default(), None);
    let failure = summary.result.unwrap_err().to_string();
    assert!(failure.contains("there is no adapter of number 9"), "{failure}");
}

#[test]
fn counters_are_in_the_file() {
    let fake = Fake::ndisrx(&[adapter(1, "a")]);
    // What was counted before does not count.
    fake.count_frames(1, |stats| (stats.frames, stats.adapter_discards) = (100, 10));
    let capture = Capture::new(&fake).unwrap();
    let mut bytes = Vec::new();
    let known = capture.adapters().unwrap();
    let sink = FramePcapng::new(&mut bytes, &capture, known, None, None).unwrap();
    deliver(&fake, [&SentFrame::new(1, &[1; 60])]);
    fake.lose_frames(4, 2);
    fake.count_frames(1, |stats| (stats.frames, stats.adapter_discards) = (107, 13));
    capture.unbind().unwrap();
    let mut outputs = [Output { name: "bytes".to_owned(), sink: Box::new(sink) }];
    let summary = session::run(&capture, &mut outputs, Limits::default(), Events::default(), None);
    summary.result.unwrap();
    drop(outputs);
    let all = statistics(&bytes);
    let [statistics] = &all[..] else { panic!("{} blocks", all.len()) };
    assert_eq!(statistics.isb_ifrecv(), Some(Ok(7)));
    assert_eq!(statistics.isb_ifdrop(), Some(Ok(3)));
    assert_eq!(statistics.isb_filteraccept(), Some(Ok(3)));
    assert_eq!(statistics.isb_osdrop(), Some(Ok(2)));
    assert_eq!(statistics.isb_usrdeliv(), Some(Ok(1)));
    let comment = option(&statistics.options, OptionCode::Comment).unwrap();
    let text = "Dropped by the driver, of all adapters: queue-full 2";
    assert_eq!(comment.as_str().unwrap(), text);
}

#[test]
fn drops_of_several_adapters_are_told_together() {
    let fake = Fake::ndisrx(&[adapter(1, "a"), adapter(2, "b")]);
    deliver(&fake, [&SentFrame::new(2, &[1; 60])]);
    let file = file(&fake, None, None);
    let all = statistics(&file);
    assert_eq!(all.iter().map(|one| one.if_id).collect::<Vec<_>>(), [0, 1]);
    assert!(all.iter().all(|one| one.isb_osdrop().is_none()));
    let delivered: Vec<_> = all.iter().map(InterfaceStatisticsBlock::isb_usrdeliv).collect();
    assert_eq!(delivered, [Some(Ok(0)), Some(Ok(1))]);
}

proptest! {
    #[test]
    fn any_frame_comes_back(
        frames in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..200), prop::option::of(any::<u16>()), any::<u32>()), 0..8),
    ) {
        let fake = Fake::ndisrx(&[adapter(1, "a")]);
        for (data, tag, time) in &frames {
            let sent = SentFrame { time: u64::from(*time) << 20, ..SentFrame::new(1, data) };
            deliver(&fake, [&tag.map_or_else(|| sent.clone(), |tag| sent.clone().tagged(tag))]);
        }
        let rows = rows(&file(&fake, None, None));
        prop_assert_eq!(rows.len(), frames.len());
        for (row, (data, tag, time)) in rows.iter().zip(&frames) {
            prop_assert_eq!(row.time, u64::from(*time) << 20);
            match tag {
                Some(tag) if data.len() >= 12 => {
                    let tag = [0x81, 0, tag.to_be_bytes()[0], tag.to_be_bytes()[1]];
                    prop_assert_eq!(&row.bytes[12..16], &tag);
                    prop_assert_eq!([&row.bytes[..12], &row.bytes[16..]].concat(), &data[..]);
                }
                _ => prop_assert_eq!(&row.bytes, data),
            }
        }
    }
}
