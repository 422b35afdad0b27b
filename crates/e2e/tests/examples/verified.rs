//! The examples when calls fail, and with schedules that follow a seed.

use e2e::{
    schedules::{STRATEGIES, example_scenarios},
    sweep::{example_lives, sweep},
};

/// Seeds of each scenario and strategy.
const SEEDS: u64 = 8;

fn survives(driver: &str) {
    for life in example_lives().iter().filter(|life| life.driver == driver) {
        let swept = sweep(life);
        if let Some((failing, problems)) = swept.problems.first() {
            let stacks = failing.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            panic!("{stacks}\n{}", problems.join("\n"));
        }
        assert!(swept.failed >= 15, "{}", swept.failed);
    }
}

#[test]
fn own_irp_survives_low_resources() {
    survives("own_irp");
}

#[test]
fn borrowed_irp_survives_low_resources() {
    survives("borrowed_irp");
}

#[test]
fn frames_survives_low_resources() {
    survives("frames");
}

#[test]
fn threads_do_not_get_in_the_way() {
    for scenario in example_scenarios() {
        for seed in 0..SEEDS {
            for strategy in STRATEGIES {
                let problems = scenario.run(seed, strategy).problems;
                let (driver, name) = (scenario.driver, &scenario.name);
                assert_eq!(problems, [""; 0], "{driver} {name} {strategy} {seed}");
            }
        }
    }
}
