//! Behaviours 1 to 5, 22 and 26 to 28: registration, bindings, and their states.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
};

use e2e::driver_file;
use ndis_sys::{
    NDIS_RUNTIME_VERSION_60, NDIS_RUNTIME_VERSION_61, NDIS_RUNTIME_VERSION_620,
    NDIS_RUNTIME_VERSION_687, NDIS_STATUS_ADAPTER_NOT_FOUND, NDIS_STATUS_BAD_CHARACTERISTICS,
    NDIS_STATUS_BAD_VERSION, NDIS_STATUS_FAILURE, NDIS_STATUS_OPEN_FAILED, NDIS_STATUS_RESOURCES,
    NDIS_STATUS_UNSUPPORTED_MEDIA, NetEventMaximum,
};
use nthost::{
    Kernel, LoadError, Status,
    ndis::{
        Adapter, Binds, Completion, ControlSettings, Frame, Lending, LinkState, Medium, Restart,
        Settings, Unbinding,
    },
};
use rx_abi::{AdapterState, FrameMode, PacketFilter};
use winrx::{CaptureSettings, Connection};

use super::{
    frames::{check, check_set, number, numbered, several, telling},
    lab::{Lab, MODES, Reader, adapter, builder, everything, stats_of, with_each},
};

const COMPLETIONS: [Completion; 3] =
    [Completion::Inline, Completion::Pending, Completion::BeforeReturn];

fn settings(change: impl FnOnce(&mut ControlSettings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings.control);
    settings
}

/// Versions from the oldest that the driver works with to the newest: it registers with the highest one
/// that both know, and gets frames. With those before it does not load.
#[test]
fn b01_versions() {
    for version in NDIS_RUNTIME_VERSION_620..=NDIS_RUNTIME_VERSION_687 {
        let lab = Lab::on(
            builder(&Settings::default()).ndis_version(version),
            adapter(&Settings::default(), |_| {}),
        );
        let reader = lab.reader(FrameMode::Copy);
        check(&reader.deliver(&several(0..20)), &several(0..20));
        reader.end();
        lab.accounts();
        lab.finish();
    }
    for version in [NDIS_RUNTIME_VERSION_60, NDIS_RUNTIME_VERSION_61] {
        let kernel = builder(&Settings::default()).ndis_version(version).build();
        assert_does_not_load(&kernel.expect("the kernel starts"));
    }
}

/// Registration fails: the driver does not load, and leaves nothing behind.
#[test]
fn b01_failing_registration() {
    let failures = [
        NDIS_STATUS_BAD_VERSION,
        NDIS_STATUS_BAD_CHARACTERISTICS,
        NDIS_STATUS_RESOURCES,
        NDIS_STATUS_FAILURE,
    ];
    for status in failures {
        let settings = settings(|control| control.registering_fails = Some(Status::new(status)));
        let kernel = builder(&settings).build().expect("the kernel starts");
        let link = kernel.plug(Adapter::new("eth0"));
        assert_does_not_load(&kernel);
        assert_eq!(link.report().protocols, [""; 0]);
    }
}

fn assert_does_not_load(kernel: &Kernel) {
    let refused = kernel.load(driver_file("ndisrx"));
    assert!(matches!(refused, Err(LoadError::EntryFailed { .. })), "{refused:?}");
    assert_eq!((kernel.leftovers(), kernel.violations()), (vec![], vec![]));
}

/// The driver is bound to many adapters before registering has returned, while it returns, or later. A
/// reader of all gets the frames of each.
#[test]
fn b02_binds() {
    for binds in [Binds::BeforeReturn, Binds::Racing, Binds::AfterReturn] {
        let settings = settings(|control| control.binds = binds);
        for mode in MODES {
            let kernel = builder(&settings).build().expect("the kernel starts");
            let named = |number: usize| Adapter {
                settings: settings.clone(),
                ..Adapter::new(format!("eth{number}"))
            };
            let first = kernel.plug(named(0));
            let links: Vec<_> = (1..20).map(|number| kernel.plug(named(number))).collect();
            let lab = Lab { machine: e2e::Machine::on(kernel, driver_file("ndisrx")), link: first };
            let reader = lab.reader(mode);
            // Those that come later are bound, too.
            let late = (20..24).map(|number| lab.kernel().plug(named(number)));
            let links: Vec<_> = links.into_iter().chain(late).collect();
            let adapters = reader.capture.adapters().expect("the driver lists its adapters");
            assert_eq!(adapters.len(), 24);
            assert!(adapters.iter().all(|one| one.state == AdapterState::Running));
            reader.wait_until(|stats| stats.adapters == 24);
            wait_for_filters(&links);
            for (link, n) in links.iter().zip(1..) {
                link.indicate(&[numbered(n, 60)]);
            }
            let read = reader.read(links.len());
            check_set(&read, &(1..24).map(|n| numbered(n, 60)).collect::<Vec<_>>());
            for frame in &read {
                let adapter = adapters.iter().find(|one| one.number == frame.adapter);
                let n = number(&frame.data).expect("a number");
                assert_eq!(adapter.map(|one| &*one.friendly_name), Some(&*format!("eth{n}")));
            }
            reader.end();
            lab.accounts();
            lab.finish();
        }
    }
}

