//! Who has a handle sees the counters of all receivers, and of those that have ended.

use std::{
    net::UdpSocket,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use e2e::{Family, Machine, read, sender, settings};
use nthost::File;
use rx_abi::{IOCTL_RECEIVERS, Receiver as About, ReceiverList};
use winrx::{Mode, Receiver, Receivers, Settings, Stats, output::Counters};
use zerocopy::FromBytes;

const SMALLEST_QUEUE: u32 = 64 << 10;

/// What somebody sees who has only opened the device.
fn look(machine: &Machine) -> Receivers {
    let receivers = Receiver::new(machine.open()).unwrap().receivers().unwrap();
    let all = receivers.live.iter().map(|receiver| receiver.stats);
    for stats in all.chain([receivers.ended_stats, receivers.sums()]) {
        assert!(stats.adds_up(), "{stats:?}");
    }
    receivers
}

/// Waits until the driver has closed the handles of all but so many receivers, which it may do some time
/// after the program did.
fn look_for(machine: &Machine, live: usize) -> Receivers {
    loop {
        let receivers = look(machine);
        if receivers.live.len() == live {
            return receivers;
        }
        thread::yield_now();
    }
}

fn send(receiver: &Receiver<File>, to: std::net::SocketAddr, count: usize, length: usize) {
    let before = receiver.stats().unwrap().received;
    let socket = sender(Family::V4, to);
    for sent in 1..=count {
        socket.send(&vec![1; length]).unwrap();
        while receiver.stats().unwrap().received < before + sent as u64 {
            thread::yield_now();
        }
    }
}

#[test]
fn others_see_receivers_of_all_modes() {
    let machine = Machine::default();
    assert_eq!(look(&machine), Receivers::default());
    let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let before = now();
    let receivers = Mode::ALL.map(|mode| machine.receive(&settings(mode, Family::V4)));
    let after = now();
    for (count, (mode, (receiver, bound))) in (1..).zip(Mode::ALL.into_iter().zip(&receivers)) {
        if mode == Mode::Direct {
            let reads: Vec<_> = (0..count).map(|_| receiver.device().start_read(4096)).collect();
            send(receiver, bound.local, count, 10);
            assert!(reads.into_iter().all(|read| read.wait().0.status.is_success()));
        } else {
            send(receiver, bound.local, count, 10);
        }
    }
    drop(read(&receivers[0].0, 1));
    let seen = look(&machine);
    assert_eq!(seen.live.len(), Mode::ALL.len());
    let numbers: Vec<_> = seen.live.iter().map(|one| one.number).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "each has its own: {numbers:?}");
    for ((mode, (receiver, bound)), one) in Mode::ALL.into_iter().zip(&receivers).zip(&seen.live) {
        assert_eq!((one.mode, one.local), (mode, bound.local));
        assert_eq!(one.process, std::process::id());
        // Windows counts in steps of 100 nanoseconds.
        let time = Duration::from_nanos(one.time + 100);
        assert!(before <= time && time <= after + Duration::from_nanos(100), "{mode:?}");
        let stats = receiver.stats().unwrap();
        assert_eq!(with_requests_of(stats, one.stats), stats, "{mode:?}");
    }
    assert_eq!(seen.sums().received, (1 + 2 + 3 + 4 + 5));
    assert_eq!((seen.sums().delivered, seen.sums().held), (1 + 5, 9));
    assert_eq!((seen.ended, seen.ended_stats), (0, Stats::default()));
    drop(receivers);
    machine.finish();
}

/// `stats` with the counters of `other` that go on while no datagrams come.
fn with_requests_of(other: Stats, stats: Stats) -> Stats {
    Stats { requests: other.requests, requests_inline: other.requests_inline, ..stats }
}

#[test]
fn a_receiver_sees_itself_until_its_handle_is_closed() {
    let machine = Machine::default();
    let (receiver, bound) = machine.receive(&settings(Mode::Event, Family::V4));
    send(&receiver, bound.local, 3, 100);
    let listed = |receiver: &Receiver<File>| {
        let seen = receiver.receivers().unwrap();
        assert_eq!((seen.live.len(), seen.ended), (1, 0));
        seen.live[0]
    };
    assert_eq!(listed(&receiver).stats, receiver.stats().unwrap());
    receiver.unbind().unwrap();
    assert_eq!(listed(&receiver).stats.held, 3, "they can still be read");
    drop(read(&receiver, 3));
    assert_eq!((listed(&receiver).stats.held, listed(&receiver).stats.delivered), (0, 3));
    drop(receiver);
    assert_eq!(look_for(&machine, 0).ended, 1);
    machine.finish();
}

