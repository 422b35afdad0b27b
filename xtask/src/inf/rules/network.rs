//! Rules about network protocols (class NetTrans).

use super::{Fault, Rule, fault};
use crate::inf::{
    Entry,
    plan::{Install, Kind, Plan},
    target::number_of,
};

const PAGE: &str = "network/installation-requirements-for-network-protocols";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "protocol-characteristics",
        sentence: "A protocol has Characteristics of NCF_HIDDEN, NCF_NOT_USER_REMOVABLE and NCF_HAS_UI, or none of them.",
        page: "network/ddinstall-section-in-a-network-inf-file",
        codes: &[1013, 1014],
        check: characteristics,
    },
    Rule {
        name: "protocol-service",
        sentence: "A protocol has the values Service and CoServices (REG_MULTI_SZ) in its key Ndi.",
        page: "network/adding-service-related-values-to-the-ndi-key",
        codes: &[1013, 1225],
        check: service,
    },
    Rule {
        name: "protocol-bindings",
        sentence: "A protocol says in Ndi\\Interfaces what it binds to: an UpperRange and a LowerRange that Windows knows.",
        page: "network/specifying-binding-interfaces",
        codes: &[1013, 1014, 2500],
        check: bindings,
    },
    Rule {
        name: "protocol-help",
        sentence: "A protocol that is shown to people has a HelpText in its key Ndi.",
        page: "network/adding-a-helptext-value",
        codes: &[],
        check: help,
    },
    Rule {
        name: "protocol-id",
        sentence: "The identifier of a protocol is provider_component, and the provider is not Microsoft.",
        page: PAGE,
        codes: &[2415],
        check: identifier,
    },
];

/// `NCF_HIDDEN`, `NCF_NOT_USER_REMOVABLE`, `NCF_HAS_UI`.
const HIDDEN: u32 = 0x8;
const ALLOWED: u32 = HIDDEN | 0x20 | 0x80;

/// What a protocol binds to above and below.
const UPPER: [&str; 5] = ["netbios", "ipx", "tdi", "winsock", "noupper"];
const LOWER: [&str; 3] = ["ndis5", "ndisatm", "nolower"];

/// What is wrong with each section that installs a protocol.
fn of_each(plan: &Plan<'_>, check: impl Fn(&Install) -> Option<String>) -> Vec<Fault> {
    let installs = plan.installs.iter().filter(|_| plan.is_protocol());
    installs.filter_map(|install| Some(fault(install.line, check(install)?))).collect()
}

fn characteristics_of(plan: &Plan<'_>, install: &Install) -> Option<u32> {
    number_of(&plan.get(&install.section, "Characteristics"))
}

fn characteristics(plan: &Plan<'_>) -> Vec<Fault> {
    of_each(plan, |install| {
        let is_allowed = |flags: u32| flags & !ALLOWED == 0;
        let is_right = characteristics_of(plan, install).is_some_and(is_allowed);
        let section = &install.section;
        (!is_right).then(|| format!("[{section}] has no Characteristics, or others."))
    })
}

/// A registry value that a section adds.
fn added<'a>(plan: &Plan<'a>, install: &Install, key: &str, name: &str) -> Option<&'a Entry> {
    let sections = plan.inf.entries_with(&install.section, "AddReg").flat_map(|entry| {
        (0..entry.values.len()).map(|index| plan.text(entry, index)).collect::<Vec<_>>()
    });
    let is = |entry: &Entry, index, text: &str| plan.text(entry, index).eq_ignore_ascii_case(text);
    let sections: Vec<_> = sections.collect();
    plan.inf
        .sections
        .iter()
        .filter(|section| sections.iter().any(|name| section.is(name)))
        .flat_map(|section| &section.entries)
        .find(|entry| is(entry, 1, key) && is(entry, 2, name))
}

fn flags(plan: &Plan<'_>, entry: &Entry) -> u32 {
    number_of(&plan.text(entry, 3)).unwrap_or_default()
}

fn service(plan: &Plan<'_>) -> Vec<Fault> {
    let has = |install: &Install, name, kind| {
        added(plan, install, "Ndi", name).is_some_and(|entry| flags(plan, entry) == kind)
    };
    of_each(plan, |install| {
        let is_right = has(install, "Service", 0) && has(install, "CoServices", 0x1_0000);
        (!is_right).then(|| format!("[{}] does not add them.", install.section))
    })
}

fn bindings(plan: &Plan<'_>) -> Vec<Fault> {
    let is_known = |install: &Install, name, known: &[&str]| {
        let Some(entry) = added(plan, install, r"Ndi\Interfaces", name) else { return false };
        let text = plan.text(entry, 4);
        let is_known = |part: &str| known.iter().any(|known| part.eq_ignore_ascii_case(known));
        entry.values.len() == 5 && text.split(',').all(|part| is_known(part.trim()))
    };
    of_each(plan, |install| {
        let (upper, lower) = ("UpperRange", "LowerRange");
        let is_right = is_known(install, upper, &UPPER) && is_known(install, lower, &LOWER);
        (!is_right).then(|| format!("[{}] adds none, or others.", install.section))
    })
}

fn help(plan: &Plan<'_>) -> Vec<Fault> {
    of_each(plan, |install| {
        let is_hidden = characteristics_of(plan, install).unwrap_or_default() & HIDDEN != 0;
        let has_text = added(plan, install, "Ndi", "HelpText")
            .is_some_and(|entry| !plan.text(entry, 4).is_empty());
        (!is_hidden && !has_text).then(|| format!("[{}] adds none.", install.section))
    })
}

fn identifier(plan: &Plan<'_>) -> Vec<Fault> {
    let is_right = |id: &str| {
        let id = id.to_ascii_lowercase();
        let parts = id.split_once('_');
        let is_word = |text: &str| {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !text.is_empty() && text.bytes().all(is_letter)
        };
        parts.is_some_and(|(provider, component)| {
            !["ms", "vms"].contains(&provider) && is_word(provider) && is_word(component)
        })
    };
    plan.entries_of(Kind::Models)
        .filter(|(_, entry)| plan.is_protocol() && !is_right(&plan.text(entry, 1)))
        .map(|(_, entry)| fault(entry.line, format!("It is \"{}\".", plan.text(entry, 1))))
        .collect()
}
