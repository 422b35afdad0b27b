//! What checks are about.

use clap::Args;
use nthost::{Check, checks, checks_for};

/// Arguments of `nthost explain`.
#[derive(Args)]
pub struct Explain {
    /// The number of a bug check such as 0xC4, the name of a rule such as pool-free, or HK-…; all checks
    /// are listed without it
    pub code: Option<String>,
    /// The first parameter of the bug check, such as 0x62
    pub first: Option<String>,
}

/// What there is to say; an error if there is no such check.
pub fn explain(arguments: &Explain) -> Result<String, String> {
    let Some(code) = &arguments.code else { return Ok(list(&checks())) };
    let found = checks_for(code, arguments.first.as_deref());
    match found.as_slice() {
        [] => {
            let first = arguments.first.as_deref().unwrap_or_default();
            let what = format!("{code} {first}");
            Err(format!("there is no check for {}; nthost explain lists all", what.trim_end()))
        }
        [check] => Ok(check.explain()),
        several => Ok(list(several)),
    }
}

/// A line for each.
fn list(checks: &[&Check]) -> String {
    let lines = checks.iter().map(|check| {
        let code = check.code().to_string();
        format!("{:>3}  {code:<24}  {:<36}  {}", check.number, check.rule, check.sentence())
    });
    lines.collect::<Vec<_>>().join("\n")
}
