//! What a check of the verifier is.

use std::fmt;

use serde::Serialize;

use super::report::{self, Report};

/// A check: a rule that drivers can break, and what stops the system when one does.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its number in the list of all checks. Codes of one kind of mistake share a number.
    pub number: u16,
    /// A short name of the rule, which no other check has.
    pub rule: &'static str,
    /// What stops the system.
    pub code: Code,
    /// The rule, in lines of a sentence.
    lines: &'static [&'static str],
    /// The page that states it.
    pub page: &'static str,
}

/// What stops the system when a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Code {
    /// Windows stops too: with a bug check, and its first parameter where that is always the same.
    Windows {
        /// The number of the bug check.
        bug_check: u32,
        /// Its first parameter.
        first: Option<u64>,
    },
    /// Windows has no number for this, or does not notice it. The code is `HK-` and the name of the
    /// rule.
    Hosted,
}

impl Check {
    pub(super) const fn new(
        number: u16,
        rule: &'static str,
        code: Code,
        lines: &'static [&'static str],
        page: &'static str,
    ) -> Self {
        Self { number, rule, code, lines, page }
    }

    /// The rule, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let lines: Vec<_> = self.lines.iter().map(|line| line.trim()).collect();
        lines.join(" ")
    }

    /// Its code, as reports have it: `0xC4 (0x62)`, `0xD1` or `HK-POOL-OVERLAP`.
    #[must_use]
    pub fn code(&self) -> impl fmt::Display {
        match self.code {
            Code::Windows { bug_check, first: Some(first) } => {
                format!("{bug_check:#04X} ({first:#04X})").replace("0X", "0x")
            }
            Code::Windows { bug_check, first: None } => {
                format!("{bug_check:#04X}").replace("0X", "0x")
            }
            Code::Hosted => format!("HK-{}", self.rule.to_ascii_uppercase()),
        }
    }

    /// Notes that the driver which this thread runs broke the rule. The kernel function that noticed it
    /// goes on in whatever way does no harm.
    #[cold]
    pub(crate) fn broken(&'static self, text: impl Into<String>) {
        self.broken_with([0; 3], text);
    }

    /// The same, with the second to fourth parameters that Windows has for it. Where the first one is
    /// not always the same, [`broken_at`](Self::broken_at) has it too.
    #[cold]
    pub(crate) fn broken_with(&'static self, parameters: [u64; 3], text: impl Into<String>) {
        let first = match self.code {
            Code::Windows { first: Some(first), .. } => first,
            Code::Windows { .. } | Code::Hosted => 0,
        };
        let [second, third, fourth] = parameters;
        self.broken_at([first, second, third, fourth], text);
    }

    /// The same, with all four parameters.
    #[cold]
    pub(crate) fn broken_at(&'static self, parameters: [u64; 4], text: impl Into<String>) {
        self.broken_after(parameters, text, Vec::new());
    }

    /// The same, with what happened before to what it is about, the oldest first.
    #[cold]
    pub(crate) fn broken_after(
        &'static self,
        parameters: [u64; 4],
        text: impl Into<String>,
        history: Vec<String>,
    ) {
        let text = text.into();
        report::note(self, Report { code: None, parameters, text, history, ends: false });
    }

    /// Notes that the driver which this thread runs cannot go on: the system stops, whatever else is to
    /// happen when a rule is broken.
    #[cold]
    pub(crate) fn ends(&'static self, parameters: [u64; 4], text: impl Into<String>) {
        self.ends_after(parameters, text, Vec::new());
    }

    /// The same, with what happened before to what it is about, the oldest first.
    #[cold]
    pub(crate) fn ends_after(
        &'static self,
        parameters: [u64; 4],
        text: impl Into<String>,
        history: Vec<String>,
    ) {
        let text = text.into();
        report::note(self, Report { code: None, parameters, text, history, ends: true });
    }

    /// The same, with a code that is not always the same.
    #[cold]
    pub(crate) fn ends_with(
        &'static self,
        bug_check: u32,
        parameters: [u64; 4],
        text: impl Into<String>,
    ) {
        let code = Some(Code::Windows { bug_check, first: None });
        let (text, history) = (text.into(), Vec::new());
        report::note(self, Report { code, parameters, text, history, ends: true });
    }

    /// Notes that a routine of a driver broke the rule. `text` goes behind its name.
    #[cold]
    pub(crate) fn broken_by(&'static self, routine: usize, text: &str) {
        let name = crate::thread::system().describe(routine);
        self.broken(format!("{name} {text}"));
    }

    /// Notes that the driver broke the rule where it called the kernel last. `text` goes behind that.
    #[cold]
    pub(crate) fn broken_by_caller(&'static self, text: &str) {
        self.broken(format!("{} {text}", super::caller()));
    }
}

/// The code of a check that Windows has, with the first parameter of its bug check.
pub(super) const fn windows(bug_check: u32, first: u64) -> Code {
    Code::Windows { bug_check, first: Some(first) }
}

/// The code of a check that Windows has, where the first parameter depends on what happened.
pub(super) const fn windows_any(bug_check: u32) -> Code {
    Code::Windows { bug_check, first: None }
}

/// The code of a check that Windows does not have.
pub(super) const HOSTED: Code = Code::Hosted;

/// Declares the checks of a family: the rule as documentation, then name, number, name of the rule, code
/// and page.
macro_rules! checks {
    ($( $(#[doc = $line:literal])+ $name:ident = $number:literal, $rule:literal, $code:expr, $page:literal; )*) => {
        #[allow(unused_imports, reason = "not every family has all kinds of codes")]
        use $crate::verifier::check::{HOSTED, windows, windows_any};

        $(
            $(#[doc = $line])+
            pub(crate) const $name: &$crate::verifier::Check = &$crate::verifier::Check::new(
                $number,
                $rule,
                $code,
                &[$($line),+],
                concat!("https://learn.microsoft.com/en-us/windows-hardware/drivers/", $page),
            );
        )*

        /// All checks of this family.
        pub(in crate::verifier) const ALL: &[&$crate::verifier::Check] = &[$($name),*];
    };
}
pub(super) use checks;
