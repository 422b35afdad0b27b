//! Behaviours 7 and 14 to 19: lists, their memory, and what is told beside it.

use std::num::NonZeroU32;

use ndis_sys::{
    NDIS_RUNTIME_VERSION_620, NDIS_RUNTIME_VERSION_630, NDIS_RUNTIME_VERSION_650,
    NDIS_RUNTIME_VERSION_680, NDIS_RUNTIME_VERSION_682, NDIS_RUNTIME_VERSION_684,
    NDIS_RUNTIME_VERSION_687,
};
use nthost::ndis::{
    Coalesced, DataSettings, Failures, Frame, Geometry, Headers, Lending, Lent, Malformed, Pieces,
    Poison, Settings,
};
use rx_abi::{FrameMode, FrameStats};
use winrx::{Checksums, RecordFlags};

use super::{
    frames::{check, numbered, several, telling},
    lab::{Lab, MODES, Reader, adapter, builder, with_each},
};

fn settings(change: impl FnOnce(&mut DataSettings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings.data);
    settings
}

/// What is lent is as before when the driver has returned, and it is not touched afterwards.
#[test]
fn b07_lent_lists() {
    for poison in [Poison::Fill, Poison::Protect] {
        for geometry in [Geometry::Single, Geometry::Random] {
            let mut settings = settings(|data| {
                data.poison = poison;
                data.geometry = geometry.clone();
            });
            settings.receive.lending = Lending::Always;
            with_each(&settings, |reader| {
                let read = reader.exchange(&telling(0..100));
                assert!(read.iter().all(|frame| frame.flags.contains(RecordFlags::LOANED)));
                assert_eq!(reader.lab.link.report().loaned, 200);
                assert_eq!(reader.settled().retained_most, 0);
            });
        }
    }
}

/// Frames in one MDL and in many, with offsets and without, in empty MDLs and in MDLs of one byte, in more
/// than 64, that end before the MDLs do, across pages.
#[test]
fn b14_geometry() {
    let pieces = |lengths: &[u32], offset, at_end| {
        Geometry::Pieces(Pieces { lengths: lengths.to_vec(), offset, at_end })
    };
    let many = vec![13; 80];
    let ones = vec![1; 100];
    let geometries = [
        Geometry::Single,
        Geometry::Offset(1),
        Geometry::Offset(4095),
        pieces(&[1, 1, 12, 600], 0, false),
        pieces(&[64, 1000], 64, true),
        pieces(&[64, 1000], 64, false),
        pieces(&[0, 0, 10, 0, 1, 0, 3, 0], 7, true),
        pieces(&[100, 9000, 200, 0, 300], 99, false),
        pieces(&many, 5, true),
        pieces(&ones, 0, false),
        pieces(&[14], 0, false),
        pieces(&[6, 8], 0, false),
    ];
    for mapped in [true, false] {
        with_each(&settings(|data| data.mapped = mapped), |reader| {
            let mut scattered = 0;
            for geometry in &geometries {
                let mut sent = telling(0..20);
                for frame in &mut sent {
                    frame.geometry = geometry.clone();
                }
                reader.exchange(&sent);
                let now = reader.settled().scattered;
                let whole = matches!(geometry, Geometry::Single | Geometry::Offset(_));
                assert_eq!(whole, now == scattered, "{geometry:?}");
                scattered = now;
            }
        });
        let random = settings(|data| (data.mapped, data.geometry) = (mapped, Geometry::Random));
        with_each(&random, |reader| {
            reader.exchange(&telling(0..250));
        });
    }
}

/// Frames that are too short to have a header, frames of the greatest length that there is, and several
/// frames in one list.
#[test]
fn b14_lengths() {
    for geometry in [Geometry::Single, Geometry::Random] {
        with_each(&settings(|data| data.geometry = geometry.clone()), |reader| {
            let runts: Vec<Frame> = (0..=17).map(|length| numbered(length, length)).collect();
            for frame in runts {
                let read = reader.deliver(std::slice::from_ref(&frame));
                assert!(*read[0].data == *frame.data);
                assert_eq!(read[0].original as usize, frame.data.len());
            }
            let long = |n| numbered(n, [65_535, 65_549, 65_553][n % 3]);
            reader.exchange(&(0..6).map(long).collect::<Vec<_>>());
            let mut lists = telling(0..30);
            for (list, index) in lists.iter_mut().zip(0..) {
                let more = (0..index % 5).map(|more| numbered(1000 + index * 5 + more, 70 + index));
                list.more_buffers = more.map(|frame| frame.data).collect();
            }
            reader.exchange(&lists);
        });
    }
}

