//! Behaviours 2, 3, 5 and 26: binding, opening, closing and unbinding, in all variants.

use std::thread;

use ndis_sys::{
    NDIS_STATUS_FAILURE, NDIS_STATUS_RESOURCES, NDIS_STRING, NdisMedium802_5, NdisMediumIP,
    NetEventBindsComplete, NetEventPause, NetEventRestart,
};

use super::{
    control,
    driver::{Bound, Driver, Machine, Mode, Script},
};
use crate::{
    Status,
    ndis::{Adapter, Binds, Completion, LinkState, Medium, Settings},
};

#[test]
fn a_driver_is_bound_runs_and_is_unbound() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script { filter: 5, ..Script::default() });
    assert_eq!(driver.binding().events(), [NetEventRestart]);
    assert_eq!(driver.binding().index(), 0);
    assert_eq!(link.report().packet_filter, 5);
    assert_eq!(link.report().protocols, ["Example"]);
    assert_eq!(Driver::events(&machine), [NetEventBindsComplete]);
    driver.deregister(&machine);
    assert_eq!(driver.binding().events(), [NetEventRestart, NetEventPause]);
    assert_eq!(link.report().packet_filter, 0);
    machine.assert_clean();
}

#[test]
fn every_way_to_complete_works() {
    let completions = [Completion::Inline, Completion::Pending, Completion::BeforeReturn];
    let modes = [Mode::Inline, Mode::Pending];
    for binds in [Binds::BeforeReturn, Binds::Racing, Binds::AfterReturn] {
        for completion in completions {
            for mode in modes {
                let machine = Machine::new(control(|control| {
                    control.opening = completion;
                    control.closing = completion;
                    control.binds = binds;
                }));
                let links = ["eth0", "eth1", "eth2"].map(|name| machine.plug(name));
                let script = Script { bind: mode, unbind: mode, event: mode, ..Script::default() };
                let driver = Driver::start(&machine, script);
                assert_eq!(driver.bindings().len(), links.len());
                for bound in driver.bindings() {
                    assert_eq!(bound.events(), [NetEventRestart]);
                }
                driver.deregister(&machine);
                machine.assert_clean();
            }
        }
    }
}

