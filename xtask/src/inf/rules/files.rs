//! Rules about the files that are copied.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fault, Rule, fault};
use crate::inf::{
    plan::{Copied, Plan},
    target::number_of,
};

const SOURCE_FILES: &str = "install/inf-sourcedisksfiles-section";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "source-files",
        sentence: "Each file that is copied is in [SourceDisksFiles], with a disk from [SourceDisksNames]; catalogs are not.",
        page: SOURCE_FILES,
        codes: &[1008, 1213, 1230, 1273],
        check: source_files,
    },
    Rule {
        name: "files-copied",
        sentence: "Each file in [SourceDisksFiles] is copied.",
        page: SOURCE_FILES,
        codes: &[],
        check: files_copied,
    },
    Rule {
        name: "files-there",
        sentence: "Each file that is copied lies in the package.",
        page: SOURCE_FILES,
        codes: &[1016],
        check: files_there,
    },
    Rule {
        name: "destinations",
        sentence: "[DestinationDirs] says where each file goes, and names no section that is not there.",
        page: "install/inf-destinationdirs-section",
        codes: &[1203, 1241, 1242, 1243, 1275],
        check: destinations,
    },
    Rule {
        name: "isolated-files",
        sentence: "Files go to the driver store (folder 13); those of network protocols to folder 12 before build 25319.",
        page: "develop/driver-isolation",
        codes: &[1306, 1322, 1340, 1341],
        check: isolated_files,
    },
    Rule {
        name: "driver-store",
        sentence: "Only systems that can run a driver from the driver store get it there: network protocols from build 25319 on, others from 16299 on.",
        page: "network/ndis-protocol-driver-installation",
        codes: &[1199],
        check: driver_store,
    },
    Rule {
        name: "driver-store-copies",
        sentence: "In the driver store a file has its own name and folder, no flags and no security descriptor.",
        page: "develop/run-from-driver-store",
        codes: &[1100, 1101, 1103],
        check: driver_store_copies,
    },
    Rule {
        name: "one-source",
        sentence: "No two files are copied to one place.",
        page: "devtest/inf-verif-error-1330",
        codes: &[1330],
        check: one_source,
    },
];

/// The folder that a driver runs from.
const DRIVER_STORE: u32 = 13;

/// The folder of all drivers.
const DRIVERS: u32 = 12;

/// From this build on INetCfg lets a driver run from the driver store.
const PROTOCOLS_IN_STORE: u32 = 25319;

/// What a section's name has behind it for an architecture.
const ARCHITECTURES: [&str; 3] = ["", ".amd64", ".arm64"];

/// The entries of a section, whatever architecture it is for: file or disk, the first value, and the line.
fn sources(plan: &Plan<'_>, section: &str) -> Vec<(String, Vec<String>, usize)> {
    ARCHITECTURES
        .iter()
        .flat_map(|suffix| plan.inf.entries(&format!("{section}{suffix}")).collect::<Vec<_>>())
        .filter_map(|entry| {
            let key = entry.key.as_ref()?.to_ascii_lowercase();
            let values = (0..entry.values.len()).map(|index| plan.text(entry, index)).collect();
            Some((key, values, entry.line))
        })
        .collect()
}

fn source_files(plan: &Plan<'_>) -> Vec<Fault> {
    let disks: BTreeSet<_> =
        sources(plan, "SourceDisksNames").into_iter().map(|(disk, ..)| disk).collect();
    let files = sources(plan, "SourceDisksFiles");
    let names: BTreeSet<_> = files.iter().map(|(file, ..)| file.clone()).collect();
    let mut faults: Vec<_> = plan
        .copied
        .iter()
        .filter(|copied| !names.contains(&copied.source.to_ascii_lowercase()))
        .map(|copied| fault(copied.line, format!("{} is not listed.", copied.source)))
        .collect();
    for (file, values, line) in &files {
        let disk = values.first().cloned().unwrap_or_default();
        if number_of(&disk).is_none() || !disks.contains(&disk) {
            faults.push(fault(*line, format!("There is no disk \"{disk}\".")));
        }
        if file.rsplit('.').next() == Some("cat") {
            faults.push(fault(*line, format!("{file} is no file to copy.")));
        }
    }
    faults
}

fn files_copied(plan: &Plan<'_>) -> Vec<Fault> {
    let copied: BTreeSet<_> =
        plan.copied.iter().map(|copied| copied.source.to_ascii_lowercase()).collect();
    sources(plan, "SourceDisksFiles")
        .into_iter()
        .filter(|(file, ..)| !copied.contains(file))
        .map(|(file, _, line)| fault(line, format!("Nothing copies {file}.")))
        .collect()
}

