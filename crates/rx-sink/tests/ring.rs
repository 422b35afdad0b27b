//! The ring keeps records whole, in order, and none twice, whatever the sizes and whoever writes.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]

use std::{
    cell::UnsafeCell,
    collections::VecDeque,
    ptr::NonNull,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use proptest::prelude::*;
use rx_abi::RecordHeader;
use rx_sink::{Memory, Ring};
use zerocopy::FromBytes;

const SIZE: usize = 4096;

struct Heap(Box<[UnsafeCell<u64>]>);

impl Heap {
    fn new(bytes: usize) -> Self {
        Self((0..bytes / 8).map(|_| UnsafeCell::new(0)).collect())
    }
}

// SAFETY: the box keeps its place and its length, and only the ring uses what is in it.
unsafe impl Memory for Heap {
    fn base(&self) -> NonNull<u8> {
        NonNull::from(&*self.0).cast()
    }

    fn len(&self) -> usize {
        self.0.len() * 8
    }
}

// SAFETY: the ring takes care that one thread at a time uses a part of it.
unsafe impl Sync for Heap {}

fn ring(bytes: usize) -> Ring<Heap> {
    let memory = Heap::new(Ring::<Heap>::memory_size(bytes).unwrap());
    Ring::new(bytes, memory).unwrap()
}

fn header(payload: usize, time: u64) -> RecordHeader {
    RecordHeader {
        size: RecordHeader::datagram_size(payload).unwrap(),
        payload_offset: RecordHeader::DATAGRAM_OFFSET,
        kind: 1,
        captured: u32::try_from(payload).unwrap(),
        time,
        ..RecordHeader::default()
    }
}

/// What a record with this number holds behind its header.
fn body(payload: usize, number: u64) -> Vec<u8> {
    let size = RecordHeader::datagram_size(payload).unwrap() as usize;
    (0..size - size_of::<RecordHeader>()).map(|at| (at as u64 ^ number) as u8).collect()
}

/// Writes as many of the records as fit, numbered from `number`; returns how many.
fn write(ring: &Ring<Heap>, payloads: &[usize], number: u64) -> usize {
    let sizes = payloads.iter().map(|&payload| header(payload, 0).size);
    let Some(mut room) = ring.reserve(&sizes) else { return 0 };
    let records = room.records() as usize;
    for (&payload, number) in payloads.iter().take(records).zip(number..) {
        let header = header(payload, number);
        let mut record = room.record(header.size).unwrap();
        for part in body(payload, number).chunks(13) {
            record.write(part);
        }
        record.finish(&header);
    }
    records
}

/// Removes the first record and checks it; returns its payload's length and its number.
fn read(ring: &Ring<Heap>) -> Option<(usize, u64)> {
    let mut reader = ring.reader().unwrap();
    let record = reader.first()?;
    let (payload, number) = (record.header().captured as usize, record.header().time);
    let bytes = record.pieces().concat();
    assert_eq!(bytes.len(), record.size());
    assert_eq!(bytes[size_of::<RecordHeader>()..], body(payload, number));
    record.remove();
    Some((payload, number))
}

#[test]
fn sizes_of_memory() {
    assert_eq!(Ring::<Heap>::memory_size(SIZE), Some(SIZE + SIZE / 8));
    for wrong in [0, 2048, 4095, 5000, 1 << 31] {
        assert_eq!(Ring::<Heap>::memory_size(wrong), None);
    }
    assert!(Ring::new(SIZE, Heap::new(SIZE)).is_none());
}

#[test]
fn is_full_when_no_byte_is_left() {
    let ring = ring(SIZE);
    let payload = SIZE / 2 - usize::from(RecordHeader::DATAGRAM_OFFSET);
    assert_eq!(write(&ring, &[payload; 3], 0), 2);
    assert_eq!((ring.used(), ring.used_most()), (SIZE, SIZE));
    assert_eq!(write(&ring, &[0], 0), 0);
    assert_eq!(read(&ring), Some((payload, 0)));
    assert_eq!(write(&ring, &[payload], 2), 1);
    assert_eq!([read(&ring), read(&ring)], [Some((payload, 1)), Some((payload, 2))]);
    assert_eq!((read(&ring), ring.used()), (None, 0));
}

#[test]
fn nothing_is_seen_before_it_is_published() {
    let ring = ring(SIZE);
    let size = header(10, 0).size;
    let mut early = ring.reserve(&[size].into_iter()).unwrap();
    assert_eq!(write(&ring, &[20], 7), 1);
    assert_eq!(read(&ring), None, "the batch before is not published");
    let mut record = early.record(size).unwrap();
    record.write(&body(10, 6));
    record.finish(&header(10, 6));
    drop(early);
    assert_eq!([read(&ring), read(&ring)], [Some((10, 6)), Some((20, 7))]);
}

#[test]
fn what_is_not_finished_is_passed_over() {
    let ring = ring(SIZE);
    let sizes = [100, 200, 300].map(|payload| header(payload, 0).size);
    let mut room = ring.reserve(&sizes.into_iter()).unwrap();
    drop(room.record(sizes[0]).unwrap());
    // A header that says another size would lead the reader astray.
    room.record(sizes[1]).unwrap().finish(&header(8, 0));
    drop(room);
    assert_eq!(write(&ring, &[1], 5), 1);
    assert_eq!(read(&ring), Some((1, 5)));
    assert_eq!(ring.used(), 0);
}

#[test]
fn no_more_is_written_than_was_reserved() {
    let ring = ring(SIZE);
    let size = header(8, 0).size;
    let mut room = ring.reserve(&[size].into_iter()).unwrap();
    assert!(room.record(size + 8).is_none());
    let mut record = room.record(size).unwrap();
    record.write(&body(8, 1));
    record.write(&[0xee; 100]);
    record.finish(&header(8, 1));
    assert!(room.record(8).is_none());
    drop(room);
    assert_eq!(read(&ring), Some((8, 1)));
}

#[test]
fn a_record_is_never_smaller_than_its_header() {
    let ring = ring(SIZE);
    let mut reservation = ring.reserve(&[8, 8].into_iter()).unwrap();
    let mut header = header(0, 7);
    for _ in 0..2 {
        header.size = size_of::<RecordHeader>() as u32;
        reservation.record(8).unwrap().finish(&header);
    }
    drop(reservation);
    let mut reader = ring.reader().unwrap();
    for _ in 0..2 {
        let record = reader.first().unwrap();
        assert_eq!((record.header().time, record.size()), (7, size_of::<RecordHeader>()));
        record.remove();
    }
    assert!(reader.first().is_none());
}

#[test]
fn what_a_leaked_writer_leaves_is_not_read_beyond_its_batch() {
    let ring = ring(SIZE);
    let mut number = 0;
    // The second time around there are old records in its place.
    for payload in [900, 100].repeat(9) {
        let size = RecordHeader::datagram_size(payload).unwrap();
        let mut reservation = ring.reserve(&[size].into_iter()).unwrap();
        std::mem::forget(reservation.record(size).unwrap());
        drop(reservation);
        number += 1;
        write(&ring, &[payload], number);
        let records: Vec<_> = std::iter::from_fn(|| read(&ring)).collect();
        assert_eq!(records.last(), Some(&(payload, number)));
    }
    assert_eq!(ring.used(), 0);
}

#[test]
fn there_is_one_reader_at_a_time() {
    let ring = ring(SIZE);
    let reader = ring.reader().unwrap();
    assert!(ring.reader().is_none());
    drop(reader);
    assert!(ring.reader().is_some());
}

#[test]
fn a_record_can_be_changed_before_it_is_removed() {
    let ring = ring(SIZE);
    assert_eq!(write(&ring, &[8], 0), 1);
    let mut reader = ring.reader().unwrap();
    let mut record = reader.first().unwrap();
    record.overwrite(90, b"changed beyond its end");
    record.overwrite(0, b"x");
    record.set_header(&RecordHeader { size: 4000, time: 5, ..header(8, 0) });
    let bytes = record.pieces().concat();
    assert_eq!((bytes.len(), &bytes[32..33], &bytes[90..]), (96, &b"x"[..], &b"change"[..]));
    let mut part = [0; 20];
    assert_eq!((record.copy_to(90, &mut part), record.copy_to(96, &mut part)), (6, 0));
    assert_eq!(part[..7], *b"change\0");
    assert_eq!(reader.first().unwrap().header(), &header(8, 5));
    reader.first().unwrap().skip();
    assert!(reader.first().is_none());
    assert_eq!(ring.used(), 0);
}

#[test]
fn records_come_in_runs() {
    let ring = ring(SIZE);
    let runs = |most: usize| {
        let mut reader = ring.reader().unwrap();
        let mut runs = Vec::new();
        while let Some(run) = reader.run(most, |header| header.time != 9) {
            let bytes = run.bytes().to_vec();
            assert_eq!(run.captured(), 8 * run.records());
            let numbers = bytes
                .chunks(96)
                .map(|record| RecordHeader::read_from_prefix(record).unwrap().0.time);
            runs.push(numbers.collect::<Vec<_>>());
            assert_eq!(runs.last().unwrap().len() as u64, run.records());
            run.remove();
        }
        runs
    };
    assert!(runs(SIZE).is_empty());
    for first in [0, 2, 4] {
        assert_eq!(write(&ring, &[8, 8], first), 2);
    }
    // Records of several batches, none that is longer than there is room, or not wanted.
    assert_eq!(runs(95), [[0_u64; 0]; 0]);
    assert_eq!(runs(96 * 4 + 95), [vec![0, 1, 2, 3], vec![4, 5]]);
    assert_eq!(write(&ring, &[8; 4], 7), 4);
    assert_eq!(runs(SIZE), [[7, 8]]);
    assert_eq!([read(&ring), read(&ring)], [Some((8, 9)), Some((8, 10))]);
    // Up to the last that is whole before the end; that one is left to be read by itself.
    let mut number = 100;
    while write(&ring, &[8], number) == 1 {
        number += 1;
    }
    let before_end = (SIZE - 10 * 96) / 96;
    assert_eq!(runs(SIZE).concat(), (100..100 + before_end as u64).collect::<Vec<_>>());
    assert_eq!(read(&ring), Some((8, 100 + before_end as u64)));
    assert_eq!(runs(SIZE).concat(), (101 + before_end as u64..number).collect::<Vec<_>>());
    assert_eq!(ring.used(), 0);
}

#[test]
fn a_batch_is_found_by_its_number() {
    let ring = ring(SIZE);
    // Move on, so that records go around the end.
    for number in 0..30 {
        assert_eq!(write(&ring, &[40], number), 1);
        assert_eq!(read(&ring), Some((40, number)));
    }
    assert_eq!(write(&ring, &[500, 600], 0), 2);
    let sizes = [700, 800].map(|payload| header(payload, 0).size);
    let mut room = ring.reserve(&sizes.into_iter()).unwrap();
    let batch = room.batch();
    let seen = |reader: &mut rx_sink::Reader<'_, Heap>| {
        let mut seen = Vec::new();
        let found = reader.visit(batch, |record| seen.push(record.header().time));
        (found, seen)
    };
    let mut reader = ring.reader().unwrap();
    assert_eq!(seen(&mut reader), (false, vec![]), "it is not published");
    for (size, payload, time) in [(sizes[0], 700, 7), (sizes[1], 800, 8)] {
        room.record(size).unwrap().finish(&header(payload, time));
    }
    drop(room);
    assert_eq!(seen(&mut reader), (true, vec![7, 8]));
    for rest in [vec![7, 8], vec![7, 8], vec![8]] {
        reader.first().unwrap().remove();
        assert_eq!(seen(&mut reader), (true, rest));
    }
    reader.first().unwrap().remove();
    assert_eq!(seen(&mut reader), (false, vec![]), "it is gone");
}

