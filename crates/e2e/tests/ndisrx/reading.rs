//! What is indicated is read: bytes, order, and what is known beside the bytes.

use nthost::ndis::{Adapter, Coalesced, Frame, Geometry, Hash, Lending, Malformed, Pieces};
use winrx::{
    Capture, CaptureSettings, Checksums, RecordFlags,
    output::{Counted, Counters},
};

use crate::rig::{Rig, frame, promiscuous, read, stats};

#[test]
fn frames_are_read_in_their_order_with_all_their_bytes() {
    let rig = Rig::new();
    let capture = rig.capture(&promiscuous());
    let frames: Vec<Frame> = [60, 14, 1514, 64, 9014, 65_550, 13, 1, 0, 200]
        .into_iter()
        .zip(0..)
        .map(|(length, number)| frame(length, number))
        .collect();
    assert_eq!(rig.link.indicate(&frames).taken, frames.len());
    for (got, sent) in read(&capture, frames.len()).iter().zip(&frames) {
        assert_eq!(*got.data, *sent.data);
        assert_eq!((got.original as usize, got.lost, got.adapter), (sent.data.len(), 0, 1));
    }
    let stats = stats(&capture);
    assert_eq!((stats.offered, stats.delivered, stats.dropped()), (10, 10, 0));
    assert_eq!(
        stats.delivered_bytes,
        frames.iter().map(|frame| frame.data.len() as u64).sum::<u64>()
    );
    let adapter = rig.adapter_stats();
    assert_eq!((adapter.frames, adapter.offered, adapter.lists_held), (10, 10, 0));
    drop(capture);
    rig.finish();
}

