//! Captures, against a driver in memory.

mod common;

use std::time::{Duration, SystemTime};

use bpf::Instruction;
use common::{
    Fake, Sent, TIME,
    frames::{SentFrame, adapter},
};
use proptest::prelude::*;
use rx_abi::{Checksums, FrameHeader, FrameRecords, Info, OpenFrames, RecordHeader};
use winrx::{
    Capture, CaptureSettings, Connection, Direction, Error, ErrorKind, Frame, FrameMode, Guid,
    Hash, InvalidCapture, Medium, PacketFilter, RecordFlags, Segments, choose,
};
use zerocopy::IntoBytes;

fn capture(fake: &Fake) -> Capture<&Fake> {
    Capture::new(fake).unwrap()
}

/// The text of an error, which has to be of sentences.
fn sentence(error: &impl std::error::Error) -> String {
    let text = error.to_string();
    assert!(text.ends_with('.'), "{text}");
    text
}

#[test]
fn only_ndisrx_is_taken() {
    let fake = Fake::ndisrx(&[]);
    assert_eq!(capture(&fake).info().version, [1, 2, 3, 0]);
    let error = Capture::new(&Fake::default()).err().unwrap();
    let text = "The device answers as \"wskrx\", not as ndisrx. Open the device of ndisrx.";
    assert_eq!(sentence(&error), text);
    let mut info = Info::new("ndisrx", "1.0.0");
    info.abi_version += 1;
    let error = Capture::new(&Fake::calling_itself(info)).err().unwrap();
    assert!(sentence(&error).starts_with("ndisrx speaks version 2 of the protocol"));
}

#[test]
fn adapters_are_listed_however_many_there_are() {
    let all: Vec<_> = (1..=40).rev().map(|n| adapter(n, &format!("veth{n}"))).collect();
    let fake = Fake::ndisrx(&all);
    let adapters = capture(&fake).adapters().unwrap();
    assert_eq!(adapters.len(), 40);
    let first = &adapters[0];
    assert_eq!((first.number, &*first.friendly_name, &*first.name), (1, "veth1", r"\Device\{1}"));
    assert_eq!(first.guid.to_string(), "{00112233-4455-6677-0809-0A0B0C0D0E01}");
    assert_eq!(first.mac_text(), "02:00:5e:00:53:01");
    assert_eq!((first.medium, first.mtu, first.interface), (Medium::ETHERNET, 1500, 2));
    assert_eq!(first.connection, Connection::Connected);
    assert_eq!(first.receive_speed, Some(1_000_000_000));
    assert_eq!(capture(&Fake::ndisrx(&[])).adapters().unwrap(), []);
}

#[test]
fn strange_adapters_are_told() {
    for (change, part) in [
        ((|adapter| adapter.number = 0) as fn(&mut rx_abi::Adapter), "has no number"),
        (|adapter| adapter.state = 9, "a state that does not exist"),
        (|adapter| adapter.connection = 9, "whether it has a link"),
        (|adapter| adapter.mac_length = 33, "an address that is too long"),
    ] {
        let mut strange = adapter(1, "x");
        change(&mut strange);
        let error = capture(&Fake::ndisrx(&[strange])).adapters().unwrap_err();
        assert!(sentence(&error).contains(part), "{error}");
    }
    let mut unknown = adapter(1, "x");
    (unknown.receive_speed, unknown.medium) = (u64::MAX, 99);
    let adapters = capture(&Fake::ndisrx(&[unknown])).adapters().unwrap();
    assert_eq!(adapters[0].receive_speed, None);
    assert_eq!(adapters[0].medium.to_string(), "medium 99");
}

#[test]
fn adapters_are_found_by_all_their_names() {
    let all = [adapter(1, "Grüße"), adapter(2, "eth0"), adapter(3, "2")];
    let fake = Fake::ndisrx(&all);
    let all = capture(&fake).adapters().unwrap();
    let found = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        choose(&all, &names).map(|all| all.iter().map(|one| one.number).collect::<Vec<_>>())
    };
    for name in ["1", "grÜSSE", "GRÜßE", r"\DEVICE\{1}", "00112233-4455-6677-0809-0a0b0c0d0e01"]
    {
        let expected = if name == "grÜSSE" { Err(()) } else { Ok(vec![1]) };
        assert_eq!(found(&[name]).map_err(drop), expected, "{name}");
    }
    assert_eq!(found(&["{00112233-4455-6677-0809-0A0B0C0D0E02}"]), Ok(vec![2]));
    assert_eq!(found(&["2", "eth0", "3"]), Ok(vec![2, 3]), "a number goes first, each comes once");
    let error = sentence(&found(&["eth1"]).unwrap_err());
    assert_eq!(
        error,
        "There is no adapter eth1. There are Grüße, eth0, 2; `winrx adapters` tells more of them."
    );
    let fake = Fake::ndisrx(&[adapter(1, "same"), adapter(2, "same")]);
    let all = capture(&fake).adapters().unwrap();
    let error = sentence(&choose(&all, &["same".to_owned()]).unwrap_err());
    assert!(error.starts_with("Several adapters are called same. Take the number or the GUID"));
    let error = sentence(&choose(&[], &["x".to_owned()]).unwrap_err());
    assert!(error.contains("There are none at all"), "{error}");
}

