//! A machine with adapters, and what reads from it.

use e2e::Machine;
use nthost::{
    File, Kernel,
    ndis::{Adapter, Frame, Link},
};
use winrx::{AdapterStats, Capture, CaptureSettings, FrameStats, Guid, PacketFilter};

/// A machine with the driver, and one adapter.
pub struct Rig {
    pub machine: Machine,
    pub link: Link,
}

impl Rig {
    pub fn new() -> Self {
        Self::with(Adapter::new("net0"))
    }

    pub fn with(adapter: Adapter) -> Self {
        let machine = Machine::with_ndisrx(Kernel::builder());
        let link = machine.kernel().plug(adapter);
        Self { machine, link }
    }

    /// A capture with these settings.
    pub fn capture(&self, settings: &CaptureSettings) -> Capture<File> {
        let capture = Capture::new(self.machine.open()).expect("the driver answers");
        capture.open(settings).expect("the driver opens it");
        capture
    }

    /// The counters of the adapter, which add up, as nothing moves.
    pub fn adapter_stats(&self) -> AdapterStats {
        let capture = Capture::new(self.machine.open()).expect("the driver answers");
        let stats = capture.adapter_stats(guid(&self.link)).expect("the adapter is known");
        assert!(stats.adds_up(), "{stats:?}");
        stats
    }

    /// Everything is given back, and no rule was broken.
    pub fn finish(self) {
        assert!(self.link.wait_idle(), "all lists are back");
        self.machine.finish();
    }
}

/// The identity of an adapter as records and lists have it.
pub fn guid(link: &Link) -> Guid {
    let guid = link.guid();
    let mut bytes = guid.to_be_bytes();
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Guid(bytes)
}

/// Settings for all that adapters see.
pub fn promiscuous() -> CaptureSettings {
    let packet_filter = Some(PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS));
    CaptureSettings { packet_filter, ..CaptureSettings::default() }
}

/// The counters of a capture, which add up, as nothing moves.
pub fn stats(capture: &Capture<File>) -> FrameStats {
    let stats = capture.stats().expect("the driver answers");
    assert!(stats.adds_up(), "{stats:?}");
    stats
}

/// Reads so many frames.
pub fn read(capture: &Capture<File>, count: usize) -> Vec<winrx::Frame<'static>> {
    let frames: Vec<_> =
        capture.frames().take(count).map(|frame| frame.expect("a frame")).collect();
    assert_eq!(frames.len(), count);
    frames
}

/// An Ethernet frame of this length, to somebody else, with a number in its payload.
pub fn frame(length: usize, number: u32) -> Frame {
    let mut data = vec![0x02, 1, 2, 3, 4, 5, 0x02, 9, 8, 7, 6, 5, 0x08, 0x00];
    data.extend(number.to_be_bytes());
    data.extend((data.len()..length).map(|at| at.to_le_bytes()[0]));
    data.truncate(length);
    data.into()
}
