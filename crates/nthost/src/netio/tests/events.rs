//! Behaviours 15, 16, 18, 19 and 21: the event callback.

use std::{ptr, thread};

use wsk_sys::{
    MSG_BCAST, MSG_MCAST, WSK_EVENT_ACCEPT, WSK_EVENT_CALLBACK_CONTROL, WSK_EVENT_DISABLE,
    WSK_EVENT_RECEIVE_FROM, WSK_FLAG_AT_DISPATCH_LEVEL,
};

use super::driver::{Driver, Irp, LOCAL_V4, Machine, Receive, Socket};
use crate::{
    netio::{CallbackLevel, Completion, Datagram, Disabling, List, Settings},
    nt::{
        DISPATCH_LEVEL, PASSIVE_LEVEL, STATUS_DATA_NOT_ACCEPTED, STATUS_EVENT_PENDING,
        STATUS_FILE_FORCED_CLOSED, STATUS_INVALID_DEVICE_STATE, STATUS_INVALID_PARAMETER,
        STATUS_PENDING, STATUS_SUCCESS,
    },
};

const DISABLE: u32 = WSK_EVENT_RECEIVE_FROM | WSK_EVENT_DISABLE;

fn list(payloads: &[&[u8]]) -> List {
    let datagram = |payload: &&[u8]| Datagram::new("10.0.0.1:5".parse().unwrap(), *payload);
    payloads.iter().map(datagram).collect()
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
fn callbacks_are_off_until_they_are_enabled_and_keep_what_came_before() {
    with_socket(Settings::default(), |machine, socket, port| {
        let delivered = machine.network.inject(port, &list(&[b"a", b"b"])).unwrap();
        assert_eq!((delivered.answer, delivered.kept), (None, 2));
        assert_eq!(socket.enable(), STATUS_SUCCESS);
        let payloads: Vec<_> = socket.datagrams(2).into_iter().map(|got| got.payload).collect();
        assert_eq!(payloads, [b"a", b"b"]);
        let irp = Irp::new();
        assert_eq!(irp.call(|irp| socket.control_events(DISABLE, irp)).status, STATUS_SUCCESS);
        let delivered = machine.network.inject(port, &list(&[b"c"])).unwrap();
        assert_eq!((delivered.answer, delivered.kept), (None, 1));
        assert_eq!(socket.seen(), []);
    })
    .assert_clean();
}

#[test]
fn the_level_and_the_flag_of_callbacks_are_those_of_the_settings() {
    for (callback_level, level, flags) in [
        (CallbackLevel::Dispatch, DISPATCH_LEVEL, WSK_FLAG_AT_DISPATCH_LEVEL),
        (CallbackLevel::Unflagged, DISPATCH_LEVEL, 0),
        (CallbackLevel::Passive, PASSIVE_LEVEL, 0),
    ] {
        let settings = Settings { callback_level, ..Settings::default() };
        with_socket(settings, |machine, socket, port| {
            socket.enable();
            machine.network.inject(port, &list(&[b"x"])).unwrap();
            let seen = socket.take(1);
            assert_eq!((seen[0].level, seen[0].flags), (level, flags));
        })
        .assert_clean();
    }
}

#[test]
fn broadcast_and_multicast_hold_for_a_whole_list() {
    with_socket(Settings::default(), |machine, socket, port| {
        socket.enable();
        for flags in [MSG_BCAST, MSG_MCAST] {
            machine.network.inject(port, &List { flags, ..list(&[b"x", b"y"]) }).unwrap();
            let seen = socket.take(1);
            assert_eq!(seen[0].flags, flags | WSK_FLAG_AT_DISPATCH_LEVEL);
            assert_eq!(seen[0].list.as_ref().unwrap().len(), 2);
        }
    })
    .assert_clean();
}

#[test]
fn callbacks_run_at_once_on_several_processors_if_the_settings_let_them() {
    for parallel in [1, 3] {
        let settings = Settings { parallel, ..Settings::default() };
        with_socket(settings, |machine, socket, port| {
            socket.enable();
            socket.hold(true);
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| machine.network.inject(port, &list(&[b"x"])));
                }
                socket.wait_for_running(parallel as usize);
                socket.hold(false);
            });
            let most = socket.take(3).iter().map(|seen| seen.running).max().unwrap();
            assert!(most <= parallel as usize);
        })
        .assert_clean();
    }
}

