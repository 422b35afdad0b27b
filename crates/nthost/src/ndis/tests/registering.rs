//! Behaviours 1 and 28: registration and deregistration.

use std::sync::atomic::{AtomicUsize, Ordering};

use ndis_sys::{
    NDIS_HANDLE, NDIS_PROTOCOL_DRIVER_CHARACTERISTICS,
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1, NDIS_RUNTIME_VERSION_60,
    NDIS_RUNTIME_VERSION_630, NDIS_RUNTIME_VERSION_687,
    NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1, NDIS_STATUS,
    NDIS_STATUS_BAD_CHARACTERISTICS, NDIS_STATUS_BAD_VERSION, NDIS_STATUS_FAILURE,
    NDIS_STATUS_RESOURCES, NDIS_STATUS_SUCCESS, NetEventPause, NetEventRestart,
};

use super::{
    control,
    driver::{Driver, InEvent, Machine, Script, characteristics},
};
use crate::{
    Status,
    ndis::{LinkState, Settings, check_unloaded, forget_driver},
};

/// What registering returns after a change, with an NDIS of this version.
fn register(
    version: u32,
    change: impl FnOnce(&mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS),
) -> NDIS_STATUS {
    let machine = Machine::with_version(version, Settings::default());
    let driver = Driver::new(Script::default());
    let status = machine.run(|| {
        let mut characteristics = characteristics(Driver::name());
        change(&mut characteristics);
        driver.register(&mut characteristics)
    });
    if status == NDIS_STATUS_SUCCESS {
        driver.deregister(&machine);
    }
    machine.assert_clean();
    status
}

#[test]
fn versions_are_those_that_there_are_up_to_the_one_that_runs() {
    let status_of = |version, minor| {
        register(version, |given| {
            given.MinorNdisVersion = minor;
            if minor == 0 {
                given.Header.Revision = NDIS_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1;
                given.Header.Size = NDIS_SIZEOF_PROTOCOL_DRIVER_CHARACTERISTICS_REVISION_1;
            }
        })
    };
    for minor in [0, 1, 20, 30, 40, 50, 51, 60, 70, 80, 81, 82, 83, 84, 85, 86, 87] {
        assert_eq!(status_of(NDIS_RUNTIME_VERSION_687, minor), NDIS_STATUS_SUCCESS, "{minor}");
        let fits = minor <= 30;
        assert_eq!(status_of(NDIS_RUNTIME_VERSION_630, minor) == NDIS_STATUS_SUCCESS, fits);
    }
    for minor in [2, 10, 31, 71, 88, 89, 90] {
        let status = status_of(NDIS_RUNTIME_VERSION_687, minor);
        assert_eq!(status, NDIS_STATUS_BAD_VERSION, "{minor}");
    }
    assert_eq!(status_of(NDIS_RUNTIME_VERSION_60, 1), NDIS_STATUS_BAD_VERSION);
    let major = register(NDIS_RUNTIME_VERSION_687, |given| given.MajorNdisVersion = 5);
    assert_eq!(major, NDIS_STATUS_BAD_VERSION);
}

#[test]
fn the_structure_is_the_one_of_the_version() {
    let refused = |change: fn(&mut NDIS_PROTOCOL_DRIVER_CHARACTERISTICS)| {
        let status = register(NDIS_RUNTIME_VERSION_687, change);
        assert_eq!(status, NDIS_STATUS_BAD_CHARACTERISTICS);
    };
    refused(|given| given.Header.Type = 0);
    refused(|given| given.Header.Revision = 3);
    refused(|given| given.Header.Revision = 1);
    refused(|given| given.Header.Size = 119);
    refused(|given| given.Header.Size = 120);
    refused(|given| given.MinorNdisVersion = 0);
    refused(|given| given.Name.Length = 0);
    refused(|given| given.BindAdapterHandlerEx = None);
    refused(|given| given.UnbindAdapterHandlerEx = None);
    refused(|given| given.OpenAdapterCompleteHandlerEx = None);
    refused(|given| given.CloseAdapterCompleteHandlerEx = None);
    refused(|given| given.NetPnPEventHandler = None);
    refused(|given| given.OidRequestCompleteHandler = None);
    refused(|given| given.ReceiveNetBufferListsHandler = None);
    refused(|given| given.SendNetBufferListsCompleteHandler = None);
    let status = register(NDIS_RUNTIME_VERSION_687, |given| given.StatusHandlerEx = None);
    assert_eq!(status, NDIS_STATUS_SUCCESS);
}

