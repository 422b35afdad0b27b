//! The adapters that a protocol driver is given, and what became of their frames.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use ndis_sys::{
    OID_802_3_CURRENT_ADDRESS, OID_802_3_MULTICAST_LIST, OID_GEN_CURRENT_LOOKAHEAD,
    OID_GEN_CURRENT_PACKET_FILTER, OID_GEN_LINK_STATE, OID_GEN_MAXIMUM_FRAME_SIZE,
    OID_GEN_STATISTICS, OID_TIMESTAMP_CAPABILITY, OID_TIMESTAMP_CURRENT_CONFIG,
};
use nthost::{
    Kernel,
    ndis::{
        AdapterReport, Link,
        source::{self, SourceError, Spec},
    },
};
use serde::Serialize;

/// How often to look whether there are more frames.
const INTERVAL: Duration = Duration::from_millis(50);

/// Adapters that are plugged in.
pub struct Adapters {
    links: Vec<(String, Link)>,
}

/// What became of the frames of an adapter.
#[derive(Serialize)]
pub struct Plugged {
    spec: String,
    #[serde(flatten)]
    report: AdapterReport,
    /// Time in the driver for each frame, in nanoseconds.
    receive_time_per_frame_ns: u64,
}

impl Adapters {
    /// Plugs adapters in.
    pub fn plug(kernel: &Kernel, specs: &[Spec]) -> Result<Self, SourceError> {
        let opened = source::open(specs)?;
        let links = specs.iter().zip(opened).map(|(spec, (adapter, source))| {
            (spec.to_string(), kernel.plug_source(adapter, source))
        });
        Ok(Self { links: links.collect() })
    }

    /// Waits so long, or until all frames have been received.
    pub fn run(&self, time: Duration) {
        let bar = (!self.links.is_empty()).then(|| progress(time));
        let start = Instant::now();
        while start.elapsed() < time && (self.links.is_empty() || !self.have_ended()) {
            thread::sleep(INTERVAL.min(time.saturating_sub(start.elapsed())));
            if let Some(bar) = &bar {
                let frames: u64 = self.links.iter().map(|(_, link)| link.report().frames).sum();
                bar.set_position(u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX));
                bar.set_message(format!("{frames} frames"));
            }
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    }

    fn have_ended(&self) -> bool {
        self.links.iter().all(|(_, link)| link.report().source.is_some_and(|source| source.ended))
    }

    /// The names of the protocols that are bound to each.
    pub fn bound(&self) -> Vec<Vec<String>> {
        self.links.iter().map(|(_, link)| link.report().protocols).collect()
    }

    /// What became of their frames, with the names of the protocols that were bound to them.
    pub fn report(&self, bound: Vec<Vec<String>>) -> Vec<Plugged> {
        let links = self.links.iter().zip(bound);
        let reports = links.map(|((spec, link), protocols)| {
            let report = AdapterReport { protocols, ..link.report() };
            let spec = spec.clone();
            let receive_time_per_frame_ns =
                report.receive_time_ns.checked_div(report.frames).unwrap_or_default();
            Plugged { spec, report, receive_time_per_frame_ns }
        });
        reports.collect()
    }
}

/// A bar that shows how much of the time has passed.
fn progress(time: Duration) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{bar:40} {elapsed} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

impl Plugged {
    /// What people are told.
    pub fn lines(&self) -> Vec<String> {
        let AdapterReport { name, protocols, oids, .. } = &self.report;
        let report = &self.report;
        let protocols =
            if protocols.is_empty() { "nobody".to_owned() } else { protocols.join(", ") };
        let mut lines = vec![
            format!("{name} ({}), bound to by {protocols}", self.spec),
            format!(
                "  {} frames in {} lists: {} lists loaned, {} owned, {} returned, {} kept still, {} copied",
                report.frames,
                report.lists,
                report.loaned,
                report.owned,
                report.returned,
                report.held_now,
                report.copies,
            ),
            format!("  {} frames dropped by the adapter", report.dropped),
            format!("  {} ns in the driver for each frame", self.receive_time_per_frame_ns),
        ];
        lines.extend(requests(oids));
        if let Some(source) = &report.source {
            if source.dropped > 0 {
                lines.push(format!("  {} frames lost before the adapter", source.dropped));
            }
            if source.truncated > 0 {
                lines.push(format!(
                    "  {} frames were cut when they were captured",
                    source.truncated
                ));
            }
            lines.extend(source.failure.iter().map(|failure| format!("  {failure}")));
        }
        if report.frames == 0 && !self.report.protocols.is_empty() {
            lines.push(
                "  no frames: the driver has set no packet filter, or not for long enough; --open and \
                 --ioctl ask it to"
                    .to_owned(),
            );
        }
        lines
    }
}

/// The requests of drivers with what they ended with, each once, and how often.
fn requests(oids: &[(u32, i32)]) -> impl Iterator<Item = String> {
    let mut counts = BTreeMap::<_, u64>::new();
    for (oid, status) in oids {
        *counts.entry((oid, status)).or_default() += 1;
    }
    counts.into_iter().map(|((oid, status), count)| {
        let name = OIDS.iter().find(|(known, _)| known == oid).map_or("", |(_, name)| name);
        let times = if count == 1 { String::new() } else { format!(", {count} times") };
        format!("  request {oid:#010x} {name}: {status:#010x}{times}")
    })
}

/// The names of the requests that protocol drivers make most.
const OIDS: [(u32, &str); 9] = [
    (OID_802_3_CURRENT_ADDRESS, "OID_802_3_CURRENT_ADDRESS"),
    (OID_802_3_MULTICAST_LIST, "OID_802_3_MULTICAST_LIST"),
    (OID_GEN_CURRENT_LOOKAHEAD, "OID_GEN_CURRENT_LOOKAHEAD"),
    (OID_GEN_CURRENT_PACKET_FILTER, "OID_GEN_CURRENT_PACKET_FILTER"),
    (OID_GEN_LINK_STATE, "OID_GEN_LINK_STATE"),
    (OID_GEN_MAXIMUM_FRAME_SIZE, "OID_GEN_MAXIMUM_FRAME_SIZE"),
    (OID_GEN_STATISTICS, "OID_GEN_STATISTICS"),
    (OID_TIMESTAMP_CAPABILITY, "OID_TIMESTAMP_CAPABILITY"),
    (OID_TIMESTAMP_CURRENT_CONFIG, "OID_TIMESTAMP_CURRENT_CONFIG"),
];
