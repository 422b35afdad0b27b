//! Options and control codes, and the order that they are set in.

use std::ffi::c_void;

use wsk_sys::{
    IP_RECEIVE_BROADCAST, IP_TTL, IPPROTO_IP, IPPROTO_IPV6, IPV6_V6ONLY, MSG_BCAST,
    SIO_WSK_QUERY_RECEIVE_BACKLOG, SIO_WSK_SET_REMOTE_ADDRESS, SIO_WSK_SET_SENDTO_ADDRESS,
    SO_BROADCAST, SO_EXCLUSIVEADDRUSE, SO_RCVBUF, SO_REUSEADDR, SO_WSK_SECURITY, SOL_SOCKET,
    WSK_BUF, WSK_BUF_LIST, WSK_CACHE_SD, WSK_RELEASE_SD,
};

use super::driver::{Driver, Irp, LOCAL_V4, Machine, Socket};
use crate::{
    netio::{
        Datagram, List, Settings,
        address::{Family, encode},
    },
    nt::{
        MDL, MDL_SOURCE_IS_NONPAGED_POOL, STATUS_ADDRESS_ALREADY_EXISTS,
        STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED,
        STATUS_SUCCESS,
    },
};

fn with_driver(test: impl FnOnce(&Machine, &Driver)) -> Machine {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        test(&machine, &driver);
        driver.end();
    });
    machine
}

fn from(address: &str) -> List {
    List::from_iter([Datagram::new(address.parse().unwrap(), b"x")])
}

#[test]
fn options_are_read_as_they_were_set() {
    with_driver(|_, driver| {
        let socket = Socket::bound(driver, LOCAL_V4);
        assert_eq!(socket.get(IPPROTO_IP, IP_TTL), Ok(128));
        for (level, name, value) in
            [(IPPROTO_IP, IP_TTL, 5), (SOL_SOCKET, SO_BROADCAST, 1), (SOL_SOCKET, SO_RCVBUF, 9999)]
        {
            let set = socket.set(level, name, value);
            assert_eq!((set.status, set.information), (STATUS_SUCCESS, 0));
            assert_eq!(socket.get(level, name), Ok(value));
        }
        assert_eq!(socket.set(IPPROTO_IP, IP_TTL, 5_u8).status, STATUS_INVALID_PARAMETER);
        assert_eq!(socket.set(IPPROTO_IP, 12_345, 5_u32).status, STATUS_NOT_SUPPORTED);
        assert_eq!(socket.get(IPPROTO_IP, 12_345), Err(STATUS_NOT_SUPPORTED));
        let backlog = socket.ioctl(SIO_WSK_QUERY_RECEIVE_BACKLOG, &mut []);
        assert_eq!(backlog.status, STATUS_NOT_SUPPORTED);
        socket.close();
    })
    .assert_clean();
}

#[test]
fn options_of_binding_come_before_it_and_addresses_after_it() {
    let machine = with_driver(|_, driver| {
        let socket = Socket::new(driver, "[::1]:0");
        let mut remote = encode("[::1]:5".parse().unwrap(), Family::V6);
        let early = socket.ioctl(SIO_WSK_SET_REMOTE_ADDRESS, &mut remote);
        assert_eq!(early.status, STATUS_INVALID_DEVICE_STATE);
        assert_eq!(socket.set(IPPROTO_IPV6, IPV6_V6ONLY, 0_u32).status, STATUS_SUCCESS);
        socket.bind("[::1]:0");
        for (level, name) in [
            (IPPROTO_IPV6, IPV6_V6ONLY),
            (SOL_SOCKET, SO_REUSEADDR),
            (SOL_SOCKET, SO_EXCLUSIVEADDRUSE),
        ] {
            assert_eq!(socket.set(level, name, 1_u32).status, STATUS_INVALID_DEVICE_STATE);
        }
        assert_eq!(
            socket.set(SOL_SOCKET, SO_WSK_SECURITY, 0_usize).status,
            STATUS_INVALID_DEVICE_STATE
        );
        socket.close();
    });
    assert_eq!(machine.broken(), ["wsk-option-order"; 5]);
}

#[test]
fn a_security_descriptor_is_a_cached_one() {
    let machine = with_driver(|_, driver| {
        let socket = Socket::new(driver, LOCAL_V4);
        let mut descriptor = &raw const driver.npi as usize;
        let set = |socket: &Socket| socket.set(SOL_SOCKET, SO_WSK_SECURITY, descriptor).status;
        assert_eq!(set(&socket), STATUS_INVALID_PARAMETER);
        driver.control(WSK_CACHE_SD, &mut descriptor.clone(), &mut [0; 8]);
        assert_eq!(set(&socket), STATUS_SUCCESS);
        driver.control(WSK_RELEASE_SD, &mut descriptor, &mut []);
        socket.close();
    });
    assert_eq!(machine.broken(), ["wsk-security-descriptor"]);
}

