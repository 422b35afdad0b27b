//! Time that the driver takes for a datagram of the synthetic network.
//!
//! A round lets datagrams arrive that fit into the queue, and then reads them: so each part is measured
//! alone, and nothing is refused or dropped. With event callbacks the time on the way in is that of the
//! calls of the driver. In the other modes the driver works in completion routines, in its thread and in
//! its dispatch routine for reads; there it is the time on processors of the whole program, without that
//! of the same datagrams arriving where nobody takes them. That includes what the hosted kernel does
//! with a request, and its copy of the payload to the request's buffer.

use std::{
    net::{Ipv4Addr, SocketAddr},
    thread,
    time::{Duration, Instant},
};

use e2e::{Family, Machine, settings};
use nthost::{
    File, Pending,
    wsk::{Load, Measurement, Network, Synthetic},
};
use rx_abi::RecordHeader;
use serde::Serialize;
use winrx::{Mode, Receiver, Settings};

use crate::{
    copies::Copies,
    measure::{Work, each, kernel, median},
    table::Table,
};

/// What the figures are.
pub const ABOUT: &str = "Driver time for a datagram in nanoseconds: `in` from the network to the queue \
    (or the program's buffer),\n`ratio` that to one memcpy of the payload, `out` from the queue to the \
    program. `list` arrive together.\nIn modes irp and direct, and for `out`, the hosted kernel's part is \
    in it.";

const SIZES: [usize; 4] = [64, 512, 1400, 65_507];

const ROUNDS: usize = 25;

/// The driver's own choice.
const QUEUE_BYTES: usize = 4 << 20;

/// The most datagrams of a round: the socket has memory for twice as many.
const MOST: usize = 512;

/// The time for a datagram.
#[derive(Serialize)]
pub struct Row {
    mode: &'static str,
    bytes: usize,
    list: usize,
    in_ns: f64,
    memcpy_ns: f64,
    ratio: f64,
    out_ns: Option<f64>,
    dropped: u64,
}

impl Table for Row {
    const HEADS: &'static [&'static str] =
        &["mode", "bytes", "list", "in", "memcpy", "ratio", "out", "dropped"];

    fn cells(&self) -> Vec<String> {
        let Self { mode, bytes, list, in_ns, memcpy_ns, ratio, out_ns, dropped } = self;
        vec![
            (*mode).into(),
            bytes.to_string(),
            list.to_string(),
            format!("{in_ns:.1}"),
            format!("{memcpy_ns:.1}"),
            format!("{ratio:.2}"),
            out_ns.map_or_else(|| "-".into(), |out| format!("{out:.1}")),
            dropped.to_string(),
        ]
    }
}

/// Measures every mode, size and length of lists.
pub fn run() -> Vec<Row> {
    let mut rows = Vec::new();
    for mode in Mode::ALL {
        for bytes in SIZES {
            rows.extend([1, 32].map(|list| Bench::new(mode, bytes, list).run()));
        }
    }
    rows
}

/// A receiver in a synthetic network, and another one that takes nothing.
struct Bench {
    mode: Mode,
    bytes: usize,
    network: Synthetic,
    machine: Machine,
    load: Load,
}

/// What a round has measured, in nanoseconds for a datagram.
struct Round {
    inward: f64,
    outward: Option<f64>,
}

impl Bench {
    fn new(mode: Mode, bytes: usize, list: usize) -> Self {
        let network = Synthetic::new();
        let machine = Machine::new(kernel().network(Network::Synthetic(network.clone())));
        let datagrams = (QUEUE_BYTES / 2 / record_size(bytes)).min(MOST) as u64;
        let from = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        Self { mode, bytes, network, machine, load: Load { datagrams, size: bytes, list, from } }
    }

