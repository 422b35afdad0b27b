//! Rules about the sections that install something.

use super::{Fault, Rule, fault};
use crate::inf::{
    plan::{Install, Kind, Plan, REMOVE_SERVICES},
    target::Target,
};

const PRIMITIVE: &str = "develop/creating-a-primitive-driver";
const MANUFACTURER: &str = "install/inf-manufacturer-section";
const UNIVERSAL: &str = "install/using-a-universal-inf-file";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "primitive-or-device",
        sentence: "A file installs a primitive driver ([DefaultInstall.NT…]) or drivers of devices ([Manufacturer]), not both and not neither.",
        page: PRIMITIVE,
        codes: &[1212, 1297, 1420],
        check: primitive_or_device,
    },
    Rule {
        name: "architecture",
        sentence: "Sections that install are for amd64 or arm64, and say so.",
        page: PRIMITIVE,
        codes: &[1421, 1423, 2010],
        check: architecture,
    },
    Rule {
        name: "target-system",
        sentence: "What systems a section is for is written NTarch.major.minor...build, with a build from 14310 on.",
        page: MANUFACTURER,
        codes: &[1287, 1288],
        check: target_system,
    },
    Rule {
        name: "uninstall",
        sentence: "There is no [DefaultUninstall]: Windows undoes what was installed.",
        page: PRIMITIVE,
        codes: &[1422],
        check: uninstall,
    },
    Rule {
        name: "models",
        sentence: "Each model has a section that installs it, and an identifier.",
        page: "install/inf-models-section",
        codes: &[1011, 1271],
        check: models,
    },
    Rule {
        name: "directives",
        sentence: "Sections that install copy files, add registry values and services, and do nothing else.",
        page: UNIVERSAL,
        codes: &[1290, 1300, 1301, 1303, 1307, 1308, 2402],
        check: directives,
    },
    Rule {
        name: "legacy-sections",
        sentence: "There are no co-installers, class installers and other sections that Windows drivers may not have.",
        page: UNIVERSAL,
        codes: &[1285, 1300, 1303],
        check: legacy_sections,
    },
];

/// True if the section is one of `[DefaultInstall…]` itself.
fn is_default(install: &Install) -> bool {
    install.section.to_ascii_lowercase().starts_with("defaultinstall")
}

fn primitive_or_device(plan: &Plan<'_>) -> Vec<Fault> {
    let has_manufacturer = plan.inf.has_section("Manufacturer");
    let has_default = plan.installs.iter().any(is_default);
    match (has_default, has_manufacturer) {
        (true, true) => {
            vec![fault(0, "There are both [DefaultInstall…] and [Manufacturer]. Split the file.")]
        }
        (false, _) if plan.installs.is_empty() => vec![fault(0, "The file installs nothing.")],
        _ => Vec::new(),
    }
}

fn architecture(plan: &Plan<'_>) -> Vec<Fault> {
    let is_named = |target: Target| ["amd64", "arm64"].contains(&target.arch.as_str());
    plan.installs
        .iter()
        .filter(|install| !install.target().is_some_and(is_named))
        .map(|install| {
            let (section, decoration) = (&install.section, &install.decoration);
            let text = format!("[{section}] is installed on \"{decoration}\".");
            fault(install.line, text)
        })
        .collect()
}

fn target_system(plan: &Plan<'_>) -> Vec<Fault> {
    plan.installs
        .iter()
        .filter(|install| match install.target() {
            None => true,
            Some(Target { system: (10, 0), build, .. }) => build != 0 && build < 14310,
            Some(Target { build, .. }) => build != 0,
        })
        .map(|install| fault(install.line, format!("\"{}\" is no system.", install.decoration)))
        .collect()
}

fn uninstall(plan: &Plan<'_>) -> Vec<Fault> {
    plan.inf
        .sections
        .iter()
        .filter(|section| section.name.to_ascii_lowercase().starts_with("defaultuninstall"))
        .map(|section| fault(section.line, format!("Take [{}] out.", section.name)))
        .collect()
}

fn models(plan: &Plan<'_>) -> Vec<Fault> {
    let manufacturers = plan.inf.entries("Manufacturer");
    let unnamed = manufacturers
        .filter(|entry| entry.value(0).is_empty())
        .map(|entry| fault(entry.line, "The section of the models is not named."));
    let incomplete = plan
        .entries_of(Kind::Models)
        .filter(|(_, entry)| entry.value(0).is_empty() || entry.value(1).is_empty())
        .map(|(_, entry)| fault(entry.line, "The model has no section or no identifier."));
    unnamed.chain(incomplete).collect()
}

/// What the kinds of sections may have.
fn allowed(kind: Kind, is_protocol: bool) -> &'static [&'static str] {
    match kind {
        Kind::Install if is_protocol => &["AddReg", "CopyFiles", "Characteristics"],
        Kind::Install => &["AddReg", "CopyFiles"],
        Kind::Services => &["AddService"],
        Kind::RemoveServices => &["DelService"],
        Kind::Service => &[
            "DisplayName",
            "Description",
            "ServiceType",
            "StartType",
            "ErrorControl",
            "ServiceBinary",
            "AddReg",
            "LoadOrderGroup",
            "Dependencies",
            "Security",
        ],
        Kind::EventLog => &["AddReg"],
        _ => &[],
    }
}

fn directives(plan: &Plan<'_>) -> Vec<Fault> {
    let is_protocol = plan.is_protocol();
    let mut faults = Vec::new();
    for section in &plan.inf.sections {
        let is_install = plan.installs.iter().any(|install| section.is(&install.section));
        let named = plan.uses.iter().find(|each| section.is(&each.section)).map(|each| each.kind);
        let kind = if is_install { Some(Kind::Install) } else { named };
        let has_directives =
            [Kind::Install, Kind::Services, Kind::RemoveServices, Kind::Service, Kind::EventLog];
        let Some(kind) = kind.filter(|kind| has_directives.contains(kind)) else { continue };
        let allowed = allowed(kind, is_protocol);
        for entry in &section.entries {
            if !allowed.iter().any(|name| entry.has_key(name)) {
                let key = entry.key.as_deref().unwrap_or_else(|| entry.value(0));
                let text = format!("{key} does not belong in [{}].", section.name);
                faults.push(fault(entry.line, text));
            }
        }
    }
    faults
}

fn legacy_sections(plan: &Plan<'_>) -> Vec<Fault> {
    plan.inf
        .sections
        .iter()
        .filter(|section| {
            match plan.part_of_install(&section.name).as_deref() {
                Some("" | ".services") => false,
                // The class installer of networks asks for it.
                Some(part) => !(part.eq_ignore_ascii_case(REMOVE_SERVICES) && plan.is_protocol()),
                None => {
                    let name = section.name.to_ascii_lowercase();
                    name.starts_with("classinstall32") || name.starts_with("interfaceinstall32")
                }
            }
        })
        .map(|section| fault(section.line, format!("Take [{}] out.", section.name)))
        .collect()
}
