//! Time that ndisrx takes for a frame.
//!
//! A round indicates frames that fit into the queues, at `DISPATCH_LEVEL`, and then reads them: so the time
//! is that of the driver's receive handler alone, with the return of the lists.

use std::time::{Duration, Instant};

use e2e::Machine;
use nthost::{
    File,
    ndis::{Adapter, Frame, Link, Load},
};
use rx_abi::RecordHeader;
use serde::Serialize;
use winrx::{Capture, CaptureSettings, Filter, FrameMode};

use crate::{
    copies::Copies,
    measure::{each, kernel, median},
    table::Table,
};

/// What the figures are.
pub const ABOUT: &str = "Time in ndisrx' receive handler for a frame in nanoseconds: `in`, and `ratio` that \
    to one memcpy of the frame\nfor each reader; `out` from the queue to a program. `list` arrive together. \
    `filter`: a program for \"udp port 9\".";

const SIZES: [usize; 4] = [64, 1514, 9014, 65_535];

const ROUNDS: usize = 25;

/// The least size of each reader's queue.
const QUEUE_BYTES: usize = 1 << 20;

/// How many frames are indicated together at least.
const TOGETHER: usize = 64;

/// The most frames of a round.
const MOST: usize = 1024;

/// `udp port 9`, as `tcpdump -ddd` prints it.
const UDP_PORT_9: &str = "20\n40 0 0 12\n21 0 6 34525\n48 0 0 20\n21 0 15 17\n40 0 0 54\n21 12 0 9\n\
    40 0 0 56\n21 10 11 9\n21 0 10 2048\n48 0 0 23\n21 0 8 17\n40 0 0 20\n69 6 0 8191\n177 0 0 14\n\
    72 0 0 14\n21 2 0 9\n72 0 0 16\n21 0 1 9\n6 0 0 262144\n6 0 0 0\n";

/// The time for a frame.
#[derive(Serialize)]
pub struct Row {
    mode: &'static str,
    bytes: usize,
    list: usize,
    lent: bool,
    readers: usize,
    filter: bool,
    adapters: usize,
    in_ns: f64,
    memcpy_ns: f64,
    ratio: f64,
    out_ns: f64,
    dropped: u64,
}

impl Table for Row {
    const HEADS: &'static [&'static str] = &[
        "mode", "bytes", "list", "lent", "readers", "filter", "adapters", "in", "memcpy", "ratio",
        "out", "dropped",
    ];

    fn cells(&self) -> Vec<String> {
        let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        vec![
            self.mode.into(),
            self.bytes.to_string(),
            self.list.to_string(),
            yes(self.lent),
            self.readers.to_string(),
            yes(self.filter),
            self.adapters.to_string(),
            format!("{:.1}", self.in_ns),
            format!("{:.1}", self.memcpy_ns),
            format!("{:.2}", self.ratio),
            format!("{:.1}", self.out_ns),
            self.dropped.to_string(),
        ]
    }
}

/// What is measured.
#[derive(Clone, Copy)]
struct Case {
    mode: FrameMode,
    bytes: usize,
    list: usize,
    lent: bool,
    readers: usize,
    filter: bool,
    adapters: usize,
}

/// Measures sizes, lists, readers, filters, lent lists, the mode that keeps lists, and many adapters.
pub fn run() -> Vec<Row> {
    let mut cases = Vec::new();
    for bytes in SIZES {
        let case = Case {
            mode: FrameMode::Copy,
            bytes,
            list: 32,
            lent: false,
            readers: 1,
            filter: false,
            adapters: 1,
        };
        for list in [1, 32] {
            for readers in [1, 8] {
                cases.extend([false, true].map(|filter| Case { list, readers, filter, ..case }));
            }
        }
        cases.push(Case { lent: true, ..case });
        cases.push(Case { mode: FrameMode::Retain, ..case });
    }
    let small = cases.iter().copied().find(|case| case.list == 32 && !case.filter);
    cases.extend(
        small.into_iter().flat_map(|case| [1, 1000].map(|adapters| Case { adapters, ..case })),
    );
    cases.into_iter().map(|case| Bench::new(case).run()).collect()
}

/// The driver with adapters, one of which receives, and readers of that.
struct Bench {
    case: Case,
    machine: Machine,
    link: Link,
    captures: Vec<Capture<File>>,
    load: Load,
}

