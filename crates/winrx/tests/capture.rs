//! Capture files, as a reader finds them that shares no code with the writer.

mod common;

use std::{fs, iter};

use common::{FREE_PORT, Fake, Sent, TIME, packet};
use pcap_parser::{
    Block, Linktype, PcapNGOption,
    pcapng::{InterfaceStatisticsBlock, OptionCode, parse_block_le},
    traits::PcapNGPacketBlock,
};
use proptest::prelude::*;
use rx_abi::{Mode, RecordFlags, Records};
use winrx::{
    Datagram, Receiver, Settings,
    output::{Packet, Pcapng},
    session::{self, Events, Limits, Output},
};

/// Numbers of options of an enhanced packet block.
const EPB_FLAGS: OptionCode = OptionCode(2);
const EPB_DROP_COUNT: OptionCode = OptionCode(4);

/// Of the flags word: inbound, and sent to one, a group, or all.
const UNICAST: u32 = 1 | 1 << 2;
const MULTICAST: u32 = 1 | 2 << 2;
const BROADCAST: u32 = 1 | 3 << 2;

/// The bytes of the file that a whole run writes about a receiver at `local`.
fn capture(fake: &Fake, local: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture.pcapng");
    let receiver = Receiver::new(fake).unwrap();
    let bound = receiver.bind(&Settings::new(local.parse().unwrap())).unwrap();
    receiver.unbind().unwrap();
    let file = fs::File::create(&path).unwrap();
    let sink = Pcapng::new(file, bound.local, Mode::Event).unwrap();
    let mut outputs = [Output { name: "the file".to_owned(), sink: Box::new(sink) }];
    session::run(&receiver, &mut outputs, Limits::default(), Events::default(), None)
        .result
        .unwrap();
    fs::read(path).unwrap()
}

fn blocks(mut file: &[u8]) -> impl Iterator<Item = Block<'_>> {
    iter::from_fn(move || {
        let (rest, block) = (!file.is_empty()).then(|| parse_block_le(file).unwrap())?;
        file = rest;
        Some(block)
    })
}

/// A packet of a file and what is said about it.
struct Row {
    /// Nanoseconds since 1970.
    time: u64,
    bytes: Vec<u8>,
    /// Its length when it was sent.
    length: u32,
    flags: u32,
    drop_count: Option<u64>,
    comment: Option<String>,
}

impl Row {
    fn packet(&self) -> packet::Packet<'_> {
        packet::Packet::parse(&self.bytes)
    }
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
        time: u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low),
        bytes: packet.packet_data().to_owned(),
        length: packet.origlen,
        flags: option(&packet.options, EPB_FLAGS).unwrap().as_u32_le().unwrap(),
        drop_count: option(&packet.options, EPB_DROP_COUNT).map(|count| count.as_u64_le().unwrap()),
        comment: option(&packet.options, OptionCode::Comment)
            .map(|comment| comment.as_str().unwrap().to_owned()),
    });
    row.collect()
}

fn read(sent: &[Sent], local: &str) -> Vec<Row> {
    let rows = rows(&capture(&Fake::with(sent), local));
    assert_eq!(rows.len(), sent.len());
    rows
}

fn payload(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from((i * 7 + i / 256) % 256).unwrap()).collect()
}

fn statistics(file: &[u8]) -> InterfaceStatisticsBlock<'_> {
    let Some(Block::InterfaceStatistics(statistics)) = blocks(file).last() else {
        panic!("the last block is not one of statistics");
    };
    statistics
}

#[test]
fn ipv4_of_all_sizes() {
    let sizes = [0, 1, 2, 5, 512, 1_472, 8_972, 65_507];
    let sent = sizes.map(|size| Sent {
        class: Some(0xb9),
        ..Sent::new("192.0.2.1:40000", "192.0.2.2:50000", &payload(size))
    });
    for (row, sent) in read(&sent, "192.0.2.2:50000").iter().zip(&sent) {
        let (packet, length) = (row.packet(), sent.payload.len() + 28);
        assert_eq!((row.time, row.flags), (TIME, UNICAST));
        assert_eq!((row.bytes.len(), row.length as usize), (length, length));
        assert_eq!((packet.from, Some(packet.to)), (sent.from, sent.to));
        assert_eq!((packet.class(), packet.time_to_live()), (0xb9, 64));
        assert_eq!(usize::from(packet.ip_length()), length);
        assert_eq!(usize::from(packet.udp_length()), length - 20);
        assert!(packet.ip_checksum_is_right() && packet.udp_checksum_is_right(), "{length}");
        assert_eq!(packet.payload(), sent.payload);
        assert_eq!((row.drop_count, &row.comment), (None, &None));
    }
}

