//! One page for people, which needs nothing beside itself.

use std::fmt::Write;

use super::Report;
use crate::{
    coverage::Coverage,
    job::{Outcome, Verdict},
    target::{TARGETS, Target},
};

const STYLE: &str = "
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: .25rem .75rem; border-bottom: 1px solid #ddd; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.4 ui-monospace, monospace; }
pre { white-space: pre-wrap; background: #f6f6f6; padding: .5rem; margin: .25rem 0; }
.passed { color: #17692b; } .failed { color: #b3261e; font-weight: 600; } .skipped { color: #8a6d00; }
@media (prefers-color-scheme: dark) {
  body { background: #1b1b1b; color: #ddd; } th, td { border-color: #444; } pre { background: #2a2a2a; }
  .passed { color: #7ddc92; } .failed { color: #ff8a80; } .skipped { color: #e6c65c; }
}";

/// The page.
pub(super) fn page(report: &Report<'_>) -> String {
    let mut page = String::new();
    let body = |page: &mut String| -> std::fmt::Result {
        writeln!(page, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")?;
        writeln!(page, "<meta name=\"viewport\" content=\"width=device-width\">")?;
        writeln!(page, "<title>HLK-style suite</title><style>{STYLE}</style>")?;
        summary(page, report)?;
        jobs(page, report)?;
        for target in TARGETS {
            matrix(page, report, target)?;
        }
        Ok(())
    };
    body(&mut page).expect("a String takes everything");
    page
}

fn summary(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    let count = |is: fn(&Verdict) -> bool| {
        report.outcomes.iter().filter(|outcome| is(&outcome.verdict)).count()
    };
    let requests: u64 = report.outcomes.iter().map(|outcome| outcome.coverage.total()).sum();
    writeln!(page, "<h1>HLK-style suite</h1><p>Run by {}.", escaped(report.system))?;
    writeln!(
        page,
        "{} passed, {} failed, {} skipped; {} requests in {:.1} s; seed {}.</p>",
        count(|verdict| *verdict == Verdict::Passed),
        count(|verdict| matches!(verdict, Verdict::Failed(_))),
        count(|verdict| matches!(verdict, Verdict::Skipped(_))),
        grouped(requests),
        report.time.as_secs_f64(),
        report.plan.seed,
    )
}

fn jobs(page: &mut String, report: &Report<'_>) -> std::fmt::Result {
    writeln!(page, "<h2>Jobs</h2><table><tr><th>Driver<th>Test<th>Result<th class=n>Requests")?;
    writeln!(page, "<th class=n>IOCTLs<th class=n>Seconds<th class=n>Requests/min</tr>")?;
    for outcome in report.outcomes {
        let (class, word) = match &outcome.verdict {
            Verdict::Passed => ("passed", "passed"),
            Verdict::Failed(_) => ("failed", "failed"),
            Verdict::Skipped(_) => ("skipped", "skipped"),
        };
        writeln!(
            page,
            "<tr><td>{}<td><b>{}</b><br>{}<td class={class}>{word}{}<td class=n>{}<td class=n>{}\
             <td class=n>{:.1}<td class=n>{}</tr>",
            outcome.driver,
            outcome.name,
            escaped(outcome.title),
            details(report, outcome),
            grouped(outcome.coverage.total()),
            grouped(outcome.coverage.of_major(0x0e)),
            outcome.time.as_secs_f64(),
            grouped(per_minute(outcome)),
        )?;
    }
    writeln!(page, "</table>")
}

fn per_minute(outcome: &Outcome) -> u64 {
    let millis = u64::try_from(outcome.time.as_millis()).unwrap_or(u64::MAX).max(1);
    outcome.coverage.total().saturating_mul(60_000) / millis
}

fn details(report: &Report<'_>, outcome: &Outcome) -> String {
    match &outcome.verdict {
        Verdict::Passed => String::new(),
        Verdict::Skipped(reason) => format!(": {}", escaped(reason)),
        Verdict::Failed(problems) => format!(
            "<pre>{}</pre>Again: <code>{}</code>",
            escaped(&problems.join("\n")),
            escaped(&report.plan.again(outcome))
        ),
    }
}

/// What a driver was asked, and how often it answered how.
fn matrix(page: &mut String, report: &Report<'_>, target: &Target) -> std::fmt::Result {
    let mut all = Coverage::default();
    for outcome in report.outcomes.iter().filter(|outcome| outcome.driver == target.name) {
        all.add(&outcome.coverage);
    }
    if all.total() == 0 {
        return Ok(());
    }
    writeln!(page, "<h2>What {} was asked, and answered</h2>", target.name)?;
    writeln!(page, "<table><tr><th>Request<th>Answer<th class=n>Times</tr>")?;
    for (asked, answers) in all.rows() {
        let mut name = asked.name(target);
        for (status, count) in answers {
            let count = grouped(count);
            writeln!(page, "<tr><td>{name}<td><code>{status}</code><td class=n>{count}</tr>")?;
            name.clear();
        }
    }
    writeln!(page, "</table>")
}

/// 1234567 as 1 234 567, with narrow spaces.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
