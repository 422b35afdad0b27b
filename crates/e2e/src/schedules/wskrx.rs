//! What can happen to the receiver of datagrams.

use std::sync::Arc;

use nthost::{
    File, Task,
    wsk::{Datagram, List},
};
use rx_abi::Stats;
use winrx::{Mode, Receiver, Receivers, Settings};

use super::{
    Scenario,
    stage::{Stage, ensure, read_and_cancel},
};
use crate::{Family, payload, settings};

type What = fn(&mut Stage, &Settings) -> Result<(), String>;

/// All scenarios, in each mode.
pub fn scenarios() -> Vec<Scenario> {
    let all: [(&str, What); 9] = [
        ("close", receive_against_close),
        ("cancel", cancel_against_completion),
        ("unbind", unbind_against_read),
        ("drain", enable_against_drain),
        ("gone", end_of_the_socket),
        ("lost", loss_against_the_last_request),
        ("unload", unload_against_everything),
        ("bind", bind_against_bind),
        ("list", list_against_bind_and_close),
    ];
    let with = |(name, what): (&str, What)| {
        Mode::ALL.map(|mode| {
            let settings = small(mode);
            let name = format!("{name}-{}", mode.name());
            Scenario::new("wskrx", name, move |stage| what(stage, &settings))
        })
    };
    all.into_iter().flat_map(with).collect()
}

/// Settings with which everything has little room.
fn small(mode: Mode) -> Settings {
    let queue_bytes = (mode != Mode::Direct).then_some(64 << 10);
    let requests = (mode == Mode::Irp).then_some(3);
    Settings { queue_bytes, requests, ..settings(mode, Family::V4) }
}

/// A receiver, and the port that it is bound to.
struct Bound {
    receiver: Arc<Receiver<File>>,
    port: u16,
}

fn bind(stage: &Stage, settings: &Settings) -> Result<Bound, String> {
    let file = stage.open().ok_or("the device does not open")?;
    let receiver = Receiver::new(file).map_err(|error| error.to_string())?;
    // Whatever surrounds the driver may refuse, but not if it behaves as usual.
    let bound = receiver.bind(settings).map_err(|error| error.to_string())?;
    Ok(Bound { receiver: Arc::new(receiver), port: bound.local.port() })
}

/// Lets datagrams arrive: so many lists of two. The receiver may be gone meanwhile.
fn inject(stage: &Stage, port: u16, lists: u16, length: usize) -> Task<()> {
    let network = stage.network.clone();
    stage.spawn("network", move || {
        for number in 0..lists {
            let one = |at: u16| {
                Datagram::new(
                    ([10, 0, 0, 1], 1 + 2 * number + at).into(),
                    payload(length, at.into()),
                )
            };
            network.inject(port, &List::new(vec![one(0), one(1)]));
        }
    })
}

/// Reads until reception ends. Returns how many datagrams that were.
fn read_all(stage: &Stage, receiver: &Arc<Receiver<File>>) -> Task<usize> {
    let receiver = Arc::clone(receiver);
    stage.spawn("reader", move || receiver.records().take_while(Result::is_ok).count())
}

fn stats(receiver: &Receiver<File>) -> Result<Stats, String> {
    let stats = receiver.stats().map_err(|error| error.to_string())?;
    ensure(stats.adds_up(), || format!("the counters do not add up: {stats:?}"))?;
    Ok(stats)
}

/// Reception has ended, and everything is read: so many datagrams.
fn is_over(stage: &Stage, receiver: &Receiver<File>, read: usize) -> Result<(), String> {
    if !stage.kernel.violations().is_empty() {
        return Ok(());
    }
    let stats = stats(receiver)?;
    let (delivered, left) = (stats.delivered, (stats.held, stats.retained, stats.queue_used));
    ensure(delivered == read as u64, || format!("{read} datagrams were read: {stats:?}"))?;
    ensure(left == (0, 0, 0), || format!("something is left: {stats:?}"))
}

fn receive_against_close(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let Bound { receiver, port } = bind(stage, settings)?;
    let network = inject(stage, port, 4, 100);
    let reads = [(); 2].map(|()| receiver.device().start_read(4096));
    let closer = stage.spawn("closer", move || drop(receiver));
    for read in reads {
        let _ = read.wait();
    }
    closer.join();
    network.join();
    Ok(())
}

fn cancel_against_completion(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let Bound { receiver, port } = bind(stage, settings)?;
    let network = inject(stage, port, 5, 100);
    let readers = [(); 2].map(|()| {
        let file = receiver.device().clone();
        stage.spawn("reader", move || read_and_cancel::<rx_abi::DatagramHeader>(&file, 4))
    });
    let mut read = 0;
    for reader in readers {
        read += reader.join()?;
    }
    network.join();
    receiver.unbind().map_err(|error| error.to_string())?;
    read += read_all(stage, &receiver).join();
    is_over(stage, &receiver, read)
}

fn unbind_against_read(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let Bound { receiver, port } = bind(stage, settings)?;
    let network = inject(stage, port, 4, 100);
    let readers = [(); 2].map(|()| read_all(stage, &receiver));
    let unbinder = {
        let receiver = Arc::clone(&receiver);
        stage.spawn("unbinder", move || receiver.unbind().is_ok())
    };
    network.join();
    unbinder.join();
    let read = readers.into_iter().map(Task::join).sum();
    is_over(stage, &receiver, read)
}

