//! Under load nothing is lost without being counted.

use std::thread;

use e2e::{Family, Machine, sender, settings};
use nthost::File;
use winrx::{Mode, Receiver};

const COUNT: u64 = 100_000;

/// How many datagrams may be on their way to the driver: fewer than the buffer of the host's socket
/// holds, whose losses nobody counts.
const ON_THE_WAY: u64 = 128;

/// Sends numbered datagrams while they are read, and looks for each.
fn burst(mode: Mode) {
    let machine = Machine::default();
    let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
    let socket = sender(Family::V4, bound.local);
    let seen = thread::scope(|scope| {
        let reading = scope.spawn(|| read_all(&receiver));
        let mut payload = [0; 64];
        for number in 0..COUNT {
            wait_until(&receiver, number.saturating_sub(ON_THE_WAY / 2), number);
            payload[..8].copy_from_slice(&number.to_le_bytes());
            socket.send(&payload).unwrap();
        }
        wait_until(&receiver, COUNT, 0);
        receiver.unbind().unwrap();
        reading.join().unwrap()
    });
    let stats = receiver.stats().unwrap();
    assert_eq!(stats.received, COUNT, "{stats:?}");
    assert_eq!(stats.received_bytes, COUNT * 64);
    assert_eq!(stats.delivered, seen.len() as u64, "{stats:?}");
    assert_eq!(stats.delivered + stats.dropped(), COUNT, "to the last one: {stats:?}");
    assert_eq!(stats.held, 0);
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), seen.len(), "no datagram was delivered twice");
    drop(receiver);
    machine.finish();
}

/// Waits until the driver has received so many; asks now and then only.
fn wait_until(receiver: &Receiver<File>, count: u64, number: u64) {
    if number.is_multiple_of(ON_THE_WAY / 2) {
        while receiver.stats().unwrap().received < count {
            thread::yield_now();
        }
    }
}

/// The numbers of all datagrams, until reception ends.
fn read_all(receiver: &Receiver<File>) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut reader = receiver.reader();
    while let Some(batch) = reader.next_batch().unwrap() {
        for datagram in batch {
            let number = datagram.unwrap().payload[..8].try_into().unwrap();
            seen.push(u64::from_le_bytes(number));
        }
    }
    seen
}

#[test]
fn event() {
    burst(Mode::Event);
}

#[test]
fn event_static() {
    burst(Mode::EventStatic);
}

#[test]
fn retain() {
    burst(Mode::Retain);
}

#[test]
fn irp() {
    burst(Mode::Irp);
}

#[test]
fn direct() {
    burst(Mode::Direct);
}
