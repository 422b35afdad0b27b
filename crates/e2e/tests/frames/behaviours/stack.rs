//! Behaviours 6 and 8 to 13: how lists get to the driver and back.

use ndis_sys::{NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL, NDIS_RECEIVE_FLAGS_RESOURCES};
use nthost::ndis::{
    FilterKind, Frame, Lending, Lent, ReceiveLevel, ReceiveSettings, Returns, Settings,
};
use rx_abi::FrameMode;
use winrx::RecordFlags;

use super::{
    frames::{check, check_queues, check_set, numbered, several, telling},
    lab::{Lab, Reader, with_each},
};

fn settings(change: impl FnOnce(&mut ReceiveSettings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings.receive);
    settings
}

/// So many frames were sent and read, and nothing else happened.
fn assert_all(reader: &Reader, count: u64) {
    let stats = reader.settled();
    assert_eq!((stats.offered, stats.delivered), (count, count), "{stats:?}");
    assert_eq!((stats.filtered, stats.dropped(), stats.lost), (0, 0, 0), "{stats:?}");
}

/// All that the flags of an indication can say: that it comes at `DISPATCH_LEVEL`, or at that level
/// without saying so, that lists are lent, what lists have in common, and bits without a meaning.
#[test]
fn b06_flags() {
    for level in [ReceiveLevel::Dispatch, ReceiveLevel::Unflagged, ReceiveLevel::Passive] {
        for lending in [Lending::LowMark, Lending::Always, Lending::Any] {
            for (hints, unknown_flags) in [(false, false), (true, false), (true, true)] {
                let settings = settings(|receive| {
                    receive.level = level;
                    receive.lending = lending;
                    receive.hints = hints;
                    receive.unknown_flags = unknown_flags;
                });
                with_each(&settings, |reader| {
                    for frame in reader.exchange(&several(0..40)) {
                        check_flags(&frame, level, lending, unknown_flags);
                    }
                    assert_all(reader, 80);
                });
            }
        }
    }
}

fn check_flags(frame: &winrx::Frame, level: ReceiveLevel, lending: Lending, unknown: bool) {
    let says = |flag| frame.receive_flags & flag != 0;
    assert_eq!(says(NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL), level == ReceiveLevel::Dispatch);
    match lending {
        Lending::LowMark => assert!(!says(NDIS_RECEIVE_FLAGS_RESOURCES)),
        Lending::Always => assert!(says(NDIS_RECEIVE_FLAGS_RESOURCES)),
        Lending::Any => {}
    }
    assert!(unknown || !says(0xffff_0000));
}

/// Each list that becomes the driver's it returns once, and none that was lent. Where it keeps none, it
/// returns all lists of an indication in one call.
#[test]
fn b08_ledger() {
    for list in [1, 5, 32, 64] {
        with_each(&settings(|receive| receive.list = list), |reader| {
            reader.exchange(&several(0..100));
            assert!(reader.lab.link.wait_idle());
            let calls = reader.lab.machine.driver().calls();
            let returns = calls.iter().find(|(name, _)| *name == "NdisReturnNetBufferLists");
            let report = reader.lab.link.report();
            assert_eq!((report.owned, report.returned, report.loaned), (200, 200, 0));
            assert_eq!(report.callbacks, 100 + 100_usize.div_ceil(list) as u64);
            if reader.mode == FrameMode::Copy {
                assert_eq!(returns.map(|(_, count)| *count), Some(report.callbacks));
            }
        });
    }
}

/// Lists go back to the miniport in any order and combination; while it takes them it may indicate more.
#[test]
fn b09_returns() {
    for returns in [Returns::AsTheyCome, Returns::OneByOne, Returns::Shuffled, Returns::Mixed] {
        for nested in [false, true] {
            let settings = settings(|receive| {
                receive.returns = returns;
                receive.nested = nested;
                receive.list = 7;
            });
            with_each(&settings, |reader| {
                let sent = telling(0..100);
                reader.send(&sent);
                assert!(nested || reader.stats().offered == 100);
                // A frame that comes while lists go back overtakes those of later indications.
                assert!(reader.lab.link.wait_idle());
                let read = reader.read(100);
                if nested {
                    check_set(&read, &sent);
                } else {
                    check(&read, &sent);
                }
                assert_all(reader, 100);
            });
        }
    }
}

/// What the miniport lends NDIS may copy, and give to the driver for good: the copies go back to NDIS.
#[test]
fn b10_copies() {
    for (lent, copied) in [(Lent::AsTheyAre, false), (Lent::Copied, true)] {
        let settings = settings(|receive| {
            receive.lending = Lending::Always;
            receive.lent = lent;
        });
        with_each(&settings, |reader| {
            for frame in reader.exchange(&telling(0..60)) {
                assert_eq!(frame.flags.contains(RecordFlags::LOANED), !copied);
            }
            assert!(reader.lab.link.wait_idle());
            let report = reader.lab.link.report();
            let counts = [report.copies, report.owned, report.loaned];
            assert_eq!(counts, if copied { [120, 120, 0] } else { [0, 0, 120] });
            assert_all(reader, 120);
        });
    }
}

/// A filter below passes lists on, keeps them for later, lends them one by one or together, replaces them
/// by lists of its own.
#[test]
fn b11_filters() {
    let kinds = [
        FilterKind::Pass,
        FilterKind::Hold,
        FilterKind::OneByOne,
        FilterKind::Lend,
        FilterKind::Replace,
        FilterKind::Any,
    ];
    for filter in kinds {
        for lending in [Lending::LowMark, Lending::Always] {
            let settings = settings(|receive| {
                receive.filter = filter;
                receive.lending = lending;
                receive.list = 9;
            });
            with_each(&settings, |reader| {
                reader.exchange(&telling(0..60));
                assert_all(reader, 120);
            });
        }
    }
}

