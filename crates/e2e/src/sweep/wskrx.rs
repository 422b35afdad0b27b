//! Lives of wskrx.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    thread,
    time::{Duration, Instant},
};

use nthost::{
    Builder, File, Kernel,
    wsk::{Completion, Datagram, Disabling, List, Mapping, Network, Settings, Shape, Synthetic},
};
use rx_abi::Records;
use winrx::{BindOptions, Group, Mode, Receiver, Stats};

use super::{
    Life,
    session::{Reads, Session, Subject},
};
use crate::{Family, payload, settings};

/// How long datagrams are retained.
const RETENTION: Duration = Duration::from_millis(1);
/// The smallest queue.
const QUEUE: u32 = 64 << 10;

/// How long the driver gets to ask for datagrams, in another thread.
const PUMPING: Duration = Duration::from_secs(5);
/// Datagrams that are delivered in each session, if nothing is short.
const LEAST: u64 = 4;

/// Each mode, with a provider that does all at once and with one that lets all pend.
pub fn lives() -> Vec<Life> {
    let pending = Settings {
        completion: Completion::Pending,
        disabling: Disabling::Pending,
        closing: Duration::from_millis(1),
        shape: Shape::Pieces(3),
        mapping: Mapping::Unmapped,
        ..Settings::default()
    };
    let before_return = Settings { completion: Completion::BeforeReturn, ..Settings::default() };
    let providers =
        [("", Settings::default()), ("-pending", pending), ("-before-return", before_return)];
    let mut lives = Vec::new();
    for (name, provider) in providers {
        for mode in Mode::ALL {
            lives.push(life(format!("{}{name}", mode.name()), &provider, plain(mode)));
        }
    }
    lives.push(life("options", &Settings::default(), with_options()));
    lives
}

/// Each mode, with a provider that behaves as chance has it.
pub fn seeded_lives(seed: u64) -> Vec<Life> {
    let provider = Settings::seeded(seed);
    let life = |mode: Mode| life(format!("{}-seed-{seed}", mode.name()), &provider, plain(mode));
    Mode::ALL.into_iter().map(life).collect()
}

fn life(mode: impl Into<String>, provider: &Settings, settings: winrx::Settings) -> Life {
    let provider = provider.clone();
    Life::new("wskrx", mode, move || Wskrx {
        provider: provider.clone(),
        settings: settings.clone(),
        network: Synthetic::new(),
    })
}

/// What a receiver of this mode wants, with a queue that can fill up.
fn plain(mode: Mode) -> winrx::Settings {
    let queue_bytes = (mode != Mode::Direct).then_some(QUEUE);
    let requests = (mode == Mode::Irp).then_some(3);
    let retain_time = (mode == Mode::Retain).then_some(RETENTION);
    winrx::Settings { queue_bytes, requests, retain_time, ..settings(mode, Family::V4) }
}

/// All options there are.
fn with_options() -> winrx::Settings {
    let options = BindOptions::DUAL_STACK
        .with(BindOptions::REUSE_ADDRESS)
        .with(BindOptions::BROADCAST)
        .with(BindOptions::PACKET_INFO)
        .with(BindOptions::TRAFFIC_CLASS);
    let group =
        |address: &str| Group { address: address.parse().expect("an address"), interface: None };
    let groups = vec![group("224.1.2.3"), group("ff02::1:2")];
    let any = SocketAddr::new("::".parse().expect("an address"), 0);
    winrx::Settings { options, groups, receive_buffer: Some(1 << 20), ..winrx::Settings::new(any) }
}

struct Wskrx {
    provider: Settings,
    settings: winrx::Settings,
    network: Synthetic,
}

impl Subject for Wskrx {
    fn builder(&self) -> Builder {
        let network = Network::Synthetic(self.network.clone());
        Kernel::builder().network_settings(self.provider.clone()).network(network)
    }

    fn prepare(&mut self, _kernel: &Kernel) {}

    fn session(&mut self, kernel: &Kernel) -> Session {
        let mut session = Session::default();
        self.receive(kernel, &mut session);
        session
    }

    fn settle(&mut self, _kernel: &Kernel) -> Vec<String> {
        Vec::new()
    }
}

