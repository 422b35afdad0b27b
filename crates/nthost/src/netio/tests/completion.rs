//! Behaviours 1 to 6: when and how requests are completed.

use std::time::Duration;

use wsk_sys::{IPPROTO_UDP, WSK_EVENT_DISABLE, WSK_EVENT_RECEIVE_FROM};

use super::driver::{Context, Driver, Irp, LOCAL_V4, Machine, Receive, Socket};
use crate::{
    Status, ke,
    netio::{Completion, Datagram, Failing, Level, List, Settings, address::Family},
    nt::{
        DISPATCH_LEVEL, PASSIVE_LEVEL, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER,
        STATUS_PENDING, STATUS_SUCCESS,
    },
};

fn machine(completion: Completion) -> Machine {
    Machine::synthetic(Settings { completion, ..Settings::default() })
}

fn inject(machine: &Machine, port: u16, payload: &[u8]) {
    let list = List::from_iter([Datagram::new("127.0.0.1:9".parse().unwrap(), payload)]);
    machine.network.inject(port, &list).unwrap();
}

#[test]
fn inline_the_routine_runs_inside_of_the_call() {
    let machine = machine(Completion::Inline);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        inject(&machine, socket.port(), b"early");
        let mut receive = Receive::new(10);
        assert_eq!(receive.start(&socket), STATUS_SUCCESS);
        assert_eq!(receive.irp.poll(), Some((STATUS_SUCCESS, 5)));
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn pending_the_routine_runs_in_another_thread_at_the_level_of_the_settings() {
    for (completion_level, level) in
        [(Level::Dispatch, DISPATCH_LEVEL), (Level::Passive, PASSIVE_LEVEL)]
    {
        let completion = Completion::Pending;
        let settings = Settings { completion, completion_level, ..Settings::default() };
        let machine = Machine::synthetic(settings);
        machine.run(|| {
            let driver = Driver::new();
            let socket = Socket::bound(&driver, LOCAL_V4);
            inject(&machine, socket.port(), b"early");
            let here = std::thread::current().id();
            let mut receive = Receive::new(10);
            receive.irp = Irp::with_hook(Some(Box::new(move || {
                assert_ne!(std::thread::current().id(), here);
            })));
            assert_eq!(receive.start(&socket), STATUS_PENDING);
            assert_eq!(receive.irp.wait_with_level(), (STATUS_SUCCESS, 5, level));
            assert_eq!(socket.close().now, STATUS_PENDING);
            driver.end();
        });
        machine.assert_clean();
    }
}

#[test]
fn before_return_the_routine_has_run_when_the_call_returns_pending() {
    let machine = machine(Completion::BeforeReturn);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        inject(&machine, socket.port(), b"early");
        let mut receive = Receive::new(10);
        assert_eq!(receive.start(&socket), STATUS_PENDING);
        assert_eq!(receive.irp.wait(), (STATUS_SUCCESS, 5));
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn at_random_all_of_them_happen() {
    let settings = Settings { completion: Completion::Random, seed: 5, ..Settings::default() };
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        let returned = |status| {
            (0..1000).any(|_| {
                inject(&machine, socket.port(), b"x");
                let mut receive = Receive::new(1);
                let returned = receive.start(&socket);
                receive.irp.wait();
                returned == status
            })
        };
        assert!(returned(STATUS_SUCCESS));
        assert!(returned(STATUS_PENDING));
        socket.close();
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn a_request_that_fails_is_completed_too() {
    let resources = Status::new(STATUS_INSUFFICIENT_RESOURCES);
    for completion in
        [Completion::Inline, Completion::Pending, Completion::Late(Duration::from_millis(1))]
    {
        let failing = Failing::Nth(0, resources);
        let machine = Machine::synthetic(Settings { completion, failing, ..Settings::default() });
        machine.run(|| {
            let driver = Driver::new();
            let irp = Irp::new();
            let context: &'static Context = Box::leak(Box::default());
            let made = irp.call(|irp| Socket::start(&driver, Family::V4, context, irp));
            assert_eq!(made.now, STATUS_INSUFFICIENT_RESOURCES, "{completion:?}");
            assert_eq!(made.status, STATUS_INSUFFICIENT_RESOURCES);
            driver.end();
        });
        machine.assert_clean();
    }
}

#[test]
fn closing_and_disabling_do_not_fail() {
    let resources = Status::new(STATUS_INSUFFICIENT_RESOURCES);
    // The third request would be the next one after making and binding a socket.
    let settings = Settings { failing: Failing::Nth(2, resources), ..Settings::default() };
    let machine = Machine::synthetic(settings);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::listening(&driver, LOCAL_V4);
        let disable = WSK_EVENT_RECEIVE_FROM | WSK_EVENT_DISABLE;
        let irp = Irp::new();
        let disabled = irp.call(|irp| socket.control_events(disable, irp));
        assert_eq!(disabled.status, STATUS_SUCCESS);
        assert_eq!(socket.close().status, STATUS_SUCCESS);
        driver.end();
    });
    machine.assert_clean();
}

#[test]
fn failures_come_by_chance_too() {
    let failing = Failing::OneIn(2, Status::new(STATUS_INSUFFICIENT_RESOURCES));
    let machine = Machine::synthetic(Settings { failing, seed: 1, ..Settings::default() });
    machine.run(|| {
        let driver = Driver::new();
        let context: &'static Context = Box::leak(Box::default());
        let results: Vec<_> = (0..64)
            .map(|_| {
                let irp = Irp::new();
                irp.call(|irp| Socket::start(&driver, Family::V4, context, irp)).status
            })
            .collect();
        assert!(results.contains(&STATUS_SUCCESS));
        assert!(results.contains(&STATUS_INSUFFICIENT_RESOURCES));
    });
}

#[test]
fn an_irp_without_location_or_routine_is_reported_and_an_irp_can_be_used_again() {
    let machine = machine(Completion::Inline);
    machine.run(|| {
        let driver = Driver::new();
        let socket = Socket::bound(&driver, LOCAL_V4);
        let mut receive = Receive::new(1);
        receive.irp = Irp::new().without_location();
        assert_eq!(receive.start(&socket), STATUS_INVALID_PARAMETER);
        assert_eq!(receive.irp.wait().0, STATUS_INVALID_PARAMETER);
        inject(&machine, socket.port(), b"x");
        receive.irp = Irp::new().without_routine();
        assert_eq!(receive.start(&socket), STATUS_SUCCESS);
        for _ in 0..3 {
            inject(&machine, socket.port(), b"y");
            receive.irp = Irp::new();
            assert_eq!(receive.start(&socket), STATUS_SUCCESS);
            receive.irp.wait();
            receive.irp.prepare();
        }
        let bind = socket.dispatch().WskBind.unwrap();
        // SAFETY: no IRP is noticed before anything else is looked at.
        let status = unsafe { bind(socket.pointer, std::ptr::null_mut(), 0, std::ptr::null_mut()) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
        socket.close();
        driver.end();
    });
    // Both the provider and the I/O manager notice that nobody takes the second IRP back.
    let broken = [
        "wsk-irp-no-stack-location",
        "wsk-irp-no-completion-routine",
        "irp-no-completion-routine",
        "wsk-irp-missing",
    ];
    assert_eq!(machine.broken(), broken);
}

#[test]
fn a_call_inside_of_a_completion_routine_and_a_wait_there_are_reported() {
    let machine = machine(Completion::Inline);
    machine.run(|| {
        let driver = Driver::new();
        let socket: &'static Socket = Box::leak(Box::new(Socket::bound(&driver, LOCAL_V4)));
        inject(&machine, socket.port(), b"x");
        let mut receive = Receive::new(1);
        receive.irp = Irp::with_hook(Some(Box::new(move || {
            assert_eq!(socket.get(IPPROTO_UDP, wsk_sys::UDP_RECV_MAX_COALESCED_SIZE), Ok(0));
            crate::netio::context::check_wait();
        })));
        receive.start(socket);
        receive.irp.wait();
        let close = Irp::new();
        socket.start_close(&close);
        close.wait();
        driver.end();
    });
    let broken = ["wsk-call-in-completion-routine", "wsk-wait-in-wsk-context"];
    assert_eq!(machine.broken(), broken);
}

#[test]
fn requests_may_come_at_dispatch_level() {
    for completion in [
        Completion::Inline,
        Completion::Pending,
        Completion::BeforeReturn,
        Completion::Late(Duration::from_millis(1)),
    ] {
        let machine = machine(completion);
        machine.run(|| {
            let driver = Driver::new();
            ke::irql::at_least(DISPATCH_LEVEL, || {
                let socket = Socket::listening(&driver, LOCAL_V4);
                assert_ne!(socket.port(), 0);
                assert_eq!(socket.close().status, STATUS_SUCCESS);
            });
            driver.end();
        });
        machine.assert_clean();
    }
}
