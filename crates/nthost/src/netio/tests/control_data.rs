//! Behaviours 11 and 25: what comes beside the bytes of a datagram.

use wsk_sys::{
    IP_PKTINFO, IP_TOS, IPPROTO_IP, IPPROTO_UDP, UDP_COALESCED_INFO, UDP_RECV_MAX_COALESCED_SIZE,
};

use super::driver::{Driver, LOCAL_V4, Machine, Socket};
use crate::{
    netio::{Ancillary, Coalescing, Control, Datagram, List, Settings},
    nt::{STATUS_NOT_SUPPORTED, STATUS_SUCCESS},
};

fn with_socket(settings: Settings, test: impl FnOnce(&Machine, &Socket, u16)) {
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, "[::]:0");
        test(&machine, &socket, socket.port());
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

fn datagram() -> Datagram {
    Datagram::new("10.0.0.1:5".parse().unwrap(), b"x")
        .with_message(IPPROTO_IP, IP_PKTINFO, &[1; 8])
        .with_message(IPPROTO_IP, IP_TOS, &[2; 4])
}

/// The control data of so many datagrams.
fn control(settings: Settings, count: usize) -> Vec<Vec<u8>> {
    let mut control = Vec::new();
    with_socket(settings, |machine, socket, port| {
        let list = (0..count).map(|_| datagram()).collect();
        machine.network.inject(port, &list).unwrap();
        control = socket.datagrams(count).into_iter().map(|got| got.control).collect();
    });
    control
}

#[test]
fn an_ipv4_sender_is_mapped_and_ipv4_messages_come_on_a_socket_of_both_families() {
    with_socket(Settings::default(), |machine, socket, port| {
        machine.network.inject(port, &List::from_iter([datagram()])).unwrap();
        let got = socket.datagrams(1).remove(0);
        assert_eq!(got.from, Some("[::ffff:10.0.0.1]:5".parse().unwrap()));
        assert_eq!((got.control.len(), got.control[0], got.control[12]), (48, 24, 19));
    });
}

#[test]
fn messages_may_be_missing_shuffled_or_among_others() {
    let with = |ancillary| Settings { ancillary, seed: 4, ..Settings::default() };
    let present = &control(Settings::default(), 1)[0];
    assert!(control(with(Ancillary::Missing), 3).iter().all(Vec::is_empty));
    let shuffled = control(with(Ancillary::Shuffled), 20);
    assert!(shuffled.iter().all(|control| control.len() == present.len()));
    assert!(shuffled.iter().any(|control| control != present));
    let unknown = control(with(Ancillary::Unknown), 20);
    assert!(unknown.iter().all(|control| control.len() > present.len()));
    let random = control(with(Ancillary::Random), 50);
    assert!(random.contains(present) && random.contains(&Vec::new()));
}

#[test]
fn any_bytes_may_come() {
    with_socket(Settings::default(), |machine, socket, port| {
        let mut broken = datagram();
        broken.control = Control::Raw(vec![0xff; 13]);
        machine.network.inject(port, &List::from_iter([broken])).unwrap();
        assert_eq!(socket.datagrams(1)[0].control, [0xff; 13]);
    });
}

#[test]
fn joined_datagrams_tell_their_size_or_do_not_or_there_are_none() {
    let joined = || {
        let payload: Vec<u8> = (0..70).flat_map(|number| [number; 100]).chain([9; 30]).collect();
        let size = 100_u32.to_ne_bytes();
        Datagram::new("10.0.0.1:5".parse().unwrap(), payload).with_message(
            IPPROTO_UDP,
            UDP_COALESCED_INFO,
            &size,
        )
    };
    for (coalescing, status, length) in [
        (Coalescing::Supported, STATUS_SUCCESS, 24),
        (Coalescing::Untold, STATUS_SUCCESS, 0),
        (Coalescing::Unsupported, STATUS_NOT_SUPPORTED, 24),
    ] {
        with_socket(Settings { coalescing, ..Settings::default() }, |machine, socket, port| {
            let set = socket.set(IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE, 65_527_u32);
            assert_eq!(set.status, status);
            machine.network.inject(port, &List::from_iter([joined()])).unwrap();
            let got = socket.datagrams(1).remove(0);
            assert_eq!((got.payload.len(), got.control.len()), (7030, length));
        });
    }
}

#[test]
fn an_ipv4_socket_has_ipv4_addresses() {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        machine.network.inject(socket.port(), &List::from_iter([datagram()])).unwrap();
        assert_eq!(socket.datagrams(1)[0].from, Some("10.0.0.1:5".parse().unwrap()));
        socket.close();
        driver.end();
    });
}