#[test]
fn ipv6_of_all_sizes() {
    let sizes = [0, 1, 2, 5, 512, 1_452, 8_952, 65_507, 65_527];
    let sent = sizes.map(|size| Sent {
        class: Some(0x2e),
        ..Sent::new("[2001:db8::1]:40000", "[2001:db8::2]:50000", &payload(size))
    });
    for (row, sent) in read(&sent, "[::]:50000").iter().zip(&sent) {
        let (packet, length) = (row.packet(), sent.payload.len() + 48);
        assert_eq!((row.bytes.len(), row.length as usize), (length, length));
        assert_eq!((packet.from, Some(packet.to)), (sent.from, sent.to));
        assert_eq!(packet.class(), 0x2e);
        assert_eq!(usize::from(packet.ip_length()), length - 40);
        assert_eq!(usize::from(packet.udp_length()), length - 40);
        assert!(packet.udp_checksum_is_right(), "{length}");
        assert_eq!(packet.payload(), sent.payload);
    }
}

#[test]
fn a_checksum_of_zero_is_sent_as_ones() {
    // The sum of these two bytes and the rest is 0xffff, whose complement is the zero for "none".
    let sent = Sent::new("0.0.0.0:0", "0.0.0.0:0", &[0xff, 0xda]);
    let rows = read(&[sent], "0.0.0.0:50000");
    assert_eq!(rows[0].packet().udp_checksum(), 0xffff);
    assert!(rows[0].packet().udp_checksum_is_right());
}

#[test]
fn multicast_and_broadcast_are_told() {
    let with = |flags, to| Sent { flags, ..Sent::new("192.0.2.1:40000", to, b"a") };
    let sent = [
        with(RecordFlags::MULTICAST, "239.1.2.3:50000"),
        with(RecordFlags::MULTICAST, "224.0.0.251:50000"),
        with(RecordFlags::MULTICAST, "224.0.0.5:50000"),
        with(RecordFlags::BROADCAST, "255.255.255.255:50000"),
        Sent {
            flags: RecordFlags::MULTICAST,
            ..Sent::new("[fe80::1%2]:40000", "[ff02::fb%2]:50000", b"a")
        },
    ];
    let rows = read(&sent, "0.0.0.0:50000");
    let expected = [
        (MULTICAST, "239.1.2.3:50000", 64),
        (MULTICAST, "224.0.0.251:50000", 255),
        (MULTICAST, "224.0.0.5:50000", 1),
        (BROADCAST, "255.255.255.255:50000", 64),
        (MULTICAST, "[ff02::fb]:50000", 64),
    ];
    for (row, (flags, to, time_to_live)) in rows.iter().zip(expected) {
        assert_eq!((row.flags, row.packet().to), (flags, to.parse().unwrap()));
        assert_eq!(row.packet().time_to_live(), time_to_live);
    }
    assert_eq!(rows[4].packet().from, "[fe80::1]:40000".parse().unwrap());
}

#[test]
fn what_was_cut_is_shorter_than_it_was() {
    let cut = |from, to| Sent {
        flags: RecordFlags::TRUNCATED,
        original: Some(1_000),
        ..Sent::new(from, to, &payload(99))
    };
    let unknown = Sent { original: None, ..cut("192.0.2.1:40000", "192.0.2.2:50000") };
    let sent = [
        cut("192.0.2.1:40000", "192.0.2.2:50000"),
        cut("[2001:db8::1]:40000", "[2001:db8::2]:50000"),
        unknown,
    ];
    let rows = read(&sent, "[::]:50000");
    let [v4, v6, unknown] = &rows[..] else { panic!("{} rows", rows.len()) };

    assert_eq!((v4.bytes.len(), v4.length), (127, 1_028));
    assert_eq!((v4.packet().ip_length(), v4.packet().udp_length()), (1_028, 1_008));
    assert!(v4.packet().ip_checksum_is_right());
    assert_eq!(v4.packet().udp_checksum(), 0, "none, since it cannot be known");
    assert_eq!(v4.comment, None);

    assert_eq!((v6.bytes.len(), v6.length), (147, 1_048));
    assert_eq!((v6.packet().ip_length(), v6.packet().udp_length()), (1_008, 1_008));
    assert!(v6.packet().udp_checksum_is_right(), "with zeros for what is missing");

    assert_eq!((unknown.bytes.len(), unknown.length), (127, 127));
    assert!(unknown.packet().udp_checksum_is_right());
    let comment = "The payload was cut, and its original length is not known.";
    assert_eq!(unknown.comment.as_deref(), Some(comment));
}

#[test]
fn what_no_packet_could_carry_is_cut_to_what_one_can() {
    let sent = [
        Sent::new("192.0.2.1:40000", "192.0.2.2:50000", &payload(65_527)),
        Sent::new("[2001:db8::1]:40000", "[2001:db8::2]:50000", &payload(70_000)),
    ];
    let rows = read(&sent, "[::]:50000");
    assert_eq!((rows[0].bytes.len(), rows[0].length), (65_535, 65_555));
    assert_eq!((rows[0].packet().ip_length(), rows[0].packet().udp_length()), (65_535, 65_515));
    assert_eq!((rows[1].bytes.len(), rows[1].length), (65_575, 70_048));
    assert_eq!((rows[1].packet().ip_length(), rows[1].packet().udp_length()), (65_535, 65_535));
}

