//! What is received is what was sent, in every mode, of both families and of every size.

use std::time::SystemTime;

use e2e::{Family, Machine, payload, read, sender, settings};
use winrx::{Mode, RecordFlags};

const SIZES: [usize; 6] = [0, 1, 512, 1472, 8972, 65_507];

fn every_size(mode: Mode, family: Family) {
    let machine = Machine::default();
    let (receiver, bound) = machine.receive(&settings(mode, family));
    let socket = sender(family, bound.local);
    for (seed, size) in SIZES.into_iter().enumerate() {
        let payload = payload(size, seed);
        let before = SystemTime::now();
        socket.send(&payload).unwrap();
        let datagram = read(&receiver, 1).remove(0);
        assert_eq!(datagram.payload, payload, "{size} bytes");
        assert_eq!(datagram.original as usize, size);
        assert_eq!(datagram.from, socket.local_addr().unwrap());
        assert_eq!(datagram.to, Some(bound.local));
        assert!(datagram.interface.is_some_and(|index| index > 0));
        assert_eq!(datagram.traffic_class, Some(0));
        assert_eq!(datagram.lost, 0);
        let flags = RecordFlags::PACKET_INFO.with(RecordFlags::TRAFFIC_CLASS);
        assert_eq!(
            datagram.flags,
            flags,
            "{size} bytes: {:?}",
            datagram.flags.names().collect::<Vec<_>>()
        );
        let times = before - std::time::Duration::from_millis(1)..=SystemTime::now();
        assert!(
            times.contains(&datagram.system_time()),
            "{:?} in {times:?}",
            datagram.system_time()
        );
    }
    let stats = receiver.stats().unwrap();
    assert_eq!((stats.received, stats.delivered), (6, 6));
    assert_eq!(stats.received_bytes, SIZES.iter().sum::<usize>() as u64);
    assert!(stats.adds_up());
    drop(receiver);
    machine.finish();
}

#[test]
fn event_v4() {
    every_size(Mode::Event, Family::V4);
}

#[test]
fn event_v6() {
    every_size(Mode::Event, Family::V6);
}

#[test]
fn event_static_v4() {
    every_size(Mode::EventStatic, Family::V4);
}

#[test]
fn event_static_v6() {
    every_size(Mode::EventStatic, Family::V6);
}

#[test]
fn retain_v4() {
    every_size(Mode::Retain, Family::V4);
}

#[test]
fn retain_v6() {
    every_size(Mode::Retain, Family::V6);
}

#[test]
fn irp_v4() {
    every_size(Mode::Irp, Family::V4);
}

#[test]
fn irp_v6() {
    every_size(Mode::Irp, Family::V6);
}

#[test]
fn direct_v4() {
    every_size(Mode::Direct, Family::V4);
}

#[test]
fn direct_v6() {
    every_size(Mode::Direct, Family::V6);
}