#[test]
fn those_that_have_ended_are_summed() {
    let machine = Machine::default();
    let mut expected = Stats::default();
    let (resident, _) = machine.receive(&settings(Mode::Event, Family::V4));
    for (round, mode) in (1..).zip([Mode::Event, Mode::EventStatic, Mode::Retain, Mode::Irp]) {
        let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
        send(&receiver, bound.local, 10 * round, 100);
        drop(read(&receiver, round));
        // What was read with it is delivered, too; the rest is held.
        send(&receiver, bound.local, round, 50);
        let stats = receiver.stats().unwrap();
        assert!(stats.held >= round as u64);
        expected = expected.merge(stats.of_ended());
        drop(receiver);
        let seen = look_for(&machine, 1);
        assert_eq!(seen.ended, round as u64);
        let ended = seen.ended_stats;
        assert_eq!((ended.held, ended.retained, ended.queue_used), (0, 0, 0));
        assert_eq!(ended.dropped_closed, expected.dropped_closed);
        assert_eq!((ended.received, ended.delivered), (expected.received, expected.delivered));
        assert_eq!(ended.received_bytes, expected.received_bytes);
        assert_eq!(ended.queue_used_most, expected.queue_used_most, "the most of any of them");
    }
    assert_eq!(look(&machine).live[0].stats, resident.stats().unwrap());
    drop(resident);
    assert_eq!(look_for(&machine, 0).ended, 5);
    machine.finish();
}

#[test]
fn a_handle_that_does_not_bind_is_none() {
    let machine = Machine::default();
    let (receiver, bound) = machine.receive(&settings(Mode::Event, Family::V4));
    let other = Receiver::new(machine.open()).unwrap();
    assert!(other.bind(&Settings::new(bound.local)).is_err(), "the address is taken");
    assert_eq!(look(&machine).live.len(), 1);
    drop(other);
    other_binds(&machine, 2);
    drop(receiver);
    assert_eq!(look_for(&machine, 0).ended, 2, "one that never was has not ended");
    machine.finish();
}

fn other_binds(machine: &Machine, live: usize) {
    let (receiver, _) = machine.receive(&settings(Mode::Irp, Family::V6));
    assert_eq!(look(machine).live.len(), live);
    drop(receiver);
}

#[test]
fn what_does_not_fit_is_only_counted() {
    let machine = Machine::default();
    let receivers = [(); 3].map(|()| machine.receive(&settings(Mode::Event, Family::V4)));
    let (head, entry) = (size_of::<ReceiverList>(), size_of::<About>());
    let file = machine.open();
    for (room, count) in [
        (head, 0),
        (head + entry - 1, 0),
        (head + entry, 1),
        (head + 2 * entry + 7, 2),
        (head + 3 * entry, 3),
        (head + 9 * entry, 3),
    ] {
        let mut answer = vec![0xee; room];
        let completion = file.ioctl(IOCTL_RECEIVERS.value(), &[], &mut answer);
        assert_eq!(completion.ok(), Ok(head + count * entry));
        let (list, rest) = ReceiverList::read_from_prefix(&answer).unwrap();
        assert_eq!((list.count as usize, list.total), (count, 3));
        let (entries, rest) = rest.split_at(count * entry);
        for (bytes, (_, bound)) in entries.chunks(entry).zip(&receivers) {
            let about = About::read_from_bytes(bytes).unwrap();
            assert_eq!((about.local.port, about.reserved), (bound.local.port(), 0));
        }
        assert!(rest.iter().all(|&byte| byte == 0xee), "nothing is written behind the answer");
    }
    drop((file, receivers));
    machine.finish();
}

