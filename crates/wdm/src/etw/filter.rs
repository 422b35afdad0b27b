//! What sessions that listen to a provider want to have.

use core::sync::atomic::{AtomicU8, AtomicU16, AtomicU64, Ordering};

/// Says which events anybody wants. It may say so of a few more events than somebody wants, and of events that
/// somebody has just begun to want it may say so late: Windows looks at each event again.
#[derive(Debug)]
pub struct Filter {
    /// Levels below this one are wanted; zero while nobody listens.
    levels: AtomicU16,
    any: AtomicU64,
    all: AtomicU64,
    /// The most detailed level that is written, whatever is wanted.
    most: AtomicU8,
}

impl Filter {
    pub const fn new() -> Self {
        Self {
            levels: AtomicU16::new(0),
            any: AtomicU64::new(0),
            all: AtomicU64::new(0),
            most: AtomicU8::new(u8::MAX),
        }
    }

    /// Lets through nothing that is more detailed than `level`. Call it before somebody can listen.
    pub fn limit(&self, level: u8) {
        self.most.store(level, Ordering::Relaxed);
    }

    /// Sessions want events up to `level`, all of them if it is zero, of certain keywords.
    pub fn listen(&self, level: u8, any: u64, all: u64) {
        self.any.store(any, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
        let wanted = if level == 0 { u8::MAX } else { level };
        let level = wanted.min(self.most.load(Ordering::Relaxed));
        self.levels.store(u16::from(level).saturating_add(1), Ordering::Release);
    }

    /// Nobody listens any more.
    pub fn stop(&self) {
        self.levels.store(0, Ordering::Release);
    }

    /// True if somebody wants events of this level and with these keywords.
    #[inline]
    pub fn wants(&self, level: u8, keywords: u64) -> bool {
        u16::from(level) < self.levels.load(Ordering::Acquire) && self.wants_keywords(keywords)
    }

    fn wants_keywords(&self, keywords: u64) -> bool {
        let (any, all) = (self.any.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed));
        (any == 0 || keywords & any != 0) && keywords & all == all
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn nothing_is_wanted_while_nobody_listens() {
        let filter = Filter::new();
        assert!(!filter.wants(1, 1));
        filter.listen(5, 0, 0);
        assert!(filter.wants(1, 1));
        filter.stop();
        assert!(!filter.wants(1, 1) && !filter.wants(0, 0));
    }

    #[test]
    fn levels_up_to_the_one_of_the_session_are_wanted() {
        let filter = Filter::new();
        filter.listen(3, 0, 0);
        assert_eq!([2, 3, 4].map(|level| filter.wants(level, 1)), [true, true, false]);
        filter.listen(0, 0, 0);
        assert!(filter.wants(5, 1) && filter.wants(255, 1));
    }

    #[test]
    fn the_limit_holds_for_all_sessions() {
        let filter = Filter::new();
        filter.limit(2);
        for level in [0, 2, 5] {
            filter.listen(level, 0, 0);
            assert_eq!([2, 3].map(|level| filter.wants(level, 1)), [true, false], "{level}");
        }
    }

    #[test]
    fn one_of_the_keywords_is_wanted_and_all_of_the_others() {
        let filter = Filter::new();
        filter.listen(5, 0b110, 0b010);
        let wants = [0b001, 0b010, 0b100, 0b110].map(|keywords| filter.wants(1, keywords));
        assert_eq!(wants, [false, true, false, true]);
    }
}
