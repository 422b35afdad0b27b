//! A machine with an adapter that behaves as a test says, and readers of its frames.

use std::thread;

use e2e::{Machine, driver_file};
use nthost::{
    Builder, File, Kernel,
    ndis::{Adapter, AdapterReport, Frame, Indicated, Link, Settings},
};
use rx_abi::{AdapterStats, FrameMode, FrameRecords, FrameStats, PacketFilter};
use winrx::{Capture, CaptureSettings};

use super::frames::{check, check_queues, spread};

/// The modes of readers.
pub const MODES: [FrameMode; 2] = FrameMode::ALL;

/// Bytes of the buffers of reads.
const READ: usize = 1 << 20;

/// A machine with an adapter.
pub struct Lab {
    pub machine: Machine,
    pub link: Link,
}

impl Lab {
    /// All behaves as the settings say.
    pub fn new(settings: &Settings) -> Self {
        Self::with(settings, |_| {})
    }

    /// The same, with a change to the adapter.
    pub fn with(settings: &Settings, change: impl FnOnce(&mut Adapter)) -> Self {
        Self::on(builder(settings), adapter(settings, change))
    }

    pub fn on(builder: Builder, adapter: Adapter) -> Self {
        let kernel = builder.build().expect("the kernel starts");
        let link = kernel.plug(adapter);
        Self { machine: Machine::on(kernel, driver_file("ndisrx")), link }
    }

    pub fn kernel(&self) -> &Kernel {
        self.machine.kernel()
    }

    /// A reader of all frames of all adapters.
    pub fn reader(&self, mode: FrameMode) -> Reader<'_> {
        self.reader_with(&everything(mode))
    }

    pub fn reader_with(&self, settings: &CaptureSettings) -> Reader<'_> {
        let capture = Capture::new(self.machine.open()).expect("the driver answers");
        capture.open(settings).expect("the driver opens a reader");
        Reader { lab: self, mode: settings.mode(), capture }
    }

    /// A handle that is no reader.
    pub fn handle(&self) -> Capture<File> {
        Capture::new(self.machine.open()).expect("the driver answers")
    }

    /// What the driver says of an adapter.
    pub fn adapter(&self) -> winrx::Adapter {
        let all = self.handle().adapters().expect("the driver lists its adapters");
        all.into_iter().find(|one| one.friendly_name == self.link.name()).expect("it is listed")
    }

    /// The counters of the adapter.
    pub fn adapter_stats(&self) -> AdapterStats {
        stats_of(&self.handle(), &self.link)
    }

    /// Waits until nothing moves, and asserts that the driver counts what NDIS counts: that each list that
    /// became the driver's is back, and that each frame has had one fate.
    pub fn accounts(&self) -> (AdapterStats, AdapterReport) {
        assert!(self.link.wait_idle(), "all lists come back");
        let (stats, report) = (self.adapter_stats(), self.link.report());
        assert!(stats.adds_up(), "{stats:?}");
        let ours = [
            stats.indications,
            stats.lists,
            stats.lists_loaned,
            stats.lists_returned,
            stats.lists_held,
            stats.frames,
        ];
        let theirs = [
            report.callbacks,
            report.lists,
            report.loaned,
            report.owned,
            report.held_now,
            report.frames,
        ];
        assert_eq!(ours, theirs, "{stats:?} {report:?}");
        assert_eq!((report.held_now, report.returned), (0, report.owned), "{report:?}");
        (stats, report)
    }

    /// Unloads the driver, which leaves nothing behind and broke no rule.
    pub fn finish(self) {
        self.machine.finish();
    }
}

/// The counters of an adapter.
pub fn stats_of(handle: &Capture<File>, link: &Link) -> AdapterStats {
    let all = handle.adapters().expect("the driver lists its adapters");
    let adapter = all.iter().find(|one| one.friendly_name == link.name()).expect("it is listed");
    handle.adapter_stats(adapter.guid).expect("the driver tells its counters")
}

/// A kernel that behaves as the settings say.
pub fn builder(settings: &Settings) -> Builder {
    Kernel::builder().processors(4).ndis_settings(settings.clone())
}

/// An adapter that behaves so.
pub fn adapter(settings: &Settings, change: impl FnOnce(&mut Adapter)) -> Adapter {
    let mut adapter = Adapter { settings: settings.clone(), ..Adapter::new("eth0") };
    change(&mut adapter);
    adapter
}

/// All frames of all adapters.
pub fn everything(mode: FrameMode) -> CaptureSettings {
    CaptureSettings {
        mode: Some(mode),
        packet_filter: Some(PacketFilter::PROMISCUOUS),
        ..CaptureSettings::default()
    }
}

/// Runs a test with a reader of each mode, each on a machine of its own.
pub fn with_each(settings: &Settings, test: impl Fn(&Reader)) {
    with_each_on(settings, |_| {}, test);
}

