//! Events of the datagram receiver.

use std::net::SocketAddr;

use e2e::{Family, Machine, driver_file, sender, settings};
use nthost::{Kernel, LowResources, StackId, Status, TraceValue};
use rx_abi::{WSKRX_TRACE, keyword};
use winrx::{Mode, Receiver, Settings};

use crate::{events, listening, names, number, only};

/// The most datagrams that a test sends.
const MOST: u32 = 100_000;

fn machine() -> Machine {
    Machine::on(listening(WSKRX_TRACE), driver_file("wskrx"))
}

#[test]
fn a_life_is_told() {
    let machine = machine();
    let kernel = machine.kernel().clone();
    let started = events(&kernel, WSKRX_TRACE);
    assert_eq!(names(&started), ["Started"]);
    assert_eq!((started[0].level, started[0].keywords), (4, keyword::DRIVER));
    let version = TraceValue::Text(env!("CARGO_PKG_VERSION").to_owned());
    assert_eq!(started[0].fields, [("Version".to_owned(), version)]);

    for mode in Mode::ALL {
        let (receiver, bound) = machine.receive(&settings(mode, Family::V4));
        let told = events(&kernel, WSKRX_TRACE);
        assert_eq!(names(&told), ["Bound"]);
        let event = &told[0];
        let number_of_receiver = number(event, "Receiver");
        assert_eq!(number(event, "Mode"), mode as u64);
        assert_eq!(event.field("Local"), Some(&TraceValue::Address(bound.local)));
        assert_eq!(number(event, "QueueBytes"), bound.queue_bytes.map_or(0, u64::from));
        assert_eq!(event.keywords, keyword::HANDLE);

        sender(Family::V4, bound.local).send(b"one").unwrap();
        assert_eq!(*e2e::read(&receiver, 1)[0].payload, *b"one");
        drop(receiver);
        let told = events(&kernel, WSKRX_TRACE);
        assert_eq!(names(&told), ["Closed"]);
        let counts = ["Receiver", "Received", "Delivered", "Dropped"];
        let counts = counts.map(|field| number(&told[0], field));
        assert_eq!(counts, [number_of_receiver, 1, 1, 0]);
    }
    machine.finish();
    assert_eq!(names(&events(&kernel, WSKRX_TRACE)), ["Stopping"]);
}

#[test]
fn a_bind_that_fails_is_told() {
    let machine = machine();
    let (receiver, bound) = machine.receive(&settings(Mode::Event, Family::V4));
    let exclusive = Settings { mode: Mode::Irp, ..Settings::new(bound.local) };
    let other = Receiver::new(machine.open()).unwrap();
    other.bind(&exclusive).expect_err("the address is taken");
    let told = events(machine.kernel(), WSKRX_TRACE);
    let failed = only(&told, "BindFailed");
    assert_eq!((failed.level, number(failed, "Mode")), (2, Mode::Irp as u64));
    assert_eq!(failed.field("Local"), Some(&TraceValue::Address(bound.local)));
    let status = failed.field("Status").expect("there is one");
    assert!(
        matches!(status, TraceValue::Status(status) if *status != Status::new(0)),
        "{status:?}"
    );
    drop((receiver, other));
    machine.finish();
}

#[test]
fn drops_are_told_once_and_not_one_by_one() {
    let machine = machine();
    let settings =
        Settings { queue_bytes: Some(65_536), ..settings(Mode::EventStatic, Family::V4) };
    let (receiver, bound) = machine.receive(&settings);
    let socket = sender(Family::V4, bound.local);
    let send = || {
        socket.send(&[7; 1000]).unwrap();
        receiver.stats().unwrap()
    };
    let stats = (0..MOST).map(|_| send()).find(|stats| stats.dropped() >= 50);
    let stats = stats.expect("a queue of 64 KiB is full before so many datagrams");
    drop(receiver);
    let told = events(machine.kernel(), WSKRX_TRACE);
    let drops: Vec<_> = told.iter().filter(|event| event.name == "Dropped").collect();
    assert!(!drops.is_empty());
    assert_eq!((drops[0].level, drops[0].keywords), (3, keyword::LOSS));
    let told_of: u64 = drops.iter().map(|event| number(event, "Count")).sum();
    let last = drops.last().unwrap();
    assert_eq!(told_of, number(last, "Total"));
    assert!(told_of >= 1 && number(last, "QueueUsed") > 0);
    let closed = number(only(&told, "Closed"), "Dropped");
    assert!(closed >= stats.dropped() && closed >= told_of);
    assert!((drops.len() as u64) < closed, "{} for {closed} datagrams", drops.len());
    machine.finish();
}