#[test]
fn all_settings_reach_the_driver() {
    let fake = Fake::ndisrx(&[adapter(1, "a"), adapter(2, "b")]);
    let capture = capture(&fake);
    let guids: Vec<_> = capture.adapters().unwrap().iter().map(|adapter| adapter.guid).collect();
    let promiscuous = PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS);
    let program = vec![Instruction::new(6, 0)];
    let settings = CaptureSettings {
        adapters: guids.clone(),
        mode: Some(FrameMode::Retain),
        packet_filter: Some(promiscuous),
        direction: Some(Direction::In),
        program: program.clone(),
        ether_types: vec![0x0806],
        snap_length: Some(96),
        queue_bytes: Some(1 << 16),
        retain_lists: Some(7),
        retain_bytes: Some(1 << 20),
        retain_time: Some(Duration::from_millis(5)),
        ..CaptureSettings::default()
    };
    let opened = capture.open(&settings).unwrap();
    assert_eq!((opened.queue_bytes, opened.adapters), (1 << 20, 2));
    let bytes = fake.opened().unwrap();
    let (open, rest) = OpenFrames::parse(&bytes).unwrap();
    assert_eq!(rest, program.as_bytes());
    let checked = open.check().unwrap();
    assert_eq!((checked.mode, checked.direction), (FrameMode::Retain, Direction::In));
    assert_eq!(checked.packet_filter, promiscuous);
    assert_eq!(checked.adapters, guids.iter().map(|guid| guid.0).collect::<Vec<_>>());
    assert_eq!(checked.ether_types, [0x0806]);
    assert_eq!((open.snap_length, open.queue_bytes, open.retain_lists), (96, 1 << 16, 7));
    assert_eq!((open.retain_bytes, open.retain_microseconds), (1 << 20, 5_000));

    let error = capture.open(&settings).unwrap_err();
    assert_eq!(error.device_error().unwrap().kind(), ErrorKind::InvalidState);
}

#[test]
fn an_adapter_that_has_never_been_there_is_told() {
    let fake = Fake::ndisrx(&[]);
    let settings = CaptureSettings { adapters: vec![Guid([9; 16])], ..CaptureSettings::default() };
    let error = capture(&fake).open(&settings).unwrap_err();
    assert_eq!(error.device_error().unwrap().kind(), ErrorKind::NoSuchAdapter);
    assert_eq!(
        sentence(&error),
        "ndisrx does not begin to receive: the driver knows no such adapter; list those it knows with \
         `winrx adapters` (STATUS_NOT_FOUND)."
    );
    assert!(capture(&fake).adapter_stats(Guid([9; 16])).is_err());
}

#[test]
fn wrong_settings_are_sentences_with_a_cure() {
    let retain = CaptureSettings { mode: Some(FrameMode::Retain), ..CaptureSettings::default() };
    let usual = CaptureSettings::default;
    for (wrong, sentence) in [
        (
            CaptureSettings { queue_bytes: Some(1), ..usual() },
            "The queue is 1, but has to be from 65536 to 1073741824.",
        ),
        (
            CaptureSettings { snap_length: Some(0), ..usual() },
            "The snap length is 0, but has to be from 1 to 4294967295.",
        ),
        (
            CaptureSettings { retain_lists: Some(1), ..usual() },
            "The number of retained lists is for mode retain only. Leave it out, or choose that mode.",
        ),
        (
            CaptureSettings { retain_time: Some(Duration::from_secs(2)), ..retain },
            "The time of retention in microseconds is 2000000, but has to be from 1 to 1000000.",
        ),
        (
            CaptureSettings { adapters: (0..17).map(|n| Guid([n; 16])).collect(), ..usual() },
            "17 adapters are named, and a capture can have 16. Name none to have all, or use several \
             captures.",
        ),
        (
            CaptureSettings { adapters: vec![Guid([0; 16]); 2], ..usual() },
            "The adapter {00000000-0000-0000-0000-000000000000} is named twice. Name it once.",
        ),
        (
            CaptureSettings { ether_types: vec![0x0800; 17], ..usual() },
            "There are 17 EtherTypes, and a capture can have 16. Use a filter.",
        ),
        (
            CaptureSettings { program: vec![Instruction::new(5, 9)], ..usual() },
            "The filter program cannot be used: instruction 0 jumps behind the end. Choose a simpler \
             filter.",
        ),
        (
            CaptureSettings { program: vec![Instruction::new(6, 0); 4097], ..usual() },
            "The filter program cannot be used: it has none or more than 4096 steps. Choose a simpler \
             filter.",
        ),
    ] {
        assert_eq!(wrong.to_input().unwrap_err().to_string(), sentence);
    }
}

