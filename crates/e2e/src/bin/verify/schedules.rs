//! Schedules that follow a seed.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use e2e::schedules::{Outcome, STRATEGIES, Scenario, scenarios};
use nthost::Strategy;

use super::Options;

/// What one driver came through.
#[derive(Default)]
struct Tally {
    runs: u64,
    decisions: u64,
    switches: u64,
    different: HashSet<u64>,
    time: Duration,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome, time: Duration) {
        self.runs += 1;
        self.decisions += outcome.trace.decisions;
        self.switches += outcome.trace.switches;
        self.different.insert(outcome.trace.hash);
        self.time += time;
    }
}

/// Lives all scenarios with one seed after the other: with the first one at least, and until the time is
/// over. Stops at the first that goes wrong. True if none did.
///
/// # Errors
///
/// A sentence if there is no such scenario.
pub fn run(options: &Options, strategy: Option<Strategy>) -> Result<bool, String> {
    let chosen = chosen(options)?;
    let strategies = strategy.map_or_else(|| STRATEGIES.to_vec(), |strategy| vec![strategy]);
    let end = options.end();
    let mut tallies: Vec<(&str, Tally)> = Vec::new();
    let mut is_well = true;
    'seeds: for seed in options.seed.. {
        for scenario in &chosen {
            for &strategy in &strategies {
                let start = Instant::now();
                let outcome = scenario.run(seed, strategy);
                tally(&mut tallies, scenario.driver).add(&outcome, start.elapsed());
                if !outcome.problems.is_empty() {
                    complain(scenario, seed, strategy, &outcome);
                    is_well = false;
                    break 'seeds;
                }
            }
        }
        if Instant::now() >= end {
            break;
        }
    }
    report(&tallies);
    Ok(is_well)
}

/// Lives one schedule, and prints what it decided. True if nothing went wrong.
///
/// # Errors
///
/// A sentence if there is no such scenario.
pub fn replay(options: &Options, strategy: Option<Strategy>) -> Result<bool, String> {
    let mut is_well = true;
    for scenario in chosen(options)? {
        let strategy = strategy.unwrap_or(Strategy::RandomWalk);
        let (outcome, decisions) = scenario.replay(options.seed, strategy);
        for decision in decisions {
            println!("{:3} {:40} {:3}", decision.thread, decision.point, decision.next);
        }
        if !outcome.problems.is_empty() {
            complain(&scenario, options.seed, strategy, &outcome);
            is_well = false;
        }
    }
    Ok(is_well)
}

fn chosen(options: &Options) -> Result<Vec<Scenario>, String> {
    super::chosen(scenarios(), options, |scenario| (scenario.driver, &scenario.name))
}

fn tally<'t>(tallies: &'t mut Vec<(&'static str, Tally)>, driver: &'static str) -> &'t mut Tally {
    let known = tallies.iter().position(|(of, _)| *of == driver);
    let at = known.unwrap_or_else(|| {
        tallies.push((driver, Tally::default()));
        tallies.len() - 1
    });
    &mut tallies[at].1
}

fn complain(scenario: &Scenario, seed: u64, strategy: Strategy, outcome: &Outcome) {
    println!("{} {}, seed {seed} of {strategy}:", scenario.driver, scenario.name);
    for problem in &outcome.problems {
        println!("    {problem}");
    }
    println!("again: {}", scenario.command(seed, strategy));
}

fn report(tallies: &[(&str, Tally)]) {
    println!(
        "{:8} {:>10} {:>10} {:>10} {:>12} {:>12}",
        "driver", "schedules", "different", "a minute", "decisions", "switches"
    );
    for (driver, tally) in tallies {
        let Tally { runs, decisions, switches, different, time } = tally;
        #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
        let a_minute = *runs as f64 / time.as_secs_f64() * 60.0;
        let different = different.len();
        println!(
            "{driver:8} {runs:>10} {different:>10} {a_minute:>10.0} {:>12} {:>12}",
            decisions / runs.max(&1),
            switches / runs.max(&1)
        );
    }
}
