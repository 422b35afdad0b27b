//! How it went, for people and for programs.

mod html;
mod junit;

use std::{fs, io, path::Path, time::Duration};

use crate::{job::Outcome, run::Plan};

/// What a report is about.
#[derive(Debug)]
pub struct Report<'a> {
    /// What ran the drivers.
    pub system: &'a str,
    /// What was wanted.
    pub plan: &'a Plan,
    /// What became of it.
    pub outcomes: &'a [Outcome],
    /// How long all of it took.
    pub time: Duration,
}

impl Report<'_> {
    /// Writes `report.html` and `junit.xml` into a folder.
    ///
    /// # Errors
    ///
    /// What the system says of the files.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("report.html"), html::page(self))?;
        fs::write(folder.join("junit.xml"), junit::document(self).map_err(io::Error::other)?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Report, html, junit};
    use crate::{
        call::Call,
        coverage::{Asked, Coverage},
        job::{Effort, Outcome, Verdict},
        run::Plan,
        status::Status,
        target::WSKRX,
    };

    #[test]
    fn both_forms_tell_the_same() {
        let mut coverage = Coverage::default();
        let call = Call::Flush { kind: 2 };
        coverage.note(Asked::of(&call, &WSKRX), Status::INVALID_DEVICE_REQUEST);
        let outcome = |name, verdict| Outcome {
            name,
            title: "a title",
            driver: "wskrx",
            seed: 77,
            verdict,
            time: Duration::from_millis(1500),
            coverage: coverage.clone(),
        };
        let outcomes = [
            outcome("One", Verdict::Passed),
            outcome("Two", Verdict::Failed(vec!["a < b & c".to_owned()])),
            outcome("Three", Verdict::Skipped("no adapters".to_owned())),
        ];
        let plan = Plan { seed: 77, effort: Effort::Percent(100), driver: None, tests: Vec::new() };
        let time = Duration::from_secs(5);
        let report = Report { system: "a system", plan: &plan, outcomes: &outcomes, time };
        let page = html::page(&report);
        for text in [
            "a &lt; b &amp; c",
            "--test Two --seed 77",
            "no adapters",
            "IRP_MJ_FLUSH_BUFFERS, minor 0x02",
            "STATUS_INVALID_DEVICE_REQUEST",
        ] {
            assert!(page.contains(text), "{text}");
        }
        let xml = junit::document(&report).unwrap();
        for text in [
            "tests=\"3\"",
            "failures=\"1\"",
            "<skipped message=\"no adapters\"/>",
            "a &lt; b &amp; c",
            "77",
        ] {
            assert!(xml.contains(text), "{text} in {xml}");
        }
    }
}