impl Bench {
    fn new(case: Case) -> Self {
        let machine = Machine::with_ndisrx(kernel());
        let mut links: Vec<Link> = (0..case.adapters)
            .map(|number| {
                let mut adapter = Adapter::new(format!("adapter{number}"));
                adapter.settings.receive.compare = false;
                machine.kernel().plug(adapter)
            })
            .collect();
        let captures = (0..case.readers).map(|_| open(&machine, case)).collect();
        let frame = Frame::from(datagram(case.bytes));
        let record = record_size(case.bytes);
        let fitting = (queue_bytes(case.bytes) / 2 / record).min(MOST);
        let frames = (fitting / case.list * case.list).max(case.list) as u64;
        let load = Load { frame, frames, list: case.list, lends: case.lent };
        Self { case, machine, link: links.swap_remove(0), captures, load }
    }

    fn run(self) -> Row {
        let Case { mode, bytes, list, lent, readers, filter, adapters } = self.case;
        let mut copies = Copies::new(bytes, list, record_size(bytes), queue_bytes(bytes));
        // The first rounds find memory that the machine has yet to provide.
        let frames = usize::try_from(self.load.frames).unwrap_or(1);
        let warming = 2 + queue_bytes(bytes).div_ceil(record_size(bytes) * frames);
        let round = |_| {
            let memcpy = copies.run(self.load.frames);
            let measured = self.link.measure(&self.load).expect("a binding runs");
            let inward = each(measured.in_callbacks, measured.frames);
            (memcpy, inward, self.read(measured.frames))
        };
        let rounds: Vec<_> = (0..warming + ROUNDS).map(round).skip(warming).collect();
        let stats = self.captures.iter().map(|capture| capture.stats().expect("the driver counts"));
        let dropped = stats.map(|stats| stats.dropped()).sum();
        drop(self.captures);
        self.machine.finish();
        let in_ns = median(rounds.iter().map(|round| round.1));
        let memcpy_ns = median(rounds.iter().map(|round| round.0));
        let out_ns = median(rounds.iter().map(|round| round.2));
        #[expect(clippy::cast_precision_loss, reason = "there are few")]
        let ratio = in_ns / (memcpy_ns * readers as f64);
        let mode = mode.name();
        Row {
            mode,
            bytes,
            list,
            lent,
            readers,
            filter,
            adapters,
            in_ns,
            memcpy_ns,
            ratio,
            out_ns,
            dropped,
        }
    }

    /// Reads what each reader has; nanoseconds for each frame.
    fn read(&self, frames: u64) -> f64 {
        let mut time = Duration::ZERO;
        for capture in &self.captures {
            let (mut reader, mut left) = (capture.reader(), frames);
            while left > 0 {
                let start = Instant::now();
                let batch = reader.next_batch().expect("a read").expect("frames");
                time += start.elapsed();
                left -= batch.count() as u64;
            }
        }
        each(time, frames * self.captures.len() as u64)
    }
}

/// A reader of the first adapter.
fn open(machine: &Machine, case: Case) -> Capture<File> {
    let capture = Capture::new(machine.open()).expect("the driver answers");
    let adapters = capture.adapters().expect("the driver lists its adapters");
    let first = adapters.iter().find(|adapter| adapter.friendly_name == "adapter0");
    let retains = case.mode == FrameMode::Retain;
    let settings = CaptureSettings {
        adapters: vec![first.expect("it is bound").guid],
        mode: Some(case.mode),
        queue_bytes: u32::try_from(queue_bytes(case.bytes)).ok(),
        program: if case.filter {
            let filter = Filter::from_dump(UDP_PORT_9).expect("it is a program");
            filter.program().instructions().to_vec()
        } else {
            Vec::new()
        },
        retain_lists: retains.then_some(2048),
        retain_bytes: retains.then_some(16 << 20),
        retain_time: retains.then_some(Duration::from_secs(1)),
        ..CaptureSettings::default()
    };
    capture.open(&settings).expect("the driver begins to receive");
    capture
}

/// Size of a queue that has room for twice as many frames of a size as are indicated together.
fn queue_bytes(bytes: usize) -> usize {
    (2 * TOGETHER * record_size(bytes)).next_power_of_two().max(QUEUE_BYTES)
}

/// Bytes of the record of a frame.
fn record_size(bytes: usize) -> usize {
    RecordHeader::frame_size(bytes).expect("it is a frame") as usize
}

/// A frame of this length with a datagram over IPv4 for port 9.
fn datagram(bytes: usize) -> Vec<u8> {
    let mut frame = vec![0x5a; bytes];
    let head = [
        &[0xff; 6][..],
        &[2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0],
        &[192, 0, 2, 1, 192, 0, 2, 2, 0, 9, 0, 9],
    ]
    .concat();
    frame[..head.len()].copy_from_slice(&head);
    frame
}
