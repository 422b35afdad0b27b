//! Lives of ndisrx.

use std::{
    thread,
    time::{Duration, Instant},
};

use bpf::Instruction;
use nthost::{
    Builder, File, Kernel,
    ndis::{
        Adapter, Answer, Binds, Completion, Frame, Geometry, Lending, Link, LinkState, Medium,
        Restart, Settings,
    },
};
use rx_abi::FrameRecords;
use winrx::{Capture, CaptureSettings, Direction, FrameMode, PacketFilter};

use super::{
    Life,
    session::{Reads, Session, Subject},
};

/// How long lists are kept.
const RETENTION: Duration = Duration::from_millis(1);
/// The smallest queue.
const QUEUE: u32 = 64 << 10;
/// How long the driver gets to ask an adapter for frames, in another thread.
const ASKING: Duration = Duration::from_secs(5);

/// Each mode, with adapters that do all at once and such that let all pend.
pub fn lives() -> Vec<Life> {
    let mut inline = Settings::default();
    inline.control.requests = Answer::Inline;
    inline.control.closing = Completion::Inline;
    inline.control.binds = Binds::BeforeReturn;
    let mut pending = Settings::default();
    pending.control.opening = Completion::Pending;
    pending.control.more_events = true;
    pending.data.mapped = false;
    pending.data.geometry = Geometry::Random;
    let mut before_return = Settings::default();
    before_return.control.opening = Completion::BeforeReturn;
    before_return.control.closing = Completion::BeforeReturn;
    before_return.control.requests = Answer::BeforeReturn;
    before_return.control.binds = Binds::AfterReturn;
    let mut lent = Settings::default();
    lent.receive.lending = Lending::Always;
    let adapters =
        [("", inline), ("-pending", pending), ("-before-return", before_return), ("-lent", lent)];
    let mut lives = Vec::new();
    for (name, settings) in adapters {
        for mode in FrameMode::ALL {
            lives.push(life(format!("{}{name}", mode.name()), &settings, promiscuous(mode)));
        }
    }
    lives.push(life("filter", &Settings::default(), filtered()));
    lives
}

/// Each mode, with adapters that behave as chance has it.
pub fn seeded_lives(seed: u64) -> Vec<Life> {
    let settings = Settings::random(seed);
    let life = |mode: FrameMode| {
        life(format!("{}-seed-{seed}", mode.name()), &settings, promiscuous(mode))
    };
    FrameMode::ALL.into_iter().map(life).collect()
}

fn life(mode: impl Into<String>, adapters: &Settings, settings: CaptureSettings) -> Life {
    let adapters = adapters.clone();
    Life::new("ndisrx", mode, move || Ndisrx {
        adapters: adapters.clone(),
        settings: settings.clone(),
        links: Vec::new(),
    })
}

/// All that adapters see, with a queue that can fill up.
fn promiscuous(mode: FrameMode) -> CaptureSettings {
    CaptureSettings {
        mode: Some(mode),
        packet_filter: Some(PacketFilter::PROMISCUOUS),
        queue_bytes: Some(QUEUE),
        retain_time: (mode == FrameMode::Retain).then_some(RETENTION),
        ..CaptureSettings::default()
    }
}

/// Frames of one type that came in, with a program that takes them all, and only their beginnings.
fn filtered() -> CaptureSettings {
    // BPF_RET | BPF_K, with more bytes than any frame has.
    let program = vec![Instruction { code: 6, jt: 0, jf: 0, k: 1 << 18 }];
    CaptureSettings {
        packet_filter: Some(PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS)),
        direction: Some(Direction::In),
        ether_types: vec![0x0800],
        snap_length: Some(64),
        program,
        ..CaptureSettings::default()
    }
}

struct Ndisrx {
    adapters: Settings,
    settings: CaptureSettings,
    links: Vec<Link>,
}

impl Subject for Ndisrx {
    fn builder(&self) -> Builder {
        Kernel::builder().ndis_settings(self.adapters.clone())
    }

    fn prepare(&mut self, kernel: &Kernel) {
        let settings = self.adapters.clone();
        let first = Adapter { settings: settings.clone(), ..Adapter::new("eth0") };
        let second = Adapter { settings, medium: Medium::Ip, ..Adapter::new("wwan0") };
        self.links = [first, second].map(|adapter| kernel.plug(adapter)).into();
    }

    fn session(&mut self, kernel: &Kernel) -> Session {
        let mut session = Session::default();
        self.receive(kernel, &mut session);
        // What was not bound is bound again.
        for link in &self.links {
            link.unplug();
            link.replug();
        }
        session
    }

    fn settle(&mut self, _kernel: &Kernel) -> Vec<String> {
        let idle = |link: &Link| {
            let (idle, report) = (link.wait_idle(), link.report());
            idle && report.held_now == 0 && report.returned == report.owned
        };
        let busy = self.links.iter().filter(|link| !idle(link));
        busy.map(|link| format!("lists are not back: {:?}", link.report())).collect()
    }
}

