//! Behaviours 23 to 25: power, requests and status.

use std::{thread, time::Duration};

use ndis_sys::{
    NDIS_STATUS_FAILURE, NDIS_STATUS_INVALID_DATA, NDIS_STATUS_INVALID_LENGTH,
    NDIS_STATUS_LINK_STATE, NDIS_STATUS_NOT_ACCEPTED, NDIS_STATUS_NOT_SUPPORTED,
    NDIS_STATUS_RESET_END, NDIS_STATUS_RESET_START, NDIS_STATUS_RESOURCES,
    OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_STATISTICS, OID_TIMESTAMP_CAPABILITY,
    OID_TIMESTAMP_CURRENT_CONFIG,
};
use nthost::{
    Status,
    ndis::{Answer, ControlSettings, Level, LinkState, Settings},
};
use rx_abi::{FrameMode, PacketFilter};
use winrx::{CaptureSettings, Connection};

use super::{
    frames::{check, several, telling},
    lab::{Lab, MODES, everything, with_each},
};

fn settings(change: impl FnOnce(&mut ControlSettings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings.control);
    settings
}

/// The adapter sleeps and wakes, while lists are kept: they come back before. The driver asks it nothing
/// while it sleeps, and for frames when it is awake.
#[test]
fn b23_power() {
    with_each(&Settings::default(), |reader| {
        let link = &reader.lab.link;
        for _ in 0..10 {
            let sent = telling(0..30);
            reader.send(&sent);
            link.set_power(false);
            assert_eq!(reader.settled().retained, 0);
            assert_eq!(link.indicate(&several(0..5)).dropped, 5);
            // Readers come and go meanwhile, and ask for what the adapter knows.
            let other = reader.lab.reader(reader.mode);
            reader.lab.adapter_stats();
            other.end();
            check(&reader.read(30), &sent);
            link.set_power(true);
            while link.report().packet_filter == 0 {
                thread::yield_now();
            }
            reader.exchange(&several(0..5));
        }
        let stats = reader.lab.adapter_stats();
        assert_eq!((stats.oid_failures, reader.stats().filter_failures), (0, 0));
    });
}

/// Requests end at once, later, late, in any level; what was set says that nothing was read, or the
/// adapter knows old structures only.
#[test]
fn b24_requests() {
    let late = Answer::Late(Duration::from_millis(30));
    for requests in [Answer::Inline, Answer::Pending, Answer::BeforeReturn, late, Answer::Random] {
        for request_level in [Level::Passive, Level::Dispatch] {
            for (reads_nothing, supported_revision) in [(false, None), (true, Some(1))] {
                let settings = settings(|control| {
                    control.requests = requests;
                    control.request_level = request_level;
                    control.reads_nothing = reads_nothing;
                    control.supported_revision = supported_revision;
                });
                with_each(&settings, |reader| {
                    reader.exchange(&telling(0..10));
                    let stats = reader.lab.adapter_stats();
                    let filter = u64::from(PacketFilter::PROMISCUOUS.bits());
                    assert_eq!((stats.packet_filter, stats.oid_failures), (filter, 0));
                });
            }
        }
    }
}

/// Requests fail in each way. Readers that do not get their packet filter are told, and get what comes.
#[test]
fn b24_failing_requests() {
    let failures = [
        NDIS_STATUS_NOT_SUPPORTED,
        NDIS_STATUS_NOT_ACCEPTED,
        NDIS_STATUS_INVALID_DATA,
        NDIS_STATUS_INVALID_LENGTH,
        NDIS_STATUS_RESOURCES,
        NDIS_STATUS_FAILURE,
    ];
    let questions = [OID_GEN_STATISTICS, OID_TIMESTAMP_CAPABILITY, OID_TIMESTAMP_CURRENT_CONFIG];
    for status in failures.map(Status::new) {
        let others = questions.map(|oid| (oid, status)).to_vec();
        for mode in MODES {
            let lab = Lab::new(&settings(|control| control.failing_requests = others.clone()));
            let reader = lab.reader(mode);
            // Without its clock the times of the adapter mean nothing.
            reader.exchange(&several(0..10));
            reader.end();
            assert_eq!(lab.accounts().0.adapter_discards, 0);
            lab.finish();

            let failing = vec![(OID_GEN_CURRENT_PACKET_FILTER, status)];
            let mut settings = settings(|control| control.failing_requests = failing);
            settings.receive.strays = 1;
            let lab = Lab::new(&settings);
            let reader = lab.reader(mode);
            assert!(reader.stats().filter_failures > 0, "{status:?}");
            reader.exchange(&several(0..10));
            reader.end();
            let (stats, _) = lab.accounts();
            assert_eq!(stats.packet_filter, 0, "{stats:?}");
            assert!(stats.oid_failures > 0, "{stats:?}");
            lab.finish();
        }
    }
}

