//! Systematic low resources.

use std::time::Instant;

use e2e::sweep::{Life, Swept, lives, seeded_lives, sweep};
use nthost::{LowResources, StackId};

use super::Options;

/// How many calls of a hundred fail by chance, as in Driver Verifier.
const PERCENT: u8 = 6;

/// Fails each stack. True if nothing was wrong.
///
/// # Errors
///
/// A sentence if there is no such life.
pub fn run(options: &Options) -> Result<bool, String> {
    let chosen = chosen(options, lives())?;
    println!("{:8} {:24} {:>7} {:>7} {:>7}", "driver", "mode", "failed", "missed", "seconds");
    let mut is_well = true;
    for life in chosen {
        is_well &= report(&life, &sweep(&life));
    }
    Ok(is_well)
}

/// Lives again with the calls failing that have these stacks. True if nothing was wrong.
///
/// # Errors
///
/// A sentence if there is no such life, or no such stack in any.
pub fn repeat(options: &Options, stacks: &[StackId]) -> Result<bool, String> {
    let seed = options.mode.as_deref().and_then(|mode| mode.split_once("-seed-"));
    let seed = seed.and_then(|(_, seed)| seed.parse().ok());
    let all = seed.map_or_else(lives, seeded_lives);
    let (mut is_well, mut denied) = (true, 0);
    for life in chosen(options, all)? {
        let lived = life.run(LowResources::Fail(stacks.to_vec()));
        denied += lived.denied;
        for failed in lived.stacks.iter().filter(|stack| stack.denied > 0) {
            println!("{failed}");
        }
        is_well &= complain(&lived.problems);
    }
    if denied == 0 && is_well {
        return Err(
            "No call has such a stack, so none was failed. Name a stack that the sweep of these \
                    very drivers has shown."
                .to_owned(),
        );
    }
    Ok(is_well)
}

fn chosen(options: &Options, lives: Vec<Life>) -> Result<Vec<Life>, String> {
    super::chosen(lives, options, |life| (life.driver, &life.mode))
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
///
/// # Errors
///
/// A sentence if there is no such life.
pub fn by_chance(options: &Options) -> Result<bool, String> {
    let end = options.end();
    let (mut lived, mut denied, mut is_well) = (0, 0, true);
    for seed in options.seed.. {
        let all = lives().into_iter().chain(seeded_lives(seed)).collect();
        for life in chosen(options, all)? {
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
    Ok(is_well)
}
