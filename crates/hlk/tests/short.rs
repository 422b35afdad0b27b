//! A short part of the suite, the same each time: every job, with the drivers in the hosted kernel.
#![cfg(target_os = "linux")]

use std::{env, path::PathBuf, sync::Arc};

use hlk::{
    coverage::Coverage,
    job::{Effort, Outcome, Verdict},
    layer::{System, hosted::Hosted},
    run::{self, Plan},
    status::Status,
};

/// The folder that `WINRX_DRIVERS` names, else where `cargo xtask build` puts the drivers.
fn drivers() -> PathBuf {
    let built = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/drivers/x64"));
    env::var_os("WINRX_DRIVERS").map_or_else(built, PathBuf::from)
}

fn run(driver: &str) -> Vec<Outcome> {
    let system: Arc<dyn System + Send> = Arc::new(Hosted::new(drivers()));
    let (driver, effort) = (Some(driver.to_owned()), Effort::Percent(2));
    let plan = Plan { seed: 20, effort, driver, tests: Vec::new() };
    run::all(&plan, &system, |_| {}).expect("the plan is good")
}

/// All jobs have passed, and none was skipped: the hosted kernel can do everything.
fn check(outcomes: &[Outcome], least: usize) {
    assert!(outcomes.len() >= least, "{} jobs", outcomes.len());
    for Outcome { name, verdict, .. } in outcomes {
        assert_eq!(*verdict, Verdict::Passed, "{name}");
    }
    let mut all = Coverage::default();
    for outcome in outcomes {
        all.add(&outcome.coverage);
    }
    // All that a program can ask for was asked for: closing is what each handle comes to.
    let (close, cleanup) = (0x02, 0x12);
    for major in (0..=0x1b).filter(|major| ![close, cleanup].contains(major)) {
        assert!(all.of_major(major) > 0, "major function {major:#x}");
    }
    let read = all.rows().into_iter().find(|(asked, _)| asked.major == 0x03);
    let answers = read.map(|(_, answers)| answers).unwrap_or_default();
    assert!(answers.contains_key(&Status::SUCCESS), "something was received: {answers:?}");
}

#[test]
fn wskrx_stands_everything() {
    check(&run("wskrx"), 19);
}

#[test]
fn ndisrx_stands_everything() {
    check(&run("ndisrx"), 24);
}
