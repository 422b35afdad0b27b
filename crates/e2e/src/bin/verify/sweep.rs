//! Systematic low resources.

use std::time::{Duration, Instant};

use e2e::sweep::{Life, Swept, lives, seeded_lives, sweep};
use nthost::{LowResources, StackId};

use super::Options;

/// How many calls of a hundred fail by chance, as in Driver Verifier.
const PERCENT: u8 = 6;

/// Fails each stack. True if nothing was wrong.
pub fn run(options: &Options) -> bool {
    println!("{:8} {:24} {:>7} {:>7} {:>7}", "driver", "mode", "failed", "missed", "seconds");
    let chosen: Vec<_> = chosen(options, lives()).collect();
    if chosen.is_empty() {
        return super::nothing_fits();
    }
    let mut is_well = true;
    for life in chosen {
        is_well &= report(&life, &sweep(&life));
    }
    is_well
}

/// Lives again with the calls failing that have these stacks. True if nothing was wrong.
pub fn repeat(options: &Options, stacks: &[StackId]) -> bool {
    let seed = options.mode.as_deref().and_then(|mode| mode.split_once("-seed-"));
    let seed = seed.and_then(|(_, seed)| seed.parse().ok());
    let all = seed.map_or_else(lives, seeded_lives);
    let chosen: Vec<_> = chosen(options, all).collect();
    if chosen.is_empty() {
        return super::nothing_fits();
    }
    let mut is_well = true;
    for life in chosen {
        let lived = life.run(LowResources::Fail(stacks.to_vec()));
        if lived.denied == 0 {
            println!("{} {}: no such stack appeared", life.driver, life.mode);
            is_well = false;
        }
        for failed in lived.stacks.iter().filter(|stack| stack.denied > 0) {
            println!("{failed}");
        }
        is_well &= complain(&lived.problems);
    }
    is_well
}

fn chosen(options: &Options, lives: Vec<Life>) -> impl Iterator<Item = Life> {
    let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|one| one == is);
    let lives = lives.into_iter();
    lives.filter(move |life| fits(&options.driver, life.driver) && fits(&options.mode, &life.mode))
}

fn report(life: &Life, swept: &Swept) -> bool {
    let Life { driver, mode, .. } = life;
    let Swept { failed, missed, time, .. } = swept;
    println!("{driver:8} {mode:24} {failed:>7} {missed:>7} {:>7.1}", time.as_secs_f64());
    for (failing, problems) in &swept.problems {
        println!();
        for stack in failing {
            println!("{stack}");
        }
        println!("{}", life.command(failing));
        complain(problems);
    }
    swept.problems.is_empty()
}

fn complain(problems: &[String]) -> bool {
    for problem in problems {
        println!("    {problem}");
    }
    problems.is_empty()
}

/// Lives with providers and adapters as chance has them, where calls fail by chance: once with the seed, and
/// with the seeds behind it until the time is over. True if nothing was wrong.
pub fn by_chance(options: &Options) -> bool {
    let end = Instant::now() + Duration::from_secs(options.minutes * 60);
    let (mut lived, mut denied, mut is_well) = (0, 0, true);
    for seed in options.seed.. {
        let chosen: Vec<_> =
            chosen(options, lives().into_iter().chain(seeded_lives(seed)).collect()).collect();
        if chosen.is_empty() {
            return super::nothing_fits();
        }
        for life in chosen {
            let one = life.run(LowResources::Random { seed, percent: PERCENT });
            lived += 1;
            denied += one.denied;
            if !one.problems.is_empty() {
                let Life { driver, mode, .. } = &life;
                let command = format!("chance --driver {driver} --mode {mode} --seed {seed}");
                println!("\ncargo xtask verify {command}");
                is_well = complain(&one.problems);
            }
        }
        if Instant::now() >= end {
            break;
        }
    }
    println!("{lived} lives in which {denied} calls failed by chance");
    is_well
}