fn files_there(plan: &Plan<'_>) -> Vec<Fault> {
    let Some(beside) = plan.beside else { return Vec::new() };
    let names: BTreeSet<_> =
        plan.copied.iter().map(|copied| copied.source.to_ascii_lowercase()).collect();
    names
        .into_iter()
        .filter(|name| !beside.contains(name))
        .map(|name| fault(0, format!("There is no {name} beside the INF file.")))
        .collect()
}

fn destinations(plan: &Plan<'_>) -> Vec<Fault> {
    let nowhere = plan
        .copied
        .iter()
        .filter(|copied| copied.folder().is_none())
        .map(|copied| fault(copied.line, format!("Nothing says where {} goes.", copied.file)));
    let unknown = plan
        .inf
        .entries("DestinationDirs")
        .filter(|entry| {
            let key = entry.key.as_deref().unwrap_or_default();
            !entry.has_key("DefaultDestDir") && !plan.inf.has_section(key)
        })
        .map(|entry| {
            let key = entry.key.as_deref().unwrap_or_default();
            fault(entry.line, format!("There is no section [{key}]."))
        });
    nowhere.chain(unknown).collect()
}

fn isolated_files(plan: &Plan<'_>) -> Vec<Fault> {
    let is_old_protocol = |copied: &Copied| {
        let target = copied.install.target();
        plan.is_protocol() && target.is_some_and(|target| !target.is_at_least(PROTOCOLS_IN_STORE))
    };
    plan.copied
        .iter()
        .filter(|copied| match copied.folder() {
            None | Some(DRIVER_STORE) => false,
            Some(DRIVERS) => !is_old_protocol(copied),
            Some(_) => true,
        })
        .map(|copied| {
            let path = copied.path().unwrap_or_default();
            fault(copied.line, format!("{} goes to {path}.", copied.file))
        })
        .collect()
}

fn driver_store(plan: &Plan<'_>) -> Vec<Fault> {
    let is_primitive = !plan.inf.has_section("Manufacturer");
    let least = if plan.is_protocol() { PROTOCOLS_IN_STORE } else { 16299 };
    plan.copied
        .iter()
        // Systems that know primitive drivers know the folder, too.
        .filter(|copied| !is_primitive && copied.folder() == Some(DRIVER_STORE))
        .filter(|copied| !copied.install.target().is_some_and(|target| target.is_at_least(least)))
        .map(|copied| {
            let (file, systems) = (&copied.file, &copied.install.decoration);
            let text = format!("\"{systems}\" has systems that cannot run {file} from there.");
            fault(copied.line, text)
        })
        .collect()
}

fn driver_store_copies(plan: &Plan<'_>) -> Vec<Fault> {
    let files = sources(plan, "SourceDisksFiles");
    let folder_of = |source: &str| {
        let listed = files.iter().find(|(file, ..)| file.eq_ignore_ascii_case(source));
        listed.and_then(|(_, values, _)| values.get(1)).cloned().unwrap_or_default()
    };
    plan.copied
        .iter()
        .filter(|copied| copied.folder() == Some(DRIVER_STORE))
        .filter(|copied| {
            let below = copied.destination.as_ref().map_or("", |(_, below)| below);
            let source_folder = folder_of(&copied.source);
            let same_folder =
                source_folder.trim_matches('\\').eq_ignore_ascii_case(below.trim_matches('\\'));
            let is_plain = copied.security.is_empty() && number_of(&copied.flags).unwrap_or(0) == 0;
            !(same_folder && is_plain && copied.file.eq_ignore_ascii_case(&copied.source))
        })
        .map(|copied| fault(copied.line, format!("{} is changed on its way.", copied.file)))
        .collect()
}

fn one_source(plan: &Plan<'_>) -> Vec<Fault> {
    let mut sources = BTreeMap::new();
    let mut faults = Vec::new();
    for copied in &plan.copied {
        // What goes nowhere is another rule's concern.
        let Some(path) = copied.path() else { continue };
        let source = copied.source.to_ascii_lowercase();
        let first = sources.entry(path.to_ascii_lowercase()).or_insert_with(|| source.clone());
        if *first != source {
            faults.push(fault(copied.line, format!("{} has two sources.", copied.file)));
        }
    }
    faults
}