    fn run(self) -> Row {
        let wanted = Settings {
            receive_buffer: Some(64 << 20),
            retain_time: (self.mode == Mode::Retain).then_some(Duration::from_secs(1)),
            ..settings(self.mode, Family::V4)
        };
        let (receiver, bound) = self.machine.receive(&wanted);
        let deaf = Settings { receive_buffer: Some(4096), ..settings(Mode::Direct, Family::V4) };
        let (deaf, nowhere) = self.machine.receive(&deaf);
        let step = record_size(self.bytes);
        let mut copy = Copies::new(self.bytes, self.load.list, step, QUEUE_BYTES);
        // The first rounds find memory that the machine has yet to provide.
        let datagrams = usize::try_from(self.load.datagrams).unwrap_or(1);
        let queue = QUEUE_BYTES.div_ceil(record_size(self.bytes) * datagrams);
        let warming = queue.max((2 * MOST).div_ceil(datagrams));
        let rounds: Vec<(f64, Round)> = (0..warming + ROUNDS)
            .map(|_| {
                let memcpy = copy.run(self.load.datagrams);
                let round = match self.mode {
                    Mode::Irp => self.asked(&receiver, bound.local, nowhere.local),
                    Mode::Direct => self.lent(&receiver, bound.local, nowhere.local),
                    _ => self.called(&receiver, bound.local),
                };
                (memcpy, round)
            })
            .skip(warming)
            .collect();
        let dropped = receiver.stats().expect("the driver counts").dropped();
        drop((receiver, deaf));
        let Self { mode, bytes, load, machine, .. } = self;
        machine.finish();
        let in_ns = median(rounds.iter().map(|(_, round)| round.inward));
        let memcpy_ns = median(rounds.iter().map(|(memcpy, _)| *memcpy));
        let out: Vec<f64> = rounds.iter().filter_map(|(_, round)| round.outward).collect();
        let out_ns = (!out.is_empty()).then(|| median(out));
        let ratio = in_ns / memcpy_ns;
        Row { mode: mode.name(), bytes, list: load.list, in_ns, memcpy_ns, ratio, out_ns, dropped }
    }

    /// The driver's callback takes the datagrams.
    fn called(&self, receiver: &Receiver<File>, to: SocketAddr) -> Round {
        let taken = self.generate(to);
        let outward = Some(self.read(receiver));
        Round { inward: each(taken.in_callbacks, taken.indicated), outward }
    }

    /// The driver's requests take them, and its thread puts them into the queue.
    fn asked(&self, receiver: &Receiver<File>, to: SocketAddr, nowhere: SocketAddr) -> Round {
        let generator = self.cost(nowhere);
        let before = receiver.stats().expect("the driver counts").received;
        let work = Work::of_program();
        self.generate(to);
        let waiting = Work::of_thread();
        while receiver.stats().expect("the driver counts").received < before + self.load.datagrams {
            thread::sleep(Duration::from_micros(50));
        }
        let waited = waiting.done();
        let taken = work.done().saturating_sub(waited + generator);
        let outward = Some(self.read(receiver));
        Round { inward: each(taken, self.load.datagrams), outward }
    }

    /// Reads that are under way take them.
    fn lent(&self, receiver: &Receiver<File>, to: SocketAddr, nowhere: SocketAddr) -> Round {
        let generator = self.cost(nowhere);
        let file = receiver.device();
        let work = Work::of_program();
        let reads = (0..self.load.datagrams).map(|_| file.start_read(record_size(self.bytes)));
        let reads: Vec<Pending> = reads.collect();
        self.generate(to);
        for read in reads {
            let (completion, _) = read.wait();
            completion.ok().expect("a datagram");
        }
        let taken = work.done().saturating_sub(generator);
        Round { inward: each(taken, self.load.datagrams), outward: None }
    }

    /// Time on processors for making the datagrams of a round.
    fn cost(&self, nowhere: SocketAddr) -> Duration {
        let work = Work::of_program();
        self.generate(nowhere);
        work.done()
    }

    fn generate(&self, to: SocketAddr) -> Measurement {
        self.network.generate(to.port(), &self.load).expect("the socket is bound")
    }

    /// Reads the datagrams of a round; nanoseconds for each.
    fn read(&self, receiver: &Receiver<File>) -> f64 {
        let mut reader = receiver.reader();
        let (mut left, mut time) = (self.load.datagrams, Duration::ZERO);
        while left > 0 {
            let start = Instant::now();
            let batch = reader.next_batch().expect("a read").expect("datagrams");
            time += start.elapsed();
            left -= batch.count() as u64;
        }
        each(time, self.load.datagrams)
    }
}

/// Bytes of the record of a datagram.
fn record_size(payload: usize) -> usize {
    RecordHeader::datagram_size(payload).expect("it is a datagram") as usize
}