#[test]
fn adapters_that_come_later_are_bound_too() {
    let machine = Machine::new(Settings::default());
    let driver = Driver::start(&machine, Script::default());
    assert_eq!(driver.bindings().len(), 0);
    let link = machine.plug("eth0");
    assert_eq!(driver.binding().events(), [NetEventRestart]);
    link.unplug();
    assert_eq!(driver.binding().events(), [NetEventRestart, NetEventPause]);
    assert_eq!(link.report().protocols, Vec::<String>::new());
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn opening_fails_as_the_settings_say() {
    for opening in [Completion::Inline, Completion::Pending] {
        let machine = Machine::new(control(|control| {
            control.opening = opening;
            control.opening_fails = Some(Status::new(NDIS_STATUS_RESOURCES));
        }));
        let link = machine.plug("eth0");
        let driver = Driver::start(&machine, Script::default());
        assert_eq!(link.report().protocols, Vec::<String>::new());
        driver.deregister(&machine);
        machine.assert_clean();
    }
}

#[test]
fn a_medium_that_the_driver_does_not_know_is_refused() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script { media: vec![NdisMediumIP], ..Script::default() });
    assert_eq!(link.report().protocols, Vec::<String>::new());
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_bind_can_fail_after_the_adapter_was_opened() {
    let machine = Machine::new(Settings::default());
    machine.plug("eth0");
    let script = Script { bind_status: NDIS_STATUS_FAILURE, ..Script::default() };
    let driver = Driver::start(&machine, script);
    assert_eq!(driver.binding().events(), [0; 0]);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn wrong_binds_are_reported() {
    let wrong = |script: Script, rules: &[&str]| {
        let machine = Machine::impatient(Settings::default());
        let _link = machine.plug("eth0");
        let driver = Driver::start(&machine, script);
        driver.deregister(&machine);
        assert_eq!(machine.broken(), rules);
        assert_eq!(machine.system().ndis.leftovers(), Vec::<String>::new());
    };
    let right = Script::default;
    wrong(Script { bind: Mode::Twice, ..right() }, &["ndis-bind-complete"]);
    wrong(Script { bind: Mode::Never, ..right() }, &["ndis-bind-waits", "ndis-bind-left-open"]);
    wrong(Script { opens_nothing: true, ..right() }, &["ndis-bind-without-open"]);
    wrong(Script { opens_wrongly: true, ..right() }, &["ndis-header"]);
    wrong(Script { opens_twice: true, ..right() }, &["ndis-open-twice"]);
    let fails = Script { bind_status: NDIS_STATUS_FAILURE, leaves_open: true, ..right() };
    wrong(fails, &["ndis-bind-left-open"]);
}

#[test]
fn wrong_unbinds_are_reported() {
    let wrong = |script: Script, rules: &[&str]| {
        let machine = Machine::impatient(Settings::default());
        let _link = machine.plug("eth0");
        let driver = Driver::start(&machine, script);
        driver.deregister(&machine);
        assert_eq!(machine.broken(), rules);
        assert_eq!(machine.system().ndis.leftovers(), Vec::<String>::new());
    };
    let right = Script::default;
    wrong(Script { unbind: Mode::Twice, ..right() }, &["ndis-unbind-complete"]);
    wrong(Script { unbind: Mode::Never, ..right() }, &["ndis-unbind-waits"]);
    wrong(Script { closes_nothing: true, ..right() }, &["ndis-unbind-without-close"]);
    let fails = Script { unbind_status: NDIS_STATUS_FAILURE, ..right() };
    wrong(fails, &["ndis-unbind-answer"]);
    let keeps = Script { filter: 1, keeps_filter: true, ..right() };
    wrong(keeps, &["ndis-close-with-filter"]);
}

#[test]
fn frames_arrive_while_an_adapter_without_packet_filters_is_opened() {
    for (medium, lists) in [(Medium::Ip, 1), (Medium::Ethernet, 0)] {
        let machine = Machine::new(control(|control| control.frames_while_opening = true));
        let _link = machine.kernel.plug(Adapter { medium, ..machine.adapter("net0") });
        let media = vec![NdisMedium802_5, medium.number()];
        let driver = Driver::start(&machine, Script { media, ..Script::default() });
        assert_eq!(driver.binding().index(), 1);
        assert_eq!(driver.binding().seen().lists, lists, "{medium:?}");
        driver.deregister(&machine);
        machine.assert_clean();
    }
}

#[test]
fn an_adapter_is_opened_by_its_name_and_in_a_bind_only() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let other = Driver::start(&machine, Script { other_name: true, ..Script::default() });
    assert_eq!(link.report().protocols, Vec::<String>::new());
    other.deregister(&machine);
    machine.assert_clean();
    let driver = Driver::start(&machine, Script::default());
    let mut name: Vec<u16> = "eth0".encode_utf16().collect();
    let mut name = NDIS_STRING { Length: 8, MaximumLength: 8, Buffer: name.as_mut_ptr() };
    let bound = Bound::new(driver);
    // SAFETY: the name is valid.
    let status = machine.run(|| unsafe { bound.open(&raw mut name, std::ptr::null_mut()) });
    assert_eq!(status, NDIS_STATUS_FAILURE);
    assert_eq!(machine.broken(), ["ndis-open-outside-bind"]);
    driver.deregister(&machine);
}

#[test]
fn a_close_waits_for_handlers_that_run() {
    let machine = Machine::impatient(Settings::default());
    let link = machine.plug("eth0");
    let script = Script { status_until_closed: true, ..Script::default() };
    let driver = Driver::start(&machine, script);
    thread::scope(|scope| {
        scope.spawn(|| link.set_link(LinkState::down()));
        driver.binding().wait(|seen| (!seen.status.is_empty()).then_some(()));
        link.unplug();
    });
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-status-waits", "ndis-close-waits"]);
}
