//! The line that tells each second what a receiver is at.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use rx_abi::Stats;

use crate::{output, session::Monitor};

/// Shows counters on standard error: in a line of its own that moves, or line after line.
pub struct Live {
    last: Stats,
    at: Instant,
    bar: Option<ProgressBar>,
}

impl Live {
    /// Begins with a receiver that has received nothing; `moving` is for a terminal that nothing else is
    /// printed on.
    pub fn new(moving: bool) -> Self {
        let bar = moving.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { last: Stats::default(), at: Instant::now(), bar }
    }
}

impl Monitor<Stats> for Live {
    fn interval(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn show(&mut self, stats: &Stats) {
        let now = Instant::now();
        let line = line(&self.last, stats, now - self.at);
        (self.last, self.at) = (*stats, now);
        match &self.bar {
            Some(bar) => bar.set_message(line),
            None => eprintln!("{line}"),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What happened between two looks, what is queued, and what has been dropped so far.
fn line(last: &Stats, now: &Stats, time: Duration) -> String {
    let rate = |last, now| output::rate(last, now, time);
    let causes = output::causes(now).map(|causes| format!(": {causes}"));
    format!(
        "{} datagrams/s, {}/s; queued {}, {}; dropped {}{}",
        rate(last.received, now.received),
        output::amount(rate(last.received_bytes, now.received_bytes)),
        now.held,
        output::amount(now.queue_used),
        now.dropped(),
        causes.unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rx_abi::Stats;

    use super::line;

    #[test]
    fn tells_rates_and_drops() {
        let last = Stats { received: 100, received_bytes: 6_400, ..Stats::default() };
        let now = Stats {
            received: 1_100,
            received_bytes: 1_506_400,
            held: 12,
            queue_used: 4_096,
            ..Stats::default()
        };
        assert_eq!(
            line(&last, &now, Duration::from_millis(500)),
            "2000 datagrams/s, 3.0 MB/s; queued 12, 4.0 kB; dropped 0"
        );
        let now = Stats { dropped_queue_full: 3, dropped_malformed: 1, ..now };
        assert!(
            line(&last, &now, Duration::from_secs(1))
                .ends_with("; dropped 4: queue-full 3, malformed 1")
        );
        assert!(line(&now, &last, Duration::ZERO).starts_with("0 datagrams/s, 0 B/s;"));
    }
}
