//! What `status` and `doctor` print.

use std::fmt::Write;

use rx_abi::Info;
use serde::Serialize;
use serde_json::json;

use super::{doctor::Finding, product::Product, system::Service};

/// What there is to tell of a driver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Its name.
    pub driver: &'static str,
    /// Whether it is installed.
    pub installed: bool,
    /// What its service does; nothing if there is none.
    pub state: Option<String>,
    /// Its version, if it runs.
    pub version: Option<String>,
    /// The version of the protocol that it speaks, if it runs.
    pub protocol: Option<u32>,
    /// The adapters that it is bound to, with what came from each since.
    pub adapters: Vec<AdapterStatus>,
    /// Whether Driver Verifier watches it, if that is known.
    pub watched: Option<bool>,
    /// Why it does not answer.
    pub problem: Option<String>,
}

/// What there is to tell of an adapter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AdapterStatus {
    /// The name that people call it by.
    pub name: String,
    /// Frames that came.
    pub frames: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Programs that receive its frames now.
    pub readers: u64,
}

impl Status {
    /// What the service control manager knows.
    #[must_use]
    pub fn new(product: Product, service: Option<&Service>) -> Self {
        Self {
            driver: product.name,
            installed: service.is_some(),
            state: service.map(|service| service.state.to_string()),
            ..Self::default()
        }
    }

    /// Adds what the driver says of itself.
    pub fn tell(&mut self, info: &Info) {
        let [major, minor, patch, _] = info.version;
        self.version = Some(format!("{major}.{minor}.{patch}"));
        self.protocol = Some(info.abi_version);
    }
}

/// An object a line.
#[must_use]
pub fn status_lines(all: &[Status]) -> String {
    let lines = all.iter().map(|status| json!(status).to_string() + "\n");
    lines.collect()
}

/// A line for each driver, and one for each of its adapters.
#[must_use]
pub fn status_table(all: &[Status]) -> String {
    let mut text = String::new();
    for status in all {
        let state = status.state.as_deref().unwrap_or("not installed");
        let version = status.version.as_ref().map(|version| format!(", version {version}"));
        let protocol = status.protocol.map(|protocol| format!(", protocol {protocol}"));
        let watched = match status.watched {
            Some(true) => Some(", watched by Driver Verifier".to_owned()),
            _ => None,
        };
        let problem = status.problem.as_ref().map(|problem| format!(". {problem}"));
        let parts = [version, protocol, watched, problem].map(Option::unwrap_or_default).concat();
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:8}{state}{parts}", status.driver);
        for AdapterStatus { name, frames, bytes, readers } in &status.adapters {
            let _ =
                writeln!(text, "        {name}: {frames} frames, {bytes} bytes, {readers} readers");
        }
    }
    text
}

/// Whether a finding is about starting drivers, not about installing them.
#[must_use]
pub fn concerns_the_start(id: &str) -> bool {
    ["secure-boot", "test-signing-off", "signature-refused", "driver-blocked", "start-failed"]
        .contains(&id)
}

/// A paragraph for each finding, or the sentence `good` if there is none.
#[must_use]
pub fn findings_text(found: &[Finding], good: &str) -> String {
    if found.is_empty() {
        return format!("{good}\n");
    }
    let mut text = String::new();
    for Finding { id, stands_in_the_way, what, cure } in found {
        let mark = if *stands_in_the_way { "FAIL" } else { "note" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{mark}  {id}: {what}");
        if !cure.is_empty() {
            let _ = writeln!(text, "      {cure}");
        }
    }
    text
}

/// One object with all that is known and what it means.
#[must_use]
pub fn findings_json(facts: &impl Serialize, found: &[Finding]) -> String {
    json!({ "facts": facts, "findings": found }).to_string() + "\n"
}

#[cfg(test)]
mod tests {
    use super::{AdapterStatus, Status, findings_text, status_lines, status_table};
    use crate::setup::{Finding, NDISRX, Service, State, WSKRX};

    #[test]
    fn states_and_counters_are_shown() {
        let service = Service { state: State::Running, exit_code: 0 };
        let mut ndisrx = Status::new(NDISRX, Some(&service));
        ndisrx.tell(&rx_abi::Info::new("ndisrx", "1.2.3"));
        let adapter =
            AdapterStatus { name: "Ethernet".to_owned(), frames: 5, bytes: 300, readers: 1 };
        ndisrx.adapters.push(adapter);
        ndisrx.watched = Some(true);
        let all = [Status::new(WSKRX, None), ndisrx];
        let protocol = rx_abi::ABI_VERSION;
        assert_eq!(
            status_table(&all),
            format!(
                "wskrx   not installed\n\
                 ndisrx  running, version 1.2.3, protocol {protocol}, watched by Driver Verifier\n        \
                 Ethernet: 5 frames, 300 bytes, 1 readers\n"
            )
        );
        let lines = status_lines(&all);
        let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        assert_eq!((&first["driver"], &first["installed"]), (&"wskrx".into(), &false.into()));
        assert_eq!(lines.lines().count(), 2);
    }

    #[test]
    fn findings_are_paragraphs() {
        assert_eq!(findings_text(&[], "All is well."), "All is well.\n");
        let finding = Finding {
            id: "not-administrator",
            stands_in_the_way: true,
            what: "This is so.".to_owned(),
            cure: "Mend it.".to_owned(),
        };
        assert_eq!(
            findings_text(&[finding], ""),
            "FAIL  not-administrator: This is so.\n      Mend it.\n"
        );
    }
}