proptest! {
    #[test]
    fn behaves_as_a_queue(steps in prop::collection::vec(
        prop_oneof![
            prop::collection::vec(0_usize..700, 1..6).prop_map(Some),
            Just(None),
        ], 1..200)
    ) {
        let ring = ring(SIZE);
        let (mut model, mut number, mut used) = (VecDeque::new(), 0, 0);
        for step in steps {
            if let Some(payloads) = step {
                let written = write(&ring, &payloads, number);
                for &payload in &payloads[..written] {
                    model.push_back((payload, number));
                    (number, used) = (number + 1, used + header(payload, 0).size as usize);
                }
                let refused = payloads.get(written).map(|&payload| header(payload, 0).size);
                prop_assert!(refused.is_none_or(|size| used + size as usize > SIZE));
            } else {
                let expected = model.pop_front();
                prop_assert_eq!(read(&ring), expected);
                used -= expected.map_or(0, |(payload, _)| header(payload, 0).size as usize);
            }
            prop_assert_eq!(ring.used(), used);
        }
    }
}

/// Several writers and a reader at once: every record arrives once, whole, and in the order in which its
/// writer wrote it.
#[test]
fn many_writers() {
    const WRITERS: u64 = 4;
    const RECORDS: u64 = 20_000;
    let ring = ring(16 << 10);
    let (written, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let seen = thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (ring, written) = (&ring, &written);
            scope.spawn(move || {
                let mut number = 0;
                while number < RECORDS {
                    let batch = (RECORDS - number).min(1 + number % 5);
                    let payloads: Vec<_> =
                        (0..batch).map(|n| ((number + n) * 37 % 300) as usize).collect();
                    let done = write(ring, &payloads, writer << 32 | number) as u64;
                    written.fetch_add(done, Ordering::Relaxed);
                    number += done;
                    if done == 0 {
                        thread::yield_now();
                    }
                }
            });
        }
        let reader = scope.spawn(|| {
            let mut next = [0; WRITERS as usize];
            loop {
                let stopping = stop.load(Ordering::Acquire);
                match read(&ring) {
                    Some((_, number)) => {
                        let writer = (number >> 32) as usize;
                        assert_eq!(number & 0xffff_ffff, next[writer]);
                        next[writer] += 1;
                    }
                    None if stopping => return next,
                    None => thread::yield_now(),
                }
            }
        });
        while written.load(Ordering::Relaxed) < WRITERS * RECORDS {
            thread::yield_now();
        }
        stop.store(true, Ordering::Release);
        reader.join().unwrap()
    });
    assert_eq!(seen, [RECORDS; WRITERS as usize]);
    assert_eq!(ring.used(), 0);
}
