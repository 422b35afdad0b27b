//! Compares every struct and constant of this crate with the tables in `tests/facts`.

mod codes;
mod drivers;
mod lists;
mod path_values;
mod protocols;
mod values;

use std::collections::HashSet;

use golden::{
    ConstantRow, LayoutRow, VersionSizeRow, check_constants, check_layouts, check_version_sizes,
    read,
};
use ndis_sys::*;

/// The version whose structs this crate declares.
const NEWEST: Option<&str> = Some("6.86");

fn facts(file: &str) -> String {
    format!("{}/tests/facts/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn structs() -> Vec<golden::Struct> {
    [protocols::all(), lists::all(), drivers::all()].concat()
}

fn constants() -> Vec<golden::Constant> {
    [codes::all(), values::all(), path_values::all()].concat()
}

fn check_layout_table(file: &str) {
    let rows: Vec<LayoutRow> = read(facts(file));
    let report = check_layouts(&rows, &structs(), NEWEST);
    report.assert_complete();
    assert_eq!(report.checked, rows.len());
}

fn check_constant_table(file: &str) {
    let rows: Vec<ConstantRow> = read(facts(file));
    let report = check_constants(&rows, &constants(), NEWEST);
    report.assert_complete();
    assert_eq!(report.checked, rows.len());
}

#[test]
fn layouts_are_those_of_c() {
    check_layout_table("ndis-layout.csv");
}

#[test]
fn layouts_beyond_the_first_table_are_those_of_c() {
    check_layout_table("ndis-extra-layout.csv");
}

#[test]
fn constants_are_those_of_c() {
    check_constant_table("ndis-constants.csv");
}

#[test]
fn constants_beyond_the_first_table_are_those_of_c() {
    check_constant_table("ndis-extra-constants.csv");
}

#[test]
fn nothing_is_listed_that_no_table_has() {
    let layouts = ["ndis-layout.csv", "ndis-extra-layout.csv"];
    let rows: Vec<LayoutRow> = layouts.iter().flat_map(|file| read(facts(file))).collect();
    let fields: HashSet<_> = rows.iter().map(|row| (row.name.as_str(), &*row.field)).collect();
    for ours in structs() {
        assert!(fields.contains(&(ours.name, "")), "{}", ours.name);
        for field in &ours.fields {
            assert!(fields.contains(&(ours.name, &*field.path)), "{}.{}", ours.name, field.path);
        }
    }

    let tables = ["ndis-constants.csv", "ndis-extra-constants.csv"];
    let rows: Vec<ConstantRow> = tables.iter().flat_map(|file| read(facts(file))).collect();
    let names: HashSet<_> = rows.iter().map(|row| row.name.as_str()).collect();
    for ours in constants() {
        assert!(names.contains(ours.name), "{}", ours.name);
    }
}

#[test]
fn older_versions_end_where_they_do_in_c() {
    let rows: Vec<VersionSizeRow> = read(facts("ndis-version-sizes.csv"));
    let report = check_version_sizes(&rows, &structs(), &versions());
    report.assert_complete();
    assert_eq!(report.checked, rows.len());
}

fn versions() -> Vec<golden::Version> {
    golden::versions! {
        NDIS_PROTOCOL_DRIVER_CHARACTERISTICS since "6.0" ends SendNetBufferListsCompleteHandler;
        NDIS_PROTOCOL_DRIVER_CHARACTERISTICS since "6.1" ends DirectOidRequestCompleteHandler;
        NDIS_BIND_PARAMETERS since "6.0" ends BoundAdapterName;
        NDIS_BIND_PARAMETERS since "6.1" ends HDSplitCurrentConfig;
        NDIS_BIND_PARAMETERS since "6.20" ends NicSwitchCapabilities;
        NDIS_BIND_PARAMETERS since "6.30" ends NicSwitchArray;
        NDIS_OID_REQUEST since "6.0" ends Reserved2;
        NDIS_OID_REQUEST since "6.50" ends Flags;
        NET_PNP_EVENT_NOTIFICATION since "6.0" ends Flags;
        NET_PNP_EVENT_NOTIFICATION since "6.50" ends VPortId;
        NET_BUFFER_LIST since "6.0" ends NetBufferListInfo[MAX_NET_BUFFER_LIST_INFO_60];
        NET_BUFFER_LIST since "6.1" ends NetBufferListInfo[MAX_NET_BUFFER_LIST_INFO_61];
        NET_BUFFER_LIST since "6.20" ends NetBufferListInfo[MAX_NET_BUFFER_LIST_INFO_620];
        NET_BUFFER_LIST since "6.30" ends NetBufferListInfo[MAX_NET_BUFFER_LIST_INFO_630];
        NET_BUFFER_LIST since "6.50" ends NetBufferListInfo[MAX_NET_BUFFER_LIST_INFO_650];
        NET_BUFFER_LIST since "6.80" ends NetBufferListInfo[MAX_NET_BUFFER_LIST_INFO_680];
        NET_BUFFER since "6.0" ends DataPhysicalAddress;
        NET_BUFFER since "6.20" ends u2;
        NDIS_RECEIVE_SCALE_CAPABILITIES since "6.0" ends NumberOfReceiveQueues;
        NDIS_RECEIVE_SCALE_CAPABILITIES since "6.30" ends NumberOfIndirectionTableEntries;
        NDIS_RESTART_GENERAL_ATTRIBUTES since "6.0" ends SupportedOidListLength;
        NDIS_RESTART_GENERAL_ATTRIBUTES since "6.20" ends MaxLookaheadSizeAccessed;
        NDIS_MINIPORT_DRIVER_CHARACTERISTICS since "6.0" ends CancelOidRequestHandler;
        NDIS_MINIPORT_DRIVER_CHARACTERISTICS since "6.1" ends CancelDirectOidRequestHandler;
        NDIS_MINIPORT_DRIVER_CHARACTERISTICS since "6.80" ends SynchronousOidRequestHandler;
        NDIS_FILTER_DRIVER_CHARACTERISTICS since "6.0" ends StatusHandler;
        NDIS_FILTER_DRIVER_CHARACTERISTICS since "6.1" ends CancelDirectOidRequestHandler;
        NDIS_FILTER_DRIVER_CHARACTERISTICS since "6.80" ends SynchronousOidRequestCompleteHandler;
        NDIS_FILTER_ATTACH_PARAMETERS since "6.0" ends Flags;
        NDIS_FILTER_ATTACH_PARAMETERS since "6.1" ends HDSplitCurrentConfig;
        NDIS_FILTER_ATTACH_PARAMETERS since "6.20" ends NicSwitchCapabilities;
        NDIS_FILTER_ATTACH_PARAMETERS since "6.30" ends NicSwitchArray;
        NDIS_PM_CAPABILITIES since "6.20" ends MinLinkChangeWakeUp;
        NDIS_PM_CAPABILITIES since "6.30" ends MediaSpecificWakeUpEvents;
    }
}

/// The constants that C has under one name, with a value by version.
#[test]
fn numbers_of_slots_are_those_of_their_versions() {
    let rows: Vec<ConstantRow> = read(facts("ndis-constants.csv"));
    let table: Vec<_> = rows
        .iter()
        .filter(|row| row.name == "MaxNetBufferListInfo")
        .map(|row| (row.min_ndis.as_deref().unwrap(), row.value.parse().unwrap()))
        .collect();
    let ours = [
        ("6.0", MAX_NET_BUFFER_LIST_INFO_60),
        ("6.1", MAX_NET_BUFFER_LIST_INFO_61),
        ("6.20", MAX_NET_BUFFER_LIST_INFO_620),
        ("6.30", MAX_NET_BUFFER_LIST_INFO_630),
        ("6.50", MAX_NET_BUFFER_LIST_INFO_650),
        ("6.80", MAX_NET_BUFFER_LIST_INFO_680),
    ];
    assert_eq!(table, ours);
}
