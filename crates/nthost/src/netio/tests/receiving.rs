//! Behaviours 7 to 10, 17 and 22: what requests to receive give, and cancelling them.

use std::time::Duration;

use wsk_sys::{IPPROTO_IP, MSG_BCAST, MSG_CTRUNC, MSG_MCAST, MSG_TRUNC};

use super::driver::{Driver, LOCAL_V4, Machine, Receive, Socket};
use crate::{
    netio::{Cancelling, Datagram, List, Precedence, Settings, Truncation, tests::driver::cancel},
    nt::{
        STATUS_BUFFER_OVERFLOW, STATUS_CANCELLED, STATUS_INVALID_DEVICE_STATE,
        STATUS_INVALID_PARAMETER, STATUS_PENDING, STATUS_SUCCESS,
    },
};

const SENDER: &str = "192.0.2.7:1234";

fn datagram(payload: &[u8]) -> Datagram {
    Datagram::new(SENDER.parse().unwrap(), payload)
}

/// Runs a test with a bound socket.
fn with_socket(settings: Settings, test: impl FnOnce(&Machine, &Socket, u16)) -> Machine {
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        test(&machine, &socket, socket.port());
        assert_eq!(socket.close().status, STATUS_SUCCESS);
        driver.end();
    });
    machine
}

#[test]
fn a_request_waits_for_a_datagram_and_tells_all_about_it() {
    with_socket(Settings::default(), |machine, socket, port| {
        let mut receive = Receive::new(100);
        assert_eq!(receive.start(socket), STATUS_PENDING);
        assert_eq!(receive.irp.poll(), None);
        assert_eq!(receive.flags(), 0x5555_5555, "outputs are written at completion only");
        let mut list = List::from_iter([datagram(b"hello").with_message(IPPROTO_IP, 50, &[1; 4])]);
        list.flags = MSG_MCAST;
        let delivered = machine.network.inject(port, &list).unwrap();
        assert_eq!((delivered.requested, delivered.lost), (1, 0));
        assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 5));
        assert_eq!(receive.payload(5), b"hello");
        assert_eq!(receive.remote(), Some(SENDER.parse().unwrap()));
        assert_eq!((receive.flags(), receive.control_length()), (MSG_MCAST, 24));
        assert_eq!(receive.control()[8..20], [0, 0, 0, 0, 50, 0, 0, 0, 1, 1, 1, 1]);
    })
    .assert_clean();
}

#[test]
fn without_control_data_its_buffer_is_spoilt() {
    with_socket(Settings::default(), |machine, socket, port| {
        let mut receive = Receive::new(1);
        receive.start(socket);
        machine.network.inject(port, &List::from_iter([datagram(b"x")])).unwrap();
        receive.irp.wait();
        assert_eq!(receive.control_length(), 0);
        assert!(receive.control().iter().all(|&byte| byte == 0xd7));
    })
    .assert_clean();
}

#[test]
fn without_a_control_length_neither_messages_nor_flags_are_told() {
    with_socket(Settings::default(), |machine, socket, port| {
        let mut receive = Receive::new(1);
        receive.start_with(socket, 0, false);
        let mut list = List::from_iter([datagram(b"xy").with_message(0, 50, &[1; 4])]);
        list.flags = MSG_BCAST;
        machine.network.inject(port, &list).unwrap();
        assert_eq!(receive.irp.wait(), (STATUS_BUFFER_OVERFLOW, 1));
        assert_eq!(receive.flags(), 0x5555_5555);
        assert!(receive.control().iter().all(|&byte| byte == 0x11));
    })
    .assert_clean();
}

