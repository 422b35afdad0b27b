//! Counting users.

use std::sync::{
    Arc, Barrier,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use ndis::gate::Gate;
use proptest::prelude::*;

#[test]
fn a_new_gate_lets_nobody_in() {
    let gate = Gate::new();
    assert!(!gate.enter(1));
    assert!(!gate.close(), "nobody to wait for");
    assert_eq!(gate.users(), 0);
}

#[test]
fn more_users_than_can_be_counted_are_not_let_in() {
    let gate = Gate::new();
    gate.open();
    assert!(!gate.enter(usize::MAX));
    assert!(gate.enter(usize::MAX / 8));
    assert!(!gate.enter(usize::MAX / 4));
    assert!(!gate.leave(usize::MAX / 8));
}

proptest! {
    /// It does what two variables would.
    #[test]
    fn counts_users(steps in prop::collection::vec((0_u8..4, 0_usize..5), 0..60)) {
        let (gate, mut open, mut users, mut waited) = (Gate::new(), false, 0, false);
        for (step, count) in steps {
            match step {
                0 => {
                    // Whoever closed it opens it when nobody is left.
                    if !waited {
                        gate.open();
                        open = true;
                    }
                }
                1 => {
                    prop_assert_eq!(gate.enter(count), open);
                    users += if open { count } else { 0 };
                }
                2 => {
                    let count = count.min(users);
                    users -= count;
                    let last = gate.leave(count);
                    prop_assert_eq!(last, waited && count > 0 && users == 0);
                    waited &= !last;
                }
                _ => {
                    let wait = gate.close();
                    prop_assert_eq!(wait, open && users > 0);
                    (open, waited) = (false, waited || wait);
                }
            }
            prop_assert_eq!((gate.users(), gate.is_open()), (users, open));
        }
    }
}

#[test]
fn the_last_one_is_told_once_and_nobody_is_inside_then() {
    const THREADS: usize = 4;
    for _ in 0..200 {
        let gate = Arc::new(Gate::new());
        gate.open();
        let (inside, told) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let ended = Arc::new(AtomicBool::new(false));
        let start = Arc::new(Barrier::new(THREADS + 1));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    while gate.enter(2) {
                        inside.fetch_add(1, Ordering::SeqCst);
                        assert!(!ended.load(Ordering::SeqCst));
                        inside.fetch_sub(1, Ordering::SeqCst);
                        if gate.leave(1) || gate.leave(1) {
                            told.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                });
            }
            start.wait();
            if gate.close() {
                while told.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now();
                }
            }
            ended.store(true, Ordering::SeqCst);
            assert_eq!(inside.load(Ordering::SeqCst), 0);
        });
        assert!(told.load(Ordering::SeqCst) <= 1);
        assert_eq!(gate.users(), 0);
    }
}