/// Waits until the driver has asked these adapters for frames.
fn wait_for_filters(links: &[nthost::ndis::Link]) {
    while links.iter().any(|link| link.report().packet_filter == 0) {
        thread::yield_now();
    }
}

/// Opening is done at once, later, or in another thread before the call returns; or it fails.
#[test]
fn b03_opening() {
    for opening in COMPLETIONS {
        let ways = settings(|control| control.opening = opening);
        with_each(&ways, |reader| {
            reader.exchange(&several(0..20));
        });
        let failures = [
            NDIS_STATUS_ADAPTER_NOT_FOUND,
            NDIS_STATUS_UNSUPPORTED_MEDIA,
            NDIS_STATUS_OPEN_FAILED,
            NDIS_STATUS_RESOURCES,
            NDIS_STATUS_FAILURE,
        ];
        for status in failures {
            let settings = settings(|control| {
                control.opening = opening;
                control.opening_fails = Some(Status::new(status));
            });
            let lab = Lab::new(&settings);
            let reader = lab.reader(FrameMode::Copy);
            assert_eq!(lab.adapter().state, AdapterState::Gone);
            assert_eq!(reader.stats().adapters, 0);
            // Another adapter is none the worse.
            let other = lab.kernel().plug(Adapter::new("eth1"));
            wait_for_filters(std::slice::from_ref(&other));
            other.indicate(&several(0..5));
            check(&reader.read(5), &several(0..5));
            reader.end();
            assert_eq!(stats_of(&lab.handle(), &lab.link).binds, 0);
            lab.finish();
        }
    }
}

/// On media without packet filters frames come while the adapter is being opened: they are counted. A
/// medium that the driver does not know it does not bind to.
#[test]
fn b04_other_media() {
    for medium in [Medium::Ip, Medium::WirelessWan] {
        for opening in COMPLETIONS {
            let settings = settings(|control| {
                control.frames_while_opening = true;
                control.opening = opening;
            });
            for mode in MODES {
                let lab = Lab::with(&settings, |adapter| adapter.medium = medium);
                let early = lab.adapter_stats();
                let reader = lab.reader(mode);
                let packets: Vec<_> = (0..30).map(|n| packet(n, 40 + 50 * n)).collect();
                let read = reader.deliver(&packets);
                check_bytes(&read, &packets);
                reader.end();
                let (stats, report) = lab.accounts();
                assert_eq!(early.frames, early.dropped_paused, "{early:?}");
                assert_eq!(stats.offered, 30);
                assert_eq!(report.frames, 30 + early.frames);
                lab.finish();
            }
        }
    }
    for medium in [Medium::Native80211, Medium::Loopback, Medium::Other(3)] {
        let lab = Lab::with(&Settings::default(), |adapter| adapter.medium = medium);
        assert_eq!(lab.link.report().protocols, [""; 0]);
        lab.finish();
    }
}

/// An IPv4 packet, as far as anybody looks.
fn packet(number: usize, length: usize) -> Frame {
    let mut frame = numbered(number, length);
    frame.data[0] = 0x45;
    frame
}

fn check_bytes(read: &[winrx::Frame], sent: &[Frame]) {
    assert_eq!(read.len(), sent.len());
    assert!(read.iter().zip(sent).all(|(read, sent)| *read.data == *sent.data));
}

/// Frames that the packet filter should have kept away, even where there is no reader.
#[test]
fn b04_strays() {
    let mut settings = Settings::default();
    settings.receive.strays = 1;
    for mode in MODES {
        let lab = Lab::new(&settings);
        lab.link.indicate(&several(0..30));
        let wants =
            CaptureSettings { packet_filter: Some(PacketFilter::BROADCAST), ..everything(mode) };
        let reader = lab.reader_with(&wants);
        let sent = several(30..60);
        lab.link.indicate(&sent);
        let broadcasts: Vec<_> = sent.into_iter().filter(|sent| sent.data[0] == 0xff).collect();
        check(&reader.read(broadcasts.len()), &broadcasts);
        let stats = reader.settled();
        assert_eq!((stats.offered, stats.filtered, stats.delivered), (30, 20, 10));
        reader.end();
        let (stats, report) = lab.accounts();
        assert_eq!((stats.dropped_no_reader, stats.offered, report.strays), (30, 30, 50));
        lab.finish();
    }
}