#[test]
fn frames_come_with_all_that_is_known() {
    let mut known = SentFrame::new(7, &[1; 60]).tagged(0x6005).with(RecordFlags::HASH);
    known = known.with(RecordFlags::ADAPTER_TIME).with(RecordFlags::LOOPBACK);
    known.header = FrameHeader {
        sequence: 9,
        hash: 0xdead_beef,
        hash_info: 3,
        checksums: Checksums::IP_RIGHT.bits(),
        receive_flags: 5,
        list_flags: 6,
        queue: 2,
        segments: 3,
        segment_size: 1448,
        ..known.header
    };
    (known.lost, known.original) = (4, Some(100));
    let plain = SentFrame::new(8, &[2; 14]);
    let fake = Fake::ndisrx(&[]);
    for frame in [&known, &plain] {
        fake.deliver_bytes(frame.record(), frame.data.len());
    }
    let capture = capture(&fake);
    capture.unbind().unwrap();
    let all: Vec<_> = capture.frames().collect::<Result<_, _>>().unwrap();
    let [first, second] = &all[..] else { panic!("{all:?}") };
    assert_eq!((first.adapter, first.sequence, first.lost, first.original), (7, 9, 4, 100));
    assert_eq!((first.time, first.system_time), (TIME, TIME + 1_000));
    assert_eq!(first.arrival(), SystemTime::UNIX_EPOCH + Duration::from_nanos(TIME));
    assert_eq!(first.hash, Some(Hash { value: 0xdead_beef, info: 3 }));
    assert_eq!(first.segments, Some(Segments { count: 3, size: 1448 }));
    assert_eq!((first.queue, first.checksums), (2, Checksums::IP_RIGHT));
    assert_eq!((first.receive_flags, first.list_flags), (5, 6));
    assert!(first.is_cut() && first.is_sent());
    assert_eq!((first.vlan, first.wire_length()), (Some(0x6005), 104));
    let wire = [&[1; 12][..], &[0x81, 0, 0x60, 5], &[1; 48]].concat();
    assert_eq!(*first.wire(), *wire);
    assert_eq!((second.vlan, second.hash, second.segments), (None, None, None));
    assert_eq!((second.wire_length(), &*second.wire()), (14, &[2; 14][..]));
    assert!(!second.is_cut() && !second.is_sent());
    assert!(capture.stats().unwrap().adds_up());
}

#[test]
fn what_is_no_frame_is_an_error_and_the_last() {
    let good = SentFrame::new(1, &[1; 60]);
    let nowhere = SentFrame::new(0, &[1; 60]).record();
    let long = SentFrame { original: Some(59), ..good.clone() }.record();
    let datagram = Sent::new("192.0.2.1:1", "192.0.2.2:2", b"x").record();
    for (bad, part) in
        [(nowhere, "which adapter"), (long, "more of a frame"), (datagram, "an unknown kind")]
    {
        let fake = Fake::ndisrx(&[]);
        for record in [good.record(), bad, good.record()] {
            fake.deliver_bytes(record, 60);
        }
        let capture = capture(&fake);
        let mut reader = capture.reader();
        let mut batch = reader.next_batch().unwrap().unwrap();
        assert_eq!(batch.next().unwrap().unwrap().data.len(), 60);
        assert!(sentence(&batch.next().unwrap().unwrap_err()).contains(part));
        assert!(batch.next().is_none());
    }
}

fn sent() -> impl Strategy<Value = SentFrame> {
    let data = prop::collection::vec(any::<u8>(), 0..200);
    let tag = prop::option::of(any::<u16>());
    (1..9_u32, data, tag, 0..100_usize, any::<[u32; 4]>()).prop_map(
        |(adapter, data, tag, more, [lost, hash, time, queue])| {
            let mut sent = SentFrame::new(adapter, &data).with(RecordFlags::HASH);
            sent.original = Some(data.len() + more);
            (sent.lost, sent.header.hash, sent.time) = (lost, hash, time.into());
            sent.header.queue = queue.to_le_bytes()[0].into();
            match tag {
                Some(tag) => sent.tagged(tag),
                None => sent,
            }
        },
    )
}

