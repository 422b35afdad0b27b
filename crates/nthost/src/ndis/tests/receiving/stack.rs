//! Behaviours 11, 12, 22 and 30: what is between the miniport and protocols, and pausing it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use parking_lot::Mutex;

use super::rig::{Kept, bytes, chain, frames, give_back, settings, start};
use crate::{
    ke::tests::imports,
    ndis::{
        Adapter, FilterKind, Lending, ReceiveLevel, Restart, Returns, Settings,
        tests::driver::{Driver, Machine},
    },
    nt::{KEVENT, NotificationEvent},
};

/// A driver that notes what it sees, and returns it at once.
fn watcher(machine: &Machine) -> (&'static Driver, Kept) {
    let kept = Kept::default();
    let notes = kept.clone();
    let driver = start(machine, move |call| {
        notes.note(call.frames());
        call.give_back();
    });
    (driver, kept)
}

#[test]
fn filters_pass_frames_on_in_all_ways() {
    let filters = [
        FilterKind::Pass,
        FilterKind::Hold,
        FilterKind::OneByOne,
        FilterKind::Lend,
        FilterKind::Replace,
        FilterKind::Any,
    ];
    for filter in filters {
        for lending in [Lending::LowMark, Lending::Always] {
            for intermediate in [false, true] {
                let machine = Machine::new(settings(|receive| {
                    receive.filter = filter;
                    receive.lending = lending;
                    receive.intermediate = intermediate;
                }));
                let adapter = machine.plug("eth0");
                let (driver, kept) = watcher(&machine);
                let sent = frames(40);
                for part in sent.chunks(8) {
                    adapter.indicate(part);
                }
                kept.wait(sent.len());
                adapter.wait_idle();
                assert_eq!(kept.seen(), bytes(&sent), "{filter:?} {lending:?}");
                driver.deregister(&machine);
                machine.assert_clean();
                let report = adapter.report();
                let lent = match filter {
                    FilterKind::OneByOne | FilterKind::Lend => 40,
                    FilterKind::Pass if lending == Lending::Always => 40,
                    FilterKind::Any => report.loaned,
                    _ => 0,
                };
                assert_eq!(report.loaned, lent, "{filter:?} {lending:?}");
            }
        }
    }
}

#[test]
fn filters_drop_frames_and_make_some_up() {
    for lending in [Lending::LowMark, Lending::Always] {
        let machine = Machine::new(settings(|receive| {
            receive.filter = FilterKind::Drop(3);
            receive.lending = lending;
        }));
        let adapter = machine.plug("eth0");
        let (driver, kept) = watcher(&machine);
        let sent = frames(9);
        adapter.indicate(&sent);
        let mut left = bytes(&sent);
        for dropped in [8, 5, 2] {
            left.remove(dropped);
        }
        assert_eq!(kept.seen(), left);
        assert_eq!(adapter.report().filtered, 3);
        driver.deregister(&machine);
        machine.assert_clean();
    }
    let machine = Machine::new(settings(|receive| receive.filter = FilterKind::Inject));
    let adapter = machine.plug("eth0");
    let (driver, kept) = watcher(&machine);
    let sent = frames(4);
    adapter.indicate(&sent);
    let seen = kept.seen();
    assert_eq!((&seen[..2], &seen[3..]), (&bytes(&sent)[..2], &bytes(&sent)[2..]));
    assert_eq!((seen[2].len(), adapter.report().injected), (60, 1));
    driver.deregister(&machine);
    machine.assert_clean();
}

/// The values of `SourceHandle` that a driver sees with these settings.
fn handles(settings: Settings) -> Vec<usize> {
    let machine = Machine::new(settings);
    let adapter = machine.plug("eth0");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    let driver = start(&machine, move |call| {
        // SAFETY: the driver has the lists.
        let handles = call.lists().into_iter().map(|list| unsafe { (*list).SourceHandle } as usize);
        notes.lock().extend(handles);
        call.give_back();
    });
    adapter.indicate(&frames(3));
    driver.deregister(&machine);
    machine.assert_clean();
    let mut handles = seen.lock().clone();
    let miniport = machine.system().ndis.adapters.read()[0].handle();
    handles.push(miniport);
    handles
}

#[test]
fn lists_have_the_handle_of_the_driver_that_indicates_them() {
    let plain = handles(Settings::default());
    assert_eq!(plain, [plain[3]; 4], "that of the miniport");
    let passed = handles(settings(|receive| receive.filter = FilterKind::Pass));
    assert_eq!(passed, [passed[3]; 4], "a filter leaves it alone");
    let replaced = handles(settings(|receive| receive.filter = FilterKind::Replace));
    assert_eq!(replaced[..3], [replaced[0]; 3]);
    assert_ne!(replaced[0], replaced[3], "lists of its own have its own");
    let above = handles(settings(|receive| receive.intermediate = true));
    assert_ne!(above[0], above[3], "an intermediate driver sets its own, and puts the other back");
}