/// The same, with a change to the adapter.
pub fn with_each_on(settings: &Settings, change: impl Fn(&mut Adapter), test: impl Fn(&Reader)) {
    for mode in MODES {
        let lab = Lab::with(settings, &change);
        let reader = lab.reader(mode);
        test(&reader);
        reader.end();
        lab.accounts();
        lab.finish();
    }
}

/// A reader.
pub struct Reader<'l> {
    pub lab: &'l Lab,
    pub mode: FrameMode,
    pub capture: Capture<File>,
}

impl Reader<'_> {
    pub fn stats(&self) -> FrameStats {
        self.capture.stats().expect("the driver tells")
    }

    /// Its counters when nothing moves: all frames that it was offered are accounted for.
    pub fn settled(&self) -> FrameStats {
        let stats = self.wait_until(FrameStats::adds_up);
        assert!(stats.adds_up(), "{:?}: {stats:?}", self.mode);
        stats
    }

    /// Waits until the counters are as they are to become.
    pub fn wait_until(&self, reached: impl Fn(&FrameStats) -> bool) -> FrameStats {
        loop {
            let stats = self.stats();
            if reached(&stats) {
                return stats;
            }
            thread::yield_now();
        }
    }

    /// Lets frames arrive. None is dropped.
    pub fn send(&self, frames: &[Frame]) {
        let indicated = self.lab.link.indicate(frames);
        assert_eq!(indicated, Indicated { taken: frames.len(), dropped: 0 });
    }

    /// Lets frames arrive and reads them: first each alone, while a read waits for it, then all together,
    /// before anybody reads.
    pub fn exchange(&self, lists: &[Frame]) -> Vec<winrx::Frame<'static>> {
        let before = self.settled();
        assert_eq!(before.held, 0, "{before:?}");
        let mut all = Vec::new();
        for list in lists {
            for read in self.one_by_one(list) {
                all.push(read);
            }
        }
        check(&all, lists);
        let rest = self.deliver(lists);
        check_queues(&rest, lists);
        all.extend(rest);
        let mut numbers: Vec<_> = all.iter().map(|frame| frame.sequence).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(before.accepted..before.accepted + all.len() as u64));
        all
    }

    /// Lets a list arrive while a read waits for it.
    fn one_by_one(&self, list: &Frame) -> Vec<winrx::Frame<'static>> {
        let count = spread(std::slice::from_ref(list)).len();
        let read = self.capture.device().start_read(READ);
        self.send(std::slice::from_ref(list));
        let (completion, bytes) = read.wait();
        let length = completion.ok().expect("the read succeeds");
        let mut frames = frames_of(&bytes[..length]);
        frames.extend(self.read(count - frames.len()));
        frames
    }

    /// Lets lists arrive, and reads them.
    pub fn deliver(&self, lists: &[Frame]) -> Vec<winrx::Frame<'static>> {
        let before = self.stats();
        self.send(lists);
        let frames = spread(lists);
        let count = frames.len() as u64;
        let read = self.read(frames.len());
        let stats = self.settled();
        let sum = |stats: &FrameStats| [stats.offered, stats.accepted, stats.delivered];
        assert_eq!(sum(&stats), sum(&before).map(|sum| sum + count), "{:?}: {stats:?}", self.mode);
        let bytes: usize = frames.iter().map(|frame| frame.data.len()).sum();
        assert_eq!(stats.delivered_bytes, before.delivered_bytes + bytes as u64);
        read
    }

    /// Reads so many frames.
    pub fn read(&self, count: usize) -> Vec<winrx::Frame<'static>> {
        let frames = self.capture.frames().take(count);
        let read: Vec<_> = frames.map(|frame| frame.expect("a frame")).collect();
        assert_eq!(read.len(), count);
        read
    }

    /// Ends reception and reads what is held: exactly what the counters say.
    pub fn end(self) -> (Vec<winrx::Frame<'static>>, FrameStats) {
        self.capture.unbind().expect("reception ends");
        let held = self.settled().held;
        let rest: Vec<_> = self.capture.frames().map(|frame| frame.expect("a frame")).collect();
        let stats = self.settled();
        assert_eq!(rest.len() as u64 + stats.lost, held, "{:?}: {stats:?}", self.mode);
        assert_eq!((stats.held, stats.retained, stats.queue_used), (0, 0, 0), "{stats:?}");
        (rest, stats)
    }
}

/// The frames of records.
fn frames_of(bytes: &[u8]) -> Vec<winrx::Frame<'static>> {
    let records = FrameRecords::new(bytes);
    let frame = |record: Result<_, _>| {
        winrx::Frame::try_from(record.expect("a valid record")).expect("of a frame").into_owned()
    };
    records.map(frame).collect()
}
