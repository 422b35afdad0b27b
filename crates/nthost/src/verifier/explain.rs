//! What a check is about, in words.

use std::fmt::Write as _;

use super::{Check, Code, bug_check, checks};

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
        let _ = writeln!(text, "\nWhat to do: {}", cure(self));
        let _ = write!(text, "{}", self.page);
        text
    }
}

/// How to mend a driver, by the family of the rule that it breaks.
fn cure(check: &Check) -> &'static str {
    match check.rule {
        "fail-fast" => {
            "the function at the top of the stack found it. Look who else changes the same list, object or \
             buffer, and whether a lock is missing."
        }
        "stack-overflow" => {
            "move large variables to pool, end recursion, and start no request in a completion routine."
        }
        "unloaded-image" => {
            "in DriverUnload, cancel and wait for everything that calls the driver: timers, DPCs, work \
             items, threads, completion routines, callbacks."
        }
        "exception"
        | "exception-in-service"
        | "exception-at-dispatch"
        | "page-fault"
        | "page-fault-at-dispatch"
        | "page-fault-at-dispatch-by-kernel"
        | "execute-data"
        | "write-to-read-only" => {
            "the function at the top of the stack used the address. Look where it comes from: a status \
             that was not checked, an object that is gone, or memory that may be paged out."
        }
        rule => match rule.split('-').next().unwrap_or_default() {
            "pool" | "lookaside" => {
                "follow the block through the history of the report: who allocated it, with which size and \
                 tag, and who freed it. Give each block one owner that frees it once, and before DriverUnload \
                 returns."
            }
            "irql" => {
                "call the function at a level that its page allows: from a work item if it must be at \
                 PASSIVE_LEVEL, or after the lock is released that raised the level."
            }
            "spin" | "lock" | "mutex" | "resource" | "fast" | "push" | "rundown" | "critical" => {
                "pair each acquisition with one release, on the same thread, in the same way and in the \
                 same order everywhere."
            }
            "mdl" | "pages" => {
                "follow the MDL: allocate, build or lock, map, unmap, unlock, free, each once and in this \
                 order."
            }
            "irp" | "cancel" | "device" | "file" => {
                "follow the request through the history of the report: exactly one owner at a time, \
                 completed once, marked pending where STATUS_PENDING is returned, and not touched after \
                 it was given away."
            }
            "ndis" => {
                "follow the list or the binding through the history of the report. What NDIS lends goes back \
                 as it came, what it gives is returned once, and nothing is used after close or unbind has \
                 begun."
            }
            "wsk" => {
                "follow the socket or the request through the history of the report. A request's memory stays \
                 until it is completed, indications are released once, and a socket is closed last."
            }
            "unload" | "object" | "handle" | "work" | "timer" | "dpc" | "thread" => {
                "undo in DriverUnload, in the reverse order, all that DriverEntry and later code did; and \
                 wait for what runs."
            }
            _ => {
                "read the page, and look at the first function of the stack that is the driver's own."
            }
        },
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
