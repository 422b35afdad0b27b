//! What a check is about, in words.

use std::fmt::Write as _;

use super::{Check, Code, bug_check, checks, cure};

/// The checks that are meant by what a report or Windows shows: the name of a rule, `HK-…`, or the number of
/// a bug check with or without its first parameter, in hexadecimal.
///
/// ```
/// let found = nthost::checks_for("0xC4", Some("0x0"));
/// assert_eq!(found[0].rule, "pool-size");
/// ```
#[must_use]
pub fn checks_for(code: &str, first: Option<&str>) -> Vec<&'static Check> {
    let rule = code.to_ascii_lowercase();
    let rule = rule.strip_prefix("hk-").unwrap_or(&rule);
    let bug_check = number(code);
    let first = first.map(number);
    let is_meant = |check: &Check| match check.code {
        _ if check.rule == rule => first.is_none(),
        Code::Windows { bug_check: number, first: known } => {
            let is_first = match (first, known) {
                (None, _) => true,
                (Some(first), Some(known)) => first == Some(known),
                // It can have any, if it is one at all.
                (Some(first), None) => first.is_some(),
            };
            bug_check == Some(number.into()) && is_first
        }
        Code::Hosted => false,
    };
    let meant: Vec<_> = checks().into_iter().filter(|check| is_meant(check)).collect();
    let is_exact = |check: &&Check| matches!(check.code, Code::Windows { first: Some(_), .. });
    if first.is_some() && meant.iter().any(is_exact) {
        return meant.into_iter().filter(is_exact).collect();
    }
    meant
}

fn number(text: &str) -> Option<u64> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    u64::from_str_radix(digits, 16).ok()
}

impl Check {
    /// What the check is about: its code, the rule, what its parameters say, how to mend a driver that breaks
    /// it, and where it is documented.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = match self.code {
            Code::Windows { bug_check, .. } => {
                let name = bug_check::name(bug_check).unwrap_or_default();
                format!("{} {name}: {}\n\n", self.code(), self.rule)
            }
            Code::Hosted => format!("{}\n\n", self.code()),
        };
        let _ = writeln!(text, "{}", self.sentence());
        let _ = match self.code {
            Code::Windows { .. } => writeln!(text, "\nWindows stops with this code too."),
            Code::Hosted => writeln!(
                text,
                "\nThe code is nthost's own: Windows has none for this, or does not notice it at once."
            ),
        };
        if let Code::Windows { bug_check, .. } = self.code {
            let known = bug_check::parameters(bug_check);
            for (index, meaning) in known.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let _ = writeln!(text, "  parameter {}: {meaning}", index + 1);
            }
        }
        let _ = writeln!(text, "\nWhat to do: {}", cure::of(self));
        let _ = write!(text, "{}", self.page);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::checks_for;
    use crate::checks;

    #[test]
    fn checks_are_found_by_all_that_reports_show() {
        for check in checks() {
            assert!(checks_for(check.rule, None).contains(&check), "{}", check.rule);
            let hosted = format!("HK-{}", check.rule.to_ascii_uppercase());
            assert!(checks_for(&hosted, None).contains(&check), "{hosted}");
            let text = check.explain();
            assert!(text.contains(&check.sentence()) && text.contains(check.page), "{text}");
        }
        assert_eq!(checks_for("0xd1", Some("0x8"))[0].rule, "page-fault-at-dispatch");
        assert_eq!(checks_for("c4", Some("0")).len(), 1);
        assert!(checks_for("0xC4", None).len() > 1);
        assert!(checks_for("0xC4", Some("0x7777777")).is_empty());
        assert!(checks_for("no-such-rule", None).is_empty());
        assert!(checks_for("0xC4", Some("many")).is_empty());
    }
}
