//! The tables, as they are read.

use std::path::Path;

use serde::{Deserialize, de::DeserializeOwned};

/// A row of a layout table: a struct where `field` is empty, else one of its fields.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the columns are described in the README beside the tables")]
pub struct LayoutRow {
    pub arch: String,
    #[serde(rename = "struct")]
    pub name: String,
    pub field: String,
    pub offset: Option<usize>,
    pub size: usize,
    pub align: Option<usize>,
    pub bit_offset: Option<u32>,
    pub bit_width: Option<u32>,
    #[serde(default)]
    pub ndis_version: Option<String>,
}

/// A row of a table of struct sizes by version.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the columns are described in the README beside the tables")]
pub struct VersionSizeRow {
    pub arch: String,
    pub ndis_version: String,
    #[serde(rename = "struct")]
    pub name: String,
    pub size: usize,
}

/// A row of a table of constants.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the columns are described in the README beside the tables")]
pub struct ConstantRow {
    pub name: String,
    pub value: String,
    pub hex: String,
    #[serde(default)]
    pub min_ndis: Option<String>,
    #[serde(default)]
    pub max_ndis: Option<String>,
}

/// Reads a whole table.
///
/// # Panics
///
/// If the file cannot be read, or one of its rows does not have the columns of `Row`: a test that
/// compares with a table has nothing to say without it.
pub fn read<Row: DeserializeOwned>(path: impl AsRef<Path>) -> Vec<Row> {
    let path = path.as_ref();
    let mut reader = csv::Reader::from_path(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    reader
        .deserialize()
        .map(|row| row.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .collect()
}
