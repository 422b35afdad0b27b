//! What a driver did.

use std::path::Path;

use nthost::{DeviceInfo, Stop, Violation};
use serde::Serialize;

use crate::adapters::Plugged;

/// What a driver did, from loading it to unloading it.
#[derive(Serialize)]
pub struct Report {
    driver: String,
    /// Sentences about what failed.
    failures: Vec<String>,
    pub devices: Vec<Device>,
    pub requests: Vec<Request>,
    pub adapters: Vec<Plugged>,
    pub debug_output: Vec<String>,
    /// What it imports, and how often it called that.
    calls: Vec<Call>,
    pub left_behind: Vec<String>,
    pub violations: Vec<Broken>,
    /// Why the kernel stopped, if it did.
    pub stop: Option<Stop>,
}

/// A device that the driver made.
#[derive(Serialize)]
pub struct Device {
    pub name: Option<String>,
    pub links: Vec<String>,
    /// Whether the driver has said who may open it.
    secured: bool,
}

/// A request that the driver was sent.
#[derive(Serialize)]
pub struct Request {
    pub what: String,
    pub status: String,
    pub information: usize,
    /// What it returned, in hexadecimal.
    pub data: String,
}

/// An imported function.
#[derive(Serialize)]
struct Call {
    function: &'static str,
    calls: u64,
}

/// A rule that was broken.
#[derive(Serialize)]
pub struct Broken {
    rule: &'static str,
    text: String,
    page: &'static str,
    /// What happened before to what it is about.
    history: Vec<String>,
}

impl From<Violation> for Broken {
    fn from(Violation { rule, text, page, history, .. }: Violation) -> Self {
        Self { rule, text, page, history }
    }
}

impl From<DeviceInfo> for Device {
    fn from(device: DeviceInfo) -> Self {
        Self { name: device.name, links: device.links, secured: device.secured }
    }
}

impl Report {
    pub fn new(file: &Path) -> Self {
        Self {
            driver: file.display().to_string(),
            failures: Vec::new(),
            devices: Vec::new(),
            requests: Vec::new(),
            adapters: Vec::new(),
            debug_output: Vec::new(),
            calls: Vec::new(),
            left_behind: Vec::new(),
            violations: Vec::new(),
            stop: None,
        }
    }

    /// Notes that something failed.
    pub fn fail(&mut self, failure: String) {
        self.failures.push(failure);
    }

    pub fn set_calls(&mut self, calls: &[(&'static str, u64)]) {
        self.calls = calls.iter().map(|&(function, calls)| Call { function, calls }).collect();
        self.calls.sort_by(|a, b| b.calls.cmp(&a.calls).then(a.function.cmp(b.function)));
    }

    /// True if nothing failed, no rule was broken, and nothing was left behind.
    pub fn is_clean(&self) -> bool {
        self.failures.is_empty() && self.violations.is_empty() && self.left_behind.is_empty()
    }

    /// The report for programs.
    pub fn json(&self) -> String {
        // Numbers and text can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let devices = self.devices.iter().map(|device| {
            let name = device.name.as_deref().unwrap_or("without a name");
            let security = if device.secured { "" } else { ", without security of its own" };
            format!("{name} {}{security}", device.links.join(", "))
        });
        let requests = self.requests.iter().map(|request| {
            let Request { what, status, information, data } = request;
            format!("{what}: {status}, information {information} {data}")
        });
        let calls = self.calls.iter().map(|call| format!("{:>10}  {}", call.calls, call.function));
        let broken = self.violations.iter();
        let broken = broken.flat_map(|Broken { rule, text, page, history }| {
            let before = history.iter().map(|event| format!("  before: {event}"));
            std::iter::once(format!("{rule}: {text} ({page})")).chain(before)
        });
        let sections = [
            section("failed", self.failures.iter().cloned()),
            section("devices", devices),
            section("requests", requests),
            section("adapters", self.adapters.iter().flat_map(Plugged::lines)),
            section("debug output", self.debug_output.iter().cloned()),
            section("imports, with how often each was called", calls),
            section("left behind", self.left_behind.iter().cloned()),
            section("broken rules", broken),
        ];
        let verdict = if self.is_clean() { "All went well." } else { "Something went wrong." };
        format!("{}\n\n{}{verdict}", self.driver, sections.concat())
    }
}

/// A heading and lines, unless there are none.
fn section(heading: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<_> = lines.map(|line| format!("  {}", line.trim_end())).collect();
    if lines.is_empty() { String::new() } else { format!("{heading}:\n{}\n\n", lines.join("\n")) }
}
