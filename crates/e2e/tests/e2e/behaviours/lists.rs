//! Behaviours 14 and 18: lists of datagrams, taken, retained and refused.

use std::time::Duration;

use e2e::{Family, settings};
use nthost::wsk::{Delivered, Settings};
use winrx::Mode;

use super::lab::{CALLED, Lab, check, numbered, several, with, with_each};

/// Lists of one to so many datagrams; their memory is spoilt as soon as the driver has taken them.
#[test]
fn b14_lists() {
    for list in [1, 2, 7, 64] {
        with_each(&Mode::ALL, &Settings { list, ..Settings::default() }, |link| {
            link.exchange(&several(0..200));
            let report = link.lab.machine.kernel().sockets()[0];
            let together = 200_usize.div_ceil(list) as u64;
            let callbacks = if CALLED.contains(&link.mode) { 200 + together } else { 0 };
            assert_eq!(report.callbacks, callbacks);
        });
    }
}

/// Memory that the driver retains is valid until it is released, and it releases each list once: when all
/// of it has been read, or reception ends.
///
/// That drivers are caught that release twice, or what they do not retain, is shown by the tests of the
/// provider.
#[test]
fn b14_retained_lists() {
    let long = winrx::Settings {
        retain_time: Some(Duration::from_secs(1)),
        retain_datagrams: Some(100),
        retain_bytes: Some(1 << 20),
        ..settings(Mode::Retain, Family::V4)
    };
    with(&Settings { list: 5, ..Settings::default() }, &long, |link| {
        let sent: Vec<_> = (0..100).map(|number| numbered(number, 900)).collect();
        link.inject(&sent);
        let stats = link.stats();
        assert_eq!((stats.held, stats.retained_most), (100, 100));
        // Those of which no datagram is read any more.
        check(&link.read(100), &sent);
        assert_eq!(link.stats().retained, 0);
        link.inject(&sent);
    });
    let lab = Lab::new(Settings { list: 5, ..Settings::default() });
    let link = lab.link(&long);
    link.inject(&several(0..50));
    let (rest, _) = link.end();
    check(&rest, &several(0..50));
    lab.finish();
}

/// A list that would be too much is copied at once.
#[test]
fn b14_limits_of_retention() {
    let few = winrx::Settings {
        retain_time: Some(Duration::from_secs(1)),
        retain_datagrams: Some(4),
        ..settings(Mode::Retain, Family::V4)
    };
    with(&Settings::default(), &few, |link| {
        let sent: Vec<_> = (0..6).map(|number| numbered(number, 900)).collect();
        link.inject(&sent[..3]);
        link.inject(&sent[3..]);
        let stats = link.stats();
        assert_eq!(stats.retained_most, 3);
        assert!(stats.retained_copied >= 3);
        check(&link.read(6), &sent);
    });
}

/// The queue of the driver is full. It refuses lists, and gets the same datagrams again, in their order,
/// when there is room; only what the transport cannot buffer is lost. With a static callback what does not
/// fit is dropped, and counted.
#[test]
fn b18_data_not_accepted() {
    for mode in CALLED {
        for buffer in [1 << 20, 30_000] {
            let small = winrx::Settings {
                queue_bytes: Some(64 << 10),
                receive_buffer: Some(buffer),
                ..settings(mode, Family::V4)
            };
            with(&Settings { list: 4, ..Settings::default() }, &small, |link| {
                let sent: Vec<_> = (0..400).map(|number| numbered(number, 1000)).collect();
                let mut lost = 0;
                let mut arrived = Vec::new();
                for sent in &sent {
                    let Delivered { lost: now, .. } = link.inject(std::slice::from_ref(sent));
                    lost += now;
                    if now == 0 {
                        arrived.push(sent.clone());
                    }
                }
                if mode == Mode::EventStatic {
                    assert_eq!(lost, 0);
                    overflowed(link);
                    return;
                }
                assert_eq!(lost > 0, buffer == 30_000, "{mode:?}: {lost}");
                let stats = link.stats();
                assert!(stats.refused > 0 && stats.held < arrived.len() as u64);
                check(&link.read(arrived.len()), &arrived);
                let stats = link.wait_until(|stats| stats.resumed > 0);
                assert_eq!((stats.received, stats.dropped()), (arrived.len() as u64, 0));
            });
        }
    }
}

/// Some of 400 datagrams did not fit into the queue.
fn overflowed(link: &super::lab::Link) {
    let stats = link.stats();
    assert_eq!(
        (stats.received, stats.refused, stats.dropped()),
        (400, 0, stats.dropped_queue_full)
    );
    assert!(stats.dropped_queue_full > 0);
    let read = link.read(usize::try_from(stats.held).unwrap());
    assert!(read.iter().zip(0..).all(|(read, number)| read.from.port() == number));
    // The next one tells how many are missing.
    link.inject(&[numbered(999, 10)]);
    assert_eq!(u64::from(link.read(1)[0].lost), stats.dropped_queue_full);
}
