//! Behaviours 5, 22, 23 and 28: events, pause and restart, power.

use std::time::Duration;

use ndis_sys::{
    NDIS_PAUSE_ATTACH_FILTER, NDIS_PAUSE_LOW_POWER, NDIS_PAUSE_NDIS_INTERNAL,
    NDIS_PROTOCOL_PAUSE_PARAMETERS, NDIS_STATUS_FAILURE, NDIS_STATUS_LOW_POWER_STATE,
    NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_PENDING, NDIS_STATUS_SUCCESS, NetDeviceStateD0,
    NetDeviceStateD3, NetEventBindList, NetEventBindsComplete, NetEventCancelRemoveDevice,
    NetEventMaximum, NetEventPause, NetEventQueryPower, NetEventQueryRemoveDevice,
    NetEventReconfigure, NetEventRestart, NetEventSetPower, OID_GEN_LINK_SPEED,
};

use super::{
    control,
    driver::{Driver, InEvent, Machine, Mode, Request, Script},
};
use crate::ndis::{Answer, Restart, Settings};

/// The reason of a pause, from its parameters.
fn reason(buffer: &[u8]) -> u32 {
    let at = std::mem::offset_of!(NDIS_PROTOCOL_PAUSE_PARAMETERS, PauseReason);
    u32::from_le_bytes(buffer[at..at + 4].try_into().unwrap())
}

#[test]
fn a_binding_pauses_and_restarts() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    link.pause();
    link.pause();
    link.restart(&Restart { without_parameters: true, ..Restart::default() });
    let filters = vec!["one".to_owned(), "two".to_owned()];
    link.restart(&Restart { mtu: Some(9000), filters, ..Restart::default() });
    let events = driver.binding().seen().events;
    let codes: Vec<_> = events.iter().map(|(code, _)| *code).collect();
    let expected =
        [NetEventRestart, NetEventPause, NetEventRestart, NetEventPause, NetEventRestart];
    assert_eq!(codes, expected);
    assert_eq!(reason(&events[1].1), NDIS_PAUSE_NDIS_INTERNAL);
    assert_eq!(reason(&events[3].1), NDIS_PAUSE_ATTACH_FILTER);
    assert!(!events[0].1.is_empty());
    assert!(events[2].1.is_empty());
    let told = driver.binding().seen().restarts.pop().unwrap();
    assert_eq!((told.mtu, told.filters), (9000, vec!["one".to_owned(), "two".to_owned()]));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn an_adapter_that_is_paused_stays_so_when_it_is_bound() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    link.pause();
    let driver = Driver::start(&machine, Script::default());
    assert_eq!(driver.binding().events(), [0; 0]);
    link.restart(&Restart::default());
    assert_eq!(driver.binding().events(), [NetEventRestart]);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_restart_that_fails_leaves_the_binding_paused() {
    let machine = Machine::new(Settings::default());
    machine.plug("eth0");
    let script =
        Script { event_status: Some((NetEventRestart, NDIS_STATUS_FAILURE)), ..Script::default() };
    let driver = Driver::start(&machine, script);
    driver.deregister(&machine);
    assert_eq!(driver.binding().events(), [NetEventRestart], "there is nothing to pause");
    machine.assert_clean();
}

