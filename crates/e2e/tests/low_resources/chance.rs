//! Calls fail by chance, as with Driver Verifier's randomized simulation.

use e2e::sweep::{lives, seeded_lives};
use nthost::LowResources;

#[test]
fn calls_that_fail_by_chance_break_nothing() {
    let mut denied = 0;
    for seed in 0..3 {
        for life in lives().into_iter().chain(seeded_lives(seed)) {
            let lived = life.run(LowResources::Random { seed, percent: 6 });
            let (driver, mode, problems) = (life.driver, &life.mode, &lived.problems);
            assert!(problems.is_empty(), "{driver} {mode} with seed {seed}: {problems:?}");
            denied += lived.denied;
        }
    }
    assert!(denied > 0);
}