#[test]
fn a_session_gets_what_it_asks_for() {
    let kernel = Kernel::builder().build().unwrap();
    let machine = Machine::on(kernel.clone(), driver_file("wskrx"));
    let live = || drop(machine.receive(&settings(Mode::Event, Family::V4)));
    live();
    assert_eq!(kernel.trace_events(), []);
    // The driver is there already.
    kernel.listen(WSKRX_TRACE.id, 4, keyword::HANDLE);
    live();
    assert_eq!(names(&events(&kernel, WSKRX_TRACE)), ["Bound", "Closed"]);
    kernel.listen(WSKRX_TRACE.id, 3, 0);
    live();
    kernel.listen(WSKRX_TRACE.id, 5, keyword::DRIVER);
    live();
    assert_eq!(kernel.trace_events(), []);
    kernel.listen(WSKRX_TRACE.id, 5, 0);
    live();
    assert_eq!(kernel.trace_events().len(), 2);
    kernel.stop_listening(WSKRX_TRACE.id);
    live();
    assert_eq!(kernel.trace_events(), []);
    machine.finish();
}

/// The stack of the only call of a function while the driver is loaded and unloaded.
fn stack_of(function: &str) -> StackId {
    let kernel = Kernel::builder().low_resources(LowResources::Record).build().unwrap();
    Machine::on(kernel.clone(), driver_file("wskrx")).finish();
    let stacks = kernel.low_resources_report().stacks;
    stacks.iter().find(|stack| stack.function == function).expect("it is called").id
}

#[test]
fn a_driver_that_cannot_be_traced_works() {
    let fail = LowResources::Fail(vec![stack_of("EtwRegister")]);
    let kernel = Kernel::builder().low_resources(fail).build().unwrap();
    kernel.listen(WSKRX_TRACE.id, 0, 0);
    let machine = Machine::on(kernel.clone(), driver_file("wskrx"));
    let (receiver, bound) = machine.receive(&settings(Mode::Event, Family::V4));
    sender(Family::V4, bound.local).send(b"one").unwrap();
    assert_eq!(*e2e::read(&receiver, 1)[0].payload, *b"one");
    drop(receiver);
    machine.finish();
    assert_eq!(kernel.trace_events(), []);
    let lines: Vec<_> = kernel.debug_lines().map(|line| line.text).collect();
    assert_eq!(lines[0], "winrx.wskrx cannot be traced: NTSTATUS 0xC0000017");
}

#[test]
fn a_start_that_fails_is_told_and_leaves_no_provider() {
    let fail = LowResources::Fail(vec![stack_of("IoCreateDevice")]);
    let kernel = Kernel::builder().low_resources(fail).build().unwrap();
    kernel.listen(WSKRX_TRACE.id, 0, 0);
    kernel.load(driver_file("wskrx")).expect_err("there is no device");
    let told = events(&kernel, WSKRX_TRACE);
    assert_eq!(names(&told), ["StartFailed"]);
    let no_memory = Status::new(0xC000_009A_u32.cast_signed());
    assert_eq!(told[0].field("Status"), Some(&TraceValue::Status(no_memory)));
    assert_eq!(kernel.violations(), []);
    let again: SocketAddr = ([127, 0, 0, 1], 0).into();
    let machine = Machine::on(kernel, driver_file("wskrx"));
    drop(machine.receive(&Settings::new(again)));
    machine.finish();
}