#[test]
fn a_datagram_that_is_too_long_is_cut_with_either_status() {
    for (truncation, status) in
        [(Truncation::Success, STATUS_SUCCESS), (Truncation::Overflow, STATUS_BUFFER_OVERFLOW)]
    {
        let settings = Settings { truncation, ..Settings::default() };
        with_socket(settings, |machine, socket, port| {
            let list = List::from_iter([datagram(b"longer"), datagram(b"next")]);
            machine.network.inject(port, &list).unwrap();
            let mut receive = Receive::new(4);
            assert_eq!(receive.start(socket), status);
            assert_eq!(receive.irp.wait(), (status, 4));
            assert_eq!((receive.payload(4), receive.flags()), (&b"long"[..], MSG_TRUNC));
            let mut receive = Receive::new(4);
            receive.start(socket);
            assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 4));
            assert_eq!((receive.payload(4), receive.flags()), (&b"next"[..], 0));
        })
        .assert_clean();
    }
}

#[test]
fn control_data_is_cut_at_any_byte() {
    for room in [0, 1, 15, 16, 19] {
        with_socket(Settings::default(), |machine, socket, port| {
            let list = List::from_iter([datagram(b"x").with_message(IPPROTO_IP, 19, &[9; 8])]);
            machine.network.inject(port, &list).unwrap();
            let mut receive = Receive::with_control(1, room);
            receive.start(socket);
            assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 1));
            assert_eq!((receive.flags(), receive.control_length()), (MSG_CTRUNC, room as usize));
        })
        .assert_clean();
    }
}

#[test]
fn a_datagram_of_no_bytes_is_a_success() {
    with_socket(Settings::default(), |machine, socket, port| {
        let mut receive = Receive::new(1);
        receive.start(socket);
        machine.network.inject(port, &List::from_iter([datagram(b"")])).unwrap();
        assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 0));
        assert_eq!(receive.remote(), Some(SENDER.parse().unwrap()));
    })
    .assert_clean();
}

#[test]
fn the_largest_datagram_arrives_whole() {
    with_socket(Settings::default(), |machine, socket, port| {
        let payload: Vec<u8> =
            (0..65_535_u32).map(|index| u8::try_from(index % 251).unwrap()).collect();
        let mut receive = Receive::new(payload.len());
        receive.start(socket);
        machine.network.inject(port, &List::from_iter([datagram(&payload)])).unwrap();
        assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, payload.len()));
        assert!(receive.payload(payload.len()) == payload);
    })
    .assert_clean();
}

#[test]
fn wrong_parameters_are_refused_and_reported() {
    let machine = with_socket(Settings::default(), |_, socket, _| {
        let mut with_flags = Receive::new(1);
        assert_eq!(with_flags.start_with(socket, 1, true), STATUS_INVALID_PARAMETER);
        let mut without_mdl = Receive::new(1);
        without_mdl.buffer().Mdl = std::ptr::null_mut();
        assert_eq!(without_mdl.start(socket), STATUS_INVALID_PARAMETER);
        let mut without_length = Receive::new(1);
        without_length.buffer().Length = 0;
        assert_eq!(without_length.start(socket), STATUS_INVALID_PARAMETER);
        let mut too_short = Receive::new(1);
        too_short.buffer().Length = 2;
        assert_eq!(too_short.start(socket), STATUS_INVALID_PARAMETER);
        for receive in [with_flags, without_mdl, without_length, too_short] {
            assert_eq!(receive.irp.wait(), (STATUS_INVALID_PARAMETER, 0));
        }
    });
    assert_eq!(machine.broken(), ["wsk-receive-parameter"; 4]);
}

#[test]
fn a_socket_without_an_address_receives_nothing() {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::new(&driver, LOCAL_V4);
        let mut receive = Receive::new(1);
        assert_eq!(receive.start(&socket), STATUS_INVALID_DEVICE_STATE);
        assert_eq!(receive.irp.wait().0, STATUS_INVALID_DEVICE_STATE);
        socket.close();
        driver.end();
    });
}

