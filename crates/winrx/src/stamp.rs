//! Points in time, written as RFC 3339 has it.

use jiff::Timestamp;

const NANOSECONDS: u64 = 1_000_000_000;

/// `2026-05-01T12:00:00`
const SECONDS_LENGTH: usize = 19;

/// Writes points in time. Datagrams come in order, mostly, so what they share is kept.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The second that the text is about.
    second: u64,
    text: String,
}

impl Default for Stamp {
    fn default() -> Self {
        let mut stamp = Self { second: 0, text: String::new() };
        stamp.set_second(0);
        stamp
    }
}

impl Stamp {
    /// A point in time in UTC with nine digits of a second, such as
    /// `2026-05-01T12:00:00.123456789Z`.
    pub fn nanoseconds(&mut self, time: u64) -> &str {
        self.write(time, 9)
    }

    /// The same with six digits.
    pub fn microseconds(&mut self, time: u64) -> &str {
        self.write(time, 6)
    }

    fn write(&mut self, time: u64, digits: u8) -> &str {
        let second = time / NANOSECONDS;
        if second != self.second {
            self.set_second(second);
        }
        self.text.truncate(SECONDS_LENGTH);
        self.text.push('.');
        let (mut rest, mut unit) = (time % NANOSECONDS, NANOSECONDS / 10);
        for _ in 0..digits {
            self.text.push(char::from(b'0' + u8::try_from(rest / unit).unwrap_or_default()));
            (rest, unit) = (rest % unit, (unit / 10).max(1));
        }
        self.text.push('Z');
        &self.text
    }

    fn set_second(&mut self, second: u64) {
        self.second = second;
        // All seconds that 64 bits of nanoseconds can tell are in range: they end in the year 2554.
        let point = i64::try_from(second).ok().and_then(|s| Timestamp::from_second(s).ok());
        self.text = point.unwrap_or_default().to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::Stamp;

    #[test]
    fn writes_all_digits() {
        let mut stamp = Stamp::default();
        assert_eq!(stamp.nanoseconds(0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(stamp.nanoseconds(7), "1970-01-01T00:00:00.000000007Z");
        let time = 1_700_000_000_123_456_789;
        assert_eq!(stamp.nanoseconds(time), "2023-11-14T22:13:20.123456789Z");
        assert_eq!(stamp.microseconds(time + 1_000_000_000), "2023-11-14T22:13:21.123456Z");
        assert_eq!(stamp.microseconds(time), "2023-11-14T22:13:20.123456Z");
        assert_eq!(stamp.nanoseconds(u64::MAX), "2554-07-21T23:34:33.709551615Z");
    }
}
