//! Schedules of the real drivers: some seeds of each scenario, and that a seed says all.

use e2e::schedules::{STRATEGIES, Scenario, scenarios};
use nthost::Strategy;

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

/// Schedules that something was found with, of which each is one among its neighbours: what a seed leads
/// to changes with the code.
///
/// - `unload-retain`: an adapter was unplugged, and the driver gone before its unbind handler returned.
/// - `gone-irp`: the socket was of no more use, and request after request was made that failed at once.
/// - `lost-irp`: reads waited for ever, as the last request was back before there was a reason to end them.
const FOUND: [(&str, Strategy, u64); 3] = [
    ("unload-retain", Strategy::Pct { depth: 5 }, 5010),
    ("gone-irp", Strategy::Pct { depth: 2 }, 130),
    ("lost-irp", Strategy::Pct { depth: 2 }, 16),
];

#[test]
fn what_was_found_stays_away() {
    let all = scenarios();
    for (name, strategy, seed) in FOUND {
        for scenario in all.iter().filter(|scenario| scenario.name == name) {
            for seed in seed - 15..seed + 15 {
                let problems = scenario.run(seed, strategy).problems;
                assert_eq!(problems, [""; 0], "{}", scenario.command(seed, strategy));
            }
        }
    }
}

/// While a socket is being closed it gives no lists again. The thread that asks for them waits before it
/// asks once more, and does not keep the processor from a read that still has some of them.
#[test]
fn asking_in_vain_takes_no_processor() {
    let all = scenarios();
    let drain = all.iter().filter(|scenario| scenario.name.starts_with("drain-"));
    for scenario in drain {
        for seed in 95..110 {
            let strategy = Strategy::Pct { depth: 2 };
            let problems = scenario.run(seed, strategy).problems;
            assert_eq!(problems, [""; 0], "{}", scenario.command(seed, strategy));
        }
    }
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
