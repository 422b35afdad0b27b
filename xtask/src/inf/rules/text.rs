//! Rules about the file as a text, and about its strings.

use std::collections::BTreeSet;

use super::{Fault, Rule, fault};
use crate::inf::{Encoding, Entry, Section, plan::Plan};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "encoding",
        sentence: "The file is ASCII, or UTF-16 LE with a byte order mark.",
        page: "devtest/inf-validation-errors-and-warnings",
        codes: &[1003],
        check: encoding,
    },
    Rule {
        name: "stamped",
        sentence: "No $ARCH$ is left.",
        page: "devtest/stampinf-command-options",
        codes: &[1274],
        check: stamped,
    },
    Rule {
        name: "strings",
        sentence: "Each %string% is defined, and a percent sign is written %%.",
        page: "install/inf-strings-section",
        codes: &[1235],
        check: strings,
    },
    Rule {
        name: "languages",
        sentence: "The strings of each language have the same keys as [Strings].",
        page: "install/inf-strings-section",
        codes: &[1295],
        check: languages,
    },
];

fn encoding(plan: &Plan<'_>) -> Vec<Fault> {
    match plan.inf.encoding {
        Encoding::Ascii | Encoding::Utf16 => Vec::new(),
        Encoding::Utf8 => {
            vec![fault(0, "Windows does not read UTF-8. Save the file as UTF-16 LE, or use ASCII.")]
        }
    }
}

/// All names and values, with their lines.
fn texts<'a>(plan: &Plan<'a>) -> impl Iterator<Item = (usize, &'a str)> {
    plan.inf.sections.iter().flat_map(|section| {
        let entries = section.entries.iter().flat_map(|entry| {
            entry.key.iter().chain(&entry.values).map(|text| (entry.line, text.as_str()))
        });
        std::iter::once((section.line, section.name.as_str())).chain(entries)
    })
}

fn stamped(plan: &Plan<'_>) -> Vec<Fault> {
    texts(plan)
        .filter(|(_, text)| text.contains("$ARCH$"))
        .map(|(line, text)| fault(line, format!("{text} is to be stamped.")))
        .collect()
}

fn is_strings(section: &Section) -> bool {
    let name = section.name.to_ascii_lowercase();
    name == "strings" || name.starts_with("strings.")
}

fn strings(plan: &Plan<'_>) -> Vec<Fault> {
    let sections = plan.inf.sections.iter().filter(|section| !is_strings(section));
    let entries = sections.flat_map(|section| &section.entries);
    let texts = entries
        .flat_map(|entry| entry.key.iter().chain(&entry.values).map(|text| (entry.line, text)));
    texts
        .filter_map(|(line, text)| Some((line, plan.inf.resolve(text).err()?.0)))
        .map(|(line, unknown)| fault(line, format!("{unknown} is not defined in [Strings].")))
        .collect()
}

fn languages(plan: &Plan<'_>) -> Vec<Fault> {
    let keys = |entries: &[&Entry]| -> BTreeSet<String> {
        entries.iter().filter_map(|entry| Some(entry.key.as_ref()?.to_ascii_lowercase())).collect()
    };
    let general = keys(&plan.inf.entries("Strings").collect::<Vec<_>>());
    plan.inf
        .sections
        .iter()
        .filter(|section| is_strings(section) && !section.is("Strings"))
        .filter(|section| keys(&section.entries.iter().collect::<Vec<_>>()) != general)
        .map(|section| fault(section.line, format!("[{}] has other keys.", section.name)))
        .collect()
}