/// A filter drops frames, and makes some up.
#[test]
fn b11_filters_that_change_what_comes() {
    with_each(&settings(|receive| receive.filter = FilterKind::Drop(3)), |reader| {
        let sent = several(0..90);
        reader.send(&sent);
        let passed: Vec<_> = (1..).zip(sent).filter(|(nth, _)| nth % 3 != 0).collect();
        let passed: Vec<_> = passed.into_iter().map(|(_, frame)| frame).collect();
        check(&reader.read(60), &passed);
        assert_eq!(reader.lab.link.report().filtered, 30);
        assert_all(reader, 60);
    });
    with_each(&settings(|receive| receive.filter = FilterKind::Inject), |reader| {
        let sent = several(0..40);
        reader.send(&sent[..20]);
        reader.send(&sent[20..]);
        let (made_up, others): (Vec<_>, Vec<_>) =
            reader.read(42).into_iter().partition(|frame| is_made_up(frame));
        check(&others, &sent);
        assert_eq!((made_up.len(), reader.lab.link.report().injected), (2, 2));
        assert_all(reader, 42);
    });
}

/// True for a frame of the filter, which has nothing behind its header.
fn is_made_up(frame: &winrx::Frame) -> bool {
    frame.data.len() == 60 && frame.data[14..].iter().all(|byte| *byte == 0)
}

/// An intermediate driver forwards lists: it puts its own handle into them, and gets that back.
#[test]
fn b12_intermediate_drivers() {
    for filter in [FilterKind::None, FilterKind::Hold, FilterKind::Replace, FilterKind::Any] {
        for (lending, returns) in [
            (Lending::LowMark, Returns::AsTheyCome),
            (Lending::Always, Returns::Shuffled),
            (Lending::Any, Returns::Mixed),
        ] {
            let settings = settings(|receive| {
                receive.intermediate = true;
                receive.filter = filter;
                receive.lending = lending;
                receive.returns = returns;
            });
            with_each(&settings, |reader| {
                reader.exchange(&telling(0..60));
                assert_all(reader, 120);
            });
        }
    }
}

/// Frames of several receive queues are indicated by several processors at once: the order of each queue
/// is kept.
#[test]
fn b21_processors() {
    for parallel in [2, 4] {
        let settings = settings(|receive| {
            receive.parallel = parallel;
            receive.list = 3;
        });
        with_each(&settings, |reader| {
            for _ in 0..20 {
                let sent = telling(0..200);
                reader.send(&sent);
                assert!(reader.lab.link.wait_idle(), "what is kept goes back if nobody reads");
                check_queues(&reader.read(200), &sent);
            }
            assert_all(reader, 4000);
        });
    }
}

/// The miniport has finitely many lists. A reader that keeps lists keeps so few of them that a miniport
/// that is well fed never has none; with too few left it lends.
#[test]
fn b29_descriptors() {
    for mode in FrameMode::ALL {
        let lab = Lab::with(&settings(|receive| receive.list = 16), |adapter| {
            (adapter.descriptors, adapter.low_mark) = (128, 48);
        });
        let reader = lab.reader(mode);
        for burst in 0..100 {
            let sent: Vec<_> = (0..32).map(|n| numbered(burst * 32 + n, 1514)).collect();
            reader.send(&sent);
            check(&reader.read(32), &sent);
        }
        assert_all(&reader, 3200);
        assert_eq!(reader.end().1.lost, 0);
        let (stats, report) = lab.accounts();
        assert_eq!((report.dropped, stats.adapter_discards), (0, 0));
        lab.finish();
    }
}

/// With more frames at once than it has lists the miniport drops the rest, and says so when it is asked.
#[test]
fn b29_too_few_descriptors() {
    for mode in FrameMode::ALL {
        let lab = Lab::with(&settings(|receive| receive.list = 100), |adapter| {
            (adapter.descriptors, adapter.low_mark) = (40, 8);
        });
        let reader = lab.reader(mode);
        let sent: Vec<Frame> = (0..50).map(|n| numbered(n, 1514)).collect();
        let indicated = lab.link.indicate(&sent);
        assert_eq!((indicated.taken, indicated.dropped), (40, 10));
        let read = reader.read(40);
        check(&read, &sent[..40]);
        assert!(read.iter().all(|frame| frame.flags.contains(RecordFlags::LOANED)));
        reader.end();
        let (stats, report) = lab.accounts();
        assert_eq!((stats.adapter_discards, report.dropped, report.low), (10, 10, 1));
        lab.finish();
    }
}

/// Handlers run at any level, several of them inside of each other: a list that goes back may bring another
/// indication on the same stack. Each function is called at a level that it allows.
#[test]
fn b30_levels() {
    for level in [ReceiveLevel::Dispatch, ReceiveLevel::Unflagged, ReceiveLevel::Passive] {
        for filter in [FilterKind::None, FilterKind::Hold] {
            let settings = settings(|receive| {
                receive.level = level;
                receive.filter = filter;
                receive.nested = true;
                receive.list = 3;
            });
            with_each(&settings, |reader| {
                for round in 0..10 {
                    let sent = telling(round * 50..round * 50 + 50);
                    reader.send(&sent);
                    assert!(reader.lab.link.wait_idle());
                    check_set(&reader.read(50), &sent);
                }
                assert_all(reader, 500);
            });
        }
    }
}