#[test]
fn others_see_why_datagrams_were_lost() {
    let machine = Machine::default();
    let small =
        Settings { queue_bytes: Some(SMALLEST_QUEUE), ..settings(Mode::EventStatic, Family::V4) };
    let (receiver, bound) = machine.receive(&small);
    send(&receiver, bound.local, 200, 1000);
    let seen = look(&machine);
    let stats = seen.live[0].stats;
    assert_eq!(stats.received, 200);
    assert!(stats.dropped_queue_full > 0, "{stats:?}");
    assert_eq!(stats.dropped(), stats.dropped_queue_full, "for no other cause");
    assert_eq!(stats.held, 200 - stats.dropped_queue_full);
    let observer = Receiver::new(machine.open()).unwrap();
    let table = Counters::of_receivers(&observer).unwrap().table(None);
    let dropped = format!("  {0}: queue-full {0}\n", stats.dropped_queue_full);
    assert!(table.contains(&bound.local.to_string()) && table.ends_with(&dropped), "{table}");
    drop(observer);
    drop(receiver);
    let ended = look_for(&machine, 0).ended_stats;
    assert_eq!(ended.dropped_queue_full, stats.dropped_queue_full);
    assert_eq!((ended.dropped_closed, ended.dropped()), (stats.held, 200));
    machine.finish();
}

/// Receivers come and go, and datagrams with them. Whoever looks finds each of them once, as one that is
/// there or among those that have ended: no counter ever goes back.
#[test]
fn nothing_counted_is_ever_missing() {
    const ROUNDS: usize = 60;
    let machine = Machine::default();
    let (resident, bound) = machine.receive(&settings(Mode::Retain, Family::V4));
    let (running, expected) = (AtomicU64::new(3), Mutex::new(Stats::default()));
    thread::scope(|scope| {
        for start in 0..3 {
            let (machine, running, expected) = (&machine, &running, &expected);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let mode = Mode::ALL[(start + round) % (Mode::ALL.len() - 1)];
                    let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
                    send(&receiver, bound.local, round % 4, 30);
                    if round % 4 > 1 {
                        drop(read(&receiver, 1));
                    }
                    let stats = receiver.stats().unwrap();
                    let mut expected = expected.lock().unwrap();
                    *expected = expected.merge(stats);
                }
                running.fetch_sub(1, Ordering::Release);
            });
        }
        scope.spawn(|| {
            let socket = UdpSocket::bind(Family::V4.loopback()).unwrap();
            while running.load(Ordering::Acquire) > 0 {
                socket.send_to(&[1; 20], bound.local).unwrap();
                thread::yield_now();
            }
        });
        for _ in 0..2 {
            scope.spawn(|| {
                let file = Receiver::new(machine.open()).unwrap();
                let mut before = Receivers::default();
                while running.load(Ordering::Acquire) > 0 {
                    let now = file.receivers().unwrap();
                    only_grows(&before, &now);
                    before = now;
                }
            });
        }
    });
    let seen = look_for(&machine, 1);
    let expected = expected.into_inner().unwrap();
    assert_eq!(seen.ended, 3 * ROUNDS as u64);
    let ended = seen.ended_stats;
    assert_eq!((ended.received, ended.delivered), (expected.received, expected.delivered));
    assert_eq!(ended.dropped(), expected.dropped() + expected.held);
    drop(resident);
    machine.finish();
}

/// All that was seen before is still there.
fn only_grows(before: &Receivers, now: &Receivers) {
    let all = |seen: &Receivers| seen.ended + seen.live.len() as u64;
    assert!(all(before) <= all(now) && before.ended <= now.ended);
    let numbers: Vec<_> = now.live.iter().map(|one| one.number).collect();
    let mut once = numbers.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), numbers.len(), "each is listed once");
    let gone = before.live.iter().filter(|one| !numbers.contains(&one.number)).count() as u64;
    assert!(now.ended >= before.ended + gone, "who is gone has ended");
    let (before, now) = (before.sums(), now.sums());
    assert!(before.adds_up() && now.adds_up());
    for (before, now) in [
        (before.received, now.received),
        (before.received_bytes, now.received_bytes),
        (before.delivered, now.delivered),
        (before.delivered_bytes, now.delivered_bytes),
        (before.dropped(), now.dropped()),
    ] {
        assert!(before <= now, "nothing that was counted is missing: {before} and then {now}");
    }
}