impl Ndisrx {
    fn receive(&self, kernel: &Kernel, session: &mut Session) -> Option<()> {
        let file = session.attempt("opening", kernel.open(r"\\.\ndisrx"))?;
        // Nothing knows this code.
        let unknown = file.ioctl(0x0022_2ffc, &[], &mut []);
        session.check(!unknown.status.is_success(), || "an unknown request succeeds".to_owned());
        let capture = session.attempt("asking", Capture::new(file))?;
        let adapters = session.attempt("listing", capture.adapters())?;
        session.attempt("opening a reader", capture.open(&self.settings))?;
        for adapter in &adapters {
            session.attempt("counters of an adapter", capture.adapter_stats(adapter.guid));
        }
        let mut reads = Reads::new(capture.device(), count);
        self.wait_for_filters(kernel, &capture);
        self.traffic(&mut reads, &capture, session);
        self.events(&mut reads);
        session.insist(kernel, "ending", || capture.unbind());
        if kernel.stopped().is_some() {
            return None;
        }
        reads.finish(session);
        reads.read_to_end(session);
        self.account(&capture, reads.records, session);
        Some(())
    }

    /// Frames for reads that wait, more of them, and more than the queue holds.
    fn traffic(&self, reads: &mut Reads<'_>, capture: &Capture<File>, session: &mut Session) {
        reads.wait_for_some(4);
        reads.cancel_one();
        for link in &self.links {
            link.indicate(&frames(&[60, 61, 1514]));
        }
        let Some(link) = self.links.first() else { return };
        link.indicate(&frames(&[14, 100, 1000, 1500, 600]));
        // Long enough for kept ones to be copied.
        thread::sleep(RETENTION * 3);
        let held = || capture.stats().is_ok_and(|stats| stats.held > 0);
        reads.drain(held);
        link.indicate(&frames(&[1514; 60]));
        reads.drain(held);
        link.wait_idle();
        match capture.stats() {
            Ok(stats) if stats.delivered < 8 => {
                session.fail(format!("not all were delivered: {stats:?}"));
            }
            Ok(_) => {}
            Err(error) => session.fail(error.to_string()),
        }
    }

    /// Waits until the driver has asked for frames all adapters that it is bound to. It does so in a thread of
    /// its own, unless that fails.
    fn wait_for_filters(&self, kernel: &Kernel, capture: &Capture<File>) {
        let end = Instant::now() + ASKING;
        let waits = |link: &Link| {
            let report = link.report();
            !report.protocols.is_empty() && report.packet_filter == 0
        };
        let is_refused = || capture.stats().is_ok_and(|stats| stats.filter_failures > 0);
        let has_stopped = || kernel.stopped().is_some();
        while self.links.iter().any(waits)
            && !(is_refused() || has_stopped() || Instant::now() >= end)
        {
            thread::yield_now();
        }
    }

    /// What happens to adapters, with frames between.
    fn events(&self, reads: &mut Reads<'_>) {
        reads.wait_for_some(1);
        let Some(link) = self.links.first() else { return };
        link.pause();
        link.indicate(&frames(&[70]));
        link.restart(&Restart { mtu: Some(9000), ..Restart::default() });
        link.indicate(&frames(&[71]));
        link.set_power(false);
        link.set_power(true);
        link.set_link(LinkState::down());
        link.set_link(LinkState::up(10_000));
        link.indicate(&frames(&[72]));
        link.surprise_remove();
        link.replug();
        link.indicate(&frames(&[73]));
    }

    /// Each frame that the reader was offered has had one fate.
    fn account(&self, capture: &Capture<File>, read: u64, session: &mut Session) {
        for link in &self.links {
            session.check(link.wait_idle(), || "lists do not come back".to_owned());
        }
        let Some(stats) = session.attempt("counters", capture.stats()) else { return };
        session.check(stats.adds_up(), || format!("the counters do not add up: {stats:?}"));
        let held = stats.held + stats.retained;
        session.check(held == 0, || format!("some are held: {stats:?}"));
        session.check(stats.delivered == read, || format!("{read} were read: {stats:?}"));
        let Some(adapters) = session.attempt("listing", capture.adapters()) else { return };
        for adapter in adapters {
            let stats = capture.adapter_stats(adapter.guid);
            let Some(stats) = session.attempt("counters of an adapter", stats) else { continue };
            session.check(stats.adds_up(), || format!("an adapter's do not add up: {stats:?}"));
        }
    }
}

fn count(bytes: &[u8]) -> Option<u64> {
    let mut records = 0;
    for record in FrameRecords::new(bytes) {
        winrx::Frame::try_from(record.ok()?).ok()?;
        records += 1;
    }
    Some(records)
}

/// Frames of IPv4 of these lengths.
fn frames(lengths: &[usize]) -> Vec<Frame> {
    let frame = |&length: &usize| {
        let mut data = vec![0x02, 1, 2, 3, 4, 5, 0x02, 9, 8, 7, 6, 5, 0x08, 0x00];
        data.resize(length.max(data.len()), 0x5a);
        Frame::from(data)
    };
    lengths.iter().map(frame).collect()
}
