//! Ten million frames, while adapters pause, go and come, and readers open and close: each of them has one
//! fate, and is counted once.

mod readers;
mod table;

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
};

use e2e::{Machine, driver_file};
use fastrand::Rng;
use nthost::{
    Kernel,
    ndis::{Adapter, Lending, Lent, Link, LinkState, Poison, Restart, Settings},
};
use rx_abi::{AdapterStats, FrameMode};
use winrx::Capture;

use readers::{Ending, Guest, open, read_all};
use table::Table;

/// So many frames are indicated by all adapters together.
const FRAMES: u64 = 10_000_000;

/// So many of them come between two changes.
const BETWEEN: u64 = 40_000;

/// Where chance begins.
const SEED: u64 = 0x006e_6469_7372_7801;

const ADAPTERS: usize = 2;

#[test]
fn of_ten_million_frames_none_is_lost_or_counted_twice() {
    eprintln!("seed {SEED:#x}");
    let mut rng = Rng::with_seed(SEED);
    let table = Table::new(&mut rng);
    let kernel = Kernel::builder().processors(4).build().expect("the kernel starts");
    let links: Vec<_> = (0..ADAPTERS).map(|n| kernel.plug(adapter(n, &mut rng))).collect();
    let machine = Machine::on(kernel, driver_file("ndisrx"));
    let host = open(&machine, FrameMode::Copy, 0);
    let (sent, done) = (AtomicU64::new(0), AtomicBool::new(false));

    let (taken, read) = thread::scope(|scope| {
        let _ending = Ending(&host);
        let read = scope.spawn(|| read_all(&host, &table));
        let mut seeds = rng.fork();
        let feeders: Vec<_> = links
            .iter()
            .map(|link| {
                let (table, sent, rng) = (&table, &sent, seeds.fork());
                scope.spawn(move || feed(link, table, sent, rng))
            })
            .collect();
        let changes = scope.spawn(|| change(&machine, &links, &table, &sent, &done, rng.fork()));
        let taken: Vec<_> = feeders.into_iter().map(|one| one.join().expect("it feeds")).collect();
        done.store(true, Relaxed);
        changes.join().expect("changes succeed");
        for link in &links {
            assert!(link.wait_idle(), "all lists come back");
        }
        host.unbind().expect("reception ends");
        (taken, read.join().expect("all is read"))
    });

    let stats = host.stats().expect("the driver tells");
    assert!(stats.adds_up(), "{stats:?}");
    assert_eq!((stats.delivered, stats.held, stats.queue_used), (read.frames, 0, 0), "{stats:?}");
    assert!(read.lost <= stats.dropped(), "gaps tell of drops only: {stats:?}");
    let all: Vec<_> = links.iter().map(|link| accounts(&host, link)).collect();
    for ((link, stats), taken) in links.iter().zip(&all).zip(&taken) {
        let report = link.report();
        // NDIS makes up the frames that come while a binding is closed.
        let came = report.frames + report.unwanted - report.strays;
        assert_eq!(came, *taken, "{report:?}");
        assert!(stats.binds > 1 && stats.pauses > stats.binds, "{stats:?}");
    }
    assert_eq!(all.iter().map(|one| one.offered).sum::<u64>(), stats.offered);
    assert!(taken.iter().sum::<u64>() >= FRAMES);
    drop(host);
    machine.finish();
}

/// An adapter that behaves as chance has it, and loses nothing of its own accord.
fn adapter(number: usize, rng: &mut Rng) -> Adapter {
    let mut settings = Settings { seed: rng.u64(..), ..Settings::default() };
    settings.data.watch_bytes = false;
    settings.data.poison = Poison::Fill;
    settings.receive.lending = [Lending::Any, Lending::LowMark][number % 2];
    settings.receive.lent = Lent::Any;
    settings.receive.unknown_flags = true;
    settings.control.calls_while_closing = true;
    Adapter { settings, ..Adapter::new(format!("eth{number}")) }
}