#[test]
fn others_see_what_adapters_have_brought() {
    let rig = Rig::new();
    let look = || {
        let observer = Capture::new(rig.machine.open()).unwrap();
        let counters = Counters::of_adapters(&observer).unwrap();
        let Counted::Adapters(adapters) = &counters.counted else { unreachable!() };
        let (adapter, stats) = adapters[0].clone();
        assert_eq!((adapters.len(), &*adapter.friendly_name), (1, "net0"));
        assert!(stats.adds_up(), "{stats:?}");
        (stats, counters)
    };
    rig.link.indicate(&[frame(100, 0)]);
    let (before, _) = look();
    assert_eq!((before.frames, before.readers), (0, 0), "nothing is asked for");
    let capture = rig.capture(&promiscuous());
    rig.link.indicate(&[frame(100, 1), frame(200, 2)]);
    let (stats, counters) = look();
    assert_eq!((stats.frames, stats.bytes, stats.readers), (2, 300, 1));
    let table = counters.table(None);
    assert!(table.lines().nth(2).unwrap().starts_with("1       net0     running  2  "), "{table}");
    assert!(counters.lines().contains(r#""friendly_name":"net0""#));
    drop(capture);
    rig.finish();
}

#[test]
fn what_is_known_beside_the_bytes_is_told() {
    let rig = Rig::new();
    let capture = rig.capture(&promiscuous());
    let full = Frame {
        vlan: Some(0xa123),
        hash: Some(Hash { value: 0x1234_5678, info: 0x0101 }),
        checksum: 1 << 3 | 1 << 5,
        timestamp: Some(1_234_567_890_123),
        coalesced: Some(Coalesced::Tcp { segments: 7, duplicate_acks: 1 }),
        queue: 3,
        ..frame(100, 1)
    };
    rig.link.indicate(&[full.clone(), frame(100, 2)]);
    let [told, plain] = &read(&capture, 2)[..] else { unreachable!() };
    assert_eq!(told.vlan, Some(0xa123));
    let hash = told.hash.expect("a hash");
    assert_eq!((hash.value, hash.info), (0x1234_5678, 0x0101));
    assert_eq!(told.queue, 3);
    assert_eq!(told.segments.map(|segments| segments.count), Some(7));
    assert!(told.flags.contains(RecordFlags::ADAPTER_TIME.with(RecordFlags::COALESCED)));
    assert_eq!(told.time, 1_234_567_890_123);
    assert_eq!(told.checksums, Checksums::TCP_RIGHT.with(Checksums::IP_RIGHT));
    assert_eq!((told.sequence, plain.sequence), (0, 1));
    assert_eq!(plain.time, plain.system_time);
    assert_eq!((plain.vlan, plain.segments, plain.hash.is_none()), (None, None, true));
    drop(capture);
    rig.finish();
}

#[test]
fn every_geometry_is_read() {
    for seed in 0..20 {
        let mut adapter = Adapter::new("net0");
        adapter.settings.seed = seed;
        adapter.settings.data.mapped = seed % 2 == 0;
        let rig = Rig::with(adapter);
        let capture = rig.capture(&promiscuous());
        let lengths = (0..200).map(|at| (at * 37 + at * at * 11) % 4000);
        let frames: Vec<Frame> = lengths
            .zip(0..)
            .map(|(length, number)| Frame { geometry: Geometry::Random, ..frame(length, number) })
            .collect();
        rig.link.indicate(&frames);
        for (got, sent) in read(&capture, frames.len()).iter().zip(&frames) {
            assert_eq!(*got.data, *sent.data, "seed {seed}");
        }
        drop(capture);
        rig.finish();
    }
}

#[test]
fn malformed_lists_are_counted_and_change_nothing_else() {
    let rig = Rig::new();
    let capture = rig.capture(&promiscuous());
    let malformed = |how| Frame { geometry: Geometry::Malformed(how), ..frame(200, 0) };
    let kinds =
        [Malformed::NoBuffer, Malformed::NoMdl, Malformed::OffsetBeyond(1), Malformed::Short(50)];
    for how in kinds {
        rig.link.indicate(&[frame(100, 1), malformed(how), frame(100, 2)]);
        let frames = read(&capture, 2);
        assert_eq!((frames[0].data.len(), frames[1].data.len()), (100, 100));
    }
    let (adapter, reader) = (rig.adapter_stats(), stats(&capture));
    assert_eq!(adapter.dropped_malformed + reader.dropped_malformed, 4);
    assert_eq!(adapter.frames, 12);
    drop(capture);
    rig.finish();
}

#[test]
fn lists_of_several_frames_are_read() {
    let rig = Rig::new();
    let capture = rig.capture(&promiscuous());
    let more_buffers = vec![vec![7; 60], vec![], vec![9; 1000]];
    let several = Frame { more_buffers: more_buffers.clone(), ..frame(100, 1) };
    rig.link.indicate(&[several, frame(80, 2)]);
    let frames = read(&capture, 5);
    for (got, sent) in frames[1..4].iter().zip(&more_buffers) {
        assert_eq!(*got.data, **sent);
    }
    let stats = rig.adapter_stats();
    assert_eq!((stats.lists, stats.frames), (2, 5));
    drop(capture);
    rig.finish();
}

#[test]
fn lent_frames_are_copied() {
    let mut adapter = Adapter::new("net0");
    adapter.settings.receive.lending = Lending::Always;
    let rig = Rig::with(adapter);
    let capture = rig.capture(&promiscuous());
    let frames: Vec<Frame> = (0..100).map(|number| frame(300, number)).collect();
    rig.link.indicate(&frames);
    for (got, sent) in read(&capture, 100).iter().zip(&frames) {
        assert_eq!(*got.data, *sent.data);
        assert!(got.flags.contains(RecordFlags::LOANED));
    }
    let stats = rig.adapter_stats();
    assert_eq!((stats.lists_loaned, stats.lists_returned), (100, 0));
    drop(capture);
    rig.finish();
}

#[test]
fn what_is_longer_than_the_snap_length_is_cut() {
    let rig = Rig::new();
    let capture = rig.capture(&CaptureSettings { snap_length: Some(96), ..promiscuous() });
    let pieces = Frame {
        geometry: Geometry::Pieces(Pieces { lengths: vec![10, 40, 30], ..Pieces::default() }),
        ..frame(300, 2)
    };
    let frames = [frame(1514, 0), frame(96, 1), pieces];
    rig.link.indicate(&frames);
    for (got, sent) in read(&capture, 3).iter().zip(&frames) {
        assert_eq!(*got.data, sent.data[..96]);
        assert_eq!(got.original as usize, sent.data.len());
        assert_eq!(got.is_cut(), sent.data.len() > 96);
    }
    assert_eq!(stats(&capture).truncated, 2);
    drop(capture);
    rig.finish();
}

#[test]
fn a_full_queue_drops_and_tells() {
    let rig = Rig::new();
    let settings = CaptureSettings { queue_bytes: Some(64 << 10), ..promiscuous() };
    let capture = rig.capture(&settings);
    let frames: Vec<Frame> = (0..200).map(|number| frame(1000, number)).collect();
    rig.link.indicate(&frames);
    let full = stats(&capture);
    assert!(full.dropped_queue_full > 0 && full.held > 0, "{full:?}");
    assert_eq!(full.held + full.dropped_queue_full, 200);
    let held = usize::try_from(full.held).unwrap();
    read(&capture, held);
    rig.link.indicate(&frames[..1]);
    let next = &read(&capture, 1)[0];
    assert_eq!(u64::from(next.lost), full.dropped_queue_full);
    assert_eq!(next.sequence, 200);
    // One that can never fit.
    rig.link.indicate(&[frame(65_536, 0)]);
    assert_eq!(stats(&capture).dropped_too_large, 1);
    drop(capture);
    rig.finish();
}
