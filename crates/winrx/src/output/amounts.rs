//! Numbers for people.

use std::time::Duration;

/// How much a counter grew in a second, if it grew from `last` to `now` in this time.
pub(crate) fn rate(last: u64, now: u64, time: Duration) -> u64 {
    let nanoseconds = time.as_nanos().max(1);
    let rate = u128::from(now.saturating_sub(last)) * 1_000_000_000 / nanoseconds;
    u64::try_from(rate).unwrap_or(u64::MAX)
}

/// A number of bytes with a unit.
pub(crate) fn amount(bytes: u64) -> String {
    let mut unit = 1;
    for name in ["B", "kB", "MB", "GB"] {
        if bytes / 1000 < unit || name == "GB" {
            let tenths = bytes % unit * 10 / unit;
            return match unit {
                1 => format!("{bytes} {name}"),
                _ => format!("{}.{tenths} {name}", bytes / unit),
            };
        }
        unit *= 1000;
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{amount, rate};

    #[test]
    fn rates_are_per_second() {
        assert_eq!(rate(100, 1_100, Duration::from_millis(500)), 2_000);
        assert_eq!(rate(100, 1_100, Duration::from_secs(10)), 100);
        assert_eq!(rate(1_100, 100, Duration::ZERO), 0, "it was another one");
        assert_eq!(rate(0, u64::MAX, Duration::ZERO), u64::MAX);
    }

    #[test]
    fn amounts_have_units() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (999_999, "999.9 kB"),
            (1_250_000_000, "1.2 GB"),
            (12_000_000_000_000, "12000.0 GB"),
        ] {
            assert_eq!(amount(bytes), text);
        }
    }
}
