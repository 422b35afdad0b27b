//! Each kind of disagreement is found: a comparison that cannot fail proves nothing.

use golden::{
    Bits, ConstantRow, LayoutRow, Struct, VersionSizeRow, check_constants, check_layouts,
    check_version_sizes,
};

#[repr(C)]
#[expect(clippy::upper_case_acronyms, reason = "named as C structs are")]
struct PAIR {
    r#type: u8,
    rest: u32,
}

impl PAIR {
    const LOW: u32 = 0xf;
}

const ANSWER: u32 = 42;
const MINUS_FIVE: i32 = -5;

fn structs() -> Vec<Struct> {
    golden::layouts! { PAIR { r#type, Rest => rest, Low => rest & LOW } }
}

fn row(field: &str, offset: usize, size: usize) -> LayoutRow {
    LayoutRow {
        arch: "x64".into(),
        name: "PAIR".into(),
        field: field.into(),
        offset: Some(offset),
        size,
        align: None,
        bit_offset: None,
        bit_width: None,
        ndis_version: None,
    }
}

fn whole(size: usize, align: usize) -> LayoutRow {
    LayoutRow { offset: None, align: Some(align), ..row("", 0, size) }
}

#[test]
fn what_agrees_passes() {
    let bits = LayoutRow { bit_offset: Some(0), bit_width: Some(4), ..row("Low", 4, 4) };
    let rows = [whole(8, 4), row("type", 0, 1), row("Rest", 4, 4), bits];
    let report = check_layouts(&rows, &structs(), None);
    report.assert_complete();
    assert_eq!(report.checked, rows.len());
}

#[test]
fn each_wrong_layout_is_reported() {
    let bits =
        |offset, width| LayoutRow { bit_offset: offset, bit_width: width, ..row("Low", 4, 4) };
    for wrong in [
        whole(12, 4),
        whole(8, 8),
        row("type", 1, 1),
        row("Rest", 4, 8),
        bits(Some(1), Some(4)),
        bits(Some(0), Some(5)),
        bits(None, None),
    ] {
        let report = check_layouts(&[wrong], &structs(), None);
        assert_eq!(report.wrong.len(), 1, "{report}");
    }
}

#[test]
fn a_row_without_counterpart_is_listed() {
    let stranger = LayoutRow { name: "STRANGER".into(), ..whole(8, 4) };
    let report = check_layouts(&[row("Gone", 0, 1), stranger], &structs(), None);
    assert_eq!(report.unmatched, ["x64: PAIR.Gone", "x64: STRANGER"]);
    assert_eq!(report.checked, 0);
}

#[test]
fn an_older_version_may_only_be_smaller() {
    let of =
        |version: &str, size| LayoutRow { ndis_version: Some(version.into()), ..whole(size, 4) };
    check_layouts(&[of("6.30", 4), of("6.86", 8)], &structs(), Some("6.86")).assert_complete();
    let report = check_layouts(&[of("6.30", 12), of("6.86", 4)], &structs(), Some("6.86"));
    assert_eq!(report.wrong.len(), 2, "{report}");
}

#[test]
fn sizes_follow_the_version() {
    let versions = golden::versions! {
        PAIR since "6.1" ends r#type;
        PAIR since "6.20" ends rest;
    };
    let of = |version: &str, size| VersionSizeRow {
        arch: "x64".into(),
        ndis_version: version.into(),
        name: "PAIR".into(),
        size,
    };
    let right = [of("6.1", 4), of("6.20", 8), of("6.86", 8)];
    check_version_sizes(&right, &structs(), &versions).assert_complete();
    let report = check_version_sizes(&[of("6.1", 8), of("6.0", 4)], &structs(), &versions);
    assert_eq!((report.wrong.len(), report.unmatched.len()), (1, 1), "{report}");
}

#[test]
fn constants_are_compared_modulo_32_bits() {
    let of = |name: &str, value: &str| ConstantRow {
        name: name.into(),
        value: value.into(),
        hex: String::new(),
        min_ndis: None,
        max_ndis: None,
    };
    let ours = golden::constants![ANSWER, MINUS_FIVE];
    let right = [of("ANSWER", "42"), of("MINUS_FIVE", "-5"), of("MINUS_FIVE", "4294967291")];
    check_constants(&right, &ours, None).assert_complete();
    let report = check_constants(&[of("ANSWER", "43"), of("ANSWER", "x")], &ours, None);
    assert_eq!(report.wrong.len(), 2, "{report}");
    let report = check_constants(&[of("QUESTION", "42")], &ours, None);
    assert_eq!(report.unmatched, ["QUESTION"]);
}

#[test]
fn a_value_of_an_older_version_must_have_been_replaced() {
    let of = |value: &str, min: &str, max: &str| ConstantRow {
        name: "ANSWER".into(),
        value: value.into(),
        hex: String::new(),
        min_ndis: Some(min.into()),
        max_ndis: Some(max.into()),
    };
    let ours = golden::constants![ANSWER];
    let right = [of("41", "6.0", "6.20"), of("42", "6.30", "6.86")];
    check_constants(&right, &ours, Some("6.86")).assert_complete();
    let report = check_constants(&[of("41", "6.0", "6.20")], &ours, Some("6.86"));
    assert_eq!(report.wrong.len(), 1, "{report}");
}

#[test]
fn masks_widen_to_64_bits() {
    assert_eq!(structs()[0].fields[2].bits, Some(Bits { mask: 0xf }));
}
