//! Counters as tables.

use std::time::Duration;

use rx_abi::{AdapterStats, Stats};

use super::{Counted, Counters};
use crate::{
    Adapter, BoundReceiver, Receivers,
    output::{amount, columns, listed, rate, state_name},
};

/// A look before this one, and how long before.
type Before<'a, T> = Option<(T, Duration)>;

const NOTHING: &str = "-";

impl Counters {
    /// A line for each receiver and one for those that have ended, or one for each adapter. With what was
    /// counted a time before, also how much came in a second since.
    #[must_use]
    pub fn table(&self, before: Option<(&Self, Duration)>) -> String {
        let (of, rows) = match &self.counted {
            Counted::Receivers(now) => {
                let before = before.and_then(|(before, time)| match &before.counted {
                    Counted::Receivers(before) => Some((&**before, time)),
                    Counted::Adapters(_) => None,
                });
                (numbered(now.live.len(), "receiver"), receivers(now, before))
            }
            Counted::Adapters(now) => {
                let before = before.and_then(|(before, time)| match &before.counted {
                    Counted::Adapters(before) => Some((&before[..], time)),
                    Counted::Receivers(_) => None,
                });
                (numbered(now.len(), "adapter"), adapters(now, before))
            }
        };
        let [major, minor, patch, _] = self.info.version;
        let name = self.info.name().unwrap_or_default();
        let table = if rows.len() > 1 { columns(&rows) } else { String::new() };
        format!("{name} {major}.{minor}.{patch}: {of}\n{table}")
    }
}

/// `no receivers`, `1 receiver`, `2 receivers`.
fn numbered(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// A number, and what it is made of: `4: queue-full 3, malformed 1`.
fn dropped<const N: usize>(causes: [(&'static str, u64); N]) -> String {
    let sum: u64 = causes.iter().map(|(_, count)| count).sum();
    let causes = listed(causes).map(|causes| format!(": {causes}"));
    format!("{sum}{}", causes.unwrap_or_default())
}

/// The heads of columns, in front of those that tell rates if there are any.
fn heads(first: &[&str], rates: &[&str], last: &[&str], with_rates: bool) -> Vec<String> {
    let rates = if with_rates { rates } else { &[] };
    [first, rates, last].concat().into_iter().map(str::to_owned).collect()
}

fn receivers(now: &Receivers, before: Before<'_, &Receivers>) -> Vec<Vec<String>> {
    let mut rows = vec![heads(
        &["receiver", "local", "mode", "process"],
        &["received/s", "bytes/s", "dropped/s"],
        &["received", "bytes", "delivered", "held", "dropped"],
        before.is_some(),
    )];
    rows.extend(now.live.iter().map(|one| receiver(one, before)));
    if now.ended > 0 {
        let mut row = vec!["ended".to_owned(), numbered_ended(now.ended)];
        // They receive nothing any more.
        row.resize(if before.is_some() { 7 } else { 4 }, NOTHING.to_owned());
        row.extend(counters(&now.ended_stats));
        rows.push(row);
    }
    rows
}

fn numbered_ended(count: u64) -> String {
    numbered(usize::try_from(count).unwrap_or(usize::MAX), "receiver")
}

fn receiver(one: &BoundReceiver, before: Before<'_, &Receivers>) -> Vec<String> {
    let BoundReceiver { number, process, mode, local, stats, .. } = one;
    let mut row =
        vec![number.to_string(), local.to_string(), mode.name().to_owned(), process.to_string()];
    if let Some((before, time)) = before {
        let last = before.live.iter().find(|last| last.number == *number);
        row.extend(rates(time, last.map(|last| &last.stats), stats, |stats: &Stats| {
            [stats.received, stats.received_bytes, stats.dropped()]
        }));
    }
    row.extend(counters(stats));
    row
}

fn counters(stats: &Stats) -> [String; 5] {
    [
        stats.received.to_string(),
        amount(stats.received_bytes),
        stats.delivered.to_string(),
        stats.held.to_string(),
        dropped(stats.drops()),
    ]
}

/// How much came in a second: things, their bytes, and those that were dropped. Nothing is known of what was
/// not there before.
fn rates<T>(
    time: Duration,
    last: Option<&T>,
    now: &T,
    counters: impl Fn(&T) -> [u64; 3],
) -> [String; 3] {
    let Some(last) = last else { return [NOTHING; 3].map(str::to_owned) };
    let ([last, last_bytes, last_dropped], [now, bytes, dropped]) = (counters(last), counters(now));
    [
        rate(last, now, time).to_string(),
        amount(rate(last_bytes, bytes, time)),
        rate(last_dropped, dropped, time).to_string(),
    ]
}

fn adapters(
    now: &[(Adapter, AdapterStats)],
    before: Before<'_, &[(Adapter, AdapterStats)]>,
) -> Vec<Vec<String>> {
    let mut rows = vec![heads(
        &["number", "adapter", "state"],
        &["frames/s", "bytes/s", "dropped/s"],
        &["frames", "bytes", "offered", "dropped", "lists held", "readers", "adapter discards"],
        before.is_some(),
    )];
    rows.extend(now.iter().map(|one| adapter(one, before)));
    rows
}

fn adapter(
    (adapter, stats): &(Adapter, AdapterStats),
    before: Before<'_, &[(Adapter, AdapterStats)]>,
) -> Vec<String> {
    let name =
        if adapter.friendly_name.is_empty() { &adapter.name } else { &adapter.friendly_name };
    let mut row = vec![adapter.number.to_string(), name.clone(), state_name(adapter).to_owned()];
    if let Some((before, time)) = before {
        let last = before.iter().find(|(last, _)| last.number == adapter.number);
        row.extend(rates(time, last.map(|(_, last)| last), stats, |stats: &AdapterStats| {
            let dropped = drops(stats).iter().map(|(_, count)| count).sum();
            [stats.frames, stats.bytes, dropped]
        }));
    }
    row.extend([
        stats.frames.to_string(),
        amount(stats.bytes),
        stats.offered.to_string(),
        dropped(drops(stats)),
        stats.lists_held.to_string(),
        stats.readers.to_string(),
        stats.adapter_discards.to_string(),
    ]);
    row
}

/// Why frames of an adapter went to no reader.
fn drops(stats: &AdapterStats) -> [(&'static str, u64); 3] {
    [
        ("paused", stats.dropped_paused),
        ("no-reader", stats.dropped_no_reader),
        ("malformed", stats.dropped_malformed),
    ]
}