#[test]
fn a_callback_for_all_sockets_may_come_before_the_socket_is_known_to_be_bound() {
    let settings = Settings { completion: Completion::Pending, ..Settings::default() };
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        assert_eq!(driver.enable_for_all(), STATUS_SUCCESS);
        machine.network.inject_at_bind(list(&[b"early"]));
        let socket = Socket::new(&driver, LOCAL_V4);
        socket.bind(LOCAL_V4);
        let seen = socket.seen();
        assert_eq!(seen.len(), 1, "it came before the request was completed");
        assert_eq!(socket.disable(), STATUS_INVALID_PARAMETER, "it is on for ever");
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn what_is_refused_comes_again_first_once_the_callback_is_enabled_again() {
    with_socket(Settings::default(), |machine, socket, port| {
        socket.enable();
        socket.answer([STATUS_DATA_NOT_ACCEPTED]);
        let delivered = machine.network.inject(port, &list(&[b"1", b"2"])).unwrap();
        assert_eq!(delivered.answer.unwrap().value(), STATUS_DATA_NOT_ACCEPTED);
        assert_eq!((delivered.indicated, delivered.kept, delivered.lost), (0, 2, 0));
        let delivered = machine.network.inject(port, &list(&[b"3"])).unwrap();
        assert_eq!((delivered.answer, delivered.kept), (None, 1), "it is off");
        assert_eq!(socket.take(1).len(), 1);
        assert_eq!(socket.enable(), STATUS_SUCCESS);
        let payloads: Vec<_> = socket.datagrams(3).into_iter().map(|got| got.payload).collect();
        assert_eq!(payloads, [b"1", b"2", b"3"]);
    })
    .assert_clean();
}

#[test]
fn what_is_refused_goes_to_requests_too() {
    with_socket(Settings::default(), |machine, socket, port| {
        socket.enable();
        socket.answer([STATUS_DATA_NOT_ACCEPTED]);
        machine.network.inject(port, &list(&[b"1", b"2"])).unwrap();
        for expected in [b"1", b"2"] {
            let mut receive = Receive::new(1);
            assert_eq!(receive.start(socket), STATUS_SUCCESS);
            assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 1));
            assert_eq!(receive.payload(1), expected);
        }
    })
    .assert_clean();
}

#[test]
fn the_buffer_of_refused_datagrams_ends_and_the_rest_is_lost_silently() {
    with_socket(Settings::default(), |machine, socket, port| {
        assert_eq!(socket.set(wsk_sys::SOL_SOCKET, wsk_sys::SO_RCVBUF, 100_u32).status, 0);
        let payload = [7; 40];
        let delivered = machine.network.inject(port, &list(&[&payload[..]; 5])).unwrap();
        assert_eq!((delivered.kept, delivered.lost), (3, 2));
        socket.enable();
        assert_eq!(socket.datagrams(3).len(), 3);
    })
    .assert_clean();
}

#[test]
fn with_a_callback_for_all_sockets_what_is_refused_is_gone_and_callbacks_go_on() {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        assert_eq!(driver.enable_for_all(), STATUS_SUCCESS);
        let socket = Socket::bound(&driver, LOCAL_V4);
        let port = socket.port();
        socket.answer([STATUS_DATA_NOT_ACCEPTED]);
        let delivered = machine.network.inject(port, &list(&[b"1"])).unwrap();
        assert_eq!((delivered.kept, delivered.lost), (0, 1));
        let delivered = machine.network.inject(port, &list(&[b"2"])).unwrap();
        assert_eq!(delivered.indicated, 1);
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn enabling_follows_the_rules_or_fails() {
    let machine = Machine::synthetic(Settings::default());
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::new(&driver, LOCAL_V4);
        assert_eq!(socket.enable(), STATUS_INVALID_DEVICE_STATE);
        socket.bind(LOCAL_V4);
        let irp = Irp::new();
        let enabled = irp.call(|irp| socket.control_events(WSK_EVENT_RECEIVE_FROM, irp));
        assert_eq!(
            (enabled.now, enabled.status),
            (STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER)
        );
        assert_eq!(
            socket.control_events(DISABLE | WSK_EVENT_ACCEPT, ptr::null_mut()),
            STATUS_INVALID_PARAMETER
        );
        assert_eq!(
            socket.control_events(WSK_EVENT_ACCEPT, ptr::null_mut()),
            STATUS_INVALID_PARAMETER
        );
        socket.close();
        driver.end();
    });
    let broken = ["wsk-enable-before-bind", "wsk-irp-not-allowed", "wsk-disable-several"];
    assert_eq!(machine.broken(), broken);
}

