//! Reads end when they are cancelled, when reception ends, and when the handle is closed.

use std::thread;

use e2e::{Family, Machine, sender, settings};
use nthost::Pending;
use winrx::Mode;

const BUFFER: usize = 4096;

#[test]
fn a_cancelled_read_ends_in_every_mode() {
    for mode in Mode::ALL.into_iter().filter(|&mode| mode != Mode::Direct) {
        let machine = Machine::default();
        let (receiver, _) = machine.receive(&settings(mode, Family::V4));
        let reads: Vec<_> = (0..16).map(|_| receiver.device().start_read(BUFFER)).collect();
        for read in &reads {
            read.cancel();
        }
        for read in reads {
            let (completion, _) = read.wait();
            assert_eq!(completion.status.to_string(), "STATUS_CANCELLED", "{mode:?}");
        }
        drop(receiver);
        machine.finish();
    }
}

#[test]
fn a_cancelled_read_ends_in_direct_mode() {
    let machine = Machine::default();
    let (receiver, _) = machine.receive(&settings(Mode::Direct, Family::V4));
    let reads: Vec<_> = (0..16).map(|_| receiver.device().start_read(BUFFER)).collect();
    reads.iter().for_each(Pending::cancel);
    for read in reads {
        let (completion, _) = read.wait();
        assert_eq!(completion.status.to_string(), "STATUS_CANCELLED");
    }
    drop(receiver);
    machine.finish();
}

#[test]
fn closing_a_handle_ends_its_reads() {
    for mode in Mode::ALL {
        let machine = Machine::default();
        let (receiver, _) = machine.receive(&settings(mode, Family::V4));
        let reads: Vec<_> = (0..16).map(|_| receiver.device().start_read(BUFFER)).collect();
        drop(receiver);
        for read in reads {
            let (completion, _) = read.wait();
            assert!(!completion.status.is_success(), "{mode:?}: {completion:?}");
        }
        machine.finish();
    }
}

#[test]
fn reads_are_cancelled_under_load() {
    for mode in Mode::ALL {
        let machine = Machine::default();
        let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
        let socket = sender(Family::V4, bound.local);
        let (mut delivered, mut cancelled) = (0, 0);
        thread::scope(|scope| {
            let load = scope.spawn(|| {
                for _ in 0..20_000 {
                    socket.send(&[1; 100]).unwrap();
                }
            });
            while !load.is_finished() {
                let reads: Vec<_> = (0..8).map(|_| receiver.device().start_read(BUFFER)).collect();
                reads.iter().for_each(Pending::cancel);
                for read in reads {
                    let (completion, data) = read.wait();
                    match completion.status.name() {
                        Some("STATUS_SUCCESS") => {
                            let records = rx_abi::Records::new(&data[..completion.information]);
                            delivered += records.map(Result::unwrap).count();
                        }
                        Some("STATUS_CANCELLED") => cancelled += 1,
                        _ => panic!("{mode:?}: {completion:?}"),
                    }
                }
            }
        });
        let stats = receiver.stats().unwrap();
        assert!(stats.adds_up(), "{mode:?}: {stats:?}");
        assert_eq!(stats.delivered, delivered as u64, "{mode:?}: {stats:?}");
        assert!(delivered + cancelled > 0);
        drop(receiver);
        machine.finish();
    }
}