#[test]
fn requests_are_served_in_order_and_before_the_callback() {
    with_socket(Settings::default(), |machine, socket, port| {
        assert_eq!(socket.enable(), STATUS_SUCCESS);
        let mut requests: Vec<_> = (0..3).map(|_| Receive::new(1)).collect();
        for request in &mut requests {
            assert_eq!(request.start(socket), STATUS_PENDING);
        }
        let list = b"abcde".iter().map(|&byte| datagram(&[byte])).collect();
        let delivered = machine.network.inject(port, &list).unwrap();
        assert_eq!((delivered.requested, delivered.indicated), (3, 2));
        for (request, byte) in requests.iter().zip(b"abc") {
            assert_eq!(request.irp.wait(), (STATUS_SUCCESS, 1));
            assert_eq!(request.payload(1), [*byte]);
        }
        let payloads: Vec<_> = socket.datagrams(2).into_iter().map(|got| got.payload).collect();
        assert_eq!(payloads, [b"d", b"e"]);
    })
    .assert_clean();
}

#[test]
fn in_a_race_the_callback_gets_datagrams_while_requests_wait() {
    let settings = Settings { precedence: Precedence::Race, seed: 2, ..Settings::default() };
    with_socket(settings, |machine, socket, port| {
        assert_eq!(socket.enable(), STATUS_SUCCESS);
        let mut request = Receive::new(1);
        request.start(socket);
        let raced = (0..1000).any(|_| {
            let delivered =
                machine.network.inject(port, &List::from_iter([datagram(b"x")])).unwrap();
            if delivered.requested == 1 {
                request.irp.wait();
                request.irp.prepare();
                request.start(socket);
            }
            delivered.indicated == 1
        });
        assert!(raced);
        cancel(&request.irp);
        request.irp.wait();
    })
    .assert_clean();
}

#[test]
fn a_request_that_waits_is_cancelled() {
    with_socket(Settings::default(), |machine, socket, port| {
        let mut receive = Receive::new(1);
        receive.start(socket);
        assert!(cancel(&receive.irp));
        assert_eq!(receive.irp.wait(), (STATUS_CANCELLED, 0));
        assert!(!cancel(&receive.irp), "it is over");
        let delivered = machine.network.inject(port, &List::from_iter([datagram(b"x")])).unwrap();
        assert_eq!((delivered.requested, delivered.kept), (0, 1));
    })
    .assert_clean();
}

#[test]
fn a_request_that_was_cancelled_before_is_completed_at_once() {
    with_socket(Settings::default(), |_, socket, _| {
        let mut receive = Receive::new(1);
        assert!(!cancel(&receive.irp), "there is no cancel routine yet");
        assert_eq!(receive.start(socket), STATUS_PENDING);
        assert_eq!(receive.irp.wait(), (STATUS_CANCELLED, 0));
    })
    .assert_clean();
}

#[test]
fn a_request_that_is_cancelled_may_get_a_datagram_or_end_late() {
    let cancelling = Cancelling::Late(Duration::from_millis(200));
    with_socket(Settings { cancelling, ..Settings::default() }, |machine, socket, port| {
        let (mut first, mut second) = (Receive::new(1), Receive::new(1));
        first.start(socket);
        second.start(socket);
        assert!(cancel(&first.irp));
        assert!(cancel(&second.irp));
        assert_eq!(first.irp.poll(), None);
        machine.network.inject(port, &List::from_iter([datagram(b"x")])).unwrap();
        assert_eq!(first.irp.wait(), (STATUS_SUCCESS, 1));
        assert_eq!(second.irp.wait(), (STATUS_CANCELLED, 0));
    })
    .assert_clean();
}

#[test]
fn cancelling_and_datagrams_may_meet() {
    with_socket(Settings::default(), |machine, socket, port| {
        for _ in 0..200 {
            let mut receive = Receive::new(1);
            receive.start(socket);
            std::thread::scope(|scope| {
                let network = &machine.network;
                scope.spawn(move || network.inject(port, &List::from_iter([datagram(b"x")])));
                cancel(&receive.irp);
            });
            let (status, _) = receive.irp.wait();
            assert!([STATUS_SUCCESS, STATUS_CANCELLED].contains(&status));
        }
    })
    .assert_clean();
}
