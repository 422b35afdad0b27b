//! Counters as lines of JSON.

use rx_abi::Stats;
use serde::{Serialize, Serializer};

use super::{Counted, Counters};
use crate::{
    Stamp,
    output::{adapter_rows, state_name},
};

/// What all lines begin with, what this one is about, and the counters.
#[derive(Serialize)]
struct Line<'a, T> {
    driver: &'a str,
    time: &'a str,
    #[serde(flatten)]
    about: T,
    stats: Named<'a>,
}

#[derive(Serialize)]
struct OfReceiver<'a> {
    receiver: u32,
    local: std::net::SocketAddr,
    mode: &'a str,
    process: u32,
    bound: &'a str,
}

#[derive(Serialize)]
struct OfEnded {
    /// How many receivers.
    ended: u64,
}

#[derive(Serialize)]
struct OfAdapter<'a> {
    adapter: u32,
    name: &'a str,
    friendly_name: &'a str,
    guid: String,
    state: &'a str,
}

/// Counters by their names.
struct Named<'a>(&'a [(&'static str, u64)]);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name.replace('-', "_"), value)))
    }
}

impl Counters {
    /// An object a line, for each receiver and one for those that have ended, or for each adapter: `driver`,
    /// `time`, what it is about, and its counters as `stats`.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut text = String::new();
        match &self.counted {
            Counted::Receivers(receivers) => {
                for one in &receivers.live {
                    let (number, process) = (one.number, one.process);
                    let mut stamp = Stamp::default();
                    let (mode, bound) = (one.mode.name(), stamp.nanoseconds(one.time));
                    let about =
                        OfReceiver { receiver: number, local: one.local, mode, process, bound };
                    self.write(&mut text, about, &receiver_rows(&one.stats));
                }
                let about = OfEnded { ended: receivers.ended };
                self.write(&mut text, about, &receiver_rows(&receivers.ended_stats));
            }
            Counted::Adapters(adapters) => {
                for (one, stats) in adapters {
                    let about = OfAdapter {
                        adapter: one.number,
                        name: &one.name,
                        friendly_name: &one.friendly_name,
                        guid: one.guid.to_string(),
                        state: state_name(one),
                    };
                    self.write(&mut text, about, &adapter_rows(stats));
                }
            }
        }
        text
    }

    fn write(&self, text: &mut String, about: impl Serialize, rows: &[(&'static str, u64)]) {
        let mut stamp = Stamp::default();
        let (driver, time) = (self.info.name().unwrap_or_default(), stamp.nanoseconds(self.time));
        let line = Line { driver, time, about, stats: Named(rows) };
        // Numbers and texts can always be told.
        text.push_str(&serde_json::to_string(&line).unwrap_or_default());
        text.push('\n');
    }
}

/// The counters of a receiver by their names.
fn receiver_rows(stats: &Stats) -> [(&'static str, u64); 25] {
    [
        ("received", stats.received),
        ("received-bytes", stats.received_bytes),
        ("delivered", stats.delivered),
        ("delivered-bytes", stats.delivered_bytes),
        ("held", stats.held),
        ("dropped-queue-full", stats.dropped_queue_full),
        ("dropped-too-large", stats.dropped_too_large),
        ("dropped-unmapped", stats.dropped_unmapped),
        ("dropped-malformed", stats.dropped_malformed),
        ("dropped-closed", stats.dropped_closed),
        ("truncated", stats.truncated),
        ("control-truncated", stats.control_truncated),
        ("empty", stats.empty),
        ("scattered", stats.scattered),
        ("refused", stats.refused),
        ("resumed", stats.resumed),
        ("retained", stats.retained),
        ("retained-most", stats.retained_most),
        ("retained-copied", stats.retained_copied),
        ("requests", stats.requests),
        ("requests-inline", stats.requests_inline),
        ("requests-failed", stats.requests_failed),
        ("requests-cancelled", stats.requests_cancelled),
        ("queue-used", stats.queue_used),
        ("queue-used-most", stats.queue_used_most),
    ]
}