#[test]
fn disabling_waits_for_callbacks_or_tells_that_some_run() {
    with_socket(Settings::default(), |machine, socket, port| {
        socket.enable();
        let irp = Irp::new();
        let idle = irp.call(|irp| socket.control_events(DISABLE, irp));
        assert_eq!((idle.now, idle.status), (STATUS_SUCCESS, STATUS_SUCCESS));
        socket.enable();
        socket.hold(true);
        thread::scope(|scope| {
            scope.spawn(|| machine.network.inject(port, &list(&[b"x"])));
            socket.wait_for_running(1);
            assert_eq!(socket.disable(), STATUS_EVENT_PENDING);
            irp.prepare();
            assert_eq!(socket.control_events(DISABLE, irp.pointer()), STATUS_PENDING);
            assert_eq!(irp.poll(), None);
            socket.hold(false);
            assert_eq!(irp.wait(), (STATUS_SUCCESS, 0));
        });
        assert_eq!(socket.take(1).len(), 1);
    })
    .assert_clean();
}

#[test]
fn disabling_may_always_seem_to_meet_a_callback() {
    let settings = Settings { disabling: Disabling::Pending, ..Settings::default() };
    with_socket(settings, |_, socket, _| {
        socket.enable();
        assert_eq!(socket.disable(), STATUS_EVENT_PENDING);
        let irp = Irp::new();
        let disabled = irp.call(|irp| socket.control_events(DISABLE, irp));
        assert_eq!((disabled.now, disabled.status), (STATUS_PENDING, STATUS_SUCCESS));
    })
    .assert_clean();
}

#[test]
fn the_input_of_disabling_is_looked_at_again_when_it_is_done() {
    let machine = with_socket(Settings::default(), |machine, socket, port| {
        socket.enable();
        socket.hold(true);
        let control = Box::leak(Box::new(WSK_EVENT_CALLBACK_CONTROL {
            NpiId: &raw const wsk_sys::NPI_WSK_INTERFACE_ID,
            EventMask: DISABLE,
        }));
        let irp = Irp::new();
        thread::scope(|scope| {
            scope.spawn(|| machine.network.inject(port, &list(&[b"x"])));
            socket.wait_for_running(1);
            assert_eq!(socket.control_events_with(control, irp.pointer()), STATUS_PENDING);
            control.EventMask = 0;
            socket.hold(false);
            irp.wait();
        });
    });
    assert_eq!(machine.broken(), ["wsk-input-changed"]);
}

#[test]
fn a_socket_that_stops_working_says_so_once() {
    with_socket(Settings::default(), |machine, socket, port| {
        let mut waiting = Receive::new(1);
        waiting.start(socket);
        socket.enable();
        assert!(machine.network.kill(port));
        assert_eq!(waiting.irp.wait(), (STATUS_FILE_FORCED_CLOSED, 0));
        let seen = socket.take(1);
        assert_eq!((seen.len(), seen[0].list.as_ref()), (1, None));
        assert!(machine.network.kill(port));
        let mut late = Receive::new(1);
        assert_eq!(late.start(socket), STATUS_FILE_FORCED_CLOSED);
        assert_eq!(late.irp.wait().0, STATUS_FILE_FORCED_CLOSED);
        assert_eq!(socket.enable(), STATUS_FILE_FORCED_CLOSED);
        assert_eq!(
            socket.get(wsk_sys::SOL_SOCKET, wsk_sys::SO_RCVBUF),
            Err(STATUS_FILE_FORCED_CLOSED)
        );
        assert_eq!(socket.seen(), []);
    })
    .assert_clean();
}

#[test]
fn a_socket_may_live_for_a_number_of_datagrams() {
    let settings = Settings { lifetime: Some(2), ..Settings::default() };
    with_socket(settings, |machine, socket, port| {
        socket.enable();
        for lost in [0, 0, 1] {
            let delivered = machine.network.inject(port, &list(&[b"x"])).unwrap();
            assert_eq!(delivered.lost, lost);
        }
        let lists: Vec<_> = socket.take(3).into_iter().map(|seen| seen.list.is_some()).collect();
        assert_eq!(lists, [true, true, false]);
    })
    .assert_clean();
}

#[test]
fn waiting_in_a_callback_and_other_answers_are_reported() {
    let machine = with_socket(Settings::default(), |machine, socket, port| {
        socket.enable();
        socket.hook(|_| crate::netio::context::check_wait());
        socket.answer([STATUS_INVALID_PARAMETER]);
        machine.network.inject(port, &list(&[b"x"])).unwrap();
    });
    assert_eq!(machine.broken(), ["wsk-wait-in-wsk-context", "wsk-callback-answer"]);
}