proptest! {
    #[test]
    fn frames_come_as_they_were_delivered(all in prop::collection::vec(sent(), 0..40), room in 300_usize..4_000) {
        let fake = Fake::ndisrx(&[]);
        for sent in &all {
            fake.deliver_bytes(sent.record(), sent.data.len());
        }
        let capture = capture(&fake);
        capture.unbind().unwrap();
        let mut reader = capture.reader_with(room);
        let mut count = 0;
        while let Some(batch) = reader.next_batch().unwrap() {
            for frame in batch {
                let (frame, sent) = (frame.unwrap(), &all[count]);
                count += 1;
                let tagged = sent.flags.contains(RecordFlags::VLAN);
                prop_assert_eq!(&*frame.data, &*sent.data);
                prop_assert_eq!(frame.vlan, tagged.then_some(sent.header.vlan));
                prop_assert_eq!((frame.lost, frame.time), (sent.lost, sent.time));
                prop_assert_eq!(frame.hash.unwrap().value, sent.header.hash);
                let back = tagged && sent.data.len() >= 12;
                prop_assert_eq!(frame.wire().len(), sent.data.len() + if back { 4 } else { 0 });
            }
        }
        prop_assert_eq!(count, all.len());
    }

    /// Whatever a read returns, walking it ends, and stays within it.
    #[test]
    fn any_bytes_are_walked(
        all in prop::collection::vec(sent(), 1..6),
        noise in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes: Vec<u8> = all.iter().flat_map(SentFrame::record).collect();
        for (at, byte) in noise {
            let at = at.index(bytes.len());
            bytes[at] ^= byte;
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        let mut walked = 0;
        let mut records = FrameRecords::new(&bytes);
        for record in &mut records {
            let Ok(record) = record else { break };
            walked += record.header.size as usize;
            prop_assert!(record.header.size as usize >= size_of::<RecordHeader>());
            if let Ok(frame) = Frame::try_from(record) {
                prop_assert!(frame.data.len() <= frame.original as usize);
                prop_assert!(frame.wire().len() <= frame.data.len() + 4);
            }
        }
        prop_assert!(walked <= bytes.len());
        prop_assert!(records.next().is_none());
    }

    /// What the driver would refuse never reaches it, and each refusal has a sentence of its own.
    #[test]
    fn settings_are_valid_or_explained(
        retain in any::<bool>(),
        adapters in prop::collection::vec(0..30_u8, 0..20),
        types in prop::collection::vec(any::<u16>(), 0..20),
        sizes in any::<[Option<u32>; 4]>(),
        time in any::<Option<Duration>>(),
        program in prop::collection::vec((0..8_u16, any::<u8>(), any::<u32>()), 0..6),
    ) {
        let program = program.into_iter().map(|(code, jump, k)| Instruction::jump(code, k, jump, 0));
        let settings = CaptureSettings {
            adapters: adapters.into_iter().map(|n| Guid([n; 16])).collect(),
            mode: Some(if retain { FrameMode::Retain } else { FrameMode::Copy }),
            ether_types: types,
            program: program.collect(),
            snap_length: sizes[0],
            queue_bytes: sizes[1].map(|bytes| bytes % (1 << 20)),
            retain_lists: sizes[2].map(|count| count % 5_000),
            retain_bytes: sizes[3].map(|bytes| bytes % (17 << 20)),
            retain_time: time,
            ..CaptureSettings::default()
        };
        match settings.to_input() {
            Ok(input) => {
                let (open, program) = OpenFrames::parse(&input).unwrap();
                prop_assert!(open.check().is_ok());
                prop_assert_eq!(program, settings.program.as_bytes());
            }
            Err(InvalidCapture::Other(error)) => {
                return Err(TestCaseError::fail(format!("no sentence for {error:?}")));
            }
            Err(error) => prop_assert!(error.to_string().ends_with('.')),
        }
    }

    #[test]
    fn guids_are_read_as_they_are_written(bytes in any::<[u8; 16]>(), text in "[0-9a-fA-F{}-]{0,40}") {
        let written = Guid(bytes).to_string();
        prop_assert_eq!(Guid::parse(&written), Some(Guid(bytes)));
        prop_assert_eq!(Guid::parse(&written[1..37].to_lowercase()), Some(Guid(bytes)));
        if let Some(guid) = Guid::parse(&text) {
            let bare = text.trim_matches(['{', '}']).to_uppercase();
            prop_assert_eq!(guid.to_string(), format!("{{{bare}}}"));
        }
    }
}

#[test]
fn errors_of_frames_are_errors_of_captures() {
    let error: Error = InvalidCapture::AdapterCount(17).into();
    assert!(error.device_error().is_none());
    assert!(sentence(&error).starts_with("17 adapters are named"));
}
