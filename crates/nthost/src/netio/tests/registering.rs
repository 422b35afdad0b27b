//! Behaviour 23: registration, capture of the provider, release and deregistration.

use std::{
    ptr, thread,
    time::{Duration, Instant},
};

use wsk_sys::{
    MAKE_WSK_VERSION, WSK_CACHE_SD, WSK_CLIENT_DISPATCH, WSK_CLIENT_NPI, WSK_INFINITE_WAIT,
    WSK_NO_WAIT, WSK_PROVIDER_CHARACTERISTICS, WSK_REGISTRATION, WSK_RELEASE_SD, WSK_TRANSPORT,
    WSK_TRANSPORT_LIST_CHANGE, WSK_TRANSPORT_LIST_QUERY,
};

use super::driver::{Context, Driver, Irp, LOCAL_V4, Machine, Socket};
use crate::{
    ke,
    netio::{
        Available, Settings,
        address::Family,
        registration::{WskQueryProviderCharacteristics, WskRegister},
    },
    nt::{
        DISPATCH_LEVEL, STATUS_BUFFER_OVERFLOW, STATUS_DEVICE_NOT_READY,
        STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER, STATUS_NOINTERFACE,
        STATUS_NOT_SUPPORTED, STATUS_SUCCESS,
    },
    thread::enter,
};

fn machine(available: Available) -> Machine {
    Machine::synthetic(Settings { available, ..Settings::default() })
}