#[test]
fn only_a_fixed_remote_address_is_heard_until_it_is_cleared() {
    with_driver(|machine, driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let port = socket.port();
        let mut remote = encode("10.0.0.1:5".parse().unwrap(), Family::V4);
        let set = socket.ioctl(SIO_WSK_SET_REMOTE_ADDRESS, &mut remote);
        assert_eq!(set.status, STATUS_SUCCESS);
        assert_eq!(machine.network.inject(port, &from("10.0.0.2:5")).unwrap().lost, 1);
        assert_eq!(machine.network.inject(port, &from("10.0.0.1:5")).unwrap().indicated, 1);
        socket.ioctl(SIO_WSK_SET_REMOTE_ADDRESS, &mut []);
        assert_eq!(machine.network.inject(port, &from("10.0.0.2:5")).unwrap().indicated, 1);
        socket.ioctl(SIO_WSK_SET_SENDTO_ADDRESS, &mut remote);
        assert_eq!(machine.network.inject(port, &from("10.0.0.2:5")).unwrap().indicated, 1);
        socket.close();
    })
    .assert_clean();
}

#[test]
fn broadcasts_can_be_kept_away() {
    with_driver(|machine, driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let broadcast = List { flags: MSG_BCAST, ..from("10.0.0.1:5") };
        for (on, lost) in [(1_u32, 0), (0, 1)] {
            socket.set(IPPROTO_IP, IP_RECEIVE_BROADCAST, on);
            assert_eq!(machine.network.inject(socket.port(), &broadcast).unwrap().lost, lost);
        }
        socket.close();
    })
    .assert_clean();
}

#[test]
fn addresses_of_a_synthetic_network_conflict_like_others() {
    with_driver(|machine, driver| {
        let socket = Socket::bound(driver, "10.0.0.1:700");
        assert!(machine.network.wait_for(700, std::time::Duration::ZERO));
        let other = Socket::new(driver, LOCAL_V4);
        assert_eq!(other.bind("0.0.0.0:700").status, STATUS_ADDRESS_ALREADY_EXISTS);
        assert_eq!(other.bind("10.0.0.2:700").status, STATUS_SUCCESS);
        socket.close();
        other.close();
        assert!(machine.network.addresses().is_empty());
        assert_eq!(machine.network.inject(700, &from("10.0.0.1:5")), None);
    })
    .assert_clean();
}

#[test]
fn datagrams_are_sent_to_an_address_or_to_the_fixed_one() {
    let machine = with_driver(|machine, driver| {
        let socket = Socket::bound(driver, "10.0.0.1:700");
        let mut payload = *b"-hello";
        let mut mdl = MDL {
            MdlFlags: MDL_SOURCE_IS_NONPAGED_POOL,
            MappedSystemVa: payload.as_mut_ptr().cast(),
            ByteCount: 6,
            ..MDL::default()
        };
        let buffer = |length| WSK_BUF { Mdl: (&raw mut mdl).cast(), Offset: 1, Length: length };
        let send_to = |flags, to: *mut c_void, mut buffer: WSK_BUF| {
            let function = socket.dispatch().WskSendTo.unwrap();
            let irp = Irp::new();
            irp.call(|irp| {
                let (none, buffer) = (std::ptr::null_mut(), &raw mut buffer);
                // SAFETY: all stay until the request is completed.
                unsafe { function(socket.pointer, buffer, flags, to.cast(), 0, none, irp) }
            })
        };
        let mut buffer = buffer;
        let mut to = encode("10.0.0.9:1".parse().unwrap(), Family::V4);
        assert_eq!(send_to(0, std::ptr::null_mut(), buffer(5)).status, STATUS_INVALID_PARAMETER);
        assert_eq!(send_to(0, to.as_mut_ptr().cast(), buffer(5)).information, 5);
        socket.ioctl(SIO_WSK_SET_SENDTO_ADDRESS, &mut to);
        assert_eq!(send_to(0, std::ptr::null_mut(), buffer(2)).information, 2);
        assert_eq!(send_to(1, std::ptr::null_mut(), buffer(2)).status, STATUS_INVALID_PARAMETER);
        assert_eq!(send_to(0, std::ptr::null_mut(), buffer(6)).status, STATUS_INVALID_PARAMETER);
        let function = socket.dispatch().WskSendMessages.unwrap();
        let mut last = WSK_BUF_LIST { Next: std::ptr::null_mut(), Buffer: buffer(3) };
        let mut messages = WSK_BUF_LIST { Next: &raw mut last, Buffer: buffer(1) };
        let irp = Irp::new();
        let sent = irp.call(|irp| {
            let none = std::ptr::null_mut();
            // SAFETY: all stay until the request is completed.
            unsafe { function(socket.pointer, &raw mut messages, 0, none, 0, none.cast(), irp) }
        });
        assert_eq!((sent.status, sent.information), (STATUS_SUCCESS, 4));
        let sent = machine.network.take_sent();
        let payloads: Vec<_> = sent.iter().map(|sent| sent.payload.as_slice()).collect();
        assert_eq!(payloads, [&b"hello"[..], b"he", b"h", b"hel"]);
        assert!(sent.iter().all(|sent| sent.to == "10.0.0.9:1".parse().unwrap()));
        assert_eq!(sent[0].from, Some("10.0.0.1:700".parse().unwrap()));
        socket.close();
    });
    assert_eq!(machine.broken(), ["wsk-send-parameter"; 2]);
}
