//! What can happen to the receiver of frames.

use std::{sync::Arc, time::Duration};

use nthost::{
    File, Task,
    ndis::{self, Adapter, Frame, Link, Restart},
};
use rx_abi::FrameStats;
use winrx::{Capture, CaptureSettings, FrameMode, Guid, PacketFilter};

use super::{
    Scenario,
    stage::{Stage, ensure, read_and_cancel},
};

type What = fn(&mut Stage, &CaptureSettings) -> Result<(), String>;

/// All scenarios, in each mode.
pub fn scenarios() -> Vec<Scenario> {
    let all: [(&str, What); 9] = [
        ("pause", pause_against_read),
        ("unplug", unbind_against_read),
        ("surprise", surprise_removal),
        ("power", power_against_read),
        ("close", close_against_frames),
        ("cancel", cancel_against_completion),
        ("end", end_against_frames),
        ("readers", readers_come_and_go),
        ("unload", unload_against_everything),
    ];
    let with = |(name, what): (&str, What)| {
        FrameMode::ALL.map(|mode| {
            let settings = small(mode);
            let name = format!("{name}-{}", mode.name());
            Scenario::new("ndisrx", name, move |stage| what(stage, &settings))
        })
    };
    all.into_iter().flat_map(with).collect()
}

/// Settings with which everything has little room.
fn small(mode: FrameMode) -> CaptureSettings {
    let retains = mode == FrameMode::Retain;
    CaptureSettings {
        mode: Some(mode),
        packet_filter: Some(PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS)),
        queue_bytes: Some(64 << 10),
        retain_lists: retains.then_some(3),
        retain_time: retains.then_some(Duration::from_millis(1)),
        ..CaptureSettings::default()
    }
}

/// Plugs an adapter in. With every other seed it behaves as chance has it.
fn plug(stage: &Stage) -> Link {
    let settings = match stage.seed % 2 {
        0 => ndis::Settings::default(),
        _ => ndis::Settings::random(stage.seed),
    };
    stage.kernel.plug(Adapter { settings, descriptors: 16, ..Adapter::new("net0") })
}

/// The identity of an adapter as records and lists have it.
fn guid(link: &Link) -> Guid {
    let mut bytes = link.guid().to_be_bytes();
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Guid(bytes)
}

fn open(stage: &Stage, settings: &CaptureSettings) -> Result<Arc<Capture<File>>, String> {
    let file = stage.open().ok_or("the device does not open")?;
    let capture = Capture::new(file).map_err(|error| error.to_string())?;
    capture.open(settings).map_err(|error| error.to_string())?;
    Ok(Arc::new(capture))
}

/// Lets frames arrive: so many times two.
fn indicate(stage: &Stage, link: &Link, times: usize) -> Task<()> {
    let link = link.clone();
    stage.spawn("network", move || {
        for number in 0..times {
            let mut data = vec![0x02, 1, 2, 3, 4, 5, 0x02, 9, 8, 7, 6, 5, 0x08, 0x00];
            data.resize(60 + 200 * number, 0x5a);
            let second = Frame { queue: 1, ..Frame::from(data.clone()) };
            link.indicate(&[Frame::from(data), second]);
        }
    })
}

/// Reads until the reader ends. Returns how many frames that were.
fn read_all(stage: &Stage, capture: &Arc<Capture<File>>) -> Task<usize> {
    let capture = Arc::clone(capture);
    stage.spawn("reader", move || capture.frames().take_while(Result::is_ok).count())
}

fn stats(capture: &Capture<File>) -> Result<FrameStats, String> {
    let stats = capture.stats().map_err(|error| error.to_string())?;
    ensure(stats.adds_up(), || format!("the counters do not add up: {stats:?}"))?;
    Ok(stats)
}

/// The reader has ended, and everything is read: so many frames.
fn is_over(stage: &Stage, capture: &Capture<File>, read: usize) -> Result<(), String> {
    if !stage.kernel.violations().is_empty() {
        return Ok(());
    }
    let stats = stats(capture)?;
    let (delivered, left) = (stats.delivered, (stats.held, stats.retained));
    ensure(delivered == read as u64, || format!("{read} frames were read: {stats:?}"))?;
    ensure(left == (0, 0), || format!("something is left: {stats:?}"))
}