#[test]
fn options_are_set_inside_of_registering_and_can_make_it_fail() {
    static HANDLE: AtomicUsize = AtomicUsize::new(0);
    unsafe extern "efiapi" fn works(driver: NDIS_HANDLE, _context: NDIS_HANDLE) -> NDIS_STATUS {
        HANDLE.store(driver as usize, Ordering::Relaxed);
        NDIS_STATUS_SUCCESS
    }
    unsafe extern "efiapi" fn fails(_driver: NDIS_HANDLE, _context: NDIS_HANDLE) -> NDIS_STATUS {
        NDIS_STATUS_FAILURE
    }
    let version = NDIS_RUNTIME_VERSION_687;
    let status = register(version, |given| given.SetOptionsHandler = Some(works));
    assert_eq!(status, NDIS_STATUS_SUCCESS);
    assert_ne!(HANDLE.load(Ordering::Relaxed), 0);
    let status = register(version, |given| given.SetOptionsHandler = Some(fails));
    assert_eq!(status, NDIS_STATUS_FAILURE);
}

#[test]
fn the_structure_is_copied() {
    let machine = Machine::new(Settings::default());
    machine.plug("eth0");
    let driver = Driver::new(Script::default());
    machine.run(|| {
        let mut given = characteristics(Driver::name());
        assert_eq!(driver.register(&mut given), NDIS_STATUS_SUCCESS);
        given = NDIS_PROTOCOL_DRIVER_CHARACTERISTICS::default();
        crate::ndis::wait_for_sweeps(machine.system());
        assert!(given.NetPnPEventHandler.is_none());
    });
    assert_eq!(driver.binding().events(), [NetEventRestart]);
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn registering_fails_as_the_settings_say() {
    let failure = Some(Status::new(NDIS_STATUS_RESOURCES));
    let machine = Machine::new(control(|control| control.registering_fails = failure));
    let driver = Driver::new(Script::default());
    let status = machine.run(|| driver.register(&mut characteristics(Driver::name())));
    assert_eq!(status, NDIS_STATUS_RESOURCES);
    machine.assert_clean();
}

#[test]
fn deregistering_inside_of_a_handler_would_never_end() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let script =
        Script { in_event: Some((NetEventPause, InEvent::Deregister)), ..Script::default() };
    let driver = Driver::start(&machine, script);
    link.pause();
    assert_eq!(machine.broken(), ["ndis-deregister-in-handler"]);
    link.restart(&crate::ndis::Restart::default());
    assert_eq!(driver.binding().events(), [NetEventRestart, NetEventPause, NetEventRestart]);
    link.pause();
    driver.deregister(&machine);
    assert_eq!(machine.system().ndis.leftovers(), Vec::<String>::new());
}

#[test]
fn a_registration_that_is_gone_is_noticed() {
    let machine = Machine::new(Settings::default());
    let driver = Driver::start(&machine, Script::default());
    driver.deregister(&machine);
    driver.deregister(&machine);
    machine.run(|| driver.enumerate());
    assert_eq!(machine.broken(), ["ndis-deregistered-twice", "ndis-dead-handle"]);
}

#[test]
fn what_is_left_is_told() {
    let machine = Machine::new(Settings::default());
    machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    let left = machine.system().ndis.leftovers();
    assert_eq!(left.len(), 2);
    assert!(left[0].starts_with("the binding of Example to eth0"), "{left:?}");
    assert_eq!(left[1], "the protocol Example");
    driver.deregister(&machine);
    machine.assert_clean();
}

#[test]
fn binds_are_asked_for_again_outside_of_handlers() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let script =
        Script { in_event: Some((NetEventPause, InEvent::Enumerate)), ..Script::default() };
    let driver = Driver::start(&machine, script);
    link.pause();
    assert_eq!(machine.broken(), ["ndis-enumerate-in-handler"]);
    machine.run(|| driver.enumerate());
    driver.deregister(&machine);
    assert_eq!(driver.bindings().len(), 1, "it was bound");
}

#[test]
fn a_driver_that_is_gone_is_not_called_any_more() {
    let machine = Machine::new(Settings::default());
    let link = machine.plug("eth0");
    let driver = Driver::start(&machine, Script::default());
    machine.run(|| check_unloaded(machine.system(), &(0..usize::MAX)));
    machine.run(|| forget_driver(machine.system(), &(0..usize::MAX)));
    assert_eq!(machine.broken(), ["ndis-not-deregistered"]);
    assert_eq!(machine.system().ndis.leftovers(), Vec::<String>::new());
    link.set_link(LinkState::down());
    link.unplug();
    assert_eq!(driver.binding().events(), [NetEventRestart]);
    assert_eq!(driver.binding().seen().status.len(), 0);
}

#[test]
fn many_adapters_are_bound() {
    let machine = Machine::new(Settings::default());
    let links: Vec<_> = (0..300).map(|number| machine.plug(&format!("eth{number}"))).collect();
    let driver = Driver::start(&machine, Script { filter: 1, ..Script::default() });
    assert_eq!(driver.bindings().len(), links.len());
    assert!(links.iter().all(|link| link.report().packet_filter == 1));
    driver.deregister(&machine);
    machine.assert_clean();
}
