//! The comparison.

use std::{collections::HashMap, fmt};

use crate::{Bits, Constant, ConstantRow, Field, LayoutRow, Struct, Version, VersionSizeRow};

/// Outcome of a comparison, printed as a summary with one line a finding.
#[derive(Debug, Default)]
pub struct Report {
    /// Rows that were compared with a declaration.
    pub checked: usize,
    /// One sentence for each row that disagrees with its declaration.
    pub wrong: Vec<String>,
    /// Each row that names nothing the test lists.
    pub unmatched: Vec<String>,
}

impl Report {
    /// Adds the findings of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.checked += other.checked;
        self.wrong.extend(other.wrong);
        self.unmatched.extend(other.unmatched);
        self
    }

    /// Prints the report and fails the test unless all rows were found and agree.
    ///
    /// # Panics
    ///
    /// If a row disagrees, if a row found no counterpart, or if there was no row at all.
    pub fn assert_complete(&self) {
        println!("{self}");
        assert!(self.checked > 0, "no row was compared");
        assert!(self.wrong.is_empty() && self.unmatched.is_empty(), "{self}");
    }

    fn compare<T: PartialEq + fmt::Display>(&mut self, what: &str, ours: &T, table: &T) {
        if ours != table {
            self.wrong.push(format!("{what}: {ours}, the table says {table}"));
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} rows checked, {} wrong, {} unmatched",
            self.checked,
            self.wrong.len(),
            self.unmatched.len()
        )?;
        for line in &self.wrong {
            writeln!(f, "  wrong: {line}")?;
        }
        for line in &self.unmatched {
            writeln!(f, "  unmatched: {line}")?;
        }
        Ok(())
    }
}

/// Compares each row of a layout table with the struct or field that it names.
///
/// Where a table describes several versions, `newest` is the one that the declarations follow. In
/// rows of older versions offsets and sizes of fields must agree too; the sizes of structs and of the
/// arrays that grew are compared by [`check_version_sizes`].
#[must_use]
pub fn check_layouts(rows: &[LayoutRow], structs: &[Struct], newest: Option<&str>) -> Report {
    let by_name: HashMap<_, _> = structs.iter().map(|s| (s.name, s)).collect();
    let mut report = Report::default();
    for row in rows {
        let what = describe(row);
        let Some(ours) = by_name.get(row.name.as_str()) else {
            report.unmatched.push(what);
            continue;
        };
        let older = newest.is_some() && row.ndis_version.as_deref() != newest;
        if row.field.is_empty() {
            check_struct(&mut report, &what, ours, row, older);
        } else if let Some(field) = ours.fields.iter().find(|field| field.path == row.field) {
            check_field(&mut report, &what, field, row, older);
        } else {
            report.unmatched.push(what);
        }
    }
    report
}

fn describe(row: &LayoutRow) -> String {
    let dot = if row.field.is_empty() { "" } else { "." };
    let version = row.ndis_version.as_deref().map(|v| format!(" (NDIS {v})")).unwrap_or_default();
    format!("{}: {}{dot}{}{version}", row.arch, row.name, row.field)
}

fn check_struct(report: &mut Report, what: &str, ours: &Struct, row: &LayoutRow, older: bool) {
    report.checked += 1;
    if let Some(align) = row.align {
        report.compare(&format!("{what} alignment"), &ours.align, &align);
    }
    if older {
        report.compare(&format!("{what} is no larger"), &(row.size <= ours.size), &true);
    } else {
        report.compare(&format!("{what} size"), &ours.size, &row.size);
    }
}

fn check_field(report: &mut Report, what: &str, field: &Field, row: &LayoutRow, older: bool) {
    report.checked += 1;
    if let Some(offset) = row.offset {
        report.compare(&format!("{what} offset"), &field.offset, &offset);
    }
    if older {
        report.compare(&format!("{what} is no larger"), &(row.size <= field.size), &true);
    } else {
        report.compare(&format!("{what} size"), &field.size, &row.size);
    }
    let bits = row.bit_offset.zip(row.bit_width);
    let table = bits.map(|(offset, width)| ((1_u64 << width) - 1) << offset);
    let show = |mask: Option<u64>| mask.map_or("no bit-field".into(), |mask| format!("{mask:#x}"));
    let ours = field.bits.map(|Bits { mask }| mask);
    report.compare(&format!("{what} bits"), &show(ours), &show(table));
}

/// Compares each row of a table of struct sizes by version with the form of the struct that was
/// current in that version.
///
/// A struct without an entry in `versions` never grew.
#[must_use]
pub fn check_version_sizes(
    rows: &[VersionSizeRow],
    structs: &[Struct],
    versions: &[Version],
) -> Report {
    let mut report = Report::default();
    for row in rows {
        let what = format!("{}: {} in NDIS {}", row.arch, row.name, row.ndis_version);
        let Some(ours) = structs.iter().find(|s| s.name == row.name) else {
            report.unmatched.push(what);
            continue;
        };
        let current = versions
            .iter()
            .filter(|v| v.name == row.name && order(v.since) <= order(&row.ndis_version))
            .max_by_key(|v| order(v.since));
        let size = match current {
            Some(version) => version.end.next_multiple_of(ours.align),
            None if versions.iter().any(|v| v.name == row.name) => {
                report.unmatched.push(what);
                continue;
            }
            None => ours.size,
        };
        report.checked += 1;
        report.compare(&format!("{what} size"), &size, &row.size);
    }
    report
}

/// `6.0` < `6.1` < `6.20` < `6.86`: the second part is a number of two digits, the last of which is
/// left out where it is zero only in 6.0 and 6.1.
fn order(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let number = |part: &str| {
        part.parse().unwrap_or_else(|_| panic!("{version:?} is not a version: digits, dot, digits"))
    };
    (number(major), number(minor))
}

/// Compares each row of a table of constants with the constant that it names, modulo 2^32.
///
/// Where a table gives a constant several values, by version of the interface, the value of `newest`
/// is compared and the others are those of older headers: they are checked to end before it.
#[must_use]
pub fn check_constants(
    rows: &[ConstantRow],
    constants: &[Constant],
    newest: Option<&str>,
) -> Report {
    let by_name: HashMap<_, _> = constants.iter().map(|c| (c.name, c.value)).collect();
    let mut report = Report::default();
    for row in rows {
        let Some(&value) = by_name.get(row.name.as_str()) else {
            report.unmatched.push(row.name.clone());
            continue;
        };
        report.checked += 1;
        if let (Some(newest), Some(until)) = (newest, &row.max_ndis)
            && order(until) < order(newest)
        {
            let again = rows.iter().any(|other| {
                other.name == row.name
                    && other.min_ndis.as_deref().is_some_and(|min| order(min) > order(until))
            });
            report.compare(&format!("{} has a newer value", row.name), &again, &true);
            continue;
        }
        match row.value.parse::<i128>() {
            Ok(table) => {
                let low = |value: i128| value.rem_euclid(1 << 32);
                report.compare(&row.name, &low(value), &low(table));
            }
            Err(_) => report.wrong.push(format!("{}: {:?} is no number", row.name, row.value)),
        }
    }
    report
}
