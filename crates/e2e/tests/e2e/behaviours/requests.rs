//! Behaviours 1 to 6, 9 and 22: how requests end.

use e2e::{Family, settings};
use nthost::{
    Status,
    wsk::{Cancelling, Completion, Failing, Level, List, Settings, Truncation},
};
use winrx::{Mode, Receiver, RecordFlags};

use super::lab::{ASKING, Lab, Link, check, numbered, several, with, with_each};

/// Status of a request that fails for want of memory.
const NO_MEMORY: Status = Status::new(0xc000_009a_u32.cast_signed());

fn completing(completion: Completion, completion_level: Level) -> Settings {
    Settings { completion, completion_level, ..Settings::default() }
}

/// The completion routine runs inside of the call; the call is made once more after it, not in it.
#[test]
fn b01_inline_completion() {
    let provider = completing(Completion::Inline, Level::Dispatch);
    with_each(&Mode::ALL, &provider, |link| drop(link.exchange(&several(0..50))));
    // All is there before somebody asks, so that every request ends at once.
    with_each(&[Mode::Direct], &provider, |link| {
        assert_eq!(link.inject(&several(0..50)).kept, 50);
        check(&link.read(50), &several(0..50));
        let stats = link.stats();
        assert_eq!((stats.requests, stats.requests_inline), (50, 50));
    });
    let lab = Lab::new(provider);
    lab.network.inject_at_bind(List::new(several(0..50)));
    let four = winrx::Settings { requests: Some(4), ..settings(Mode::Irp, Family::V4) };
    let link = lab.link(&four);
    check(&link.read(50), &several(0..50));
    let stats = link.wait_until(|stats| stats.requests == 54);
    assert_eq!(stats.requests_inline, 50);
    link.end();
    lab.finish();
}

/// All requests end later, in another thread, at either level.
#[test]
fn b02_pending_completion() {
    for level in [Level::Passive, Level::Dispatch] {
        with_each(&Mode::ALL, &completing(Completion::Pending, level), |link| {
            link.exchange(&several(0..50));
            assert_eq!(link.stats().requests_inline, 0);
        });
    }
}

/// All requests end on another processor, before the call has told the driver that they are pending.
#[test]
fn b03_completion_before_the_call_returns() {
    for level in [Level::Passive, Level::Dispatch] {
        with_each(&Mode::ALL, &completing(Completion::BeforeReturn, level), |link| {
            link.exchange(&several(0..50));
        });
    }
}

/// A call that fails ends its request all the same, at once or later: the driver frees no IRP twice, and
/// loses none. Each of the first calls fails once; those that bind can be tried again.
///
/// That a driver is caught that frees an IRP twice is shown by the tests of the provider.
#[test]
fn b04_failing_call_completes_the_request() {
    for mode in Mode::ALL {
        let (mut refused, mut failed) = (0, 0);
        for completion in [Completion::Inline, Completion::Pending, Completion::BeforeReturn] {
            for number in 0..20 {
                let failing = Failing::Nth(number, NO_MEMORY);
                let provider = Settings { failing, ..completing(completion, Level::Dispatch) };
                let (bind, requests) = bind_and_receive(mode, provider);
                refused += bind;
                failed += requests;
            }
        }
        assert!(refused > 0, "{mode:?}");
        assert_eq!(failed > 0, ASKING.contains(&mode), "{mode:?}");
    }
}

/// Binds, once more if that fails, and receives. How often binding failed, and requests did.
fn bind_and_receive(mode: Mode, provider: Settings) -> (u64, u64) {
    let lab = Lab::new(provider);
    let receiver = Receiver::new(lab.machine.open()).expect("the driver answers");
    let settings = winrx::Settings { requests: None, ..settings(mode, Family::V4) };
    let mut refused = 0;
    let bound = receiver.bind(&settings).or_else(|error| {
        refused += 1;
        assert!(error.to_string().contains("INSUFFICIENT_RESOURCES"), "{error}");
        receiver.bind(&settings)
    });
    let port = bound.expect("the second time").local.port();
    let link = Link { lab: &lab, mode, receiver, port };
    let sent = several(0..10);
    assert_eq!(link.inject(&sent).lost, 0);
    let (mut read, mut errors) = (Vec::new(), 0);
    let mut reader = link.receiver.reader();
    while read.len() < sent.len() {
        match reader.next_batch() {
            Ok(batch) => read.extend(batch.unwrap().map(|datagram| datagram.unwrap().into_owned())),
            Err(error) => {
                assert!(error.to_string().contains(&NO_MEMORY.to_string()), "{error}");
                errors += 1;
            }
        }
    }
    read.sort_by_key(|datagram| datagram.from.port());
    check(&read, &sent);
    let failed = link.stats().requests_failed;
    if mode == Mode::Direct {
        assert_eq!(failed, errors, "the program is told");
    }
    link.end();
    lab.finish();
    (refused, failed)
}

