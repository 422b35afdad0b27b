//! What a stop looks like to people.

use std::fmt::{self, Display, Formatter};

use super::Stop;
use crate::verifier::{
    Code,
    bug_check::{name, parameters},
};

/// The code and the parameters in a line, what happened, the rule, the stack and the history.
impl Display for Stop {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "*** STOP {}", self.headline())?;
        writeln!(f, "\n{}", self.text)?;
        writeln!(f, "\nrule {}: {}", self.rule, self.sentence)?;
        writeln!(f, "  {}", self.page)?;
        if let Code::Windows { bug_check, .. } = self.code {
            let known = self.parameters.iter().zip(parameters(bug_check));
            let known = known.enumerate().filter(|(_, (_, meaning))| !meaning.is_empty());
            for (index, (value, meaning)) in known {
                writeln!(f, "  parameter {}: {value:#x}, {meaning}", index + 1)?;
            }
        }
        lines(f, "stack of the driver, the innermost function first", &self.stack)?;
        lines(f, "what happened before", &self.history)?;
        lines(f, "seeds of this kernel", &self.seeds)?;
        write!(f, "\nnthost explain {} says more.", self.rule)
    }
}

impl Stop {
    /// Code, name and parameters: `0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION (0x62, 0x0, 0x0, 0x0)`, or
    /// `HK-…` where Windows has no code.
    #[must_use]
    pub fn headline(&self) -> String {
        match self.code {
            Code::Windows { bug_check, .. } => {
                let [first, second, third, fourth] = self.parameters;
                format!(
                    "0x{bug_check:X} {} ({first:#x}, {second:#x}, {third:#x}, {fourth:#x})",
                    name(bug_check).unwrap_or("of the driver's own"),
                )
            }
            Code::Hosted => {
                format!("HK-{} (Windows has no code for this)", self.rule.to_ascii_uppercase())
            }
        }
    }
}

fn lines<T: Display>(f: &mut Formatter<'_>, heading: &str, lines: &[T]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{heading}:")?;
    lines.iter().try_for_each(|line| writeln!(f, "  {line}"))
}

#[cfg(test)]
mod tests {
    use super::Stop;
    use crate::Code;

    #[test]
    fn all_that_is_known_is_in_it() {
        let mut stop = Stop {
            code: Code::Windows { bug_check: 0xd1, first: None },
            parameters: [0x10, 2, 1, 0x1234],
            rule: "example",
            sentence: "Nothing is done wrong.".into(),
            text: "example!work writes to 0x10".into(),
            page: "https://example.com/page",
            stack: Vec::new(),
            history: vec!["allocated".into(), "freed".into()],
            seeds: vec!["schedule: seed 7, pct3".into()],
        };
        let text = stop.to_string();
        for part in [
            "*** STOP 0xD1 DRIVER_IRQL_NOT_LESS_OR_EQUAL (0x10, 0x2, 0x1, 0x1234)\n",
            "\nexample!work writes to 0x10\n",
            "rule example: Nothing is done wrong.\n  https://example.com/page\n",
            "parameter 2: 0x2, the IRQL\n",
            "what happened before:\n  allocated\n  freed\n",
            "seeds of this kernel:\n  schedule: seed 7, pct3\n",
            "nthost explain example",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains("stack of the driver"));
        stop.code = Code::Hosted;
        assert!(stop.headline().starts_with("HK-EXAMPLE"));
    }
}
