//! Records are read as they are written, and nothing else is taken for a record.

use proptest::prelude::*;
use rx_abi::{
    DatagramHeader, Endpoint, Family, InvalidRecord, RecordFlags, RecordHeader, RecordKind, Records,
};
use zerocopy::IntoBytes;

fn header(payload: usize) -> RecordHeader {
    RecordHeader {
        size: RecordHeader::datagram_size(payload).unwrap(),
        payload_offset: RecordHeader::DATAGRAM_OFFSET,
        kind: RecordKind::Datagram as u16,
        captured: u32::try_from(payload).unwrap(),
        original: u32::try_from(payload).unwrap(),
        flags: RecordFlags::MULTICAST.bits(),
        lost: 3,
        time: 1_700_000_000_000_000_001,
    }
}

fn record(payload: &[u8]) -> Vec<u8> {
    let header = header(payload.len());
    let datagram = DatagramHeader {
        from: Endpoint { port: 53, family: Family::V6 as u16, ..Endpoint::default() },
        ..DatagramHeader::default()
    };
    let mut bytes = [header.as_bytes(), datagram.as_bytes(), payload].concat();
    bytes.resize(header.size as usize, 0);
    bytes
}

fn first_error(bytes: &[u8]) -> Option<InvalidRecord> {
    Records::new(bytes).find_map(Result::err)
}

#[test]
fn sizes_are_aligned() {
    for (payload, size) in [(0, 88), (1, 96), (8, 96), (9, 104), (65_527, 65_616)] {
        assert_eq!(RecordHeader::datagram_size(payload), Some(size));
    }
    assert_eq!(RecordHeader::datagram_size(u32::MAX as usize), None);
    assert_eq!(RecordHeader::datagram_size(usize::MAX), None);
}

#[test]
fn flags_have_names() {
    let flags = RecordFlags::TRUNCATED.with(RecordFlags::BROADCAST);
    assert_eq!(flags.names().collect::<Vec<_>>(), ["truncated", "broadcast"]);
    assert_eq!(RecordFlags::default().names().count(), 0);
}

#[test]
fn what_is_cut_or_does_not_go_together_is_refused() {
    let whole = record(b"payload");
    for length in 1..whole.len() {
        assert_eq!(first_error(&whole[..length]), Some(InvalidRecord::Short), "{length}");
    }
    let change = |at: usize, to: u8| {
        let mut bytes = whole.clone();
        bytes[at] = to;
        first_error(&bytes)
    };
    assert_eq!(change(0, 88), Some(InvalidRecord::Size), "size");
    assert_eq!(change(4, 80), Some(InvalidRecord::Size), "offset");
    assert_eq!(change(6, 2), Some(InvalidRecord::Kind));
    assert_eq!(change(8, 9), Some(InvalidRecord::Size), "captured");
}

#[test]
fn nothing_follows_a_record_that_is_not_valid() {
    let mut bytes = record(b"a");
    bytes[6] = 9;
    bytes.extend(record(b"b"));
    assert_eq!(Records::new(&bytes).count(), 1);
}

proptest! {
    #[test]
    fn records_are_read_as_written(payloads in prop::collection::vec(
        prop::collection::vec(any::<u8>(), 0..100), 0..10)
    ) {
        let bytes: Vec<u8> = payloads.iter().flat_map(|payload| record(payload)).collect();
        let records: Vec<_> = Records::new(&bytes).collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(records.len(), payloads.len());
        for (record, payload) in records.iter().zip(&payloads) {
            prop_assert_eq!(record.payload, payload);
            prop_assert_eq!(record.header, header(payload.len()));
            prop_assert_eq!(record.detail.from.port, 53);
        }
    }

    #[test]
    fn any_bytes_can_be_looked_at(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for record in Records::new(&bytes).flatten() {
            prop_assert_eq!(record.payload.len(), record.header.captured as usize);
        }
    }
}