/// The adapter pauses and runs again, with nothing said of it, or with another MTU, speed, packet filters
/// and filter modules: the driver tells what has changed, and frames come as before.
#[test]
fn b05_states() {
    with_each(&Settings::default(), |reader| {
        let lab = reader.lab;
        let filters = lab.link.report().packet_filter;
        let restarts = [
            Restart::default(),
            Restart { without_parameters: true, ..Restart::default() },
            Restart { mtu: Some(9000), ..Restart::default() },
            Restart { speed: Some(10_000_000_000), ..Restart::default() },
            Restart { packet_filters: Some(0x2f), ..Restart::default() },
            Restart { filters: vec!["First".into(), "Second".into()], ..Restart::default() },
        ];
        for restart in &restarts {
            reader.exchange(&several(0..10));
            lab.link.pause();
            assert_eq!(lab.adapter().state, AdapterState::Paused);
            let dropped = lab.link.indicate(&several(0..7));
            assert_eq!((dropped.taken, dropped.dropped), (0, 7));
            lab.link.restart(restart);
            assert_eq!(lab.adapter().state, AdapterState::Running);
            if let Some(mtu) = restart.mtu {
                assert_eq!(lab.adapter().mtu, mtu);
            }
            reader.wait_until(|_| lab.link.report().packet_filter == filters);
        }
        lab.link.restart(&Restart::default());
        reader.wait_until(|_| lab.link.report().packet_filter == filters);
        reader.exchange(&several(0..10));
        let stats = lab.adapter_stats();
        let (pauses, restarts) = (stats.pauses, stats.restarts);
        assert_eq!((stats.binds, pauses, restarts), (1, 7, 8));
    });
}

/// The adapter pauses again and again while processors indicate and readers read. All frames that were
/// indicated are delivered or counted.
#[test]
fn b22_pauses_while_frames_come() {
    for mode in MODES {
        for lending in [Lending::LowMark, Lending::Any] {
            let mut settings = Settings::default();
            settings.receive.lending = lending;
            settings.receive.list = 8;
            let lab = Lab::new(&settings);
            let reader = lab.reader(mode);
            let (read, taken) = flood(&reader, || {
                for _ in 0..50 {
                    lab.link.pause();
                    lab.link.restart(&Restart::default());
                }
            });
            let (rest, stats) = reader.end();
            let (adapter, report) = lab.accounts();
            assert_eq!(report.frames + report.unwanted, taken);
            assert_eq!(adapter.offered + adapter.dropped_paused, report.frames);
            assert_eq!(stats.offered, adapter.offered);
            assert_eq!(read + rest.len() as u64 + stats.dropped(), stats.offered, "{stats:?}");
            lab.finish();
        }
    }
}

/// Frames come from two processors, and are read, while something else is done; returns how many were
/// read and taken.
fn flood(reader: &Reader, meanwhile: impl FnOnce()) -> (u64, u64) {
    let (done, taken) = (AtomicBool::new(false), AtomicU64::new(0));
    let link = &reader.lab.link;
    let read = thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    let frames = link.indicate(&telling(0..40)).taken;
                    taken.fetch_add(frames as u64, Relaxed);
                }
            });
        }
        let read = scope.spawn(|| {
            let mut read = 0;
            while !done.load(Relaxed) {
                if reader.stats().held > 0 {
                    let mut reader = reader.capture.reader();
                    let batch = reader.next_batch().expect("it reads").expect("there is some");
                    read += batch.count() as u64;
                }
                thread::yield_now();
            }
            read
        });
        meanwhile();
        done.store(true, Relaxed);
        read.join().expect("no read fails")
    });
    (read, taken.into_inner())
}

/// The adapter goes while the driver keeps lists, frames come, and a read waits; closing is done in each
/// way, and status and frames still come until it is. The adapter comes back, and the reader goes on.
#[test]
fn b26_unbinding() {
    for closing in COMPLETIONS {
        for calls_while_closing in [false, true] {
            let settings = settings(|control| {
                control.closing = closing;
                control.calls_while_closing = calls_while_closing;
            });
            with_each(&settings, |reader| {
                let lab = reader.lab;
                for round in 1..=4 {
                    let sent = telling(0..30);
                    reader.send(&sent);
                    lab.link.unplug();
                    assert_eq!(lab.adapter().state, AdapterState::Gone);
                    let stats = reader.settled();
                    assert_eq!((stats.adapters, stats.retained), (0, 0));
                    check(&reader.read(30), &sent);
                    let read = reader.capture.device().start_read(1 << 16);
                    lab.link.replug();
                    wait_for_filters(std::slice::from_ref(&lab.link));
                    reader.send(&several(0..1));
                    assert!(read.wait().0.ok().is_ok());
                    let stats = lab.adapter_stats();
                    assert_eq!((stats.binds, stats.readers), (round + 1, 1));
                    let strays = if calls_while_closing { round } else { 0 };
                    assert_eq!(stats.dropped_paused, strays);
                }
            });
        }
    }
}

