//! Rules about [Version].

use jiff::civil::{Date, date};

use super::{Fault, Rule, fault};
use crate::inf::plan::Plan;

const PAGE: &str = "install/inf-version-section";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "signature",
        sentence: "[Version] has Signature = \"$Windows NT$\".",
        page: PAGE,
        codes: &[1001],
        check: signature,
    },
    Rule {
        name: "provider",
        sentence: "[Version] names the Provider, who is not Microsoft.",
        page: PAGE,
        codes: &[1204, 1234],
        check: provider,
    },
    Rule {
        name: "class",
        sentence: "[Version] has a Class of up to 31 characters and the ClassGuid that belongs to it.",
        page: "install/system-defined-device-setup-classes-available-to-vendors",
        codes: &[1010, 1234, 1280, 1281, 1286],
        check: class,
    },
    Rule {
        name: "driver-ver",
        sentence: "[Version] has DriverVer = mm/dd/yyyy,w.x.y.z, not before 04/21/2006 and not in the future.",
        page: "install/inf-driverver-directive",
        codes: &[1217, 1218, 1234],
        check: driver_ver,
    },
    Rule {
        name: "catalog-file",
        sentence: "[Version] names the CatalogFile, a file.cat without a folder.",
        page: PAGE,
        codes: &[1214, 1233],
        check: catalog_file,
    },
    Rule {
        name: "pnp-lockdown",
        sentence: "[Version] has PnpLockdown = 1, so that programs cannot change the files.",
        page: PAGE,
        codes: &[1324],
        check: pnp_lockdown,
    },
    Rule {
        name: "version-entries",
        sentence: "[Version] has no entries that are not for everybody.",
        page: PAGE,
        codes: &[1208, 1290, 2009],
        check: version_entries,
    },
];

/// Classes with their GUIDs.
const CLASSES: [(&str, &str); 8] = [
    ("System", "{4D36E97D-E325-11CE-BFC1-08002BE10318}"),
    ("Net", "{4D36E972-E325-11CE-BFC1-08002BE10318}"),
    ("NetClient", "{4D36E973-E325-11CE-BFC1-08002BE10318}"),
    ("NetService", "{4D36E974-E325-11CE-BFC1-08002BE10318}"),
    ("NetTrans", "{4D36E975-E325-11CE-BFC1-08002BE10318}"),
    ("SoftwareComponent", "{5C4C3332-344D-483C-8739-259E934C9CC8}"),
    ("Extension", "{E2F84CE7-8EFA-411C-AA69-97454CA4CB57}"),
    ("USBDevice", "{88BAE032-5A81-49F0-BC3D-A4FF138216D6}"),
];

/// Entries that everybody may have.
const ENTRIES: [&str; 8] = [
    "Signature",
    "Class",
    "ClassGuid",
    "Provider",
    "DriverVer",
    "CatalogFile",
    "PnpLockdown",
    "ExtensionId",
];

/// The oldest date that Inf2Cat takes.
const OLDEST: Date = date(2006, 4, 21);

/// The line of an entry, or that of the section, or zero.
fn line(plan: &Plan<'_>, key: &str) -> usize {
    let entry = plan.inf.entries_with("Version", key).next().map(|entry| entry.line);
    let section = plan.inf.sections.iter().find(|section| section.is("Version"));
    entry.or_else(|| section.map(|section| section.line)).unwrap_or_default()
}

/// What is wrong with the value of an entry.
fn unless(holds: bool, plan: &Plan<'_>, key: &str, text: impl Into<String>) -> Vec<Fault> {
    if holds { Vec::new() } else { vec![fault(line(plan, key), text)] }
}

fn signature(plan: &Plan<'_>) -> Vec<Fault> {
    let signature = plan.get("Version", "Signature");
    let is_right = signature.eq_ignore_ascii_case("$Windows NT$");
    unless(is_right, plan, "Signature", format!("The signature is \"{signature}\"."))
}