fn enable_against_drain(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let Bound { receiver, port } = bind(stage, settings)?;
    let reader = read_all(stage, &receiver);
    let networks = [(); 2].map(|()| inject(stage, port, 6, 9000));
    networks.into_iter().for_each(Task::join);
    receiver.unbind().map_err(|error| error.to_string())?;
    let read = reader.join();
    is_over(stage, &receiver, read)
}

fn end_of_the_socket(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let Bound { receiver, port } = bind(stage, settings)?;
    let injector = inject(stage, port, 3, 100);
    let reader = read_all(stage, &receiver);
    let network = stage.network.clone();
    let killer = stage.spawn("killer", move || network.kill(port));
    let unbinder = {
        let receiver = Arc::clone(&receiver);
        stage.spawn("unbinder", move || receiver.unbind().is_ok())
    };
    injector.join();
    killer.join();
    unbinder.join();
    // A read that tells that the socket is gone is not the last one.
    let mut read = reader.join();
    read += read_all(stage, &receiver).join();
    is_over(stage, &receiver, read)
}

/// With one request there is nothing any more that could end the reads once it is back.
fn loss_against_the_last_request(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let requests = settings.requests.map(|_| 1);
    let Bound { receiver, port } = bind(stage, &Settings { requests, ..settings.clone() })?;
    let reader = read_all(stage, &receiver);
    let network = stage.network.clone();
    let killer = stage.spawn("killer", move || network.kill(port));
    killer.join();
    let read = reader.join();
    is_over(stage, &receiver, read)
}

fn unload_against_everything(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let Bound { receiver, port } = bind(stage, settings)?;
    let network = inject(stage, port, 3, 100);
    let read = receiver.device().start_read(4096);
    let closer = stage.spawn("closer", move || drop(receiver));
    let user = {
        let (open, settings) = (stage.opener(), settings.clone());
        stage.spawn("user", move || {
            let receiver = Receiver::new(open()?).ok()?;
            receiver.bind(&settings).ok()?;
            let read = receiver.device().start_read(4096);
            drop(receiver);
            Some(read.wait())
        })
    };
    let left = stage.unload();
    let _ = read.wait();
    closer.join();
    user.join();
    network.join();
    ensure(left.is_empty(), || left.join("; "))
}

fn bind_against_bind(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let file = stage.open().ok_or("the device does not open")?;
    let receiver = Arc::new(Receiver::new(file).map_err(|error| error.to_string())?);
    let binders = [(); 2].map(|()| {
        let (receiver, settings) = (Arc::clone(&receiver), settings.clone());
        stage.spawn("binder", move || receiver.bind(&settings).ok())
    });
    let asker = {
        let receiver = Arc::clone(&receiver);
        stage.spawn("asker", move || drop(receiver.stats()))
    };
    let unbinder = {
        let receiver = Arc::clone(&receiver);
        stage.spawn("unbinder", move || receiver.unbind().is_ok())
    };
    let bound: Vec<_> = binders.into_iter().filter_map(Task::join).collect();
    asker.join();
    unbinder.join();
    ensure(bound.len() < 2, || format!("a handle is bound twice: {bound:?}"))
}

/// Receivers come and go while somebody looks at their list. Each is found once, and no counter goes back.
fn list_against_bind_and_close(stage: &mut Stage, settings: &Settings) -> Result<(), String> {
    let Bound { receiver, port } = bind(stage, settings)?;
    let network = inject(stage, port, 4, 100);
    let looker = {
        let open = stage.opener();
        stage.spawn("looker", move || look(&open, 6))
    };
    let reader = {
        let receiver = Arc::clone(&receiver);
        stage.spawn("reader", move || drop(receiver.device().start_read(4096)))
    };
    let closer = stage.spawn("closer", move || drop(receiver));
    let user = {
        let (open, settings) = (stage.opener(), settings.clone());
        stage.spawn("user", move || {
            let receiver = Receiver::new(open()?).ok()?;
            receiver.bind(&settings).ok()
        })
    };
    let bound = 1 + u64::from(user.join().is_some());
    closer.join();
    reader.join();
    network.join();
    looker.join()?;
    if !stage.kernel.violations().is_empty() {
        return Ok(());
    }
    let seen = look(&stage.opener(), 1)?;
    let (ended, live) = (seen.ended, seen.live.len());
    ensure((ended, live) == (bound, 0), || format!("of {bound}, {ended} have ended: {seen:?}"))
}

/// Looks at the list so many times, and returns what was there last.
fn look(open: &impl Fn() -> Option<File>, times: usize) -> Result<Receivers, String> {
    let mut before = Receivers::default();
    // Whatever surrounds the driver may refuse.
    let Some(Ok(handle)) = open().map(Receiver::new) else { return Ok(before) };
    for _ in 0..times {
        let Ok(now) = handle.receivers() else { return Ok(before) };
        let (old, new) = (before.sums(), now.sums());
        let grows = old.received <= new.received
            && old.delivered <= new.delivered
            && old.dropped() <= new.dropped()
            && before.ended <= now.ended
            && before.ended + before.live.len() as u64 <= now.ended + now.live.len() as u64;
        ensure(grows && new.adds_up(), || format!("after {before:?} there is {now:?}"))?;
        before = now;
    }
    Ok(before)
}
