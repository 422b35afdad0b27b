//! Behaviours 7, 8, 9, 16 and 26: what drivers do with lists, and what they return.

use std::{ptr, thread};

use ndis_sys::{NDIS_RETURN_FLAGS_DISPATCH_LEVEL, NET_BUFFER, NET_BUFFER_DATA, NET_BUFFER_LIST};

use super::rig::{Call, Kept, bytes, chain, frames, give_back, link, settings, start};
use crate::ndis::{
    Geometry, Lending, Link, Poison, Settings,
    receive::raw,
    tests::driver::{Bound, Driver, Machine},
};

/// A driver that keeps all that it is given.
fn keeper(machine: &Machine) -> (&'static Driver, Kept) {
    let kept = Kept::default();
    let keeps = kept.clone();
    let driver = start(machine, move |call| {
        keeps.note(call.frames());
        keeps.keep(&call.lists());
    });
    (driver, kept)
}

/// The first buffer of a list, and its data.
fn first_buffer(list: *mut NET_BUFFER_LIST) -> (*mut NET_BUFFER, NET_BUFFER_DATA) {
    // SAFETY: the driver has the list.
    let buffer = unsafe { raw::first_buffer(list) };
    // SAFETY: as above.
    (buffer, unsafe { raw::data(buffer) })
}

/// The rules that are broken by a driver that does this with three lists that it was given, and returns
/// those afterwards that it has still to return.
fn broken(
    wrong: impl Fn(&'static Bound, &[*mut NET_BUFFER_LIST]) -> Vec<usize>,
) -> Vec<&'static str> {
    let machine = Machine::impatient(Settings::default());
    let adapter = machine.plug("eth0");
    let (driver, kept) = keeper(&machine);
    adapter.indicate(&frames(3));
    let lists = kept.take();
    machine.run(|| {
        let bound = driver.binding();
        for left in wrong(bound, &lists) {
            link(lists[left], ptr::null_mut());
            give_back(bound, lists[left], 0);
        }
    });
    driver.deregister(&machine);
    machine.broken()
}

#[test]
fn lists_may_be_returned_in_any_order_and_combination_by_any_thread() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let (driver, kept) = keeper(&machine);
    for part in frames(30).chunks(10) {
        adapter.indicate(part);
    }
    let report = adapter.report();
    assert_eq!((report.frames, report.owned, report.held_now), (30, 30, 30));
    let mut lists = kept.take();
    fastrand::Rng::with_seed(7).shuffle(&mut lists);
    let parts: Vec<Vec<usize>> =
        lists.chunks(7).map(|part| part.iter().map(|list| *list as usize).collect()).collect();
    thread::scope(|scope| {
        for part in &parts {
            let machine = &machine;
            scope.spawn(move || {
                let part: Vec<_> = part.iter().map(|list| *list as *mut _).collect();
                machine.run(|| give_back(driver.binding(), chain(&part), 0));
            });
        }
    });
    let report = adapter.report();
    assert_eq!((report.returned, report.held_now, report.callbacks), (30, 0, 3));
    assert!((1..=report.receive_time_ns).contains(&report.longest_receive_ns));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn what_is_not_a_drivers_to_return_is_reported() {
    assert_eq!(broken(|_, _| vec![0, 1, 2]), Vec::<&str>::new());
    let twice = broken(|bound, lists| {
        link(lists[0], ptr::null_mut());
        give_back(bound, lists[0], 0);
        give_back(bound, lists[0], 0);
        vec![1, 2]
    });
    assert_eq!(twice, ["ndis-double-return"]);
    let cyclic = broken(|bound, lists| {
        chain(lists);
        link(lists[2], lists[1]);
        give_back(bound, lists[0], 0);
        Vec::new()
    });
    assert_eq!(cyclic, ["ndis-return-cyclic"]);
    let foreign = broken(|bound, _| {
        let mut own = ndis_sys::NET_BUFFER_LIST::default();
        give_back(bound, &raw mut own, 0);
        vec![0, 1, 2]
    });
    assert_eq!(foreign, ["ndis-foreign-return"]);
    let level = broken(|bound, lists| {
        link(lists[0], ptr::null_mut());
        give_back(bound, lists[0], NDIS_RETURN_FLAGS_DISPATCH_LEVEL);
        vec![1, 2]
    });
    assert_eq!(level, ["ndis-return-irql"]);
}