#[test]
fn other_bindings_are_paused_while_one_is_made() {
    let machine = Machine::new(control(|control| control.pauses_others = true));
    machine.plug("eth0");
    let first = Driver::start(&machine, Script::default());
    let second = Driver::start(&machine, Script::default());
    assert_eq!(first.binding().events(), [NetEventRestart, NetEventPause, NetEventRestart]);
    second.deregister(&machine);
    assert_eq!(first.binding().events().len(), 5);
    first.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn wrong_answers_to_events_are_reported() {
    let wrong = |script: Script, event: i32, rules: &[&str]| {
        let machine = Machine::impatient(Settings::default());
        let link = machine.plug("eth0");
        let driver = Driver::start(&machine, script);
        link.event(event);
        driver.deregister(&machine);
        assert_eq!(machine.broken(), rules, "event {event}");
    };
    let answers =
        |event, status| Script { event_status: Some((event, status)), ..Script::default() };
    let unknown = 1000;
    wrong(answers(unknown, NDIS_STATUS_SUCCESS), unknown, &[]);
    wrong(answers(unknown, NDIS_STATUS_NOT_SUPPORTED), unknown, &["ndis-event-answer"]);
    wrong(answers(NetEventReconfigure, NDIS_STATUS_FAILURE), NetEventReconfigure, &[]);
    let not_supported = answers(NetEventReconfigure, NDIS_STATUS_NOT_SUPPORTED);
    wrong(not_supported, NetEventReconfigure, &["ndis-event-answer"]);
    let twice = Script { event: Mode::Twice, ..Script::default() };
    wrong(twice, unknown, &["ndis-event-complete"; 3]);
    let forgets = |event| Script { forgets: Some(event), ..Script::default() };
    wrong(forgets(NetEventPause), NetEventReconfigure, &["ndis-pause-waits"]);
    wrong(forgets(NetEventReconfigure), NetEventReconfigure, &["ndis-event-waits"]);
}

#[test]
fn removal_is_asked_for_and_may_be_refused() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let agrees = Driver::start(&machine, Script::default());
    assert_eq!(link.query_removal(), Ok(()));
    let refusal = Some((NetEventQueryRemoveDevice, NDIS_STATUS_FAILURE));
    let refuses = Driver::start(&machine, Script { event_status: refusal, ..Script::default() });
    assert!(link.query_removal().is_err());
    let expected = [NetEventRestart, NetEventQueryRemoveDevice, NetEventCancelRemoveDevice];
    assert_eq!(refuses.binding().events(), expected);
    assert_eq!(agrees.binding().events().last(), Some(&NetEventCancelRemoveDevice));
    refuses.deregister(&machine);
    agrees.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn an_adapter_goes_to_low_power_and_wakes() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    link.set_power(false);
    let events = driver.binding().seen().events;
    let codes: Vec<_> = events.iter().map(|(code, _)| *code).collect();
    let expected = [NetEventRestart, NetEventQueryPower, NetEventSetPower, NetEventPause];
    assert_eq!(codes, expected);
    assert_eq!(events[2].1, NetDeviceStateD3.to_le_bytes());
    assert_eq!(reason(&events[3].1), NDIS_PAUSE_LOW_POWER);
    link.set_power(true);
    let events = driver.binding().seen().events;
    assert_eq!(events[4].0, NetEventRestart, "before the power is set");
    assert_eq!(events[5], (NetEventSetPower, NetDeviceStateD0.to_le_bytes().to_vec()));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn no_requests_are_made_in_low_power() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    link.set_power(false);
    let ask = || machine.run(|| driver.binding().ask(&Request::query(OID_GEN_LINK_SPEED, 4)));
    assert_eq!(ask(), NDIS_STATUS_LOW_POWER_STATE);
    link.set_power(true);
    assert_eq!(ask(), NDIS_STATUS_SUCCESS);
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-oid-state"]);
}

#[test]
fn a_driver_does_not_wait_for_requests_in_a_power_event() {
    let machine = Machine::impatient(control(|control| control.requests = Answer::Never));
    let link = machine.plug("eth0");
    let script = Script { waits_in_power_event: true, ..Script::default() };
    let driver = Driver::start(&machine, script);
    let bound = driver.binding();
    link.set_power(false);
    link.set_power(true);
    assert_eq!(machine.broken(), [""; 0], "nothing was pending");
    let request = Request::query(OID_GEN_LINK_SPEED, 4);
    machine.run(|| assert_eq!(bound.start(&request), NDIS_STATUS_PENDING));
    link.set_power(false);
    assert_eq!(machine.broken(), ["ndis-wait-in-power-event"]);
    link.surprise_remove();
    driver.deregister(&machine);
}

#[test]
fn a_driver_may_wait_in_a_power_event_for_what_is_no_request() {
    let machine = Machine::new(control(|control| control.requests = Answer::Late(Duration::ZERO)));
    let link = machine.plug("eth0");
    let in_event = Some((NetEventSetPower, InEvent::WaitForThread));
    let driver = Driver::start(&machine, Script { in_event, ..Script::default() });
    let bound = driver.binding();
    let request = Request::query(OID_GEN_LINK_SPEED, 4);
    for _ in 0..20 {
        machine.run(|| bound.start(&request));
        link.set_power(false);
        machine.run(|| bound.wait_for(&request));
        link.set_power(true);
    }
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn the_link_is_unknown_in_low_power() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    link.set_power(false);
    link.set_power(true);
    let states: Vec<_> =
        driver.binding().seen().status.iter().map(|(_, _, payload, _)| payload[4]).collect();
    assert_eq!(states, [0, 1]);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_driver_gets_events_of_its_own() {
    let machine = Machine::new(control(|control| control.more_events = true));
    machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    let events = Driver::events(&machine);
    let expected =
        [NetEventBindList, NetEventReconfigure, NetEventMaximum + 7, NetEventBindsComplete];
    assert_eq!(events, expected);
    driver.deregister(&machine);
    machine.assert_clean();
}
