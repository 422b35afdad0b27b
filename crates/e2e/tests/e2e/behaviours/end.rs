//! Behaviours 20, 21 and 23: how sockets and the provider come and go.

use std::{thread, time::Duration};

use e2e::{Family, settings};
use nthost::wsk::{Available, Cancelling, Level, Settings};
use winrx::{Error, ErrorKind, Mode, Receiver};

use super::lab::{ASKING, Lab, check, numbered, several, with_each};

/// Closing waits for what is under way, and takes its time; requests that wait are cancelled, or end with
/// a datagram. What the driver retains it has released before.
///
/// That drivers are caught that close while lists are retained or calls are in progress, or go on after
/// that, is shown by the tests of the provider.
#[test]
fn b20_closing() {
    let late = Cancelling::Late(Duration::from_millis(1));
    for cancelling in [Cancelling::AtOnce, late] {
        for completion_level in [Level::Passive, Level::Dispatch] {
            for mode in Mode::ALL {
                let closing = Duration::from_millis(2);
                let provider =
                    Settings { closing, cancelling, completion_level, ..Settings::default() };
                let lab = Lab::new(provider);
                // Ended, with datagrams that nobody has read, and without.
                for count in [0, 20] {
                    let link = lab.link(&settings(mode, Family::V4));
                    link.inject(&several(0..count));
                    if mode == Mode::Direct {
                        check(&link.read(count.into()), &several(0..count));
                    } else {
                        link.wait_until(|stats| stats.received == u64::from(count));
                    }
                    let (rest, stats) = link.end();
                    assert_eq!(stats.received, u64::from(count));
                    assert!(mode == Mode::Direct || rest.len() == usize::from(count));
                }
                // Closed, while datagrams come and reads wait.
                for _ in 0..10 {
                    let link = lab.link(&settings(mode, Family::V4));
                    let reads: Vec<_> =
                        (0..4).map(|_| link.receiver.device().start_read(4096)).collect();
                    let (network, port) = (&lab.network, link.port);
                    let list = several(0..5).into_iter().collect();
                    thread::scope(|scope| {
                        scope.spawn(|| while network.inject(port, &list).is_some() {});
                        drop(link);
                    });
                    drop(reads);
                }
                lab.finish();
            }
        }
    }
}

/// WSK says that the socket is of no more use, once. What is held can still be read, then reads tell why
/// there is no more; the driver closes the socket, and another one works.
#[test]
fn b21_socket_is_gone() {
    for mode in Mode::ALL {
        let lab = Lab::new(Settings::default());
        let link = lab.link(&settings(mode, Family::V4));
        let sent = several(0..10);
        link.inject(&sent);
        if mode == Mode::Direct {
            check(&link.read(10), &sent);
        } else {
            link.wait_until(|stats| stats.received == 10);
        }
        let direct = || (mode == Mode::Direct).then(|| link.receiver.device().start_read(4096));
        let waiting = direct();
        assert!(lab.network.kill(link.port));
        if let Some(waiting) = waiting {
            assert_eq!(waiting.wait().0.status.to_string(), "STATUS_FILE_FORCED_CLOSED");
        } else {
            check(&link.read(10), &sent);
        }
        let error = link.receiver.records().next().expect("a reason").expect_err("no more");
        assert_eq!(kind_of(&error), Some(ErrorKind::Closed), "{mode:?}: {error}");
        let stats = link.stats();
        assert_eq!((stats.received, stats.delivered, stats.held), (10, 10, 0), "{mode:?}");
        drop(link);
        let link = lab.link(&settings(mode, Family::V4));
        link.exchange(&sent);
        link.end();
        lab.finish();
    }
    // It ends by itself, under load.
    with_each_dying(|link| {
        for number in 0..20 {
            link.lab.network.inject(link.port, &[numbered(number, 100)].into_iter().collect());
        }
    });
}

/// Runs a test with receivers whose socket ends after seven datagrams.
fn with_each_dying(test: impl Fn(&super::lab::Link)) {
    for mode in Mode::ALL {
        let lab = Lab::new(Settings { lifetime: Some(7), ..Settings::default() });
        let link = lab.link(&settings(mode, Family::V4));
        test(&link);
        if mode != Mode::Direct {
            let stats = link.wait_until(|stats| stats.received == 7 || ASKING.contains(&mode));
            assert!(stats.received <= 7);
            let end = link.receiver.records().find_map(Result::err).expect("a reason");
            assert_eq!(kind_of(&end), Some(ErrorKind::Closed));
            let stats = link.stats();
            assert_eq!((stats.held, stats.delivered), (0, stats.received), "{mode:?}");
        }
        drop(link);
        lab.finish();
    }
}

fn kind_of(error: &Error) -> Option<ErrorKind> {
    Some(error.device_error()?.kind())
}

/// The provider comes late, which the driver waits for, or it speaks another version, or a newer one.
#[test]
fn b23_registration() {
    let late = Available::After(Duration::from_millis(20));
    with_each(&Mode::ALL, &Settings { available: late, ..Settings::default() }, |link| {
        link.exchange(&several(0..5));
    });
    let newer = Settings { versions: 0x0100..=0x01ff, ..Settings::default() };
    with_each(&Mode::ALL, &newer, |link| drop(link.exchange(&several(0..5))));
    for mode in Mode::ALL {
        let lab = Lab::new(Settings { versions: 0x0200..=0x0201, ..Settings::default() });
        let receiver = Receiver::new(lab.machine.open()).unwrap();
        let error = receiver.bind(&settings(mode, Family::V4)).expect_err("not that version");
        assert!(error.to_string().contains("NOINTERFACE"), "{error}");
        drop(receiver);
        let mut lines = lab.machine.kernel().debug_lines();
        assert!(lines.any(|line| line.text.contains("WSK speaks 2.0 to 2.1")));
        drop(lines);
        lab.finish();
    }
}

/// The provider never comes: binding fails, and all can be unloaded.
#[test]
fn b23_provider_never_comes() {
    let lab = Lab::new(Settings { available: Available::Never, ..Settings::default() });
    let receiver = Receiver::new(lab.machine.open()).unwrap();
    let error = receiver.bind(&settings(Mode::Event, Family::V4)).expect_err("nobody is there");
    assert_eq!(kind_of(&error), Some(ErrorKind::NotReady));
    drop(receiver);
    lab.finish();
}