/// The program's own IRP goes through the driver with every outcome, and comes back with its status and
/// its length, whether the driver was told that it is pending or not. The driver marks no IRP of its own
/// as pending, and ends the walk of each.
///
/// That drivers are caught that do otherwise is shown by the tests of the provider.
#[test]
fn b05_completion_walk() {
    for completion in [Completion::Inline, Completion::Pending, Completion::BeforeReturn] {
        for level in [Level::Passive, Level::Dispatch] {
            with_each(&ASKING, &completing(completion, level), |link| {
                let file = link.receiver.device();
                let wait = |read: nthost::Pending| {
                    let (completion, _) = read.wait();
                    (completion.status.to_string(), completion.information)
                };
                for early in [true, false] {
                    let read = || file.start_read(1096);
                    let before = early.then(read);
                    link.inject(&[numbered(1, 1000)]);
                    let done = wait(before.unwrap_or_else(read));
                    assert_eq!(done, ("STATUS_SUCCESS".to_owned(), 1088));
                    let before = early.then(read);
                    link.inject(&[numbered(2, 2000)]);
                    let done = wait(before.unwrap_or_else(read));
                    if link.mode == Mode::Direct {
                        assert_eq!(done, ("STATUS_BUFFER_OVERFLOW".to_owned(), 1096));
                    } else {
                        assert_eq!(done, ("STATUS_BUFFER_TOO_SMALL".to_owned(), 0));
                        assert_eq!(link.read(1)[0].payload.len(), 2000);
                    }
                }
                let read = file.start_read(1096);
                read.cancel();
                assert_eq!(wait(read), ("STATUS_CANCELLED".to_owned(), 0));
            });
        }
    }
}

/// An IRP of the driver is used again and again, and the program's has a stack location for WSK.
///
/// That drivers are caught that run out of locations, or use an IRP again too early or without its
/// routine, is shown by the tests of the provider.
#[test]
fn b06_stack_locations_and_reuse() {
    for completion in [Completion::Inline, Completion::Pending, Completion::BeforeReturn] {
        let provider = completing(completion, Level::Dispatch);
        let one = winrx::Settings { requests: Some(1), ..settings(Mode::Irp, Family::V4) };
        with(&provider, &one, |link| {
            link.exchange(&several(0..100));
            link.wait_until(|stats| stats.requests == 201);
        });
        with_each(&[Mode::Direct], &provider, |link| {
            link.exchange(&several(0..100));
            assert_eq!(link.stats().requests, 200);
        });
    }
}

/// A datagram that is too long for its request is cut, whichever status says so.
#[test]
fn b09_truncation_of_payload() {
    for truncation in [Truncation::Success, Truncation::Overflow] {
        for completion in [Completion::Inline, Completion::Pending, Completion::BeforeReturn] {
            let provider = Settings { truncation, ..completing(completion, Level::Dispatch) };
            let short = Some(104);
            let irp = settings(Mode::Irp, Family::V4);
            let irp = winrx::Settings { request_bytes: short, ..irp };
            for settings in [irp, settings(Mode::Direct, Family::V4)] {
                with(&provider, &settings, |link| cut(link, 104));
            }
        }
    }
}

/// Sends a datagram that is a byte longer than `room`, and one that fits.
fn cut(link: &Link, room: usize) {
    let sent = [numbered(1, room), numbered(2, room + 1), numbered(3, 60_000)];
    link.inject(&sent);
    let mut reader =
        link.receiver.reader_with(if link.mode == Mode::Direct { 88 + room } else { 4096 });
    let mut read = Vec::new();
    while read.len() < sent.len() {
        let batch = reader.next_batch().unwrap().unwrap();
        read.extend(batch.map(|datagram| datagram.unwrap().into_owned()));
    }
    read.sort_by_key(|datagram| datagram.from.port());
    for (read, sent) in read.iter().zip(&sent) {
        assert_eq!(read.from, sent.from);
        assert_eq!(*read.payload, sent.payload[..room]);
        let long = sent.payload.len() > room;
        assert_eq!(read.flags == RecordFlags::TRUNCATED, long, "{:?}", link.mode);
    }
    let stats = link.stats();
    assert_eq!((stats.truncated, stats.received, stats.delivered), (2, 3, 3));
    assert_eq!(stats.received_bytes, 3 * room as u64);
}

/// Requests are cancelled before a datagram comes, while it comes, and after it came; they end either
/// way, at once or late, and no datagram is lost.
///
/// That drivers are caught that cancel the program's own IRPs is shown by the tests of the provider.
#[test]
fn b22_cancel_races() {
    let late = Cancelling::Late(std::time::Duration::from_millis(1));
    for cancelling in [Cancelling::AtOnce, late] {
        let provider = Settings { cancelling, ..Settings::default() };
        with_each(&Mode::ALL, &provider, |link| {
            let mut read = Vec::new();
            for number in 0..150 {
                let pending = link.receiver.device().start_read(4096);
                std::thread::scope(|scope| {
                    let arrival = scope.spawn(|| link.inject(&[numbered(number, 100)]));
                    match number % 3 {
                        0 => pending.cancel(),
                        1 => {
                            arrival.join().unwrap();
                            pending.cancel();
                        }
                        _ => {
                            let cancel = scope.spawn(|| pending.cancel());
                            arrival.join().unwrap();
                            cancel.join().unwrap();
                        }
                    }
                });
                let (completion, bytes) = pending.wait();
                match completion.status.name() {
                    Some("STATUS_SUCCESS") => {
                        let records = rx_abi::Records::new(&bytes[..completion.information]);
                        read.extend(records.map(|one| one.unwrap().detail.from.port));
                    }
                    Some("STATUS_CANCELLED") => assert_eq!(completion.information, 0),
                    _ => panic!("{:?}: {completion:?}", link.mode),
                }
            }
            let rest = link.read(150 - read.len());
            read.extend(rest.iter().map(|datagram| datagram.from.port()));
            read.sort_unstable();
            assert!(read.iter().copied().eq(0..150), "{:?}: {read:?}", link.mode);
            assert_eq!(link.stats().delivered, 150);
        });
    }
}