/// Lists without a buffer, buffers without memory, chains that end too early, offsets behind the end: each
/// is one frame that is counted and not delivered; those around it are.
#[test]
fn b15_malformed_lists() {
    let malformed = [
        (Malformed::NoBuffer, true),
        (Malformed::NoMdl, true),
        (Malformed::Short(1), false),
        (Malformed::Short(700), false),
        (Malformed::OffsetBeyond(1), false),
        (Malformed::OffsetBeyond(100_000), false),
    ];
    for lending in [Lending::LowMark, Lending::Always] {
        let mut settings = Settings::default();
        settings.receive.lending = lending;
        for (malformed, is_empty) in malformed {
            with_each(&settings, |reader| {
                let mut sent: Vec<_> = (0..40).map(|n| numbered(n, 800)).collect();
                for bad in sent.iter_mut().skip(3).step_by(4) {
                    bad.geometry = Geometry::Malformed(malformed);
                }
                reader.send(&sent);
                let good = sent.iter().filter(|frame| frame.geometry == Geometry::Single);
                let good: Vec<_> = good.cloned().collect();
                let read = reader.read(30);
                for (read, good) in read.iter().zip(&good) {
                    assert!(*read.data == *good.data);
                }
                let lost: u32 = read.iter().map(|frame| frame.lost).sum();
                let stats = reader.settled();
                let adapter = reader.lab.adapter_stats();
                let counts = [adapter.dropped_malformed, stats.dropped_malformed, stats.offered];
                let expected =
                    if adapter.dropped_malformed > 0 { [10, 0, 30] } else { [0, 10, 40] };
                assert_eq!(counts, expected, "{malformed:?}: {stats:?}");
                if is_empty {
                    assert_eq!(adapter.dropped_malformed, 10);
                }
                // The last ones have no frame behind them that could tell.
                let told = if adapter.dropped_malformed > 0 { 0 } else { 9 };
                assert_eq!(lost, told, "{malformed:?}");
                assert_eq!((stats.delivered, stats.lost), (30, 0));
            });
        }
    }
}

/// The miniport takes headers back that lie in MDLs of their own, as soon as its indication has returned,
/// and overwrites them: what is delivered has the right ones. Such lists are not kept.
#[test]
fn b16_split_headers() {
    for headers in [Headers::Overwritten, Headers::Kept] {
        let mut settings = Settings::default();
        settings.receive.headers = headers;
        with_each(&settings, |reader| {
            let mut sent = telling(0..60);
            for (frame, number) in sent.iter_mut().zip(0..) {
                frame.geometry = Geometry::Split { header: [14, 34, 54, 5][number % 4] };
            }
            let read = reader.exchange(&sent);
            assert!(read.iter().all(|one| one.flags.contains(RecordFlags::HEADER_SPLIT)));
            assert_eq!(reader.settled().retained_most, 0);
        });
    }
}

/// The n-th mapping of an MDL fails: at most the frame that it belongs to is dropped, and counted.
#[test]
fn b17_failing_mappings() {
    let lengths = vec![200, 300, 400];
    let pieces = Geometry::Pieces(Pieces { lengths, offset: 0, at_end: false });
    for geometry in [Geometry::Single, pieces] {
        for (mode, after) in MODES.into_iter().flat_map(|mode| (0..40).map(move |n| (mode, n))) {
            let lab = Lab::new(&settings(|data| data.mapped = false));
            let reader = lab.reader(mode);
            let mut sent: Vec<_> = (0..12).map(|n| numbered(n, 900)).collect();
            for frame in &mut sent {
                frame.geometry = geometry.clone();
            }
            lab.kernel().fail_mapping_after(after);
            reader.send(&sent);
            let (read, stats) = read_to_the_end(&reader);
            assert_eq!(stats.offered, 12, "{stats:?}");
            let gone = stats.dropped_unmapped + stats.lost;
            assert!(gone <= 1, "{stats:?}");
            let is_first = mode == FrameMode::Copy && after == 0;
            assert!(!is_first || gone == 1, "the first mapping is that of a frame: {stats:?}");
            assert_eq!(read.len() as u64, 12 - gone, "{stats:?}");
            let mut sent = sent.iter();
            for read in &read {
                assert!(sent.any(|sent| *sent.data == *read.data), "in order, and unchanged");
            }
            drop(reader);
            lab.accounts();
            lab.finish();
        }
    }
}

