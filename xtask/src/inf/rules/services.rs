//! Rules about services.

use super::{Fault, Rule, fault};
use crate::inf::{
    plan::{Copied, Plan, REMOVE_SERVICES, Service},
    target::number_of,
};

const PAGE: &str = "install/inf-addservice-directive";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "services",
        sentence: "Each section that installs has a section .Services that adds a service.",
        page: "install/inf-ddinstall-services-section",
        codes: &[1253, 1296],
        check: services,
    },
    Rule {
        name: "service-entries",
        sentence: "A service has ServiceType, StartType, ErrorControl and ServiceBinary.",
        page: PAGE,
        codes: &[1234, 1289],
        check: service_entries,
    },
    Rule {
        name: "service-type",
        sentence: "A service is a kernel driver (ServiceType 1), with ErrorControl 0 or 1.",
        page: PAGE,
        codes: &[1014, 1252],
        check: service_type,
    },
    Rule {
        name: "start-type",
        sentence: "A kernel driver is started by Windows (StartType 1) or on demand (3), and not disabled.",
        page: PAGE,
        codes: &[1251, 1252],
        check: start_type,
    },
    Rule {
        name: "service-binary",
        sentence: "ServiceBinary is a file that the same section copies, below the number of its folder.",
        page: "devtest/inf-verif-error-2084",
        codes: &[1254, 2084, 2085],
        check: service_binary,
    },
    Rule {
        name: "service-flags",
        sentence: "A service that belongs to no device is added without flags.",
        page: PAGE,
        codes: &[1211],
        check: service_flags,
    },
    Rule {
        name: "service-names",
        sentence: "All entries that are about the service name the same one.",
        page: "network/adding-service-related-values-to-the-ndi-key",
        codes: &[1017, 1333, 2501],
        check: service_names,
    },
];

fn services(plan: &Plan<'_>) -> Vec<Fault> {
    let mut faults: Vec<_> = plan
        .installs
        .iter()
        .filter(|install| {
            !plan.services.iter().any(|service| service.install.section == install.section)
        })
        .map(|install| {
            fault(install.line, format!("[{}.Services] adds no service.", install.section))
        })
        .collect();
    let unnamed = plan.services.iter().filter(|service| service.name.is_empty());
    faults.extend(unnamed.map(|service| fault(service.line, "The service has no name.")));
    faults
}

/// What is wrong with a number of a service.
fn numbers(plan: &Plan<'_>, key: &str, is_right: impl Fn(u32) -> bool) -> Vec<Fault> {
    let wrong = |service: &&Service| {
        let value = plan.get(&service.section, key);
        // That it is there is another rule's concern.
        !value.is_empty() && !number_of(&value).is_some_and(&is_right)
    };
    plan.services
        .iter()
        .filter(wrong)
        .map(|service| {
            let value = plan.get(&service.section, key);
            fault(service.line, format!("[{}] has {key} = {value}.", service.section))
        })
        .collect()
}

fn service_entries(plan: &Plan<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for service in &plan.services {
        for key in ["ServiceType", "StartType", "ErrorControl", "ServiceBinary"] {
            if plan.get(&service.section, key).is_empty() {
                let text = format!("[{}] has no {key}.", service.section);
                faults.push(fault(service.line, text));
            }
        }
    }
    faults
}

fn service_type(plan: &Plan<'_>) -> Vec<Fault> {
    let mut faults = numbers(plan, "ServiceType", |number| number == 1);
    faults.extend(numbers(plan, "ErrorControl", |number| number <= 1));
    faults
}

fn start_type(plan: &Plan<'_>) -> Vec<Fault> {
    numbers(plan, "StartType", |number| [1, 3].contains(&number))
}

fn service_binary(plan: &Plan<'_>) -> Vec<Fault> {
    plan.services
        .iter()
        .filter_map(|service| {
            let binary = plan.get(&service.section, "ServiceBinary");
            let is_copied = plan
                .copied
                .iter()
                .filter(|copied| copied.install.section == service.install.section)
                .filter_map(Copied::path)
                .any(|path| path.eq_ignore_ascii_case(&binary));
            let text = format!("[{}] does not copy {binary}.", service.install.section);
            (!binary.is_empty() && !is_copied).then(|| fault(service.line, text))
        })
        .collect()
}

fn service_flags(plan: &Plan<'_>) -> Vec<Fault> {
    let belongs_to_device = plan.inf.has_section("Manufacturer") && !plan.is_protocol();
    plan.services
        .iter()
        .filter(|service| !service.flags.is_empty() && number_of(&service.flags) != Some(0))
        .filter(|_| !belongs_to_device)
        .map(|service| fault(service.line, format!("The flags are {}.", service.flags)))
        .collect()
}

fn service_names(plan: &Plan<'_>) -> Vec<Fault> {
    let Some(first) = plan.services.first() else { return Vec::new() };
    let mut names: Vec<_> =
        plan.services.iter().map(|service| (service.line, service.name.clone())).collect();
    for install in &plan.installs {
        let remove = format!("{}{REMOVE_SERVICES}", install.section);
        let entries = plan.inf.entries_with(&remove, "DelService");
        names.extend(entries.map(|entry| (entry.line, plan.text(entry, 0))));
    }
    for section in &plan.inf.sections {
        for entry in &section.entries {
            let is = |index, text| plan.text(entry, index).eq_ignore_ascii_case(text);
            if is(1, "Ndi") && (is(2, "Service") || is(2, "CoServices")) {
                // The latter is a list.
                let values = 4..entry.values.len().max(5);
                names.extend(values.map(|index| (entry.line, plan.text(entry, index))));
            }
        }
    }
    names
        .into_iter()
        .filter(|(_, name)| !name.eq_ignore_ascii_case(&first.name))
        .map(|(line, name)| fault(line, format!("{name} is not {}.", first.name)))
        .collect()
}