/// A request never ends until it is cancelled, or the adapter goes. Who opens a reader does not wait for
/// ever, and the adapter can go.
#[test]
fn b24_requests_that_never_end() {
    let mut settings = settings(|control| control.requests = Answer::Never);
    settings.receive.strays = 1;
    let lab = Lab::new(&settings);
    let reader = lab.reader(FrameMode::Copy);
    check(&reader.deliver(&several(0..10)), &several(0..10));
    lab.link.surprise_remove();
    lab.link.replug();
    check(&reader.deliver(&several(0..10)), &several(0..10));
    reader.end();
    lab.finish();
}

/// The driver asks for no packet filter that the adapter does not have; the union of what its readers ask
/// for is set while they are there, and nothing when the last is gone.
#[test]
fn b24_packet_filters() {
    let lab = Lab::with(&Settings::default(), |adapter| adapter.packet_filters = 0xb);
    let filter = || lab.link.report().packet_filter;
    let open = |bits: PacketFilter| {
        let wants = CaptureSettings { packet_filter: Some(bits), ..everything(FrameMode::Copy) };
        lab.reader_with(&wants)
    };
    let all = open(PacketFilter::PROMISCUOUS.with(PacketFilter::ALL_MULTICAST));
    assert_eq!(filter(), 0);
    let directed = open(PacketFilter::DIRECTED);
    assert_eq!(filter(), 1);
    let broadcast = open(PacketFilter::BROADCAST.with(PacketFilter::MULTICAST));
    assert_eq!(filter(), 0xb);
    drop(directed.end());
    assert_eq!(filter(), 0xa);
    drop(broadcast.end());
    assert_eq!(filter(), 0);
    assert_eq!(all.stats().filter_failures, 0);
    drop(all.end());
    lab.accounts();
    lab.finish();
}

/// Status comes at any level, inside of requests, longer than known, shorter than it should be, with
/// unknown codes, again and again, while frames come.
#[test]
fn b25_status() {
    for status_level in [Level::Passive, Level::Dispatch] {
        for long_status in [false, true] {
            let settings = settings(|control| {
                control.status_level = status_level;
                control.long_status = long_status;
                control.status_in_requests = true;
                control.calls_while_closing = true;
            });
            with_each(&settings, |reader| {
                let link = &reader.lab.link;
                thread::scope(|scope| {
                    let storm = scope.spawn(|| {
                        for n in 0..200 {
                            link.set_link(LinkState::down());
                            link.status(NDIS_STATUS_LINK_STATE, &[]);
                            link.status(NDIS_STATUS_LINK_STATE, &[1, 2, 3]);
                            link.status(0x4fff_0000 + n, &[0xff; 100]);
                            link.set_link(LinkState::up(1_000_000 + u64::from(n.unsigned_abs())));
                        }
                    });
                    reader.exchange(&telling(0..100));
                    storm.join().expect("no status fails");
                });
                let adapter = reader.lab.adapter();
                assert_eq!(adapter.connection, Connection::Connected);
                assert_eq!(adapter.receive_speed, Some(1_000_199));
                link.unplug();
                link.replug();
            });
        }
    }
}

/// While the adapter is being reset it takes no requests; afterwards it is asked for what readers want.
#[test]
fn b25_reset() {
    with_each(&Settings::default(), |reader| {
        let link = &reader.lab.link;
        for _ in 0..5 {
            link.status(NDIS_STATUS_RESET_START, &[]);
            let other = reader.lab.reader_with(&CaptureSettings {
                packet_filter: Some(PacketFilter::BROADCAST),
                ..everything(reader.mode)
            });
            link.status(NDIS_STATUS_RESET_END, &[]);
            let both = PacketFilter::PROMISCUOUS.with(PacketFilter::BROADCAST).bits();
            while link.report().packet_filter != both {
                thread::yield_now();
            }
            other.end();
            reader.exchange(&several(0..10));
        }
        assert_eq!(reader.stats().filter_failures, 0);
    });
}
