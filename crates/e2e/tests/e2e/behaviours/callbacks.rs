//! Behaviours 15, 16, 17, 19 and 24: when callbacks come, and at which level.

use std::{collections::BTreeSet, thread};

use e2e::{Family, settings};
use nthost::wsk::{CallbackLevel, Completion, Disabling, Level, List, Precedence, Settings};
use winrx::Mode;

use super::lab::{ASKING, CALLED, Lab, check, numbered, several, telling, with_each};

/// Every level of callbacks and completion routines, and both modes of the flag.
fn levels() -> impl Iterator<Item = Settings> {
    let callbacks = [CallbackLevel::Dispatch, CallbackLevel::Unflagged, CallbackLevel::Passive];
    callbacks.into_iter().flat_map(|callback_level| {
        [Level::Passive, Level::Dispatch].map(|completion_level| Settings {
            callback_level,
            completion_level,
            completion: Completion::Random,
            ..Settings::default()
        })
    })
}

/// Callbacks of one socket run on several processors at once, while a program reads.
#[test]
fn b15_concurrent_callbacks() {
    const EACH: u16 = 300;
    for levels in levels() {
        for parallel in [1, 4] {
            with_each(&Mode::ALL, &Settings { parallel, list: 8, ..levels.clone() }, |link| {
                let read = thread::scope(|scope| {
                    for first in [0, 1, 2].map(|thread| thread * EACH) {
                        scope.spawn(move || {
                            for first in (first..first + EACH).step_by(10) {
                                let sent: Vec<_> =
                                    (first..first + 10).map(|at| numbered(at, 100)).collect();
                                assert_eq!(link.inject(&sent).lost, 0);
                            }
                        });
                    }
                    link.read(3 * usize::from(EACH))
                });
                let numbers: BTreeSet<_> = read.iter().map(|read| read.from.port()).collect();
                assert!(numbers.into_iter().eq(0..3 * EACH), "each came once");
                for read in &read {
                    check(std::slice::from_ref(read), &[numbered(read.from.port(), 100)]);
                }
                let stats = link.stats();
                let count = 3 * u64::from(EACH);
                assert_eq!((stats.received, stats.delivered), (count, count), "{:?}", link.mode);
            });
        }
    }
}

/// Datagrams come while the socket is being bound, before the driver knows that it is: with a static
/// callback they are indicated at once, otherwise the transport keeps them.
#[test]
fn b16_callback_during_bind() {
    for completion in [Completion::Inline, Completion::Pending, Completion::BeforeReturn] {
        for mode in Mode::ALL {
            let lab = Lab::new(Settings { completion, ..Settings::default() });
            let sent: Vec<_> = several(0..30).into_iter().map(telling).collect();
            lab.network.inject_at_bind(List::new(sent.clone()));
            let local = ([127, 0, 0, 1], 4000).into();
            let link = lab.link(&winrx::Settings { local, ..settings(mode, Family::V4) });
            if mode == Mode::EventStatic {
                assert_eq!(link.stats().held, 30);
            }
            let read = link.read(30);
            check(&read, &sent);
            assert!(read.iter().all(|read| read.to.is_some_and(|to| to.port() == 4000)));
            link.end();
            lab.finish();
        }
    }
}

/// A mode that asks never turns the callback on, and the others never ask: whoever goes first, there is
/// only one way for datagrams.
#[test]
fn b17_requests_and_callbacks() {
    for precedence in [Precedence::Requests, Precedence::Race] {
        with_each(&Mode::ALL, &Settings { precedence, ..Settings::default() }, |link| {
            link.exchange(&several(0..50));
            let report = link.lab.machine.kernel().sockets()[0];
            let asks = ASKING.contains(&link.mode);
            let ways = if asks { (100, 0) } else { (0, 100) };
            assert_eq!((report.requested, report.indicated), ways, "{:?}", link.mode);
            assert_eq!(link.stats().requests > 0, asks);
        });
    }
}

/// Callbacks are turned off while some run, which is told in every way; the driver goes on only when none
/// does, and gives its input back no earlier.
///
/// That the provider refuses wrong ways to turn them on and off is shown by its tests.
#[test]
fn b19_disabling_callbacks() {
    for disabling in [Disabling::Natural, Disabling::Pending] {
        for completion in [Completion::Inline, Completion::Pending, Completion::BeforeReturn] {
            for mode in CALLED {
                let provider =
                    Settings { disabling, completion, parallel: 4, ..Settings::default() };
                let lab = Lab::new(provider);
                for _ in 0..20 {
                    let link = lab.link(&settings(mode, Family::V4));
                    let (network, port) = (&lab.network, link.port);
                    let list = List::new(several(0..5));
                    let arrived = || while network.inject(port, &list).is_some() {};
                    let (rest, stats) = thread::scope(|scope| {
                        scope.spawn(arrived);
                        scope.spawn(arrived);
                        link.wait_until(|stats| stats.received > 0);
                        link.receiver.unbind().unwrap();
                        link.end()
                    });
                    assert_eq!(stats.delivered, rest.len() as u64);
                    assert_eq!(stats.received, stats.delivered + stats.dropped());
                }
                lab.finish();
            }
        }
    }
}

/// Nothing that the driver calls is called at a wrong level, or in a callback or a completion routine
/// where it may not be: every call of an export is checked, and so is every call of WSK.
///
/// That drivers are caught that do is shown by the tests of the provider and of the imports.
#[test]
fn b24_levels() {
    for levels in levels() {
        with_each(&Mode::ALL, &levels, |link| {
            link.exchange(&several(0..30));
            let reads: Vec<_> = (0..10).map(|_| link.receiver.device().start_read(4096)).collect();
            reads.iter().for_each(nthost::Pending::cancel);
            drop(reads);
            assert_eq!(link.lab.machine.kernel().violations(), []);
        });
    }
}
