//! Behaviours 13 and 20: several protocols on one adapter, and frames that this machine sends.

use std::fs;

use e2e::driver_file;
use ndis_sys::NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET;
use nthost::ndis::{Settings, Sharing};
use rx_abi::{Direction, PacketFilter};
use tempfile::TempDir;
use winrx::{Capture, CaptureSettings, RecordFlags};

use super::{
    frames::{check, telling},
    lab::{Lab, MODES, everything, stats_of, with_each},
};

/// The name of the other driver, which is as long as that of the driver.
const OTHER: &str = "ndisry";

/// The same driver once more, under another name.
fn other_driver() -> TempDir {
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let (name, other) = (units("ndisrx"), units(OTHER));
    let mut image = fs::read(driver_file("ndisrx")).expect("the driver is built");
    let places: Vec<_> = (0..image.len()).filter(|at| image[*at..].starts_with(&name)).collect();
    assert!(places.len() >= 3, "the names of the service, the device and its link");
    for at in places {
        image[at..at + other.len()].copy_from_slice(&other);
    }
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(OTHER).with_extension("sys"), image).expect("it is written");
    folder
}

/// Two protocols get the frames of an adapter: one gets the lists, and the other one the same lists lent,
/// copies, or other lists with the same data, which the miniport gets back when all are.
#[test]
fn b13_several_protocols() {
    let folder = other_driver();
    for sharing in [Sharing::Lent, Sharing::Copied, Sharing::Cloned, Sharing::Any] {
        for (mode, other_mode) in MODES.into_iter().flat_map(|one| MODES.map(|two| (one, two))) {
            let mut settings = Settings::default();
            settings.receive.sharing = sharing;
            let lab = Lab::new(&settings);
            let file = folder.path().join(OTHER).with_extension("sys");
            let other = lab.kernel().load(file).expect("the other driver loads");
            let handle = lab.kernel().open(&format!(r"\\.\{OTHER}")).expect("its device opens");
            let other_reader = Capture::new(handle).expect("it answers");
            other_reader.open(&everything(other_mode)).expect("it opens a reader");
            let reader = lab.reader(mode);
            for round in 0..3 {
                let sent = telling(round * 100..round * 100 + 100);
                check(&reader.deliver(&sent), &sent);
                let read = other_reader.frames().take(100);
                check(&read.map(|frame| frame.expect("a frame")).collect::<Vec<_>>(), &sent);
            }
            other_reader.unbind().expect("reception ends");
            assert_eq!(other_reader.stats().map(|stats| stats.delivered).ok(), Some(300));
            reader.end();
            assert!(lab.link.wait_idle(), "all lists come back");
            let (one, two) = (lab.adapter_stats(), stats_of(&other_reader, &lab.link));
            let report = lab.link.report();
            assert!(one.adds_up() && two.adds_up(), "{one:?} {two:?}");
            assert_eq!((one.offered, two.offered, report.frames), (300, 300, 600));
            let lent = one.lists_loaned + two.lists_loaned;
            let returned = one.lists_returned + two.lists_returned;
            assert_eq!((lent, returned), (report.loaned, report.returned));
            assert_eq!((report.owned, report.held_now), (report.returned, 0));
            drop(other_reader);
            other.unload().expect("no handle is open");
            lab.finish();
        }
    }
}

/// One of two protocols wants fewer frames, and one is unloaded while the other goes on.
#[test]
fn b13_protocols_that_want_different_frames() {
    let folder = other_driver();
    for mode in MODES {
        let lab = Lab::new(&Settings::default());
        let file = folder.path().join(OTHER).with_extension("sys");
        let other = lab.kernel().load(file).expect("the other driver loads");
        let handle = lab.kernel().open(&format!(r"\\.\{OTHER}")).expect("its device opens");
        let other_reader = Capture::new(handle).expect("it answers");
        let broadcasts = PacketFilter::BROADCAST;
        let wants = CaptureSettings { packet_filter: Some(broadcasts), ..everything(mode) };
        other_reader.open(&wants).expect("it opens a reader");
        let reader = lab.reader(mode);
        let sent = telling(0..90);
        check(&reader.deliver(&sent), &sent);
        let to_all: Vec<_> = sent.iter().filter(|sent| sent.data[0] == 0xff).cloned().collect();
        let read = other_reader.frames().take(to_all.len());
        check(&read.map(|frame| frame.expect("a frame")).collect::<Vec<_>>(), &to_all);
        drop(other_reader);
        other.unload().expect("no handle is open");
        reader.exchange(&telling(0..30));
        reader.end();
        assert_eq!(lab.link.report().protocols, ["ndisrx"]);
        lab.finish();
    }
}

/// What this machine sends comes marked. Readers get it, or only it, or all but it.
#[test]
fn b20_loopback() {
    with_each(&Settings::default(), |all| {
        let open = |direction| {
            all.lab.reader_with(&CaptureSettings {
                direction: Some(direction),
                ..everything(all.mode)
            })
        };
        let (incoming, outgoing) = (open(Direction::In), open(Direction::Out));
        let mut sent = telling(0..60);
        for frame in sent.iter_mut().step_by(3) {
            frame.flags |= NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET;
        }
        check(&all.deliver(&sent), &sent);
        let (own, others): (Vec<_>, Vec<_>) = sent
            .into_iter()
            .partition(|frame| frame.flags & NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET != 0);
        let read = outgoing.read(20);
        check(&read, &own);
        assert!(read.iter().all(|frame| frame.flags.contains(RecordFlags::LOOPBACK)));
        check(&incoming.read(40), &others);
        let (incoming, outgoing) = (incoming.end().1, outgoing.end().1);
        assert_eq!((incoming.filtered, outgoing.filtered), (20, 40));
    });
}