/// Ends reception and reads what is held, where one read may fail for want of a mapping.
fn read_to_the_end(reader: &Reader) -> (Vec<winrx::Frame<'static>>, FrameStats) {
    reader.capture.unbind().expect("reception ends");
    let (mut frames, mut failures, mut reads) = (Vec::new(), 0, reader.capture.reader());
    loop {
        match reads.next_batch() {
            Ok(Some(batch)) => frames.extend(batch.map(|frame| frame.expect("valid").into_owned())),
            Ok(None) => break,
            Err(_) => failures += 1,
        }
        assert!(failures <= 1, "one mapping fails");
    }
    (frames, reader.settled())
}

/// NDIS has no memory for copies: it lends what it would have copied.
#[test]
fn b18_failing_allocations() {
    let failures = [
        Failures::Every(NonZeroU32::new(3).expect("it is 3")),
        Failures::Some { after: 10, count: 30 },
    ];
    for allocations in failures {
        let mut settings = settings(|data| data.allocations = allocations);
        settings.receive.lending = Lending::Always;
        settings.receive.lent = Lent::Copied;
        with_each(&settings, |reader| {
            reader.exchange(&telling(0..100));
        });
    }
}

/// Each version of NDIS has slots of its own; behind the last one there is a page that nobody can touch.
/// What the version has is told, and nothing else is.
#[test]
fn b19_out_of_band_information() {
    let versions = [
        NDIS_RUNTIME_VERSION_620,
        NDIS_RUNTIME_VERSION_630,
        NDIS_RUNTIME_VERSION_650,
        NDIS_RUNTIME_VERSION_680,
        NDIS_RUNTIME_VERSION_682,
        NDIS_RUNTIME_VERSION_684,
        NDIS_RUNTIME_VERSION_687,
    ];
    for version in versions {
        for mode in FrameMode::ALL {
            let settings = settings(|data| data.guarded = true);
            let builder = builder(&settings).ndis_version(version);
            let lab = Lab::on(builder, adapter(&settings, |_| {}));
            let reader = lab.reader(mode);
            let sent = telling(0..120);
            reader.send(&sent);
            let told: Vec<_> = sent.into_iter().map(|frame| known_to(version, frame)).collect();
            check(&reader.read(120), &told);
            reader.end();
            lab.accounts();
            lab.finish();
        }
    }
}

/// The frame with what is told of it by a version.
fn known_to(version: u32, frame: Frame) -> Frame {
    let coalesced = frame.coalesced.filter(|coalesced| match coalesced {
        Coalesced::Tcp { .. } => version >= NDIS_RUNTIME_VERSION_630,
        Coalesced::Udp { .. } => version >= NDIS_RUNTIME_VERSION_684,
    });
    let timestamp = frame.timestamp.filter(|_| version >= NDIS_RUNTIME_VERSION_682);
    Frame { coalesced, timestamp, ..frame }
}

/// Tags of all kinds: of VLAN 0 with a priority, with all bits, none; beside one in the frame itself. A tag
/// of nothing but zeros is none.
#[test]
fn b19_tags() {
    with_each(&Settings::default(), |reader| {
        let tags = [0x0001, 0x0fff, 0xe000, 0x1000, 0xffff, 0x6064, 0];
        for (tag, n) in tags.into_iter().zip(0..) {
            let mut frame = numbered(n, 100);
            // A tag inside, as of a provider's network.
            frame.data.splice(12..12, [0x81, 0, 0x20, 0x05]);
            frame.vlan = Some(tag);
            let read = reader.deliver(std::slice::from_ref(&frame));
            assert_eq!(read[0].vlan, Some(tag).filter(|tag| *tag != 0));
            assert!(*read[0].data == *frame.data);
            let wire = frame.data.len() + if tag == 0 { 0 } else { 4 };
            assert_eq!((read[0].wire().len(), read[0].wire_length() as usize), (wire, wire));
        }
        let plain = reader.deliver(&several(0..10));
        assert!(plain.iter().all(|frame| frame.vlan.is_none() && frame.hash.is_none()));
        assert!(plain.iter().all(|frame| frame.checksums == Checksums::default()));
    });
}
