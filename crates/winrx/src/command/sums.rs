//! The account at the end of a run.

use rx_abi::Stats;

use crate::output;

/// What became of all datagrams, in a line or several; `shown` of them were put out.
pub fn lines(stats: &Stats, shown: u64) -> String {
    let sum = format!(
        "received {} datagrams, {} bytes = {} delivered + {} dropped + {} held",
        stats.received,
        stats.received_bytes,
        stats.delivered,
        stats.dropped(),
        stats.held
    );
    let dropped = output::causes(stats).map(|causes| format!("dropped: {causes}"));
    let put_out = (shown != stats.delivered).then(|| format!("put out: {shown}"));
    let wrong = "The driver's counters do not add up. Please report this with the lines above.";
    let wrong = (!stats.adds_up()).then(|| wrong.to_owned());
    let lines: Vec<_> = [Some(sum), dropped, put_out, wrong].into_iter().flatten().collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use rx_abi::Stats;

    use super::lines;

    #[test]
    fn accounts_for_everything() {
        let stats = Stats { received: 10, received_bytes: 640, delivered: 10, ..Stats::default() };
        let all = "received 10 datagrams, 640 bytes = 10 delivered + 0 dropped + 0 held";
        assert_eq!(lines(&stats, 10), all);

        let stats =
            Stats { delivered: 6, dropped_queue_full: 2, dropped_closed: 1, held: 1, ..stats };
        assert_eq!(
            lines(&stats, 5),
            "received 10 datagrams, 640 bytes = 6 delivered + 3 dropped + 1 held\n\
             dropped: queue-full 2, closed 1\n\
             put out: 5"
        );
        assert!(lines(&Stats { held: 0, ..stats }, 6).contains("do not add up"));
    }
}
