//! The profile for Windows' recorder.

use std::{collections::BTreeMap, fs};

use roxmltree::{Document, Node};
use rx_abi::{NDISRX_TRACE, TraceProvider, WSKRX_TRACE, keyword};

/// The digits of an identifier, in groups.
fn groups(provider: TraceProvider) -> String {
    let digits = format!("{:032x}", provider.id);
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| digits[group].to_owned()).join("-")
}

#[test]
fn names_both_providers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/winrx.wprp");
    let text = fs::read_to_string(path).unwrap();
    let document = Document::parse(&text).expect("it is well-formed");
    let all = |name: &'static str| {
        let is_it = move |node: &Node<'_, '_>| node.has_tag_name(name);
        document.descendants().filter(is_it)
    };
    assert_eq!(document.root_element().tag_name().name(), "WindowsPerformanceRecorder");
    let providers: BTreeMap<_, _> = all("EventProvider")
        .map(|node| (node.attribute("Id").unwrap(), node.attribute("Name").unwrap().to_owned()))
        .collect();
    let wanted = [("EventProvider_ndisrx", NDISRX_TRACE), ("EventProvider_wskrx", WSKRX_TRACE)];
    assert_eq!(providers, wanted.map(|(id, provider)| (id, groups(provider))).into());
    let keywords = keyword::DRIVER | keyword::HANDLE | keyword::LOSS | keyword::ADAPTER;
    for node in all("Keyword") {
        assert_eq!(node.attribute("Value"), Some(&*format!("{keywords:#X}").replace("0X", "0x")));
    }
    // The recorder wants identifiers of profiles to be made of what they are.
    for node in all("Profile") {
        let parts =
            ["Name", "DetailLevel", "LoggingMode"].map(|name| node.attribute(name).unwrap());
        assert_eq!(node.attribute("Id").unwrap(), parts.join("."));
    }
    // What is referred to is there.
    for (reference, object) in
        [("EventProviderId", "EventProvider"), ("EventCollectorId", "EventCollector")]
    {
        for node in all(reference) {
            let id = node.attribute("Value");
            assert!(all(object).any(|node| node.attribute("Id") == id), "{id:?}");
        }
    }
}

#[test]
fn the_documentation_names_the_providers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tracing.md");
    let text = fs::read_to_string(path).unwrap();
    for provider in [WSKRX_TRACE, NDISRX_TRACE] {
        for part in [provider.name, &groups(provider)] {
            assert!(text.contains(part), "{part}");
        }
    }
}
