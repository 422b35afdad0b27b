//! Whatever NDIS, miniports and filters choose to do, the counters add up and nothing is lost.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use e2e::Machine;
use nthost::{
    Kernel,
    ndis::{Adapter, Frame, Restart, Settings},
};
use winrx::{CaptureSettings, FrameMode};

use crate::rig::{Rig, frame, promiscuous, stats};

#[test]
fn every_behaviour_is_survived() {
    for seed in 0..40 {
        let settings = Settings::random(seed);
        let machine = Machine::with_ndisrx(Kernel::builder().ndis_settings(settings.clone()));
        let link = machine.kernel().plug(Adapter { settings, ..Adapter::new("net0") });
        let rig = Rig { machine, link };
        let mode = Some(if seed % 2 == 0 { FrameMode::Copy } else { FrameMode::Retain });
        let retain_time = (seed % 2 == 1).then_some(Duration::from_millis(seed % 7 + 1));
        let captures = [
            rig.capture(&CaptureSettings { mode, retain_time, ..promiscuous() }),
            rig.capture(&CaptureSettings { snap_length: Some(64), ..promiscuous() }),
        ];
        thread::scope(|scope| {
            let readers = captures.each_ref().map(|capture| {
                scope.spawn(move || {
                    capture.frames().inspect(|frame| assert!(frame.is_ok(), "{frame:?}")).count()
                })
            });
            for round in 0..10_u32 {
                let frames: Vec<Frame> =
                    (0..50).map(|at| frame((at as usize * 97) % 1600, round * 50 + at)).collect();
                rig.link.indicate(&frames);
                match round {
                    3 => rig.link.restart(&Restart::default()),
                    5 => {
                        rig.link.unplug();
                        rig.link.replug();
                    }
                    7 => {
                        rig.link.set_power(false);
                        rig.link.set_power(true);
                    }
                    _ => {}
                }
            }
            assert!(rig.link.wait_idle(), "seed {seed}");
            for (capture, reader) in captures.iter().zip(readers) {
                capture.unbind().unwrap();
                let read = reader.join().unwrap() as u64;
                let stats = stats(capture);
                assert_eq!((stats.delivered, stats.held), (read, 0), "seed {seed}");
            }
        });
        rig.adapter_stats();
        drop(captures);
        rig.finish();
    }
}

#[test]
fn readers_come_and_go_while_frames_arrive() {
    let mut adapter = Adapter::new("net0");
    adapter.settings.receive.parallel = 2;
    let rig = Rig::with(adapter);
    let other = rig.machine.kernel().plug(Adapter::new("net1"));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for link in [&rig.link, &other] {
            let over = &over;
            scope.spawn(move || {
                for round in 0..300_u32 {
                    let frames: Vec<Frame> = (0..32)
                        .map(|at| Frame { queue: at % 4, ..frame(70 + usize::from(at), round) })
                        .collect();
                    link.indicate(&frames);
                    if round % 60 == 59 {
                        link.unplug();
                        link.replug();
                    }
                }
                over.store(true, Ordering::Relaxed);
            });
        }
        for mode in [FrameMode::Copy, FrameMode::Retain] {
            let (rig, over) = (&rig, &over);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let settings = CaptureSettings { mode: Some(mode), ..promiscuous() };
                    let capture = rig.capture(&settings);
                    let some = |offered| offered > 0 || over.load(Ordering::Relaxed);
                    while !some(capture.stats().expect("the driver answers").offered) {
                        thread::yield_now();
                    }
                    capture.unbind().unwrap();
                    while capture.reader().next_batch().unwrap().is_some() {}
                    let stats = stats(&capture);
                    assert_eq!((stats.held, stats.retained), (0, 0));
                }
            });
        }
    });
    assert!(other.wait_idle());
    rig.adapter_stats();
    rig.finish();
}
