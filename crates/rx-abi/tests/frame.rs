//! Records of frames, adapters and counters.

use rx_abi::{
    Adapter, AdapterStats, Checksums, FrameHeader, FrameRecords, FrameStats, InvalidRecord,
    RecordFlags, RecordHeader, RecordKind, Records,
};
use zerocopy::IntoBytes;

fn record(frame: &[u8]) -> Vec<u8> {
    let length = u32::try_from(frame.len()).unwrap();
    let header = RecordHeader {
        size: RecordHeader::frame_size(frame.len()).unwrap(),
        payload_offset: RecordHeader::FRAME_OFFSET,
        kind: RecordKind::Frame as u16,
        captured: length,
        original: length,
        flags: RecordFlags::VLAN.bits(),
        ..RecordHeader::default()
    };
    let detail = FrameHeader { adapter: 3, vlan: 0xe005, ..FrameHeader::default() };
    let mut bytes = [header.as_bytes(), detail.as_bytes(), frame].concat();
    bytes.resize(header.size as usize, 0);
    bytes
}

#[test]
fn sizes_are_aligned() {
    for (captured, size) in [(0, 80), (1, 88), (8, 88), (1514, 1600)] {
        assert_eq!(RecordHeader::frame_size(captured), Some(size));
    }
}

#[test]
fn frames_are_read_as_written() {
    let bytes = [record(b"one"), record(b"another")].concat();
    let read: Vec<_> = FrameRecords::new(&bytes).collect::<Result<_, _>>().unwrap();
    assert_eq!(read.iter().map(|one| one.payload).collect::<Vec<_>>(), [&b"one"[..], b"another"]);
    assert!(read.iter().all(|one| one.detail.vlan == 0xe005 && one.detail.adapter == 3));
    assert_eq!(read[0].flags().names().collect::<Vec<_>>(), ["vlan"]);
}

#[test]
fn frames_and_datagrams_are_not_taken_for_each_other() {
    assert_eq!(Records::new(&record(b"a")).next().unwrap().err(), Some(InvalidRecord::Kind));
}

#[test]
fn an_address_is_never_longer_than_its_room() {
    let adapter = |mac_length| Adapter { mac_length, ..Adapter::default() };
    assert_eq!(adapter(6).mac().len(), 6);
    assert_eq!(adapter(u32::MAX).mac().len(), 32);
}

#[test]
fn checksums_have_names() {
    let said = Checksums::IP_RIGHT.with(Checksums::UDP_WRONG);
    assert_eq!(said.names().collect::<Vec<_>>(), ["ip-right", "udp-wrong"]);
}

#[test]
fn counters_that_do_not_add_up_are_found() {
    let reader = FrameStats {
        offered: 21,
        filtered: 5,
        accepted: 10,
        dropped_queue_full: 1,
        dropped_too_large: 1,
        dropped_no_memory: 1,
        dropped_unmapped: 1,
        dropped_malformed: 2,
        delivered: 4,
        held: 3,
        lost: 2,
        flushed: 1,
        ..FrameStats::default()
    };
    assert!(reader.adds_up());
    assert!(!FrameStats { offered: 22, ..reader }.adds_up());
    assert!(!FrameStats { held: 4, ..reader }.adds_up());
    assert_eq!(reader.drops().iter().map(|(_, count)| count).sum::<u64>(), reader.dropped() + 2);

    let adapter = AdapterStats {
        lists: 6,
        lists_loaned: 1,
        lists_returned: 2,
        lists_held: 3,
        frames: 10,
        offered: 4,
        dropped_paused: 1,
        dropped_no_reader: 2,
        dropped_malformed: 3,
        ..AdapterStats::default()
    };
    assert!(adapter.adds_up());
    assert!(!AdapterStats { lists_held: 2, ..adapter }.adds_up());
    assert!(!AdapterStats { frames: 9, ..adapter }.adds_up());
}