#[test]
fn what_is_not_a_drivers_to_change_is_reported() {
    let source = broken(|_, lists| {
        // SAFETY: the driver has the list.
        unsafe { (*lists[1]).SourceHandle = ptr::null_mut() };
        vec![0, 1, 2]
    });
    assert_eq!(source, ["ndis-source-handle"]);
    let buffer = broken(|_, lists| {
        let (buffer, data) = first_buffer(lists[1]);
        // SAFETY: the driver has the list.
        unsafe { raw::set_data(buffer, NET_BUFFER_DATA { CurrentMdlOffset: 3, ..data }) };
        vec![0, 1, 2]
    });
    assert_eq!(buffer, ["ndis-returned-changed"]);
    let own = broken(|_, lists| {
        // SAFETY: the driver has the list.
        unsafe { (*lists[1]).ProtocolReserved = [8 as *mut _; 4] };
        // SAFETY: the driver has the list.
        unsafe { (*lists[1]).Scratch = ptr::null_mut() };
        vec![0, 1, 2]
    });
    assert_eq!(own, Vec::<&str>::new());
}

#[test]
fn a_list_is_returned_over_the_binding_that_got_it() {
    let machine = Machine::new(Settings::default());
    let adapters = [machine.plug("eth0"), machine.plug("eth1")];
    let (driver, kept) = keeper(&machine);
    adapters[0].indicate(&frames(1));
    let lists = kept.take();
    machine.run(|| {
        for bound in driver.bindings().into_iter().rev() {
            give_back(bound, lists[0], 0);
        }
    });
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-return-wrong-binding"]);
}

#[test]
fn a_list_of_another_protocol_is_not_a_drivers_to_return() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let (lent_to, _) = keeper(&machine);
    let (owner, kept) = keeper(&machine);
    adapter.indicate(&frames(1));
    let lists = kept.take();
    machine.run(|| {
        give_back(lent_to.binding(), lists[0], 0);
        give_back(owner.binding(), lists[0], 0);
    });
    for driver in [lent_to, owner] {
        driver.deregister(&machine);
    }
    assert_eq!(machine.broken(), ["ndis-return-wrong-binding"]);
}

