//! Schedules of the real drivers: some seeds of each scenario, and that a seed says all.

use e2e::schedules::{STRATEGIES, Scenario, scenarios};

/// Seeds of each scenario and strategy.
const SEEDS: u64 = 4;

fn explore(driver: &str) {
    let mut wrong = Vec::new();
    for scenario in scenarios().iter().filter(|scenario| scenario.driver == driver) {
        for seed in 0..SEEDS {
            for strategy in STRATEGIES {
                let outcome = scenario.run(seed, strategy);
                if !outcome.problems.is_empty() {
                    let command = scenario.command(seed, strategy);
                    wrong.push(format!("{command}\n    {}", outcome.problems.join("\n    ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_gets_in_the_way_of_wskrx() {
    explore("wskrx");
}

#[test]
fn nothing_gets_in_the_way_of_ndisrx() {
    explore("ndisrx");
}

#[test]
fn a_seed_says_all() {
    let replay = |scenario: &Scenario| {
        for (seed, strategy) in (7..).zip(STRATEGIES) {
            let [first, again] = [(); 2].map(|()| scenario.run(seed, strategy));
            let command = scenario.command(seed, strategy);
            assert!(!first.trace.has_strangers, "{command}");
            assert_eq!(first, again, "{command}");
        }
    };
    scenarios().iter().for_each(replay);
}
