//! A gate that can be waited at.

use wdm::{Event, Passive, Reset, Result, Tag};

use crate::gate::Gate;

/// A [`Gate`] with an event for the one who closes it.
pub(crate) struct Door {
    gate: Gate,
    empty: Event,
}

impl Door {
    /// A door that is closed, without users.
    pub(crate) fn new(tag: Tag) -> Result<Self> {
        Ok(Self { gate: Gate::new(), empty: Event::new(Reset::ByWait, tag)? })
    }

    /// Lets users in from here on.
    pub(crate) fn open(&self) {
        self.gate.open();
    }

    /// Enters with `count` users. True if they were let in: each has to [leave](Self::leave).
    pub(crate) fn enter(&self, count: usize) -> bool {
        self.gate.enter(count)
    }

    /// Takes off `count` users who entered; the door may not exist any more after this.
    pub(crate) fn leave(&self, count: usize) {
        if self.gate.leave(count) {
            self.empty.set();
        }
    }

    /// Keeps new users out, and waits until all are gone. One at a time may do this.
    pub(crate) fn end(&self, irql: &Passive) {
        if self.gate.close() {
            self.empty.wait(irql);
        }
    }
}
