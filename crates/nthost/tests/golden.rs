//! Compares every struct of [`nthost::nt`] that the tables in `tests/facts` describe with them.

#[path = "structs/objects.rs"]
mod objects;
#[path = "structs/requests.rs"]
mod requests;
#[path = "structs/stack_location.rs"]
mod stack_location;
#[path = "structs/synchronization.rs"]
mod synchronization;
#[path = "structs/values.rs"]
mod values;

use golden::{LayoutRow, Struct, check_layouts, read};

/// Rows of ARM64 that differ from those of x64: a cache line is larger, and a name is another.
const ARM64_ONLY: [(&str, &str); 8] = [
    ("SLIST_HEADER", "HeaderArm64"),
    ("SLIST_HEADER", "HeaderArm64.Depth"),
    ("SLIST_HEADER", "HeaderArm64.Sequence"),
    ("SLIST_HEADER", "HeaderArm64.Reserved"),
    ("SLIST_HEADER", "HeaderArm64.NextEntry"),
    ("NPAGED_LOOKASIDE_LIST", ""),
    ("PAGED_LOOKASIDE_LIST", ""),
    ("GENERAL_LOOKASIDE", ""),
];

fn rows(arch: &str) -> Vec<LayoutRow> {
    let file = format!("{}/tests/facts/nt-layout.csv", env!("CARGO_MANIFEST_DIR"));
    let mut rows: Vec<LayoutRow> = read(file);
    rows.retain(|row| row.arch == arch);
    rows
}

fn structs() -> Vec<Struct> {
    let mut structs = requests::structs();
    structs.extend(stack_location::structs());
    structs.extend(objects::structs());
    structs.extend(synchronization::structs());
    structs.extend(values::structs());
    structs
}

#[test]
#[cfg(target_arch = "x86_64")]
fn layouts_are_those_of_c() {
    let rows = rows("x64");
    let structs = structs();
    let report = check_layouts(&rows, &structs, None);
    report.assert_complete();
    assert_eq!(report.checked, rows.len());
    let fields: usize = structs.iter().map(|s| s.fields.len() + 1).sum();
    assert_eq!(fields, rows.len(), "a field is listed twice, or is in no row");
}

#[test]
fn arm64_has_the_same_layouts_but_for_the_lookaside_lists() {
    let (only, rows): (Vec<_>, Vec<_>) = rows("arm64")
        .into_iter()
        .partition(|row| ARM64_ONLY.contains(&(row.name.as_str(), row.field.as_str())));
    assert_eq!(only.len(), ARM64_ONLY.len());
    let report = check_layouts(&rows, &structs(), None);
    report.assert_complete();
    assert_eq!(report.checked, rows.len());
}

/// What no row of the tables describes, with the size that the documentation gives it.
#[test]
fn the_rest_is_as_documented() {
    use nthost::nt::*;

    let sizes = [
        ("ACCESS_ALLOWED_ACE, without its identifier", size_of::<ACCESS_ALLOWED_ACE>(), 8),
        ("ACL", size_of::<ACL>(), 8),
        ("POWER_STATE", size_of::<POWER_STATE>(), 4),
        ("RTL_OSVERSIONINFOEXW", size_of::<RTL_OSVERSIONINFOEXW>(), 284),
        ("RTL_QUERY_REGISTRY_TABLE", size_of::<RTL_QUERY_REGISTRY_TABLE>(), 56),
        ("SECURITY_DESCRIPTOR", size_of::<SECURITY_DESCRIPTOR>(), 40),
        ("SECURITY_DESCRIPTOR_RELATIVE", size_of::<SECURITY_DESCRIPTOR_RELATIVE>(), 20),
        ("SECURITY_QUALITY_OF_SERVICE", size_of::<SECURITY_QUALITY_OF_SERVICE>(), 12),
        ("SID, without its other numbers", size_of::<SID>(), 8),
        ("SYSTEM_POWER_STATE_CONTEXT", size_of::<SYSTEM_POWER_STATE_CONTEXT>(), 4),
        ("TIME_FIELDS", size_of::<TIME_FIELDS>(), 16),
        ("ULARGE_INTEGER", size_of::<ULARGE_INTEGER>(), 8),
    ];
    for (name, size, documented) in sizes {
        assert_eq!(size, documented, "{name}");
    }
}
