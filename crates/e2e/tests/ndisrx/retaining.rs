//! Lists that are kept are given back in time, whatever happens.

use std::time::Duration;

use nthost::ndis::{Adapter, Frame, Geometry, Lending, Restart};
use winrx::{CaptureSettings, FrameMode};

use crate::rig::{Rig, frame, promiscuous, read, stats};

fn retaining(time: Duration) -> CaptureSettings {
    CaptureSettings { mode: Some(FrameMode::Retain), retain_time: Some(time), ..promiscuous() }
}

const LONG: Duration = Duration::from_secs(1);
const SHORT: Duration = Duration::from_millis(1);

fn frames(count: u32) -> Vec<Frame> {
    (0..count).map(|number| frame(60 + number as usize * 13 % 1400, number)).collect()
}

#[test]
fn kept_frames_are_read_with_all_their_bytes() {
    for time in [SHORT, LONG] {
        let rig = Rig::new();
        let capture = rig.capture(&retaining(time));
        for _ in 0..20 {
            let frames = frames(40);
            rig.link.indicate(&frames);
            for (got, sent) in read(&capture, 40).iter().zip(&frames) {
                assert_eq!(*got.data, *sent.data);
            }
        }
        assert!(stats(&capture).retained_most > 0);
        drop(capture);
        rig.finish();
    }
}

#[test]
fn what_gets_too_old_is_given_back() {
    let rig = Rig::new();
    let capture = rig.capture(&retaining(SHORT));
    rig.link.indicate(&frames(30));
    assert!(rig.link.wait_idle());
    let copied = stats(&capture);
    assert_eq!((copied.retained, copied.retained_copied, copied.held), (0, 30, 30));
    assert_eq!(read(&capture, 30).len(), 30);
    drop(capture);
    rig.finish();
}

#[test]
fn what_several_processors_keep_is_given_back() {
    let rig = Rig::new();
    let links = [rig.machine.kernel().plug(Adapter::new("net1")), rig.link.clone()];
    let capture = rig.capture(&retaining(SHORT));
    for _ in 0..300 {
        std::thread::scope(|scope| {
            for link in &links {
                scope.spawn(|| link.indicate(&frames(3)));
            }
        });
        // Nothing else comes that could have it looked after.
        assert!(links.iter().all(nthost::ndis::Link::wait_idle));
        assert_eq!(read(&capture, 6).len(), 6);
    }
    stats(&capture);
    drop(capture);
    rig.finish();
}

#[test]
fn the_whole_length_of_frames_is_held_however_much_is_captured() {
    let rig = Rig::new();
    let capture = rig.capture(&CaptureSettings {
        snap_length: Some(64),
        retain_bytes: Some(8192),
        ..retaining(LONG)
    });
    for (count, kept) in [(20, 0), (5, 5)] {
        let frames: Vec<Frame> = (0..count).map(|number| frame(1400, number)).collect();
        rig.link.indicate(&frames);
        assert_eq!(stats(&capture).retained, kept);
        assert_eq!(read(&capture, frames.len()).len(), frames.len());
        assert_eq!(stats(&capture).retained, 0);
    }
    drop(capture);
    rig.finish();
}

#[test]
fn nothing_is_kept_past_the_end_of_a_capture() {
    let rig = Rig::new();
    let capture = rig.capture(&retaining(LONG));
    rig.link.indicate(&frames(20));
    assert_eq!(stats(&capture).retained, 20);
    capture.unbind().expect("the driver answers");
    assert_eq!((stats(&capture).retained, rig.link.report().held_now), (0, 0));
    assert_eq!(read(&capture, 20).len(), 20);
    drop(capture);
    rig.finish();
}

#[test]
fn nothing_is_kept_past_a_pause_an_unplug_or_a_close() {
    let rig = Rig::new();
    let capture = rig.capture(&retaining(LONG));
    rig.link.indicate(&frames(20));
    assert_eq!(stats(&capture).retained, 20);
    rig.link.pause();
    assert_eq!((stats(&capture).retained, rig.link.report().held_now), (0, 0));
    rig.link.restart(&Restart::default());
    rig.link.indicate(&frames(20));
    rig.link.unplug();
    assert_eq!(rig.link.report().held_now, 0);
    rig.link.replug();
    while rig.link.report().packet_filter == 0 {
        std::thread::yield_now();
    }
    rig.link.indicate(&frames(10));
    assert_eq!(read(&capture, 40).len(), 40);
    drop(capture);
    assert_eq!(rig.link.report().held_now, 0);
    rig.finish();
}

#[test]
fn less_is_kept_when_the_adapter_runs_short() {
    let mut adapter = Adapter::new("net0");
    adapter.settings.receive.lending = Lending::Any;
    let rig = Rig::with(adapter);
    let capture = rig.capture(&retaining(LONG));
    for _ in 0..50 {
        rig.link.indicate(&frames(10));
        read(&capture, 10);
    }
    let stats = stats(&capture);
    assert!(stats.retained_copied > 0, "{stats:?}");
    drop(capture);
    rig.finish();
}

#[test]
fn split_headers_and_small_pieces_are_copied() {
    let rig = Rig::new();
    let capture = rig.capture(&CaptureSettings { snap_length: Some(200), ..retaining(LONG) });
    let geometries = [Geometry::Split { header: 54 }, Geometry::Random, Geometry::Single];
    for geometry in geometries {
        let frames: Vec<Frame> = frames(25)
            .into_iter()
            .map(|frame| Frame { geometry: geometry.clone(), ..frame })
            .collect();
        rig.link.indicate(&frames);
        for (got, sent) in read(&capture, 25).iter().zip(&frames) {
            assert_eq!(*got.data, sent.data[..sent.data.len().min(200)]);
        }
    }
    drop(capture);
    rig.finish();
}

#[test]
fn one_keeps_and_others_copy() {
    let rig = Rig::new();
    let captures = [retaining(LONG), promiscuous(), retaining(LONG)].map(|one| rig.capture(&one));
    let frames = frames(64);
    rig.link.indicate(&frames);
    for capture in &captures {
        for (got, sent) in read(capture, 64).iter().zip(&frames) {
            assert_eq!(*got.data, *sent.data);
        }
        stats(capture);
    }
    drop(captures);
    rig.finish();
}
