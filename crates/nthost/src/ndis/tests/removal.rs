//! Behaviour 27: adapters that go by surprise and come back, and drivers that ask to be unbound.

use ndis_sys::{
    NDIS_PACKET_TYPE_DIRECTED, NDIS_STATUS_ADAPTER_REMOVED, NDIS_STATUS_PENDING, NetEventPause,
    NetEventRestart, OID_GEN_LINK_SPEED,
};

use super::{
    control,
    driver::{Driver, Machine, Request, Script, ask_to_unbind},
};
use crate::ndis::{Answer, Settings, Unbinding};

#[test]
fn an_adapter_goes_by_surprise_and_comes_back() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let filter = NDIS_PACKET_TYPE_DIRECTED;
    let driver = Driver::start(&machine, Script { filter, ..Script::default() });
    let handle = link.adapter_handle();
    link.surprise_remove();
    assert_eq!(driver.binding().events(), [NetEventRestart, NetEventPause]);
    assert_eq!(link.report().protocols, Vec::<String>::new());
    link.surprise_remove();
    link.pause();
    link.restart(&crate::ndis::Restart::default());
    link.replug();
    link.replug();
    assert_eq!(driver.bindings().len(), 2, "it is bound anew");
    assert_eq!(driver.bindings()[1].events(), [NetEventRestart]);
    assert_ne!(driver.bindings()[0].handle(), driver.bindings()[1].handle());
    assert_ne!(link.adapter_handle(), handle);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn pending_requests_end_when_the_adapter_goes() {
    let machine = Machine::new(control(|control| control.requests = Answer::Never));
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    let request = Request::query(OID_GEN_LINK_SPEED, 4);
    machine.run(|| assert_eq!(driver.binding().start(&request), NDIS_STATUS_PENDING));
    link.surprise_remove();
    assert_eq!(driver.binding().wait_for(&request), NDIS_STATUS_ADAPTER_REMOVED);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_driver_asks_to_be_unbound() {
    for unbinding in [Unbinding::AtOnce, Unbinding::Soon, Unbinding::Never] {
        let machine = Machine::new(control(|control| control.unbinding = unbinding));
        let link = machine.plug("eth0");
        let driver = Driver::start(&machine, Script::default());
        machine.run(|| ask_to_unbind(driver.binding()));
        let is_bound = || !link.report().protocols.is_empty();
        match unbinding {
            Unbinding::AtOnce => assert!(!is_bound()),
            Unbinding::Soon => driver.binding().wait(|seen| seen.closed.then_some(())),
            Unbinding::Never => assert!(is_bound()),
        }
        driver.deregister(&machine);
        machine.assert_clean();
    }
}

#[test]
fn a_driver_asks_to_be_unbound_while_it_binds() {
    let machine = Machine::new(Settings::default());
    machine.plug("eth0");
    let driver = Driver::start(&machine, Script { unbinds_itself: true, ..Script::default() });
    driver.binding().wait(|seen| seen.closed.then_some(()));
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_handle_is_dead_once_the_binding_is_closed() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    link.unplug();
    machine.run(|| driver.binding().close());
    let request = Request::query(OID_GEN_LINK_SPEED, 4);
    machine.run(|| driver.binding().ask(&request));
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-closed-twice", "ndis-dead-handle"]);
}

#[test]
fn a_binding_is_closed_while_it_is_unbound_only() {
    let machine = Machine::impatient(Settings::default());
    machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    machine.run(|| driver.binding().close());
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-close-outside-unbind"]);
}