#[test]
fn a_driver_registers_captures_releases_and_deregisters() {
    let machine = machine(Available::AtOnce);
    machine.run(|| {
        let mut driver = Driver::new();
        assert_eq!(driver.dispatch().Version, 0x0101, "the highest minor version is told");
        assert_eq!(driver.capture(WSK_INFINITE_WAIT), STATUS_SUCCESS);
        driver.release();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn the_provider_is_waited_for_as_long_as_the_driver_says() {
    let machine = machine(Available::After(Duration::from_millis(100)));
    machine.run(|| {
        let mut driver = Driver::registered();
        assert_eq!(driver.capture(WSK_NO_WAIT), STATUS_DEVICE_NOT_READY);
        assert_eq!(driver.capture(1), STATUS_DEVICE_NOT_READY);
        assert_eq!(driver.capture(WSK_INFINITE_WAIT), STATUS_SUCCESS);
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn deregistering_ends_a_wait_for_the_provider() {
    let machine = machine(Available::Never);
    thread::scope(|scope| {
        machine.run(|| {
            let mut driver = Driver::registered();
            let registration = driver.registration() as usize;
            let system = &machine.system;
            let waiting = scope.spawn(move || {
                enter(system, |_| {
                    let mut npi = wsk_sys::WSK_PROVIDER_NPI::default();
                    // SAFETY: the registration stays until this thread has ended.
                    unsafe {
                        crate::netio::registration::WskCaptureProviderNPI(
                            registration as *mut WSK_REGISTRATION,
                            WSK_INFINITE_WAIT,
                            &raw mut npi,
                        )
                    }
                })
            });
            driver.deregister();
            assert_eq!(waiting.join().unwrap(), STATUS_DEVICE_NOT_READY);
        });
    });
}

#[test]
fn a_version_that_the_provider_does_not_speak_is_refused_and_its_own_are_told() {
    static NEWER: WSK_CLIENT_DISPATCH = super::driver::version(MAKE_WSK_VERSION(2, 0));
    let machine = machine(Available::AtOnce);
    machine.run(|| {
        let mut driver = Driver::registered_with(&NEWER);
        assert_eq!(driver.capture(WSK_NO_WAIT), STATUS_NOINTERFACE);
        let mut known = WSK_PROVIDER_CHARACTERISTICS { HighestVersion: 0, LowestVersion: 0 };
        // SAFETY: the driver has registered.
        let status =
            unsafe { WskQueryProviderCharacteristics(driver.registration(), &raw mut known) };
        assert_eq!(status, STATUS_SUCCESS);
        assert_eq!((known.LowestVersion, known.HighestVersion), (0x0100, 0x0101));
        driver.deregister();
    });
    machine.assert_clean();
}

#[test]
fn deregistering_waits_for_a_socket_that_is_being_closed() {
    let settings = Settings { closing: Duration::from_millis(20), ..Settings::default() };
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::new(&driver, LOCAL_V4);
        let irp = Irp::new();
        socket.start_close(&irp);
        driver.end();
        assert!(irp.poll().is_some() || irp.wait().0 == STATUS_SUCCESS);
    });
    machine.assert_clean();
}

#[test]
fn what_is_not_given_back_is_reported_and_left_over() {
    let machine = machine(Available::AtOnce);
    machine.run(|| {
        let mut driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        assert_eq!(machine.system.netio.leftovers().len(), 2, "a socket and a registration");
        let before = Instant::now();
        driver.deregister();
        assert!(before.elapsed() >= Duration::from_millis(50));
        assert!(socket.close().status == STATUS_SUCCESS);
    });
    assert_eq!(machine.broken(), ["wsk-deregister-waits"]);
}

#[test]
fn wrong_use_of_registrations_is_reported() {
    let machine = machine(Available::AtOnce);
    machine.run(|| {
        let mut driver = Driver::new();
        ke::irql::at_least(DISPATCH_LEVEL, || {
            assert_eq!(driver.capture(WSK_NO_WAIT), STATUS_SUCCESS);
            assert_eq!(driver.capture(1), STATUS_SUCCESS);
        });
        for _ in 0..4 {
            driver.release();
        }
        let context: &'static Context = Box::leak(Box::default());
        let irp = Irp::new();
        let made = irp.call(|irp| Socket::start(&driver, Family::V4, context, irp));
        assert_eq!(made.status, STATUS_SUCCESS);
        let other = &mut WSK_REGISTRATION::default();
        let mut npi = WSK_CLIENT_NPI { ClientContext: ptr::null_mut(), Dispatch: ptr::null() };
        // SAFETY: both are valid.
        assert_eq!(unsafe { WskRegister(&raw mut npi, other) }, STATUS_INVALID_PARAMETER);
        // SAFETY: it is not registered, which is noticed.
        unsafe { crate::netio::registration::WskDeregister(other) };
        driver.deregister();
    });
    let broken = [
        "wsk-capture-irql",
        "wsk-release-npi",
        "wsk-call-after-release",
        "wsk-registration",
        "wsk-deregister-waits",
    ];
    assert_eq!(machine.broken(), broken);
}

#[test]
fn security_descriptors_are_counted() {
    let machine = machine(Available::AtOnce);
    machine.run(|| {
        let driver = Driver::new();
        let mut descriptor = &raw const machine as usize;
        let mut cached = [0; 8];
        for _ in 0..2 {
            assert_eq!(driver.control(WSK_CACHE_SD, &mut descriptor, &mut cached), STATUS_SUCCESS);
        }
        assert_eq!(machine.system.netio.leftovers().len(), 2, "descriptors and a registration");
        let mut cached = usize::from_ne_bytes(cached);
        for status in [STATUS_SUCCESS, STATUS_SUCCESS, STATUS_INVALID_PARAMETER] {
            assert_eq!(driver.control(WSK_RELEASE_SD, &mut cached, &mut []), status);
        }
        driver.end();
    });
    assert_eq!(machine.broken(), ["wsk-security-descriptor"]);
}

#[test]
fn transports_are_listed_and_other_codes_are_not_supported() {
    let machine = machine(Available::AtOnce);
    machine.run(|| {
        let driver = Driver::new();
        let mut list = [0; 2 * size_of::<WSK_TRANSPORT>()];
        let query = |room: &mut [u8]| driver.control(WSK_TRANSPORT_LIST_QUERY, &mut (), room);
        assert_eq!(query(&mut list[..10]), STATUS_BUFFER_OVERFLOW);
        assert_eq!(query(&mut list), STATUS_SUCCESS);
        for code in [WSK_TRANSPORT_LIST_CHANGE, 99] {
            assert_eq!(driver.control(code, &mut (), &mut []), STATUS_NOT_SUPPORTED);
        }
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn callbacks_for_all_sockets_are_enabled_before_there_are_any() {
    let machine = machine(Available::AtOnce);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::new(&driver, LOCAL_V4);
        assert_eq!(driver.enable_for_all(), STATUS_INVALID_DEVICE_STATE);
        socket.close();
        driver.end();
    });
    assert_eq!(machine.broken(), ["wsk-static-callbacks-too-late"]);
}
