//! Behaviour 24 and what else drivers have to heed, where no other module shows it.

use std::ptr;

use wsk_sys::{WSK_TRANSPORT_LIST_QUERY, WskGetOption};

use super::driver::{Driver, Irp, LOCAL_V4, Machine, Socket};
use crate::{
    ke,
    netio::{
        Datagram, List, Settings,
        address::{Family, encode},
    },
    nt::{
        DISPATCH_LEVEL, PASSIVE_LEVEL, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED,
        STATUS_REQUEST_NOT_ACCEPTED,
    },
};

fn with_socket(test: impl FnOnce(&Machine, &Driver, &Socket)) -> Machine {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        test(&machine, &driver, &socket);
        socket.close();
        driver.end();
    });
    machine
}

#[test]
fn a_callback_that_changes_the_irql_is_reported_and_the_level_is_restored() {
    let machine = with_socket(|machine, _, socket| {
        socket.hook(|_| ke::irql::lower(PASSIVE_LEVEL));
        let list = List::from_iter([Datagram::new("10.0.0.1:5".parse().unwrap(), b"x")]);
        machine.network.inject(socket.port(), &list).unwrap();
        assert_eq!(ke::irql::current(), PASSIVE_LEVEL);
        socket.hook(|_| {
            ke::irql::raise(DISPATCH_LEVEL + 1);
        });
        machine.network.inject(socket.port(), &list).unwrap();
        assert_eq!(ke::irql::current(), PASSIVE_LEVEL);
    });
    assert_eq!(machine.broken(), ["wsk-callback-irql"; 2]);
}

#[test]
fn flags_of_binding_are_zero() {
    let machine = with_socket(|_, driver, _| {
        let other = Socket::new(driver, LOCAL_V4);
        let bind = other.dispatch().WskBind.unwrap();
        let mut address = encode(LOCAL_V4.parse().unwrap(), Family::V4);
        let irp = Irp::new();
        // SAFETY: the address is valid until the request is completed.
        let bound =
            irp.call(|irp| unsafe { bind(other.pointer, address.as_mut_ptr().cast(), 1, irp) });
        assert_eq!(bound.status, STATUS_INVALID_PARAMETER);
        other.close();
    });
    assert_eq!(machine.broken(), ["wsk-bind-parameter"]);
}

#[test]
fn an_irp_is_given_where_one_is_needed_and_only_there() {
    let machine = with_socket(|_, driver, socket| {
        let none = ptr::null_mut();
        let control = socket.dispatch().WskControlSocket.unwrap();
        // SAFETY: there are no buffers.
        let status = unsafe {
            control(socket.pointer, WskGetOption, 4, 0, 0, none, 0, none, none.cast(), none.cast())
        };
        assert_eq!(status, STATUS_REQUEST_NOT_ACCEPTED);
        let control = driver.dispatch().WskControlClient.unwrap();
        let irp = Irp::new();
        // SAFETY: there are no buffers.
        let asked = irp.call(|irp| unsafe {
            control(driver.npi.Client, WSK_TRANSPORT_LIST_QUERY, 0, none, 0, none, none.cast(), irp)
        });
        assert_eq!(asked.status, STATUS_INVALID_PARAMETER);
    });
    assert_eq!(machine.broken(), ["wsk-irp-missing", "wsk-irp-not-allowed"]);
}

#[test]
fn only_datagram_sockets_can_be_made() {
    let machine = with_socket(|_, driver, _| {
        let create = driver.dispatch().WskSocket.unwrap();
        for (family, kind, protocol, flags) in
            [(2, 1, 6, 1), (2, 1, 6, 2), (2, 1, 6, 8), (2, 2, 17, 0), (2, 2, 6, 4), (1, 2, 17, 4)]
        {
            let irp = Irp::new();
            let none = ptr::null_mut();
            // SAFETY: context and table may be null.
            let made = irp.call(|irp| unsafe {
                create(
                    driver.npi.Client,
                    family,
                    kind,
                    protocol,
                    flags,
                    none,
                    none,
                    none.cast(),
                    none.cast(),
                    none,
                    irp,
                )
            });
            assert_eq!((made.now, made.status), (STATUS_NOT_SUPPORTED, STATUS_NOT_SUPPORTED));
        }
        let connect = driver.dispatch().WskSocketConnect.unwrap();
        let irp = Irp::new();
        let (null, none) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: nothing of it is looked at.
        let made = irp.call(|irp| unsafe {
            connect(
                driver.npi.Client,
                1,
                6,
                none,
                none,
                0,
                null,
                ptr::null(),
                null.cast(),
                null.cast(),
                null,
                irp,
            )
        });
        assert_eq!(made.status, STATUS_NOT_SUPPORTED);
    });
    machine.assert_clean();
}
