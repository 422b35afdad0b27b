//! Behaviours 10, 12 and 13: how datagrams lie in memory.

use std::{slice, time::Duration};

use e2e::{Family, settings};
use nthost::wsk::{Datagram, Mapping, Mdls, Settings, Shape};
use winrx::Mode;

use super::lab::{CALLED, check, numbered, several, with, with_each};

/// A datagram of no bytes has an MDL of no bytes, an empty chain, or no MDL at all.
#[test]
fn b10_zero_length_datagram() {
    with_each(&Mode::ALL, &Settings::default(), |link| {
        let none = Datagram { mdls: Mdls::None, ..numbered(1, 0) };
        let sent = [
            numbered(0, 0),
            none,
            numbered(2, 1),
            numbered(3, 0).with_mdls(5, &[5, 0, 10]),
            numbered(4, 0).with_mdls(0, &[0]),
        ];
        link.exchange(&sent);
        let stats = link.stats();
        assert_eq!((stats.empty, stats.received, stats.received_bytes), (8, 10, 2));
        assert_eq!((stats.scattered, stats.dropped()), (0, 0));
    });
}

/// Chains of one to eight MDLs: with an offset, with empty MDLs, longer than the datagram, ending inside
/// of an MDL, and across pages.
#[test]
fn b12_mdl_chains() {
    let chains: [(usize, &[usize]); 9] = [
        (0, &[6000]),
        (3, &[6003]),
        (3, &[3, 6000]),
        (0, &[1, 5999]),
        (2, &[3, 0, 2, 0, 0, 5000, 5000]),
        (1, &[2, 1, 1, 1, 1, 1, 4000, 9000]),
        (0, &[0, 0, 0, 0, 0, 0, 0, 6000]),
        (4095, &[4096, 4096, 1, 4096]),
        (0, &[7, 4096, 7, 4096]),
    ];
    for mapping in [Mapping::Mapped, Mapping::Unmapped] {
        with_each(&Mode::ALL, &Settings { mapping, ..Settings::default() }, |link| {
            let datagrams = chains.iter().zip(0..);
            let sent: Vec<_> = datagrams
                .map(|((offset, lengths), number)| {
                    numbered(number, 6000).with_mdls(*offset, lengths)
                })
                .collect();
            link.exchange(&sent);
            let scattered = if CALLED.contains(&link.mode) { 2 * 5 } else { 0 };
            assert_eq!(link.stats().scattered, scattered, "{:?}", link.mode);
        });
    }
    for shape in (1..=8).map(Shape::Pieces).chain([Shape::Random]) {
        let provider = Settings { shape, mapping: Mapping::Unmapped, ..Settings::default() };
        with_each(&Mode::ALL, &provider, |link| drop(link.exchange(&several(0..40))));
    }
}

/// A byte changes while the driver reads it: it is read as one or the other, and all else is right.
#[test]
fn b12_pages_that_change() {
    with_each(&CALLED, &Settings::default(), |link| {
        for number in 0..20 {
            let sent = Datagram { changing: true, ..numbered(number, 3000) };
            link.inject(slice::from_ref(&sent));
            let mut read = link.read(1);
            let payload = read[0].payload.to_mut();
            assert!([sent.payload[0], !sent.payload[0]].contains(&payload[0]));
            payload[0] = sent.payload[0];
            check(&read, &[sent]);
        }
    });
}

/// The mapping of the n-th MDL fails: at most the datagram that it belongs to is dropped, and counted, and
/// the next one tells that it was. What is retained is mapped earlier and is copied then, so that nothing
/// is lost.
///
/// That drivers are caught that map twice, or unmap what is not theirs, is shown by the tests of MDLs.
#[test]
fn b13_mapping_fails() {
    let provider = Settings { mapping: Mapping::Unmapped, ..Settings::default() };
    with_each(&CALLED, &provider, |link| {
        let sent: Vec<_> =
            (0..4).map(|number| numbered(number, 300).with_mdls(0, &[100, 100, 100])).collect();
        for failing in 0..12 {
            let before = link.stats();
            link.lab.machine.kernel().fail_mapping_after(failing);
            link.inject(&sent);
            let stats = link.stats();
            let dropped = stats.dropped_unmapped - before.dropped_unmapped;
            assert_eq!(stats.received - before.received, 4);
            assert_eq!(stats.dropped() - before.dropped(), dropped);
            let gap = (link.mode != Mode::Retain).then_some(failing / 3);
            assert_eq!(dropped, u64::from(gap.is_some()), "{:?}: {failing}", link.mode);
            let mut expected = sent.clone();
            if let Some(gap) = gap {
                expected.remove(gap as usize);
            }
            let mut read = link.read(expected.len());
            let untold = link.mode != Mode::Retain && failing >= 9;
            let lost: u32 = read.iter_mut().map(|read| std::mem::take(&mut read.lost)).sum();
            check(&read, &expected);
            if untold {
                // The next one tells of it.
                assert_eq!(lost, 0);
                link.inject(&[numbered(9, 9)]);
                assert_eq!(link.read(1)[0].lost, 1);
            } else {
                assert_eq!(u64::from(lost), dropped);
            }
        }
    });
}

/// The buffer of a read cannot be mapped: the read fails, and the datagram stays for the next one.
#[test]
fn b13_mapping_of_a_read_fails() {
    with_each(&Mode::ALL, &Settings::default(), |link| {
        for early in [true, false] {
            let sent = [numbered(1, 500)];
            link.lab.machine.kernel().fail_mapping_after(0);
            let start = || link.receiver.device().start_read(4096);
            let before = early.then(start);
            link.inject(&sent);
            let (completion, _) = before.unwrap_or_else(start).wait();
            let status = completion.status.to_string();
            assert_eq!(status, "STATUS_INSUFFICIENT_RESOURCES", "{:?}", link.mode);
            check(&link.read(1), &sent);
        }
    });
}

/// What is retained after a mapping failed is counted right: as much can be retained as before.
#[test]
fn b13_mapping_fails_for_retention() {
    let provider = Settings { mapping: Mapping::Unmapped, ..Settings::default() };
    let long = winrx::Settings {
        retain_time: Some(Duration::from_secs(1)),
        retain_bytes: Some(5000),
        ..settings(Mode::Retain, Family::V4)
    };
    with(&provider, &long, |link| {
        let sent = [numbered(0, 1000), numbered(1, 100), numbered(2, 100)];
        link.lab.machine.kernel().fail_mapping_after(0);
        link.inject(&sent);
        check(&link.read(3), &sent);
        assert_eq!(link.stats().retained_most, 2);
        let sent = [4, 5, 6].map(|number| numbered(number, 100));
        link.inject(&sent);
        assert_eq!(link.stats().retained_most, 3);
        check(&link.read(3), &sent);
    });
}