fn provider(plan: &Plan<'_>) -> Vec<Fault> {
    let provider = plan.get("Version", "Provider");
    let is_microsoft = provider.to_ascii_lowercase().starts_with("microsoft");
    let is_right = !provider.is_empty() && !is_microsoft;
    unless(is_right, plan, "Provider", format!("The provider is \"{provider}\"."))
}

fn is_guid(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let lengths: Vec<_> =
        inner.into_iter().flat_map(|text| text.split('-')).map(str::len).collect();
    let is_digit = |byte| b"{}-".contains(&byte) || byte.is_ascii_hexdigit();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(is_digit)
}

fn class(plan: &Plan<'_>) -> Vec<Fault> {
    let (class, guid) = (plan.get("Version", "Class"), plan.get("Version", "ClassGuid"));
    let mut faults = unless(is_guid(&guid), plan, "ClassGuid", format!("\"{guid}\" is no GUID."));
    let length = class.chars().count();
    let fits = (1..=31).contains(&length);
    faults.extend(unless(fits, plan, "Class", format!("The class has {length} characters.")));
    for (known, its_guid) in CLASSES {
        let agrees = class.eq_ignore_ascii_case(known) == guid.eq_ignore_ascii_case(its_guid);
        let text = format!("{its_guid} is the GUID of {known}, and of no other class.");
        faults.extend(unless(agrees, plan, "ClassGuid", text));
    }
    faults
}

/// The date of `mm/dd/yyyy`.
fn date_of(text: &str) -> Option<Date> {
    let parts: Vec<_> = text.split(['/', '-']).collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    let [month, day, year] = parts[..] else { return None };
    let is_right = lengths == [2, 2, 4];
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.ok().filter(|_| is_right)
}

fn is_version(text: &str) -> bool {
    let is_number = |part: &str| {
        let is_digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_digits && part.parse().is_ok_and(|number: u16| number < u16::MAX)
    };
    let parts: Vec<_> = text.split('.').collect();
    let is_zero = parts.iter().all(|part| part.bytes().all(|byte| byte == b'0'));
    parts.len() == 4 && !is_zero && parts.into_iter().all(is_number)
}

fn driver_ver(plan: &Plan<'_>) -> Vec<Fault> {
    let entry = plan.inf.entries_with("Version", "DriverVer").next();
    let [day, version] =
        [0, 1].map(|index| entry.map(|entry| plan.text(entry, index)).unwrap_or_default());
    let key = "DriverVer";
    let is_right = is_version(&version);
    let text = format!("\"{version}\" is no version of four numbers below 65535.");
    let mut faults = unless(is_right, plan, key, text);
    match date_of(&day) {
        None => faults.extend(unless(false, plan, key, format!("\"{day}\" is no date."))),
        Some(date) if date < OLDEST => {
            faults.extend(unless(false, plan, key, format!("Inf2Cat refuses the date {day}.")));
        }
        Some(date) if date > plan.today => {
            faults.extend(unless(false, plan, key, format!("{day} is yet to come (in UTC).")));
        }
        Some(_) => {}
    }
    faults
}

fn catalog_file(plan: &Plan<'_>) -> Vec<Fault> {
    let name = plan.get("Version", "CatalogFile");
    let stem = name.to_ascii_lowercase();
    let is_right = stem.strip_suffix(".cat").is_some_and(|stem| {
        !stem.is_empty() && !stem.contains(['\\', '/', ':', '*', '?', '"', '<', '>', '|'])
    });
    unless(is_right, plan, "CatalogFile", format!("The catalog is \"{name}\"."))
}

fn pnp_lockdown(plan: &Plan<'_>) -> Vec<Fault> {
    let value = plan.get("Version", "PnpLockdown");
    unless(value == "1", plan, "PnpLockdown", format!("PnpLockdown is \"{value}\"."))
}

fn version_entries(plan: &Plan<'_>) -> Vec<Fault> {
    plan.inf
        .entries("Version")
        .filter(|entry| !ENTRIES.iter().any(|name| entry.has_key(name)))
        .map(|entry| {
            let key = entry.key.as_deref().unwrap_or_default();
            fault(entry.line, format!("\"{key}\" is for Microsoft only, or unknown."))
        })
        .collect()
}
