//! JUnit's XML.

use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::Report;
use crate::job::{Outcome, Verdict};

/// The document: a suite for each driver, with a case for each job.
pub(super) fn document(report: &Report<'_>) -> Result<String, SerializeError> {
    let mut document = quick_junit::Report::new("hlk");
    document.set_time(report.time);
    let mut drivers: Vec<_> = report.outcomes.iter().map(|outcome| outcome.driver).collect();
    drivers.dedup();
    for driver in drivers {
        let mut suite = TestSuite::new(driver);
        suite.add_property(("system", report.system));
        suite.add_property(("seed", report.plan.seed.to_string().as_str()));
        for outcome in report.outcomes.iter().filter(|outcome| outcome.driver == driver) {
            suite.add_test_case(case(report, outcome));
        }
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn case(report: &Report<'_>, outcome: &Outcome) -> TestCase {
    let status = match &outcome.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Failed(problems) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(problems.first().map_or("", String::as_str));
            let again = report.plan.again(outcome);
            status.set_description(format!("{}\nagain: {again}", problems.join("\n")));
            status
        }
        Verdict::Skipped(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.as_str());
            status
        }
    };
    let mut case = TestCase::new(outcome.name, status);
    case.set_classname(format!("hlk.{}", outcome.driver)).set_time(outcome.time);
    case.add_property(("title", outcome.title));
    case.add_property(("seed", outcome.seed.to_string().as_str()));
    case.add_property(("requests", outcome.coverage.total().to_string().as_str()));
    case
}
