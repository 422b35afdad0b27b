//! Rules about registry values.

use super::{Fault, Rule, fault};
use crate::inf::{
    Entry,
    plan::{Kind, Plan},
    target::number_of,
};

const PAGE: &str = "install/inf-addreg-directive";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "registry-root",
        sentence: "Registry values are below HKR.",
        page: "develop/driver-isolation",
        codes: &[1222, 1223, 1224, 1304, 1320, 1321],
        check: registry_root,
    },
    Rule {
        name: "service-registry",
        sentence: "Registry values of a service are below its key Parameters.",
        page: "develop/driver-isolation",
        codes: &[1323],
        check: service_registry,
    },
    Rule {
        name: "registry-values",
        sentence: "A registry value has a name, a type, and data of that type.",
        page: PAGE,
        codes: &[1260, 1262, 1263, 1267, 1268],
        check: registry_values,
    },
];

const KINDS: [Kind; 3] = [Kind::DeviceRegistry, Kind::ServiceRegistry, Kind::EventRegistry];

fn registry_root(plan: &Plan<'_>) -> Vec<Fault> {
    KINDS
        .into_iter()
        .flat_map(|kind| plan.entries_of(kind))
        .filter(|(_, entry)| !plan.text(entry, 0).eq_ignore_ascii_case("HKR"))
        .map(|(_, entry)| fault(entry.line, format!("The root is {}.", plan.text(entry, 0))))
        .collect()
}

fn service_registry(plan: &Plan<'_>) -> Vec<Fault> {
    plan.entries_of(Kind::ServiceRegistry)
        .filter(|(_, entry)| {
            let key = plan.text(entry, 1).to_ascii_lowercase();
            key != "parameters" && !key.starts_with(r"parameters\")
        })
        .map(|(_, entry)| fault(entry.line, format!("The key is \"{}\".", plan.text(entry, 1))))
        .collect()
}

/// The flags without those that say how a value is to be treated: the type.
fn type_of(flags: u32) -> u32 {
    // FLG_ADDREG_NOCLOBBER
    flags & !0x2
}

fn is_fit(plan: &Plan<'_>, entry: &Entry) -> bool {
    let flags = plan.text(entry, 3);
    let flags = if flags.is_empty() { Some(0) } else { number_of(&flags) };
    let data: Vec<_> = (4..entry.values.len()).map(|index| plan.text(entry, index)).collect();
    let is_byte =
        |text: &String| u8::from_str_radix(text, 16).is_ok() && (1..=2).contains(&text.len());
    let is_data = match flags.map(type_of) {
        // REG_SZ and REG_EXPAND_SZ.
        Some(0 | 0x2_0000) => data.len() == 1,
        // REG_MULTI_SZ.
        Some(0x1_0000) => !data.is_empty(),
        // REG_DWORD, as a number or as four bytes.
        Some(0x1_0001) => match &data[..] {
            [number] => number_of(number).is_some(),
            bytes => bytes.len() == 4 && bytes.iter().all(is_byte),
        },
        // REG_BINARY.
        Some(0x1) => !data.is_empty() && data.iter().all(is_byte),
        _ => false,
    };
    is_data && entry.key.is_none() && !entry.value(2).is_empty()
}

fn registry_values(plan: &Plan<'_>) -> Vec<Fault> {
    KINDS
        .into_iter()
        .flat_map(|kind| plan.entries_of(kind))
        .filter(|(_, entry)| !is_fit(plan, entry))
        .map(|(_, entry)| {
            let name = plan.text(entry, 2);
            fault(entry.line, format!("\"{name}\" lacks a name, a type or fitting data."))
        })
        .collect()
}
