//! Who has a list, and what has happened to it.

use std::{
    fmt,
    sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering},
};

/// How many events of a list are remembered.
const REMEMBERED: usize = 8;

/// Who has a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Whose pool it is from: it holds no frame.
    Pool,
    /// The miniport, a filter or NDIS.
    Stack,
    /// The stack, and a protocol may use it until its handler returns.
    Loaned(u32),
    /// A protocol, until it returns the list.
    Protocol(u32),
}

/// Who has a list, and during which return it came back last, in one word.
///
/// Bits 0 to 7 are the kind of owner, 8 to 31 the number of the binding, 32 to 63 that of the return.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Word(u64);

impl Word {
    fn new(owner: Owner, stamp: u32) -> Self {
        let (kind, number) = match owner {
            Owner::Pool => (0, 0),
            Owner::Stack => (1, 0),
            Owner::Loaned(number) => (2, number),
            Owner::Protocol(number) => (3, number),
        };
        Self(kind | u64::from(number & NUMBERS) << 8 | u64::from(stamp) << 32)
    }

    fn owner(self) -> Owner {
        let number = (self.0 >> 8 & 0xff_ffff) as u32;
        match self.0 & 0xff {
            0 => Owner::Pool,
            1 => Owner::Stack,
            2 => Owner::Loaned(number),
            _ => Owner::Protocol(number),
        }
    }

    fn stamp(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

/// The bits of the number of a binding.
const NUMBERS: u32 = 0xff_ffff;

/// What happened to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Event {
    /// It got a frame.
    Filled = 1,
    /// It was lent to a protocol.
    Loaned,
    /// It became a protocol's.
    Given,
    /// A protocol returned it.
    Returned,
    /// A filter kept it back.
    Kept,
    /// It came back to its pool.
    Home,
}

impl Event {
    const ALL: [Self; 6] =
        [Self::Filled, Self::Loaned, Self::Given, Self::Returned, Self::Kept, Self::Home];
}

/// What is known of a list.
#[derive(Default)]
pub(crate) struct Entry {
    word: AtomicU64,
    /// How many events there were.
    events: AtomicU32,
    /// Each event with the number of a binding, and where the driver called or what flags it got.
    history: [(AtomicU32, AtomicUsize); REMEMBERED],
}

/// Why a driver may not return a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It came by in the same call.
    Cyclic,
    /// It was only lent.
    Loaned,
    /// It is another binding's.
    OfAnother(u32),
    /// No protocol has it.
    NotOwned,
}

impl Entry {
    pub fn owner(&self) -> Owner {
        Word(self.word.load(Ordering::Acquire)).owner()
    }

    /// From now on it has this owner. Only its owner says so.
    pub fn give(&self, owner: Owner) {
        let stamp = Word(self.word.load(Ordering::Relaxed)).stamp();
        self.word.store(Word::new(owner, stamp).0, Ordering::Release);
    }

    /// A protocol returns it, during the call with this number.
    pub fn take_back(&self, binding: u32, stamp: u32) -> Result<(), Refused> {
        let mut word = Word(self.word.load(Ordering::Acquire));
        loop {
            match word.owner() {
                Owner::Protocol(number) if number == binding & NUMBERS => {}
                Owner::Protocol(number) => return Err(Refused::OfAnother(number)),
                Owner::Loaned(_) => return Err(Refused::Loaned),
                Owner::Stack if word.stamp() == stamp => return Err(Refused::Cyclic),
                Owner::Stack | Owner::Pool => return Err(Refused::NotOwned),
            }
            let taken = Word::new(Owner::Stack, stamp).0;
            match self.word.compare_exchange(word.0, taken, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(()),
                Err(now) => word = Word(now),
            }
        }
    }

    /// Remembers an event. `binding` is zero where there is none. `more` is where the driver has returned
    /// the list, or with what flags it was indicated; otherwise zero.
    pub fn note(&self, event: Event, binding: u32, more: usize) {
        let index = self.events.fetch_add(1, Ordering::Relaxed) as usize % REMEMBERED;
        let (what, from) = &self.history[index];
        what.store(event as u32 | (binding & NUMBERS) << 8, Ordering::Relaxed);
        from.store(more, Ordering::Relaxed);
    }

    /// The newest event of those that are remembered and that a choice finds.
    pub fn last(&self, choose: impl Fn(Event) -> bool) -> Option<Event> {
        let count = self.events.load(Ordering::Relaxed) as usize;
        (count.saturating_sub(REMEMBERED)..count).rev().find_map(|index| {
            let what = self.history[index % REMEMBERED].0.load(Ordering::Relaxed);
            Event::ALL.into_iter().find(|event| *event as u32 == what & 0xff && choose(*event))
        })
    }

    /// What has happened to it, the oldest first. `name` tells who a binding is, `place` what an address
    /// in a driver is.
    pub fn history<'e>(
        &'e self,
        name: impl Fn(u32) -> String + 'e,
        place: impl Fn(usize) -> String + 'e,
    ) -> impl Iterator<Item = String> + 'e {
        let count = self.events.load(Ordering::Relaxed) as usize;
        let first = count.saturating_sub(REMEMBERED);
        (first..count).filter_map(move |index| {
            let (what, from) = &self.history[index % REMEMBERED];
            let (what, from) = (what.load(Ordering::Relaxed), from.load(Ordering::Relaxed));
            let event = Event::ALL.into_iter().find(|event| *event as u32 == what & 0xff)?;
            let mut text = event.to_string();
            if what >> 8 != 0 {
                text += &name(what >> 8);
            }
            match event {
                Event::Given | Event::Loaned => text = format!("{text} with the flags {from:#x}"),
                _ if from != 0 => text = format!("{text} at {}", place(from)),
                _ => {}
            }
            Some(text)
        })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Filled => "filled",
            Self::Loaned => "lent to ",
            Self::Given => "given to ",
            Self::Returned => "returned by ",
            Self::Kept => "kept by a filter",
            Self::Home => "back in its pool",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Event, Owner, Refused};

    #[test]
    fn a_list_is_taken_back_once_from_who_has_it() {
        let entry = Entry::default();
        assert_eq!(entry.owner(), Owner::Pool);
        assert_eq!(entry.take_back(1, 1), Err(Refused::NotOwned));
        entry.give(Owner::Loaned(1));
        assert_eq!(entry.take_back(1, 1), Err(Refused::Loaned));
        entry.give(Owner::Protocol(2));
        assert_eq!(entry.take_back(1, 1), Err(Refused::OfAnother(2)));
        assert_eq!(entry.take_back(2, 7), Ok(()));
        assert_eq!(entry.owner(), Owner::Stack);
        assert_eq!(entry.take_back(2, 7), Err(Refused::Cyclic));
        assert_eq!(entry.take_back(2, 8), Err(Refused::NotOwned));
    }

    #[test]
    fn the_last_events_are_remembered() {
        let entry = Entry::default();
        for _ in 0..3 {
            entry.note(Event::Filled, 0, 0);
            entry.note(Event::Given, 5, 0);
            entry.note(Event::Returned, 5, 0x10);
        }
        let name = |number| format!("binding {number}");
        let history: Vec<_> = entry.history(name, |at| format!("{at:#x}")).collect();
        assert_eq!(history.len(), 8);
        assert_eq!(history[0], "given to binding 5 with the flags 0x0");
        assert_eq!(history[7], "returned by binding 5 at 0x10");
    }
}