/// The adapter goes and comes while frames come from two processors.
#[test]
fn b26_unbinding_while_frames_come() {
    for mode in MODES {
        let settings = settings(|control| control.calls_while_closing = true);
        let lab = Lab::new(&settings);
        let reader = lab.reader(mode);
        let (read, _) = flood(&reader, || {
            for _ in 0..20 {
                lab.link.unplug();
                lab.link.replug();
            }
        });
        let (rest, stats) = reader.end();
        let (adapter, _) = lab.accounts();
        assert_eq!((adapter.binds, stats.offered), (21, adapter.offered));
        assert_eq!(read + rest.len() as u64 + stats.dropped(), stats.offered, "{stats:?}");
        lab.finish();
    }
}

/// The adapter goes without a warning and comes back: it is the same one with another handle, and its
/// readers get its frames again. What NDIS does when a driver asks to be unbound does not matter.
#[test]
fn b27_surprise() {
    for unbinding in [Unbinding::AtOnce, Unbinding::Soon, Unbinding::Never] {
        with_each(&settings(|control| control.unbinding = unbinding), |reader| {
            let lab = reader.lab;
            let number = lab.adapter().number;
            for _ in 0..5 {
                let sent = telling(0..20);
                reader.send(&sent);
                lab.link.surprise_remove();
                assert_eq!(lab.link.indicate(&sent).dropped, 20);
                check(&reader.read(20), &sent);
                lab.link.replug();
                wait_for_filters(std::slice::from_ref(&lab.link));
                assert_eq!(lab.adapter().number, number);
            }
            reader.exchange(&several(0..10));
        });
    }
}

/// A reader may name an adapter that is not there now, and gets its frames when it comes.
#[test]
fn b27_readers_of_what_is_gone() {
    for mode in MODES {
        let lab = Lab::new(&Settings::default());
        let other = lab.kernel().plug(Adapter::new("eth1"));
        let guid = lab.adapter().guid;
        lab.link.surprise_remove();
        let reader = lab.reader_with(&CaptureSettings { adapters: vec![guid], ..everything(mode) });
        lab.link.replug();
        wait_for_filters(std::slice::from_ref(&lab.link));
        assert_eq!(other.report().packet_filter, 0, "nobody wants its frames");
        reader.exchange(&several(0..20));
        reader.end();
        lab.accounts();
        lab.finish();
    }
}

/// Another binding of the adapter is made or goes, or a filter is put in: the stack pauses, and the driver
/// stays bound. Unknown events, events of no binding, and questions whether the adapter may go, change
/// nothing.
#[test]
fn b28_events() {
    let settings = settings(|control| {
        control.more_events = true;
        control.pauses_others = true;
    });
    with_each(&settings, |reader| {
        let link = &reader.lab.link;
        for _ in 0..5 {
            for code in [NetEventMaximum + 1, 0x7fff, i32::MAX, -1] {
                link.event(code);
            }
            assert_eq!(link.query_removal(), Ok(()));
            link.restart(&Restart { filters: vec!["New".into()], ..Restart::default() });
            link.set_link(LinkState::down());
            assert_eq!(reader.lab.adapter().connection, Connection::Disconnected);
            link.set_link(LinkState::up(2_500_000_000));
            assert_eq!(reader.lab.adapter().receive_speed, Some(2_500_000_000));
            wait_for_filters(std::slice::from_ref(link));
            reader.exchange(&telling(0..10));
        }
        assert_eq!(reader.lab.adapter_stats().binds, 1);
    });
}

/// The driver is unloaded while it is bound to many adapters, in each way to close them: deregistering
/// unbinds them.
#[test]
fn b28_deregistering() {
    for closing in COMPLETIONS {
        for binds in [Binds::BeforeReturn, Binds::Racing, Binds::AfterReturn] {
            let settings = settings(|control| {
                control.closing = closing;
                control.binds = binds;
                control.calls_while_closing = true;
            });
            let lab = Lab::new(&settings);
            let plug = |n: usize| {
                let adapter = Adapter::new(format!("other{n}"));
                lab.kernel().plug(Adapter { settings: settings.clone(), ..adapter })
            };
            let links: Vec<_> = (0..12).map(plug).collect();
            links[0].unplug();
            links[1].surprise_remove();
            links[2].pause();
            links[3].set_power(false);
            lab.link.indicate(&several(0..10));
            lab.finish();
            assert!(links.iter().all(|link| link.report().protocols.is_empty()));
        }
    }
}
