//! Behaviour 20: closing a socket.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::driver::{Driver, Irp, LOCAL_V4, Machine, Receive, Socket};
use crate::{
    netio::{Completion, Datagram, List, Settings},
    nt::{STATUS_CANCELLED, STATUS_INVALID_PARAMETER, STATUS_PENDING, STATUS_SUCCESS},
};

fn list(count: usize) -> List {
    (0..count).map(|_| Datagram::new("10.0.0.1:5".parse().unwrap(), b"x")).collect()
}

fn with_driver(settings: Settings, test: impl FnOnce(&Machine, &Driver)) -> Machine {
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        test(&machine, &driver);
        driver.end();
    });
    machine
}

#[test]
fn closing_ends_requests_that_wait() {
    with_driver(Settings::default(), |_, driver| {
        let socket = Socket::bound(driver, LOCAL_V4);
        let mut requests: Vec<_> = (0..3).map(|_| Receive::new(1)).collect();
        for request in &mut requests {
            request.start(&socket);
        }
        let closed = socket.close();
        assert_eq!((closed.now, closed.status), (STATUS_SUCCESS, STATUS_SUCCESS));
        for request in &requests {
            assert_eq!(request.irp.poll(), Some((STATUS_CANCELLED, 0)));
        }
    })
    .assert_clean();
}

#[test]
fn closing_waits_for_callbacks() {
    with_driver(Settings::default(), |machine, driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let port = socket.port();
        socket.hold(true);
        thread::scope(|scope| {
            scope.spawn(|| machine.network.inject(port, &list(1)));
            socket.wait_for_running(1);
            let irp = Irp::new();
            assert_eq!(socket.start_close(&irp), STATUS_PENDING);
            assert_eq!(irp.poll(), None);
            socket.hold(false);
            assert_eq!(irp.wait(), (STATUS_SUCCESS, 0));
        });
        assert_eq!(machine.network.inject(port, &list(1)), None);
    })
    .assert_clean();
}

#[test]
fn closing_may_take_its_time() {
    let closing = Duration::from_millis(30);
    for completion in [Completion::Inline, Completion::Pending] {
        with_driver(Settings { completion, closing, ..Settings::default() }, |_, driver| {
            let socket = Socket::bound(driver, LOCAL_V4);
            let before = Instant::now();
            assert_eq!(socket.close().now, STATUS_PENDING);
            assert!(before.elapsed() >= closing);
        })
        .assert_clean();
    }
}

#[test]
fn a_socket_can_be_closed_inside_of_its_callback() {
    with_driver(Settings::default(), |machine, driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        let irp = Box::leak(Box::new(Irp::new()));
        let (pointer, address) = (socket.pointer as usize, irp.pointer() as usize);
        let close = socket.dispatch().WskCloseSocket.unwrap();
        socket.hook(move |_| {
            // SAFETY: the socket is open, and the IRP stays.
            let status = unsafe { close(pointer as *mut _, address as *mut _) };
            assert_eq!(status, STATUS_PENDING);
        });
        machine.network.inject(socket.port(), &list(1)).unwrap();
        assert_eq!(irp.wait(), (STATUS_SUCCESS, 0));
    })
    .assert_clean();
}

#[test]
fn a_list_that_is_still_retained_is_reported() {
    let machine = with_driver(Settings::default(), |machine, driver| {
        let socket = Socket::listening(driver, LOCAL_V4);
        socket.answer([STATUS_PENDING]);
        machine.network.inject(socket.port(), &list(1)).unwrap();
        assert_eq!(socket.close().status, STATUS_SUCCESS);
    });
    assert_eq!(machine.broken(), ["wsk-retained-at-close"]);
}

#[test]
fn calls_of_a_closed_socket_are_reported_and_fail() {
    let machine = with_driver(Settings::default(), |_, driver| {
        let socket = Socket::bound(driver, LOCAL_V4);
        let irp = Irp::new();
        socket.start_close(&irp);
        irp.wait();
        let mut receive = Receive::new(1);
        assert_eq!(receive.start(&socket), STATUS_CANCELLED);
        receive.irp.wait();
        assert_eq!(socket.release(0), STATUS_INVALID_PARAMETER);
        irp.prepare();
        assert_eq!(socket.start_close(&irp), STATUS_INVALID_PARAMETER, "twice");
        irp.wait();
    });
    let broken =
        ["wsk-closed-socket", "wsk-closed-socket", "wsk-release-not-retained", "wsk-closed-socket"];
    assert_eq!(machine.broken(), broken);
}

#[test]
fn a_call_that_is_in_progress_at_close_is_reported() {
    let machine = with_driver(Settings::default(), |machine, driver| {
        let socket: &'static Socket = Box::leak(Box::new(Socket::bound(driver, LOCAL_V4)));
        machine.network.inject(socket.port(), &list(1)).unwrap();
        let close: &'static Irp = Box::leak(Box::new(Irp::new()));
        let (system, irp) = (std::sync::Arc::clone(&machine.system), close.pointer() as usize);
        let mut receive = Receive::new(1);
        // The completion routine runs inside of the call; another thread closes the socket meanwhile.
        receive.irp = Irp::with_hook(Some(Box::new(move || {
            let system = std::sync::Arc::clone(&system);
            let closing = thread::spawn(move || {
                crate::thread::enter(&system, |_| {
                    let close = socket.dispatch().WskCloseSocket.unwrap();
                    // SAFETY: the socket is open, and the IRP stays.
                    unsafe { close(socket.pointer, irp as *mut _) }
                })
            });
            assert_eq!(closing.join().unwrap(), STATUS_PENDING);
        })));
        assert_eq!(receive.start(socket), STATUS_SUCCESS);
        receive.irp.wait();
        assert_eq!(close.wait(), (STATUS_SUCCESS, 0));
    });
    assert_eq!(machine.broken(), ["wsk-call-during-close"]);
}
