//! Each check of nthost notices a driver that breaks its rule, and no check one that keeps it.
//!
//! The driver is broken.sys (`crates/nthost/testdrivers`), which breaks the rule that a parameter names,
//! or does the same without the mistake. There is a test for each check of the catalogue: a new check
//! has none that passes before broken.sys can break its rule.

mod adapters;
mod life;
mod reports;
mod table;
mod unproven;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let checks = nthost::checks().into_iter();
    let proven = checks.filter(|check| unproven::reason(check.rule).is_none());
    let mut trials: Vec<_> =
        proven.map(|check| Trial::test(check.rule, || prove(check.rule, check.rule))).collect();
    let others = OTHERS.iter().map(|&(fault, rule)| Trial::test(fault, move || prove(fault, rule)));
    trials.extend(others);
    trials.extend(reports::trials());
    trials.push(Trial::test("docs_checks_md_is_up_to_date", table::is_up_to_date));
    trials.push(Trial::test("what_is_not_proven_here_is_a_check", unproven::are_checks));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Other ways of the driver to break a rule, by the names that it knows them by.
const OTHERS: &[(&str, &str)] = &[
    ("dispatch-time-with-calls", "dispatch-time"),
    ("object-in-pageable-data", "object-pageable"),
    ("unload-hang-in-a-loop", "unload-hang"),
];

/// Shows that the check of a rule notices it being broken in some way, and that nothing is noticed when it is
/// kept.
fn prove(fault: &str, rule: &str) -> Result<(), Failed> {
    let rules = life::live(fault, true)?.broken;
    if rules.first() != Some(&rule) {
        return Err(format!("the broken driver was seen to break {rules:?}").into());
    }
    let kept = life::live(fault, false)?;
    if kept.broken.is_empty() && kept.leftovers.is_empty() {
        return Ok(());
    }
    Err(format!("the twin broke {:?} and left {:?} behind", kept.texts, kept.leftovers).into())
}