/// Nothing is under way any more: all lists are back, and the counters of the adapter add up.
fn is_idle(stage: &Stage, link: &Link) -> Result<(), String> {
    if !stage.kernel.violations().is_empty() {
        return Ok(());
    }
    ensure(link.wait_idle(), || "lists are not back".to_owned())?;
    let file = stage.open().ok_or("the device does not open")?;
    let capture = Capture::new(file).map_err(|error| error.to_string())?;
    let Ok(stats) = capture.adapter_stats(guid(link)) else { return Ok(()) };
    ensure(stats.adds_up(), || format!("the counters of the adapter do not add up: {stats:?}"))
}

/// Two readers read while frames come and something happens to the adapter.
fn while_reading(
    stage: &mut Stage,
    settings: &CaptureSettings,
    happens: impl FnOnce(&Link) + Send + 'static,
) -> Result<(), String> {
    let link = plug(stage);
    let captures = [open(stage, settings)?, open(stage, settings)?];
    let network = indicate(stage, &link, 4);
    let readers = captures.each_ref().map(|capture| read_all(stage, capture));
    let actor = {
        let link = link.clone();
        stage.spawn("actor", move || happens(&link))
    };
    network.join();
    actor.join();
    for capture in &captures {
        capture.unbind().map_err(|error| error.to_string())?;
    }
    for (capture, reader) in captures.iter().zip(readers) {
        is_over(stage, capture, reader.join())?;
    }
    is_idle(stage, &link)
}

fn pause_against_read(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    while_reading(stage, settings, |link| {
        link.pause();
        link.restart(&Restart::default());
    })
}

fn unbind_against_read(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    while_reading(stage, settings, |link| {
        link.unplug();
        link.replug();
    })
}

fn surprise_removal(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    while_reading(stage, settings, |link| {
        link.surprise_remove();
        link.replug();
    })
}

fn power_against_read(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    while_reading(stage, settings, |link| {
        link.set_power(false);
        link.set_power(true);
    })
}

fn close_against_frames(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    let link = plug(stage);
    let capture = open(stage, settings)?;
    let network = indicate(stage, &link, 4);
    let reads = [(); 2].map(|()| capture.device().start_read(4096));
    let closer = stage.spawn("closer", move || drop(capture));
    for read in reads {
        let _ = read.wait();
    }
    closer.join();
    network.join();
    is_idle(stage, &link)
}

fn cancel_against_completion(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    let link = plug(stage);
    let capture = open(stage, settings)?;
    let network = indicate(stage, &link, 5);
    let readers = [(); 2].map(|()| {
        let file = capture.device().clone();
        stage.spawn("reader", move || read_and_cancel::<rx_abi::FrameHeader>(&file, 4))
    });
    let mut read = 0;
    for reader in readers {
        read += reader.join()?;
    }
    network.join();
    capture.unbind().map_err(|error| error.to_string())?;
    read += read_all(stage, &capture).join();
    is_over(stage, &capture, read)?;
    is_idle(stage, &link)
}

fn end_against_frames(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    let link = plug(stage);
    let capture = open(stage, settings)?;
    let network = indicate(stage, &link, 4);
    let reader = read_all(stage, &capture);
    let enders = [(); 2].map(|()| {
        let capture = Arc::clone(&capture);
        stage.spawn("ender", move || drop(capture.unbind()))
    });
    network.join();
    enders.into_iter().for_each(Task::join);
    let read = reader.join();
    is_over(stage, &capture, read)?;
    is_idle(stage, &link)
}

fn readers_come_and_go(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    let link = plug(stage);
    let network = indicate(stage, &link, 5);
    let users = [(); 2].map(|()| {
        let (open, settings) = (stage.opener(), settings.clone());
        stage.spawn("user", move || {
            for _ in 0..2 {
                let Some(capture) = open().and_then(|file| Capture::new(file).ok()) else { return };
                if capture.open(&settings).is_ok() {
                    let read = capture.device().start_read(4096);
                    drop(capture);
                    let _ = read.wait();
                }
            }
        })
    });
    users.into_iter().for_each(Task::join);
    network.join();
    is_idle(stage, &link)
}

fn unload_against_everything(stage: &mut Stage, settings: &CaptureSettings) -> Result<(), String> {
    let link = plug(stage);
    let capture = open(stage, settings)?;
    let network = indicate(stage, &link, 4);
    let read = capture.device().start_read(4096);
    let closer = stage.spawn("closer", move || drop(capture));
    let unplugger = {
        let link = link.clone();
        stage.spawn("unplugger", move || link.unplug())
    };
    let left = stage.unload();
    let _ = read.wait();
    closer.join();
    network.join();
    unplugger.join();
    ensure(left.is_empty(), || left.join("; "))
}