#[test]
fn an_unknown_destination_is_the_bound_address() {
    let unknown = |from: &str| Sent { to: None, ..Sent::new(from, "0.0.0.0:0", b"a") };
    let rows = read(&[unknown("192.0.2.1:40000")], "192.0.2.2:0");
    assert_eq!(rows[0].packet().to, ([192, 0, 2, 2], FREE_PORT).into());
    let dual = [unknown("[::ffff:192.0.2.1]:40000"), unknown("[2001:db8::1]:40000")];
    let rows = read(&dual, "[::]:50000");
    let [v4, v6] = [rows[0].packet(), rows[1].packet()];
    let any_v4 = "0.0.0.0:50000".parse().unwrap();
    assert_eq!((v4.from, v4.to), ("192.0.2.1:40000".parse().unwrap(), any_v4));
    assert!(v4.udp_checksum_is_right());
    assert_eq!(v6.to, "[::]:50000".parse().unwrap());
}

#[test]
fn the_file_says_what_it_is_of() {
    let file = capture(&Fake::with(&[]), "192.0.2.2:50000");
    let mut blocks = blocks(&file);
    let Some(Block::SectionHeader(section)) = blocks.next() else { panic!("no section") };
    assert_eq!((section.major_version, section.minor_version), (1, 0));
    let application = option(&section.options, OptionCode::ShbUserAppl).unwrap();
    assert_eq!(application.as_str().unwrap(), concat!("winrx ", env!("CARGO_PKG_VERSION")));
    let Some(Block::InterfaceDescription(interface)) = blocks.next() else { panic!("none") };
    assert_eq!(interface.linktype, Linktype::RAW);
    assert_eq!(interface.snaplen, 0);
    assert_eq!(interface.ts_resolution(), Some(1_000_000_000));
    assert_eq!(interface.if_name().unwrap().unwrap(), "wskrx");
    let description = "UDP datagrams to 192.0.2.2:50000, received in mode event";
    assert_eq!(interface.if_description().unwrap().unwrap(), description);
}

#[test]
fn counters_are_in_the_file() {
    let sent = Sent { lost: 3, ..Sent::new("192.0.2.1:40000", "192.0.2.2:50000", b"a") };
    let fake = Fake::with([&sent]);
    fake.drop_some(3, 2);
    let file = capture(&fake, "192.0.2.2:50000");
    assert_eq!(rows(&file)[0].drop_count, Some(3));
    let statistics = statistics(&file);
    assert_eq!(statistics.if_id, 0);
    assert_eq!(statistics.isb_ifrecv(), Some(Ok(6)));
    assert_eq!(statistics.isb_ifdrop(), Some(Ok(5)));
    assert_eq!(statistics.isb_osdrop(), Some(Ok(5)));
    assert_eq!(statistics.isb_usrdeliv(), Some(Ok(1)));
    let comment = option(&statistics.options, OptionCode::Comment).unwrap();
    assert_eq!(comment.as_str().unwrap(), "Dropped by the driver: queue-full 3, closed 2");
    let time = |(high, low): (u32, u32)| u64::from(high) << 32 | u64::from(low);
    let started = time(statistics.isb_starttime().unwrap().unwrap());
    let ended = time(statistics.isb_endtime().unwrap().unwrap());
    // In the years from 2020 to 2200: the unit is the nanosecond.
    assert!(1_577_000_000_000_000_000 < started && started <= ended, "{started} {ended}");
    assert!(ended < 7_258_000_000_000_000_000);
}

proptest! {
    #[test]
    fn any_datagram_becomes_a_packet(
        v6 in any::<bool>(),
        ports in any::<(u16, u16)>(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        missing in prop_oneof![Just(0_usize), 0..70_000_usize],
        class in any::<u8>(),
    ) {
        let host = if v6 { "[2001:db8::1]" } else { "192.0.2.1" };
        let sent = Sent {
            class: Some(class),
            original: Some(bytes.len() + missing),
            ..Sent::new(&format!("{host}:{}", ports.0), &format!("{host}:{}", ports.1), &bytes)
        };
        let record = sent.record();
        let datagram: Datagram<'_> = Records::new(&record).next().unwrap().unwrap().try_into().unwrap();
        let mut made = Packet::default();
        made.set(&datagram, sent.from);
        let headers = if v6 { 48 } else { 28 };
        prop_assert_eq!(made.original() as usize, headers + bytes.len() + missing);
        let packet = packet::Packet::parse(made.bytes());
        prop_assert_eq!((packet.from, Some(packet.to)), (sent.from, sent.to));
        prop_assert_eq!((packet.payload(), packet.class()), (&bytes[..], class));
        prop_assert!(packet.ip_checksum_is_right());
        prop_assert_eq!(packet.udp_checksum_is_right(), v6 || missing == 0);
    }
}
