//! The rules, by what they are about.

mod files;
mod install;
mod network;
mod registry;
mod sections;
mod services;
mod text;
mod version;

use super::plan::Plan;

/// A rule that INF files keep.
pub(super) struct Rule {
    /// Its name in reports.
    pub name: &'static str,
    /// What it demands.
    pub sentence: &'static str,
    /// Below `https://learn.microsoft.com/en-us/windows-hardware/drivers/`.
    pub page: &'static str,
    /// The numbers that InfVerif has for it.
    pub codes: &'static [u16],
    /// Finds what breaks it.
    pub check: fn(&Plan<'_>) -> Vec<Fault>,
}

/// What breaks a rule.
#[derive(Debug)]
pub(super) struct Fault {
    /// The line, or zero for the file as a whole.
    pub line: usize,
    pub text: String,
}

fn fault(line: usize, text: impl Into<String>) -> Fault {
    Fault { line, text: text.into() }
}

/// All rules, in the order in which they are checked.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        text::RULES,
        version::RULES,
        sections::RULES,
        install::RULES,
        files::RULES,
        services::RULES,
        registry::RULES,
        network::RULES,
    ]
    .into_iter()
    .flatten()
}
