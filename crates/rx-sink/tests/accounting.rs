//! The counters add up at any moment, and combined work is neither lost nor done twice at once.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
};

use rx_sink::{Combiner, Counter, Counters};

#[test]
fn what_is_held_is_the_difference() {
    let counters = Counters::new();
    counters.add(Counter::Received, 10);
    counters.add(Counter::Delivered, 3);
    counters.add(Counter::DroppedQueueFull, 2);
    counters.add(Counter::DroppedClosed, 1);
    let stats = counters.snapshot();
    assert_eq!((stats.held, stats.dropped()), (4, 3));
    assert!(stats.adds_up());
}

#[test]
fn a_snapshot_under_load_never_sees_more_leave_than_came() {
    let (counters, stop) = (Counters::new(), AtomicBool::new(false));
    thread::scope(|scope| {
        for leaves in [Counter::Delivered, Counter::DroppedQueueFull] {
            let (counters, stop) = (&counters, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    counters.add(Counter::Received, 1);
                    counters.add(leaves, 1);
                }
            });
        }
        for _ in 0..100_000 {
            let stats = counters.snapshot();
            assert!(stats.held <= stats.received, "{stats:?}");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn combined_work_is_done_by_one_at_a_time_and_never_missed() {
    const ASKS: u32 = 50_000;
    let (combiner, asked, done) = (Combiner::new(), AtomicU32::new(0), AtomicU32::new(0));
    let inside = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..ASKS {
                    asked.fetch_add(1, Ordering::AcqRel);
                    combiner.run(|| {
                        assert!(!inside.swap(true, Ordering::AcqRel), "two at once");
                        done.store(asked.load(Ordering::Acquire), Ordering::Release);
                        inside.store(false, Ordering::Release);
                    });
                }
            });
        }
    });
    assert_eq!(done.load(Ordering::Acquire), 3 * ASKS, "the last one asked for was missed");
}
