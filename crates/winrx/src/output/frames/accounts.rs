//! What became of all frames.

use std::fmt;

use rx_abi::{AdapterStats, FrameStats};
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq, SerializeStruct},
};

use super::causes;
use crate::Adapter;

/// The counters of a capture and of its adapters, as a table for people (`Display`) and as an object of
/// JSON (`Serialize`).
#[derive(Clone, Debug)]
pub struct Accounts {
    /// The counters of the capture.
    pub reader: FrameStats,
    /// Frames that were put out.
    pub shown: u64,
    /// The counters of adapters.
    pub adapters: Vec<(Adapter, AdapterStats)>,
}

impl Accounts {
    /// The sums of the capture, in a line or several.
    #[must_use]
    pub fn sums(&self) -> String {
        let stats = &self.reader;
        let sums = format!(
            "offered {} frames = {} filtered + {} accepted + {} dropped\n\
             accepted {} bytes, {} frames = {} delivered + {} held + {} lost + {} flushed",
            stats.offered,
            stats.filtered,
            stats.accepted,
            stats.dropped(),
            stats.accepted_bytes,
            stats.accepted,
            stats.delivered,
            stats.held,
            stats.lost,
            stats.flushed,
        );
        let dropped = causes(stats).map(|causes| format!("dropped: {causes}"));
        let refused = (stats.filter_failures > 0)
            .then(|| format!("packet filter refused by adapters: {}", stats.filter_failures));
        let shown = (self.shown != stats.delivered).then(|| format!("put out: {}", self.shown));
        let wrong = "The driver's counters do not add up. Please report this with the lines above.";
        let wrong = (!stats.adds_up()).then(|| wrong.to_owned());
        let lines = [Some(sums), dropped, refused, shown, wrong];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

/// The counters of a capture by their names.
fn reader_rows(stats: &FrameStats) -> [(&'static str, u64); 23] {
    [
        ("offered", stats.offered),
        ("filtered", stats.filtered),
        ("accepted", stats.accepted),
        ("accepted-bytes", stats.accepted_bytes),
        ("dropped-queue-full", stats.dropped_queue_full),
        ("dropped-too-large", stats.dropped_too_large),
        ("dropped-no-memory", stats.dropped_no_memory),
        ("dropped-unmapped", stats.dropped_unmapped),
        ("dropped-malformed", stats.dropped_malformed),
        ("delivered", stats.delivered),
        ("delivered-bytes", stats.delivered_bytes),
        ("held", stats.held),
        ("lost", stats.lost),
        ("flushed", stats.flushed),
        ("truncated", stats.truncated),
        ("scattered", stats.scattered),
        ("retained", stats.retained),
        ("retained-most", stats.retained_most),
        ("retained-copied", stats.retained_copied),
        ("queue-used", stats.queue_used),
        ("queue-used-most", stats.queue_used_most),
        ("adapters", stats.adapters),
        ("filter-failures", stats.filter_failures),
    ]
}

/// The counters of an adapter by their names.
pub(crate) fn adapter_rows(stats: &AdapterStats) -> [(&'static str, u64); 18] {
    [
        ("indications", stats.indications),
        ("lists", stats.lists),
        ("lists-loaned", stats.lists_loaned),
        ("lists-returned", stats.lists_returned),
        ("lists-held", stats.lists_held),
        ("frames", stats.frames),
        ("bytes", stats.bytes),
        ("offered", stats.offered),
        ("dropped-paused", stats.dropped_paused),
        ("dropped-no-reader", stats.dropped_no_reader),
        ("dropped-malformed", stats.dropped_malformed),
        ("binds", stats.binds),
        ("restarts", stats.restarts),
        ("pauses", stats.pauses),
        ("oid-failures", stats.oid_failures),
        ("adapter-discards", stats.adapter_discards),
        ("packet-filter", stats.packet_filter),
        ("readers", stats.readers),
    ]
}

/// The sums, then a line for each counter.
impl fmt::Display for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = |f: &mut fmt::Formatter<'_>, rows: &[(&str, u64)]| {
            rows.iter().try_for_each(|(name, value)| write!(f, "\n  {name:20} {value:>16}"))
        };
        f.write_str(&self.sums())?;
        f.write_str("\n\nthis capture")?;
        table(f, &reader_rows(&self.reader))?;
        for (adapter, stats) in &self.adapters {
            write!(f, "\n\nadapter {}, since the driver knows it", adapter.friendly_name)?;
            table(f, &adapter_rows(stats))?;
        }
        Ok(())
    }
}

/// `{"stats": {…, "shown": n}, "adapters": [{"name": …, "guid": …, "stats": {…}}]}`
impl Serialize for Accounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut accounts = serializer.serialize_struct("Accounts", 2)?;
        accounts.serialize_field("stats", &Rows(&reader_rows(&self.reader), Some(self.shown)))?;
        accounts.serialize_field("adapters", &AdapterList(&self.adapters))?;
        accounts.end()
    }
}

/// Counters, and perhaps how many frames were put out.
struct Rows<'r>(&'r [(&'static str, u64)], Option<u64>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0 {
            map.serialize_entry(name, value)?;
        }
        if let Some(shown) = self.1 {
            map.serialize_entry("shown", &shown)?;
        }
        map.end()
    }
}

struct AdapterList<'r>(&'r [(Adapter, AdapterStats)]);

impl Serialize for AdapterList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for one in self.0 {
            list.serialize_element(&One(one))?;
        }
        list.end()
    }
}

struct One<'r>(&'r (Adapter, AdapterStats));

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (adapter, stats) = self.0;
        let mut one = serializer.serialize_struct("Adapter", 3)?;
        one.serialize_field("name", &adapter.friendly_name)?;
        one.serialize_field("guid", &adapter.guid.to_string())?;
        one.serialize_field("stats", &Rows(&adapter_rows(stats), None))?;
        one.end()
    }
}
