//! The same seed leads to the same schedule.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use super::{STRATEGIES, seeded};
use crate::{Decision, Kernel, Strategy, Trace, ex, ke::irql, nt::DISPATCH_LEVEL, thread};

/// Threads, work and a level of interrupts that there is only one of.
fn work(kernel: &Kernel) -> (u32, Trace, Vec<Decision>) {
    let count = Arc::new(AtomicU32::new(0));
    let tasks = [(); 3].map(|()| {
        let (system, count) = (Arc::clone(kernel.system()), Arc::clone(&count));
        kernel.spawn("program", move || {
            for _ in 0..5 {
                let counted = Arc::clone(&count);
                thread::enter(&system, |_| {
                    ex::work::queue(&system, move || {
                        irql::at_least(DISPATCH_LEVEL, || counted.fetch_add(1, SeqCst));
                    });
                    irql::at_least(DISPATCH_LEVEL, || count.fetch_add(1, SeqCst));
                });
            }
        })
    });
    tasks.into_iter().for_each(crate::Task::join);
    let trace = kernel.trace().unwrap();
    (count.load(SeqCst), trace, kernel.decisions())
}

#[test]
fn a_seed_decides_all() {
    for strategy in STRATEGIES {
        let mut hashes = HashSet::new();
        for seed in 0..20 {
            let first = work(&seeded(seed, strategy));
            let again = work(&seeded(seed, strategy));
            assert_eq!(first, again, "seed {seed} of {strategy}");
            let (_, trace, decisions) = first;
            assert_eq!(trace.decisions, decisions.len() as u64);
            assert!(!trace.has_strangers);
            hashes.insert(trace.hash);
        }
        assert!(hashes.len() > 10, "{strategy} leads to {} schedules", hashes.len());
    }
}

#[test]
fn strangers_are_let_in_and_told_of() {
    let kernel = seeded(1, Strategy::RandomWalk);
    let system = Arc::clone(kernel.system());
    let stranger = std::thread::spawn(move || thread::enter(&system, |_| 7));
    while !stranger.is_finished() {
        thread::enter(kernel.system(), |_| crate::sched::yield_now());
    }
    assert_eq!(stranger.join().unwrap(), 7);
    assert!(kernel.trace().unwrap().has_strangers);
}

#[test]
fn strategies_have_names() {
    for strategy in STRATEGIES {
        assert_eq!(strategy.to_string().parse(), Ok(strategy));
    }
    assert!("pct".parse::<Strategy>().is_err());
}