/// Indicates frames until there have been enough; returns how many the adapter took.
fn feed(link: &Link, table: &Table, sent: &AtomicU64, mut rng: Rng) -> u64 {
    let mut all = 0;
    while sent.load(Relaxed) < FRAMES {
        let batch = table.batch(&mut rng);
        let taken = link.indicate(batch).taken;
        let frames: usize = batch[..taken].iter().map(|list| 1 + list.more_buffers.len()).sum();
        all += frames as u64;
        sent.fetch_add(frames as u64, Relaxed);
        if taken == 0 {
            thread::yield_now();
        }
    }
    all
}

/// Changes something each time when more frames have come.
fn change(
    machine: &Machine,
    links: &[Link],
    table: &Table,
    sent: &AtomicU64,
    done: &AtomicBool,
    mut rng: Rng,
) {
    thread::scope(|scope| {
        let (mut guests, mut next, mut before) = (Vec::new(), BETWEEN, Vec::new());
        while !done.load(Relaxed) {
            if sent.load(Relaxed) < next {
                thread::yield_now();
                continue;
            }
            next += BETWEEN;
            let link = &links[rng.usize(..links.len())];
            match rng.u8(..10) {
                0 | 1 => {
                    link.restart(&Restart { mtu: Some(rng.u32(1000..9000)), ..Restart::default() });
                }
                2 => {
                    link.pause();
                    link.restart(&Restart { without_parameters: true, ..Restart::default() });
                }
                3 => {
                    link.unplug();
                    link.replug();
                }
                4 => {
                    link.surprise_remove();
                    link.replug();
                }
                5 => {
                    link.set_power(false);
                    link.set_power(true);
                }
                6 => link.set_link(LinkState::up(rng.u64(..1 << 40))),
                7 => before = monotonic(machine, links, &before),
                _ if guests.len() < 2 => guests.push(Guest::come(scope, machine, table, &mut rng)),
                _ => guests.swap_remove(rng.usize(..guests.len())).go(&mut rng),
            }
        }
        for guest in guests.drain(..) {
            guest.go(&mut rng);
        }
    });
}

/// Counters only grow.
fn monotonic(machine: &Machine, links: &[Link], before: &[[u64; 8]]) -> Vec<[u64; 8]> {
    let handle = Capture::new(machine.open()).expect("the driver answers");
    let counters = |stats: AdapterStats| {
        [
            stats.indications,
            stats.lists,
            stats.lists_loaned,
            stats.lists_returned,
            stats.frames,
            stats.offered,
            stats.binds,
            stats.restarts,
        ]
    };
    let now: Vec<_> = links.iter().map(|link| counters(stats_of(&handle, link))).collect();
    for (now, before) in now.iter().zip(before) {
        assert!(now.iter().zip(before).all(|(now, before)| now >= before), "{before:?} {now:?}");
    }
    now
}

/// The counters of an adapter.
fn stats_of(handle: &Capture<nthost::File>, link: &Link) -> AdapterStats {
    let all = handle.adapters().expect("the driver lists its adapters");
    let adapter = all.iter().find(|one| one.friendly_name == link.name()).expect("it is listed");
    handle.adapter_stats(adapter.guid).expect("the driver tells its counters")
}

/// The counters of an adapter, which are those of NDIS.
fn accounts(handle: &Capture<nthost::File>, link: &Link) -> AdapterStats {
    let (stats, report) = (stats_of(handle, link), link.report());
    assert!(stats.adds_up(), "{stats:?}");
    let ours = [stats.lists, stats.lists_loaned, stats.lists_returned, stats.frames];
    let theirs = [report.lists, report.loaned, report.owned, report.frames];
    assert_eq!(ours, theirs, "{stats:?} {report:?}");
    assert_eq!((report.held_now, report.returned), (0, report.owned), "{report:?}");
    assert_eq!((stats.lists_held, stats.dropped_no_reader), (0, 0), "{stats:?}");
    stats
}
