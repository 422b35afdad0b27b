//! Rules about sections: their names, and how they refer to each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fault, Rule, fault};
use crate::inf::plan::{Kind, Plan};

const SYNTAX: &str = "install/general-syntax-rules-for-inf-files";
const CODES: &str = "devtest/inf-validation-errors-and-warnings";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "section-names",
        sentence: "Names of sections have up to 255 characters, and none that means something else.",
        page: SYNTAX,
        codes: &[1002],
        check: section_names,
    },
    Rule {
        name: "sections-once",
        sentence: "No section is there twice.",
        page: SYNTAX,
        codes: &[1209],
        check: sections_once,
    },
    Rule {
        name: "entries-once",
        sentence: "No entry is there twice in its section.",
        page: CODES,
        codes: &[1086, 1088, 1294],
        check: entries_once,
    },
    Rule {
        name: "sections-found",
        sentence: "Each section that an entry names is there.",
        page: CODES,
        codes: &[1005, 1203, 1261, 2006],
        check: sections_found,
    },
    Rule {
        name: "sections-used",
        sentence: "Each section is used.",
        page: CODES,
        codes: &[2083],
        check: sections_used,
    },
    Rule {
        name: "sections-of-one-kind",
        sentence: "No section is named by entries that take it for different things.",
        page: CODES,
        codes: &[1205, 1206],
        check: sections_of_one_kind,
    },
];

fn section_names(plan: &Plan<'_>) -> Vec<Fault> {
    plan.inf
        .sections
        .iter()
        .filter(|section| {
            let name = &section.name;
            name.trim() != name
                || name.contains(['%', ';', '"', '[', '\t'])
                || name.ends_with('\\')
                || !(1..=255).contains(&name.chars().count())
        })
        .map(|section| fault(section.line, format!("[{}] is no good name.", section.name)))
        .collect()
}

fn sections_once(plan: &Plan<'_>) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    plan.inf
        .sections
        .iter()
        .filter(|section| !seen.insert(section.name.to_ascii_lowercase()))
        .map(|section| fault(section.line, format!("[{}] is there twice.", section.name)))
        .collect()
}

/// Keys of entries that may be there several times, with other values.
const REPEATED: [&str; 4] = ["AddService", "DelService", "CopyFiles", "AddReg"];

fn entries_once(plan: &Plan<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let models: BTreeSet<_> = plan
        .uses
        .iter()
        .filter(|each| each.kind == Kind::Models)
        .map(|each| each.section.to_ascii_lowercase())
        .collect();
    for section in &plan.inf.sections {
        // Several models of one name are several devices.
        let is_models = models.contains(&section.name.to_ascii_lowercase());
        let mut seen = BTreeSet::new();
        for entry in &section.entries {
            let key = entry.key.as_deref().unwrap_or_default().to_ascii_lowercase();
            let repeats = is_models || REPEATED.iter().any(|name| entry.has_key(name));
            let values = entry.values.join(",").to_ascii_lowercase();
            // Of a registry value, what comes before its type tells it from others.
            let name = entry.values.iter().take(3).map(|value| value.to_ascii_lowercase());
            let identity = match entry.key {
                None if entry.value(0).len() == 3 => name.collect::<Vec<_>>().join(","),
                None => values,
                Some(_) if repeats => format!("{key}={values}"),
                Some(_) => key,
            };
            if !seen.insert(identity.clone()) {
                faults.push(fault(entry.line, format!("\"{identity}\" is there twice.")));
            }
        }
    }
    faults
}

fn sections_found(plan: &Plan<'_>) -> Vec<Fault> {
    let missing = plan.uses.iter().filter(|each| !plan.inf.has_section(&each.section));
    let faults: BTreeSet<_> = missing.map(|each| (each.line, &each.section)).collect();
    faults
        .into_iter()
        .map(|(line, section)| fault(line, format!("There is no section [{section}].")))
        .collect()
}

/// Sections that Windows knows by name.
const KNOWN: [&str; 7] = [
    "Version",
    "Manufacturer",
    "SourceDisksNames",
    "SourceDisksFiles",
    "DestinationDirs",
    "Strings",
    "ControlFlags",
];

/// What may stand behind the names of some of them.
const SUFFIXED: [&str; 3] = ["SourceDisksNames.", "SourceDisksFiles.", "Strings."];

fn sections_used(plan: &Plan<'_>) -> Vec<Fault> {
    let lower = |text: &str| text.to_ascii_lowercase();
    let mut used: BTreeSet<String> = KNOWN.iter().map(|name| lower(name)).collect();
    used.extend(plan.uses.iter().map(|each| lower(&each.section)));
    plan.inf
        .sections
        .iter()
        .filter(|section| {
            let name = lower(&section.name);
            let is_suffixed = SUFFIXED.iter().any(|prefix| name.starts_with(&lower(prefix)));
            !(used.contains(&name) || is_suffixed || plan.part_of_install(&name).is_some())
        })
        .map(|section| fault(section.line, format!("Nothing leads to [{}].", section.name)))
        .collect()
}

fn sections_of_one_kind(plan: &Plan<'_>) -> Vec<Fault> {
    let mut kinds = BTreeMap::new();
    let mut faults = Vec::new();
    for each in &plan.uses {
        let kind = *kinds.entry(each.section.to_ascii_lowercase()).or_insert(each.kind);
        if kind != each.kind {
            let text = format!("[{}] is named as something else before.", each.section);
            faults.push(fault(each.line, text));
        }
    }
    faults
}
