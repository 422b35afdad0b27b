//! Behaviour 14: lists of indications, and who has their memory.

use wsk_sys::WSK_DATAGRAM_INDICATION;

use super::driver::{Driver, LOCAL_V4, Machine, Socket};
use crate::{
    netio::{Datagram, List, Settings},
    nt::{STATUS_INVALID_PARAMETER, STATUS_PENDING, STATUS_SUCCESS},
};

fn list(count: usize) -> List {
    let datagram = |index: usize| {
        Datagram::new("10.0.0.1:5".parse().unwrap(), index.to_string()).with_message(0, 19, &[1; 8])
    };
    (0..count).map(datagram).collect()
}

/// Runs a test with a socket whose callback is enabled.
fn with_socket(settings: Settings, test: impl FnOnce(&Machine, &Socket, u16)) -> Machine {
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        test(&machine, &socket, socket.port());
        assert_eq!(socket.close().status, STATUS_SUCCESS);
        driver.end();
    });
    machine
}

/// The first bytes of an indication.
fn bytes(address: usize) -> [u8; 64] {
    // SAFETY: the memory of a socket stays as long as the socket does.
    unsafe { (address as *const [u8; 64]).read_volatile() }
}

#[test]
fn a_list_has_as_many_datagrams_as_the_settings_allow() {
    with_socket(Settings { list: 3, ..Settings::default() }, |machine, socket, port| {
        let delivered = machine.network.inject(port, &list(7)).unwrap();
        assert_eq!(delivered.indicated, 7);
        let lengths: Vec<_> =
            socket.take(3).iter().map(|seen| seen.list.as_ref().unwrap().len()).collect();
        assert_eq!(lengths, [3, 3, 1]);
    })
    .assert_clean();
}

#[test]
fn memory_is_spoilt_as_soon_as_the_callback_has_taken_all() {
    with_socket(Settings::default(), |machine, socket, port| {
        machine.network.inject(port, &list(1)).unwrap();
        assert_eq!(bytes(socket.take(1)[0].address), [0xd7; 64]);
    })
    .assert_clean();
}

#[test]
fn memory_that_is_retained_stays_until_it_is_released() {
    with_socket(Settings::default(), |machine, socket, port| {
        socket.answer([STATUS_PENDING, STATUS_PENDING]);
        machine.network.inject(port, &list(2)).unwrap();
        machine.network.inject(port, &list(1)).unwrap();
        machine.network.inject(port, &list(5)).unwrap();
        let seen = socket.take(3);
        let (first, second) = (seen[0].address, seen[1].address);
        assert_ne!(bytes(first), [0xd7; 64]);
        assert_ne!(first, second);
        assert_eq!(socket.release(first), STATUS_SUCCESS);
        assert_eq!(bytes(first), [0xd7; 64]);
        assert_ne!(bytes(second), [0xd7; 64]);
        assert_eq!(socket.release(second), STATUS_SUCCESS);
    })
    .assert_clean();
}

#[test]
fn a_list_may_be_released_before_the_callback_that_retains_it_returns() {
    with_socket(Settings::default(), |machine, socket, port| {
        let (pointer, release) = (socket.pointer as usize, socket.dispatch().WskRelease.unwrap());
        socket.hook(move |list| {
            // SAFETY: the list is the provider's.
            assert_eq!(unsafe { release(pointer as *mut _, list) }, STATUS_SUCCESS);
        });
        socket.answer([STATUS_PENDING]);
        machine.network.inject(port, &list(2)).unwrap();
    })
    .assert_clean();
}

#[test]
fn wrong_releases_fail_and_are_reported() {
    let machine = with_socket(Settings::default(), |machine, socket, port| {
        machine.network.inject(port, &list(1)).unwrap();
        let taken = socket.take(1)[0].address;
        assert_eq!(socket.release(taken), STATUS_INVALID_PARAMETER, "it was not retained");
        socket.answer([STATUS_PENDING]);
        machine.network.inject(port, &list(2)).unwrap();
        let retained = socket.take(1)[0].address;
        // SAFETY: the list is retained.
        let second = unsafe { (*(retained as *mut WSK_DATAGRAM_INDICATION)).Next };
        assert_eq!(socket.release(second as usize), STATUS_INVALID_PARAMETER, "only a part");
        assert_eq!(socket.release(&raw const retained as usize), STATUS_INVALID_PARAMETER);
        assert_eq!(socket.release(0), STATUS_INVALID_PARAMETER);
        assert_eq!(socket.release(retained), STATUS_SUCCESS);
        assert_eq!(socket.release(retained), STATUS_INVALID_PARAMETER, "twice");
    });
    assert_eq!(machine.broken(), ["wsk-release-not-retained"; 5]);
}

#[test]
fn writing_to_a_list_that_is_gone_is_noticed() {
    let machine = with_socket(Settings::default(), |machine, socket, port| {
        machine.network.inject(port, &list(1)).unwrap();
        let gone = socket.take(1)[0].address as *mut u64;
        // SAFETY: the memory of a socket stays as long as the socket does.
        unsafe { gone.write_volatile(0) };
        machine.network.inject(port, &list(1)).unwrap();
    });
    assert_eq!(machine.broken(), ["wsk-indication-written"]);
}

#[test]
fn when_all_memory_is_retained_datagrams_are_lost_until_some_is_released() {
    with_socket(Settings { datagrams: 4, ..Settings::default() }, |machine, socket, port| {
        socket.answer([STATUS_PENDING; 2]);
        let delivered = machine.network.inject(port, &list(3)).unwrap();
        assert_eq!((delivered.indicated, delivered.lost), (3, 0));
        let delivered = machine.network.inject(port, &list(3)).unwrap();
        assert_eq!((delivered.indicated, delivered.lost), (1, 2));
        for seen in socket.take(2) {
            assert_eq!(socket.release(seen.address), STATUS_SUCCESS);
        }
        assert_eq!(machine.network.inject(port, &list(4)).unwrap().indicated, 4);
    })
    .assert_clean();
}