impl Wskrx {
    fn receive(&self, kernel: &Kernel, session: &mut Session) -> Option<()> {
        let file = session.attempt("opening", kernel.open(r"\\.\wskrx"))?;
        // Nothing knows this code.
        let unknown = file.ioctl(0x0022_2ffc, &[], &mut []);
        session.check(!unknown.status.is_success(), || "an unknown request succeeds".to_owned());
        let receiver = session.attempt("asking", Receiver::new(file))?;
        let bound = session.attempt("binding", receiver.bind(&self.settings))?;
        let mut reads = Reads::new(receiver.device(), count);
        self.traffic(&mut reads, &receiver, bound.local.port());
        session.insist(kernel, "ending", || receiver.unbind());
        if kernel.stopped().is_some() {
            return None;
        }
        reads.finish(session);
        reads.read_to_end(session);
        account(kernel, &receiver, reads.records, session);
        list(&receiver, session);
        let stats = receiver.stats().unwrap_or_default();
        // What comes while the queue is full is lost in this mode.
        let may_lose = self.settings.mode == Mode::EventStatic;
        if stats.delivered < LEAST || stats.dropped() > 0 && !may_lose {
            session.fail(format!("not all were delivered: {stats:?}"));
        }
        Some(())
    }

    /// Datagrams for reads that wait, more of them, and more than the queue holds.
    fn traffic(&self, reads: &mut Reads<'_>, receiver: &Receiver<File>, port: u16) {
        let held = || receiver.stats().is_ok_and(|stats| stats.held > 0);
        reads.wait_for_some(4);
        reads.cancel_one();
        self.inject(port, &[0, 1, 100]);
        self.inject(port, &[7, 1400, 3000, 8]);
        if self.settings.mode == Mode::Irp {
            wait_for_pump(receiver, LEAST);
        }
        // Long enough for retained ones to be copied.
        thread::sleep(RETENTION * 3);
        reads.drain(held);
        for _ in 0..6 {
            self.inject(port, &[16_000]);
        }
        reads.drain(held);
        reads.wait_for_some(2);
        self.inject(port, &[9, 10]);
    }

    fn inject(&self, port: u16, lengths: &[usize]) {
        let from = |at: usize| SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), number(at));
        let datagram =
            |(at, &length): (usize, &usize)| Datagram::new(from(at), payload(length, at));
        let list = List::new(lengths.iter().enumerate().map(datagram).collect());
        // The socket may be closed, as the provider failed.
        self.network.inject(port, &list);
    }
}

/// The port of a sender.
fn number(at: usize) -> u16 {
    u16::try_from(at + 1).unwrap_or(u16::MAX)
}

/// Waits until datagrams have come, if a thread of the driver asks for them, unless that fails.
fn wait_for_pump(receiver: &Receiver<File>, wanted: u64) {
    let end = Instant::now() + PUMPING;
    let waits = |stats: Stats| stats.received < wanted && stats.requests_failed == 0;
    while receiver.stats().is_ok_and(waits) && Instant::now() < end {
        thread::yield_now();
    }
}

fn count(bytes: &[u8]) -> Option<u64> {
    let mut records = 0;
    for record in Records::new(bytes) {
        winrx::Datagram::try_from(record.ok()?).ok()?;
        records += 1;
    }
    Some(records)
}

/// The list of receivers has this one, with its counters.
fn list(receiver: &Receiver<File>, session: &mut Session) {
    let Some(stats) = session.attempt("counters", receiver.stats()) else { return };
    let Some(seen) = session.attempt("listing", receiver.receivers()) else { return };
    let listed: Vec<_> = seen.live.iter().map(|one| one.stats).collect();
    session.check(listed == [stats], || format!("{stats:?} are listed as {listed:?}"));
    let ended = seen.ended_stats;
    session.check(ended.adds_up(), || format!("the sums do not add up: {ended:?}"));
}

/// Each datagram that the provider gave to the driver has had one fate.
fn account(kernel: &Kernel, receiver: &Receiver<File>, read: u64, session: &mut Session) {
    let Some(stats) = session.attempt("counters", receiver.stats()) else { return };
    session.check(stats.adds_up(), || format!("the counters do not add up: {stats:?}"));
    session.check(stats.held == 0 && stats.retained == 0, || format!("some are held: {stats:?}"));
    session.check(stats.delivered == read, || format!("{read} were read: {stats:?}"));
    let given = kernel.sockets().last().map_or(0, |socket| socket.requested + socket.indicated);
    session.check(stats.received == given, || format!("{given} were given: {stats:?}"));
}
