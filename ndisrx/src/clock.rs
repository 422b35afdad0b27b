//! The clocks of adapters.

const NANOSECONDS: u64 = 1_000_000_000;

/// How often a second the clock ticks that an adapter stamps frames by; zero if it does not stamp all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock(u64);

impl Clock {
    /// A clock with this frequency; it is not read if that is too high for 64 bits.
    pub const fn new(frequency: u64) -> Self {
        Self(if frequency > u64::MAX / NANOSECONDS { 0 } else { frequency })
    }

    pub const fn frequency(self) -> u64 {
        self.0
    }

    /// So many ticks in nanoseconds.
    #[inline]
    pub const fn nanoseconds(self, ticks: u64) -> Option<u64> {
        if self.0 == NANOSECONDS {
            return Some(ticks);
        }
        let (Some(seconds), Some(rest)) = (ticks.checked_div(self.0), ticks.checked_rem(self.0))
        else {
            return None;
        };
        // The rest is less than the frequency, so that this cannot overflow.
        let Some(rest) = rest.wrapping_mul(NANOSECONDS).checked_div(self.0) else { return None };
        Some(seconds.saturating_mul(NANOSECONDS).saturating_add(rest))
    }
}
