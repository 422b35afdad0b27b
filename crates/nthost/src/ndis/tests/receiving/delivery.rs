//! Behaviours 4, 6, 10, 13, 21 and 29: which lists drivers get, how, and how many at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use ndis_sys::{
    NDIS_PACKET_TYPE_ALL_MULTICAST, NDIS_PACKET_TYPE_BROADCAST, NDIS_PACKET_TYPE_DIRECTED,
    NDIS_PACKET_TYPE_PROMISCUOUS, NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL, NDIS_RECEIVE_FLAGS_RESOURCES,
    NDIS_RECEIVE_FLAGS_SINGLE_ETHER_TYPE, NDIS_RECEIVE_FLAGS_SINGLE_VLAN,
};
use parking_lot::Mutex;

use super::rig::{
    Call, Kept, bytes, chain, frames, give_back, level, settings, start, start_as, start_with,
};
use crate::{
    ndis::{
        Adapter, Frame, Lending, Lent, ReceiveLevel, Settings, Sharing,
        tests::driver::{Machine, Script},
    },
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

#[test]
fn levels_and_flags_are_those_of_the_settings() {
    const HINTS: u32 = NDIS_RECEIVE_FLAGS_SINGLE_ETHER_TYPE | NDIS_RECEIVE_FLAGS_SINGLE_VLAN;
    for (kind, expected, flag) in [
        (ReceiveLevel::Dispatch, DISPATCH_LEVEL, NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL),
        (ReceiveLevel::Unflagged, DISPATCH_LEVEL, 0),
        (ReceiveLevel::Passive, PASSIVE_LEVEL, 0),
    ] {
        for lending in [Lending::LowMark, Lending::Always] {
            for (hints, unknown_flags) in [(true, false), (false, true)] {
                let machine = Machine::new(settings(|receive| {
                    receive.level = kind;
                    receive.lending = lending;
                    receive.hints = hints;
                    receive.unknown_flags = unknown_flags;
                }));
                let adapter = machine.plug("eth0");
                let seen = Arc::new(Mutex::new(Vec::new()));
                let notes = Arc::clone(&seen);
                let driver = start(&machine, move |call| {
                    notes.lock().push((level(), call.flags));
                    call.give_back();
                });
                adapter.indicate(&frames(2));
                let mut mixed = frames(2);
                mixed[1].data[12] = 0x86;
                mixed[1].vlan = Some(7);
                adapter.indicate(&mixed);
                driver.deregister(&machine);
                machine.assert_clean();
                let lent =
                    if lending == Lending::Always { NDIS_RECEIVE_FLAGS_RESOURCES } else { 0 };
                let hints = if hints { HINTS } else { 0 };
                let known = if unknown_flags { 0xffff } else { u32::MAX };
                let seen: Vec<_> =
                    seen.lock().iter().map(|(level, flags)| (*level, flags & known)).collect();
                assert_eq!(seen, [(expected, flag | lent | hints), (expected, flag | lent)]);
            }
        }
    }
}

/// Frames to the adapter, to all, to a group, and to somebody else.
fn addressed(mac: [u8; 6]) -> Vec<Frame> {
    let mut frames = frames(4);
    let others = [mac, [0xff; 6], [1, 0, 0x5e, 0, 0, 5], [2, 9, 9, 9, 9, 9]];
    for (frame, address) in frames.iter_mut().zip(others) {
        frame.data[..6].copy_from_slice(&address);
    }
    frames
}

#[test]
fn a_binding_gets_what_its_packet_filter_lets_through() {
    const FILTERS: [(u32, &[usize]); 4] = [
        (NDIS_PACKET_TYPE_DIRECTED, &[0]),
        (NDIS_PACKET_TYPE_BROADCAST | NDIS_PACKET_TYPE_DIRECTED, &[0, 1]),
        (NDIS_PACKET_TYPE_ALL_MULTICAST, &[2]),
        (0, &[]),
    ];
    for (filter, expected) in FILTERS {
        for strays in [0, 1] {
            let machine = Machine::new(settings(|receive| receive.strays = strays));
            let description = machine.adapter("eth0");
            let sent = addressed(description.mac);
            let adapter = machine.kernel.plug(description);
            let kept = Kept::default();
            let notes = kept.clone();
            let driver = start_with(
                &machine,
                filter,
                move |call| {
                    notes.note(call.frames());
                    call.give_back();
                },
                |_, _| {},
            );
            adapter.indicate(&sent);
            driver.deregister(&machine);
            machine.assert_clean();
            let expected: Vec<_> = if strays == 1 {
                bytes(&sent)
            } else {
                expected.iter().map(|index| sent[*index].data.clone()).collect()
            };
            assert_eq!(kept.seen(), expected);
            let report = adapter.report();
            assert_eq!(report.frames + report.unwanted, 4);
        }
    }
}

#[test]
fn below_its_low_mark_the_miniport_lends_and_with_no_list_it_drops() {
    let machine = Machine::new(Settings::default());
    let description = Adapter { descriptors: 8, low_mark: 3, ..machine.adapter("eth0") };
    let adapter = machine.kernel.plug(description);
    let kept = Kept::default();
    let keeps = kept.clone();
    let driver = start(&machine, move |call| {
        keeps.note(call.frames());
        if !call.is_lent() {
            keeps.keep(&call.lists());
        }
    });
    let sent = frames(20);
    assert_eq!(adapter.indicate(&sent[..5]).taken, 5, "three are left");
    assert_eq!(adapter.report().held_now, 5);
    assert_eq!(adapter.indicate(&sent[5..8]).taken, 3, "these are lent");
    let last = adapter.indicate(&sent[8..]);
    assert_eq!((last.taken, last.dropped), (3, 9), "there are only three at once");
    let report = adapter.report();
    assert_eq!((report.owned, report.loaned, report.low), (5, 6, 2));
    assert_eq!((report.frames, report.dropped, report.held_now), (11, 9, 5));
    assert_eq!(kept.seen(), bytes(&sent[..11]));
    machine.run(|| give_back(driver.binding(), chain(&kept.take()), 0));
    assert_eq!(adapter.indicate(&sent[..4]).taken, 4, "it recovers");
    machine.run(|| give_back(driver.binding(), chain(&kept.take()), 0));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn what_is_lent_may_come_as_a_copy_that_is_given() {
    let machine = Machine::new(settings(|receive| {
        receive.lending = Lending::Always;
        receive.lent = Lent::Copied;
    }));
    let adapter = machine.plug("eth0");
    let kept = Kept::default();
    let keeps = kept.clone();
    let driver = start(&machine, move |call| {
        assert!(!call.is_lent());
        keeps.note(call.frames());
        keeps.keep(&call.lists());
    });
    let mut sent = frames(5);
    sent[1].vlan = Some(0x3007);
    sent[1].timestamp = Some(12_345);
    adapter.indicate(&sent);
    assert_eq!(kept.frames(), sent);
    let report = adapter.report();
    assert_eq!((report.copies, report.owned, report.loaned, report.low), (5, 5, 0, 1));
    machine.run(|| give_back(driver.binding(), chain(&kept.take()), 0));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn several_protocols_get_the_same_frames() {
    for sharing in [Sharing::Lent, Sharing::Copied, Sharing::Cloned] {
        for lent in [false, true] {
            let machine = Machine::new(settings(|receive| {
                receive.sharing = sharing;
                receive.lending = if lent { Lending::Always } else { Lending::LowMark };
            }));
            let adapter = machine.plug("eth0");
            let drivers = [0, 1, 2].map(|_| {
                let kept = Kept::default();
                let keeps = kept.clone();
                let driver = start(&machine, move |call| {
                    keeps.note(call.frames());
                    if !call.is_lent() {
                        keeps.keep(&call.lists());
                    }
                });
                (driver, kept)
            });
            let sent = frames(6);
            adapter.indicate(&sent);
            for (driver, kept) in &drivers {
                assert_eq!(kept.seen(), bytes(&sent));
                let lists = kept.take();
                machine.run(|| give_back(driver.binding(), chain(&lists), 0));
            }
            for (driver, _) in &drivers {
                driver.deregister(&machine);
            }
            machine.assert_clean();
            let report = adapter.report();
            let lent_to = match (lent, sharing) {
                (true, _) => 18,
                (false, Sharing::Lent) => 12,
                (false, _) => 0,
            };
            assert_eq!((report.frames, report.loaned, report.held_now), (18, lent_to, 0));
        }
    }
}

#[test]
fn a_list_whose_data_is_shared_goes_back_after_the_last_release() {
    let machine = Machine::new(settings(|receive| receive.sharing = Sharing::Cloned));
    let description = Adapter { descriptors: 1, low_mark: 0, ..machine.adapter("eth0") };
    let adapter = machine.kernel.plug(description);
    let drivers = [0, 1].map(|_| {
        let kept = Kept::default();
        let keeps = kept.clone();
        let driver = start(&machine, move |call| keeps.keep(&call.lists()));
        (driver, kept)
    });
    for order in [[0, 1], [1, 0]] {
        assert_eq!(adapter.indicate(&frames(1)).taken, 1);
        for index in order {
            assert_eq!(adapter.indicate(&frames(1)).dropped, 1, "its list is not back");
            let (driver, kept) = &drivers[index];
            machine.run(|| give_back(driver.binding(), chain(&kept.take()), 0));
        }
    }
    for (driver, _) in drivers {
        driver.deregister(&machine);
    }
    machine.assert_clean();
}

#[test]
fn a_binding_gets_the_types_of_frames_that_it_asked_for() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let types: [Vec<u16>; 3] = [vec![], vec![0x888e], vec![0x0800, 0x86dd]];
    let drivers = types.map(|frame_types| {
        let kept = Kept::default();
        let notes = kept.clone();
        let filter = NDIS_PACKET_TYPE_PROMISCUOUS;
        let receive = move |call: &Call| {
            notes.note(call.frames());
            call.give_back();
        };
        let script = Script { frame_types, filter, ..Script::default() };
        (start_as(&machine, script, receive, |_, _| {}), kept)
    });
    let mut sent = frames(4);
    for (frame, kind) in sent.iter_mut().zip([0x0800_u16, 0x888e, 0x0806, 0x86dd]) {
        frame.data[12..14].copy_from_slice(&kind.to_be_bytes());
    }
    adapter.indicate(&sent);
    for ((driver, kept), expected) in drivers.into_iter().zip([&[0, 1, 2, 3][..], &[1], &[0, 3]]) {
        let expected: Vec<_> = expected.iter().map(|index| sent[*index].data.clone()).collect();
        assert_eq!(kept.seen(), expected);
        driver.deregister(&machine);
    }
    machine.assert_clean();
}

#[test]
fn several_threads_indicate_to_a_binding_at_once_and_keep_the_order_of_each_queue() {
    let machine = Machine::new(settings(|receive| receive.parallel = 3));
    let adapter = machine.plug("eth0");
    let running = Arc::new(AtomicUsize::new(0));
    let (counts, most) = (Arc::clone(&running), Arc::new(AtomicUsize::new(0)));
    let (at_once, kept) = (Arc::clone(&most), Kept::default());
    let notes = kept.clone();
    let driver = start(&machine, move |call| {
        at_once.fetch_max(counts.fetch_add(1, SeqCst) + 1, SeqCst);
        notes.note(call.frames());
        while at_once.load(SeqCst) < 2 {
            std::thread::yield_now();
        }
        counts.fetch_sub(1, SeqCst);
        call.give_back();
    });
    let mut sent = frames(90);
    for (index, frame) in sent.iter_mut().enumerate() {
        frame.queue = u16::try_from(index % 3).unwrap();
    }
    adapter.indicate(&sent);
    assert!(most.load(SeqCst) >= 2);
    for queue in 0..3 {
        let of_queue = |frames: &[Frame]| {
            let of_queue = frames.iter().filter(|frame| frame.queue == queue);
            of_queue.map(|frame| frame.data.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of_queue(&kept.frames()), of_queue(&sent));
    }
    driver.deregister(&machine);
    machine.assert_clean();
}