#[test]
fn lists_come_back_to_the_miniport_in_any_order_and_combination() {
    for returns in [Returns::AsTheyCome, Returns::OneByOne, Returns::Shuffled, Returns::Mixed] {
        let machine = Machine::new(settings(|receive| receive.returns = returns));
        let description = Adapter { descriptors: 16, low_mark: 0, ..machine.adapter("eth0") };
        let adapter = machine.kernel.plug(description);
        let (driver, kept) = watcher(&machine);
        let sent = frames(200);
        let taken: usize = sent.chunks(5).map(|part| adapter.indicate(part).taken).sum();
        assert_eq!(taken, 200);
        adapter.wait_idle();
        assert_eq!(kept.seen(), bytes(&sent));
        driver.deregister(&machine);
        machine.assert_clean();
    }
}

#[test]
fn a_return_may_bring_another_indication() {
    let machine = Machine::new(settings(|receive| receive.nested = true));
    let adapter = machine.plug("eth0");
    let (depth, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (deepest, kept) = (Arc::clone(&most), Kept::default());
    let notes = kept.clone();
    let driver = start(&machine, move |call| {
        deepest.fetch_max(depth.fetch_add(1, SeqCst) + 1, SeqCst);
        notes.note(call.frames());
        call.give_back();
        depth.fetch_sub(1, SeqCst);
    });
    let mut sent = frames(60);
    for list in sent.chunks_mut(6) {
        list[5].queue = 1;
        adapter.indicate(list);
    }
    adapter.wait_idle();
    assert_eq!(kept.seen(), bytes(&sent));
    assert_eq!(most.load(SeqCst), 2);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_pause_waits_for_the_lists_that_a_filter_or_a_protocol_has() {
    let machine = Machine::new(settings(|receive| receive.filter = FilterKind::Hold));
    let adapter = machine.plug("eth0");
    let (driver, kept) = watcher(&machine);
    let sent = frames(64);
    for part in sent.chunks(4) {
        adapter.indicate(part);
    }
    adapter.pause();
    let seen = kept.seen().len();
    assert_eq!(adapter.indicate(&sent).dropped, 64, "it is paused");
    assert_eq!(kept.seen().len(), seen);
    adapter.restart(&Restart::default());
    assert_eq!(adapter.indicate(&sent[..4]).taken, 4);
    kept.wait(seen + 4);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_pause_tells_who_holds_what() {
    let machine = Machine::impatient(Settings::default());
    let adapter = machine.plug("eth0");
    let kept = Kept::default();
    let keeps = kept.clone();
    let driver = start(&machine, move |call| keeps.keep(&call.lists()));
    adapter.indicate(&frames(3));
    adapter.pause();
    assert_eq!(machine.broken(), ["ndis-pause-with-lists", "ndis-pause-waits"]);
    let text = &machine.kernel.violations()[1].text;
    assert!(text.contains("Receiver holds 3 lists of eth0"), "{text}");
    machine.run(|| give_back(driver.binding(), chain(&kept.take()), 0));
    adapter.restart(&Restart::default());
    driver.deregister(&machine);
    assert_eq!(machine.broken().len(), 2);
}

/// Waits for an event that is set, for ever if it was not.
fn wait_for_ever() {
    imports! {
        fn KeInitializeEvent(event: *mut KEVENT, kind: i32, state: u8);
        fn KeWaitForSingleObject(
            object: *mut KEVENT, reason: i32, mode: i8, alertable: u8, timeout: *const i64
        ) -> i32;
    }
    let mut event = KEVENT::default();
    // SAFETY: there is room for an event.
    unsafe { KeInitializeEvent(&raw mut event, NotificationEvent, 1) };
    // SAFETY: it is an event.
    unsafe { KeWaitForSingleObject(&raw mut event, 0, 0, 0, std::ptr::null()) };
}

#[test]
fn a_receive_handler_at_dispatch_level_does_not_wait() {
    let broken = [
        (ReceiveLevel::Dispatch, &["wait-for-ever-at-dispatch"][..]),
        (ReceiveLevel::Passive, &[]),
    ];
    for (level, broken) in broken {
        let machine = Machine::new(settings(|receive| receive.level = level));
        let adapter = machine.plug("eth0");
        let driver = start(&machine, |call| {
            wait_for_ever();
            call.give_back();
        });
        adapter.indicate(&frames(1));
        driver.deregister(&machine);
        assert_eq!(machine.broken(), broken);
    }
}
