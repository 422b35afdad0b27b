//! Adapters come and go, pause and sleep; readers stay, and get what there is.

use nthost::{
    Kernel, Status,
    ndis::{Adapter, Answer, LinkState, Medium, Restart},
};
use winrx::{AdapterState, Capture, CaptureSettings, Connection};

use crate::rig::{Rig, frame, guid, promiscuous, read, stats};

#[test]
fn adapters_are_listed() {
    let rig = Rig::new();
    let other = rig.machine.kernel().plug(Adapter { medium: Medium::Ip, ..Adapter::new("wwan1") });
    let capture = Capture::new(rig.machine.open()).unwrap();
    let adapters = capture.adapters().unwrap();
    let told = Adapter::new("net0");
    assert_eq!(adapters.len(), 2);
    let adapter = &adapters[0];
    assert_eq!((adapter.guid, adapter.number), (guid(&rig.link), 1));
    assert_eq!((&adapter.mac[..], adapter.mtu), (&told.mac[..], 1500));
    assert_eq!(adapter.state, AdapterState::Running);
    assert_eq!(adapter.friendly_name, "net0");
    rig.link.set_link(LinkState::down());
    assert_eq!(capture.adapters().unwrap()[0].connection, Connection::Disconnected);
    rig.link.set_link(LinkState::up(10_000));
    let adapter = &capture.adapters().unwrap()[0];
    assert_eq!((adapter.connection, adapter.receive_speed), (Connection::Connected, Some(10_000)));
    rig.link.restart(&Restart { mtu: Some(9000), ..Restart::default() });
    assert_eq!(capture.adapters().unwrap()[0].mtu, 9000);
    other.unplug();
    assert_eq!(capture.adapters().unwrap()[1].state, AdapterState::Gone);
    drop(capture);
    rig.finish();
}

#[test]
fn adapters_of_media_that_nobody_knows_are_left_alone() {
    let rig = Rig::new();
    let _native =
        rig.machine.kernel().plug(Adapter { medium: Medium::Native80211, ..Adapter::new("wlan0") });
    let capture = Capture::new(rig.machine.open()).unwrap();
    let running = capture.adapters().unwrap();
    assert_eq!(running.iter().filter(|one| one.state == AdapterState::Running).count(), 1);
    drop(capture);
    rig.finish();
}

#[test]
fn readers_get_frames_of_an_adapter_that_comes_back() {
    for surprise in [false, true] {
        let rig = Rig::new();
        let named = CaptureSettings { adapters: vec![guid(&rig.link)], ..promiscuous() };
        let (all, one) = (rig.capture(&promiscuous()), rig.capture(&named));
        rig.link.indicate(&[frame(60, 0)]);
        if surprise {
            rig.link.surprise_remove();
        } else {
            rig.link.unplug();
        }
        assert_eq!(stats(&one).adapters, 0);
        rig.link.indicate(&[frame(61, 1)]);
        rig.link.replug();
        assert_eq!(stats(&one).adapters, 1);
        // What readers ask for is asked for again, by another thread.
        while rig.link.report().packet_filter == 0 {
            std::thread::yield_now();
        }
        rig.link.indicate(&[frame(62, 2)]);
        for capture in [&all, &one] {
            let lengths: Vec<_> = read(capture, 2).iter().map(|frame| frame.data.len()).collect();
            assert_eq!(lengths, [60, 62]);
        }
        let stats = rig.adapter_stats();
        assert_eq!((stats.binds, stats.readers), (2, 2));
        drop((all, one));
        rig.finish();
    }
}

#[test]
fn a_reader_of_all_adapters_gets_those_that_come_later() {
    let rig = Rig::new();
    let capture = rig.capture(&promiscuous());
    let later = rig.machine.kernel().plug(Adapter::new("later"));
    while later.report().packet_filter == 0 {
        std::thread::yield_now();
    }
    later.indicate(&[frame(70, 0)]);
    assert_eq!(read(&capture, 1)[0].adapter, 2);
    assert_eq!(stats(&capture).adapters, 2);
    drop(capture);
    rig.finish();
}

#[test]
fn pauses_and_sleep_are_survived() {
    let rig = Rig::new();
    let capture = rig.capture(&promiscuous());
    for round in 0..5 {
        rig.link.indicate(&[frame(100, round)]);
        rig.link.pause();
        rig.link.indicate(&[frame(101, round)]);
        rig.link.restart(&Restart { without_parameters: round == 0, ..Restart::default() });
        rig.link.set_power(false);
        rig.link.set_power(true);
    }
    assert_eq!(read(&capture, 5).len(), 5);
    let stats = rig.adapter_stats();
    assert_eq!(stats.packet_filter, 0x2d);
    assert!(stats.restarts >= 6 && stats.pauses >= 5, "{stats:?}");
    drop(capture);
    rig.finish();
}

#[test]
fn an_adapter_that_refuses_the_filter_is_told_of() {
    const PACKET_FILTER: u32 = 0x0001_010e;
    let mut adapter = Adapter::new("net0");
    adapter.settings.control.failing_requests =
        vec![(PACKET_FILTER, Status::new(0xC001_0003_u32.cast_signed()))];
    let rig = Rig::with(adapter);
    let capture = rig.capture(&promiscuous());
    let (reader, adapter) = (stats(&capture), rig.adapter_stats());
    assert!(reader.filter_failures >= 1 && adapter.oid_failures >= 1, "{reader:?} {adapter:?}");
    drop(capture);
    rig.finish();
}

#[test]
fn an_adapter_that_never_answers_keeps_nobody_waiting_for_ever() {
    let mut adapter = Adapter::new("net0");
    adapter.settings.control.requests = Answer::Never;
    let rig = Rig::with(adapter);
    let capture = rig.capture(&promiscuous());
    drop(capture);
    rig.link.surprise_remove();
    rig.finish();
}

#[test]
fn hundreds_of_adapters_are_bound() {
    let machine = e2e::Machine::with_ndisrx(Kernel::builder());
    let links: Vec<_> =
        (0..200).map(|at| machine.kernel().plug(Adapter::new(format!("net{at}")))).collect();
    let rig = Rig { machine, link: links[0].clone() };
    let capture = rig.capture(&promiscuous());
    assert_eq!(stats(&capture).adapters, 200);
    for link in &links {
        link.indicate(&[frame(60, 0)]);
    }
    let mut numbers: Vec<_> = read(&capture, 200).iter().map(|frame| frame.adapter).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(1..=200));
    drop(capture);
    rig.finish();
}
