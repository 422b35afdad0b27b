//! The counters add up at any moment, and combined work is neither lost nor done twice at once.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
};

use rx_sink::{
    AdapterCounter, AdapterCounters, Combiner, Counter, Counters, FrameCounter, FrameCounters,
};

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
fn frames_that_are_counted_wrongly_do_not_add_up() {
    let counters = FrameCounters::new();
    counters.add(FrameCounter::Offered, 10);
    counters.add(FrameCounter::Filtered, 4);
    counters.add(FrameCounter::DroppedQueueFull, 1);
    counters.add(FrameCounter::Accepted, 5);
    counters.add(FrameCounter::Held, 5);
    counters.release(FrameCounter::Delivered, 2);
    counters.release(FrameCounter::Lost, 1);
    assert!(counters.snapshot().adds_up());
    counters.flush();
    let stats = counters.snapshot();
    assert_eq!((stats.held, stats.flushed), (0, 2));
    assert!(stats.adds_up());
    // One is delivered that was not held.
    counters.add(FrameCounter::Delivered, 1);
    assert!(!counters.snapshot().adds_up());
}

#[test]
fn lists_that_are_not_returned_are_held() {
    let counters = AdapterCounters::new();
    counters.add(AdapterCounter::Lists, 7);
    counters.add(AdapterCounter::ListsLoaned, 2);
    counters.add(AdapterCounter::ListsReturned, 1);
    assert!(!counters.snapshot().adds_up());
    counters.add(AdapterCounter::ListsHeld, 4);
    assert!(counters.snapshot().adds_up());
    counters.returned(3);
    assert_eq!(counters.snapshot().lists_held, 1);
    assert!(counters.snapshot().adds_up());
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
