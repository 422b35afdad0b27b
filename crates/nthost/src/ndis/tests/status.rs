//! Behaviour 25: status indications.

use std::thread;

use ndis_sys::{
    MediaConnectStateConnected, MediaConnectStateDisconnected, MediaConnectStateUnknown,
    NDIS_LINK_STATE, NDIS_SIZEOF_LINK_STATE_REVISION_1, NDIS_SIZEOF_STATUS_INDICATION_REVISION_1,
    NDIS_STATUS_LINK_STATE,
};

use super::{
    control,
    driver::{Driver, Machine, Script},
};
use crate::{
    ndis::{Level, LinkState, Settings},
    nt::{DISPATCH_LEVEL, PASSIVE_LEVEL},
};

#[test]
fn links_go_up_and_down() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    for state in [LinkState::down(), LinkState::unknown(), LinkState::up(10_000_000_000)] {
        link.set_link(state);
    }
    let seen = driver.binding().seen().status;
    let at = std::mem::offset_of!(NDIS_LINK_STATE, MediaConnectState);
    let states: Vec<_> = seen.iter().map(|(_, _, payload, _)| i32::from(payload[at])).collect();
    let expected =
        [MediaConnectStateDisconnected, MediaConnectStateUnknown, MediaConnectStateConnected];
    assert_eq!(states, expected);
    for (code, size, payload, level) in seen {
        assert_eq!(code, NDIS_STATUS_LINK_STATE);
        assert_eq!(size, NDIS_SIZEOF_STATUS_INDICATION_REVISION_1);
        assert_eq!(payload.len(), usize::from(NDIS_SIZEOF_LINK_STATE_REVISION_1));
        assert_eq!(level, DISPATCH_LEVEL);
    }
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn indications_are_longer_short_or_unknown() {
    let machine = Machine::new(control(|control| {
        control.long_status = true;
        control.status_level = Level::Passive;
    }));
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    link.status(NDIS_STATUS_LINK_STATE, &[1, 2, 3]);
    link.status(0x4001_9999, &[]);
    let seen = driver.binding().seen().status;
    assert_eq!((seen[0].0, &seen[0].2[..]), (NDIS_STATUS_LINK_STATE, &[1, 2, 3][..]));
    assert_eq!((seen[1].0, &seen[1].2[..]), (0x4001_9999, &[][..]));
    for (_, size, _, level) in seen {
        assert!(size > NDIS_SIZEOF_STATUS_INDICATION_REVISION_1);
        assert_eq!(level, PASSIVE_LEVEL);
    }
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn status_comes_until_the_close_is_complete() {
    let machine = Machine::new(control(|control| control.calls_while_closing = true));
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    link.unplug();
    assert_eq!(driver.binding().seen().status.len(), 1);
    link.set_link(LinkState::down());
    assert_eq!(driver.binding().seen().status.len(), 1);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn a_storm_of_status_meets_pauses_and_unbinds() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for round in 0..500 {
                    let up = round % 2 == 0;
                    link.set_link(if up { LinkState::up(1) } else { LinkState::down() });
                }
            });
        }
        for _ in 0..20 {
            let driver = Driver::start(&machine, Script::default());
            link.pause();
            link.restart(&crate::ndis::Restart::default());
            driver.deregister(&machine);
        }
    });
    machine.assert_clean();
}

#[test]
fn a_status_handler_that_waits_is_reported() {
    let machine = Machine::impatient(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(
        &machine,
        Script { status_takes: machine.more_than_patience(), ..Script::default() },
    );
    link.set_link(LinkState::down());
    driver.deregister(&machine);
    assert_eq!(machine.broken(), ["ndis-status-waits"]);
}