/// Lends lists to a driver that does this, and returns the rules that it breaks.
fn broken_lent(wrong: impl Fn(&Call) + Send + Sync + 'static) -> Vec<&'static str> {
    let machine = Machine::new(settings(|receive| receive.lending = Lending::Always));
    let adapter = machine.plug("eth0");
    let driver = start(&machine, move |call| {
        assert!(call.is_lent());
        wrong(call);
    });
    adapter.indicate(&frames(4));
    // The same lists come again.
    adapter.indicate(&frames(4));
    driver.deregister(&machine);
    machine.broken()
}

#[test]
fn lists_that_are_lent_are_left_as_they_were() {
    assert_eq!(broken_lent(|call| drop(call.frames())), Vec::<&str>::new());
    let taken_apart = broken_lent(|call| {
        let lists = call.lists();
        let reversed: Vec<_> = lists.iter().rev().copied().collect();
        chain(&reversed);
        chain(&lists);
    });
    assert_eq!(taken_apart, Vec::<&str>::new());
    let reversed = broken_lent(|call| {
        let reversed: Vec<_> = call.lists().into_iter().rev().collect();
        chain(&reversed);
    });
    assert_eq!(reversed, ["ndis-loaned-relinked"; 2]);
    let cut = broken_lent(|call| link(call.first, ptr::null_mut()));
    assert_eq!(cut, ["ndis-loaned-relinked"; 2]);
    let returned = broken_lent(|call| call.give_back_from(call.first));
    assert_eq!(returned, ["ndis-return-loaned"; 2]);
    let bytes = broken_lent(|call| {
        let mdl = first_buffer(call.first).1.CurrentMdl;
        // SAFETY: the list is lent to the driver, and its MDL valid.
        let mdl = unsafe { mdl.cast::<crate::nt::MDL>().read() };
        // SAFETY: its bytes are there.
        unsafe { (crate::mm::address(&mdl) as *mut u8).write(1) };
    });
    assert_eq!(bytes, ["ndis-loaned-changed"; 2]);
}

#[test]
fn lists_are_left_alone_once_they_are_back() {
    let mut settings = settings(|receive| receive.lending = Lending::Always);
    settings.data.poison = Poison::Fill;
    let machine = Machine::new(settings);
    let adapter = machine.plug("eth0");
    let kept = Kept::default();
    let keeps = kept.clone();
    let driver = start(&machine, move |call| keeps.keep(&call.lists()[..1]));
    adapter.indicate(&frames(1));
    link(kept.take()[0], std::ptr::dangling_mut());
    adapter.indicate(&frames(1));
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-list-written"]);
}

#[test]
fn headers_that_are_split_are_gone_when_the_indication_returns() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let (driver, kept) = keeper(&machine);
    let mut sent = frames(3);
    sent[1].geometry = Geometry::Split { header: 14 };
    sent[2].geometry = Geometry::Split { header: 14 };
    adapter.indicate(&sent);
    assert_eq!(kept.seen(), bytes(&sent), "they are there as long as the handler runs");
    let lists = kept.take();
    let first_byte = |list: *mut NET_BUFFER_LIST| {
        let mdl = first_buffer(list).1.MdlChain;
        // SAFETY: the memory of the MDL is there, whatever is in it.
        unsafe { mdl.cast::<u8>().read() }
    };
    let mdls: Vec<_> = lists.iter().map(|list| first_byte(*list)).collect();
    assert_ne!(mdls[0], mdls[1], "the descriptor of the header is overwritten");
    assert_eq!(mdls[1], mdls[2]);
    machine.run(|| give_back(driver.binding(), chain(&lists), 0));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn lists_that_a_driver_never_returns_are_missed() {
    let machine = Machine::impatient(Settings::default());
    let adapter = machine.plug("eth0");
    let (driver, _kept) = keeper(&machine);
    adapter.indicate(&frames(2));
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-pause-with-lists", "ndis-leaked-nbl"]);
    let text = &machine.kernel.violations()[1].text;
    assert!(text.contains("2 lists") && text.contains("given to Receiver"), "{text}");
    let left = machine.kernel.leftovers();
    assert_eq!(left, ["2 lists of eth0 that were received and not returned"]);
}

#[test]
fn chains_end_where_the_driver_ends_them() {
    let machine = Machine::new(Settings::default());
    let adapter = machine.plug("eth0");
    let driver = start(&machine, |call| {
        let mut at = call.first;
        while !at.is_null() {
            // SAFETY: the driver has the list.
            let following = unsafe { raw::next(at) };
            link(at, ptr::null_mut());
            call.give_back_from(at);
            at = following;
        }
    });
    adapter.indicate(&frames(20));
    assert_eq!(adapter.report().returned, 20);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_report_says_what_happened_to_a_list() {
    let machine = Machine::new(Settings::default());
    let adapter: Link = machine.plug("eth0");
    let driver = start(&machine, |call| {
        call.give_back();
        call.give_back();
    });
    adapter.indicate(&frames(1));
    driver.deregister(&machine);
    let violations = machine.kernel.violations();
    assert_eq!(machine.broken(), ["ndis-double-return"]);
    let history = violations[0].history.join(", ");
    assert!(history.contains("given to Receiver with the flags 0x301"), "{history}");
    assert!(history.contains("the list was returned by Receiver"), "{history}");
}
