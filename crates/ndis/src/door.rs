//! A gate that can be waited at.

use wdm::Passive;

use crate::gate::Gate;

/// What one who closes a door waits for: an event that the first wait resets.
pub trait Signal {
    /// Ends the wait of the one who waits, or will.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    fn set(&self);

    /// Waits until it is set.
    ///
    /// IRQL: `PASSIVE_LEVEL`.
    fn wait(&self, irql: &Passive);
}

#[cfg(windows)]
impl Signal for wdm::Event {
    fn set(&self) {
        self.set();
    }

    fn wait(&self, irql: &Passive) {
        self.wait(irql);
    }
}

/// A [`Gate`] with a signal for the one who closes it.
///
/// What may run at `DISPATCH_LEVEL` cannot close it, for that waits:
///
/// ```compile_fail,E0308
/// use ndis::door::{Door, Signal};
/// fn receive(door: &Door<impl Signal>, irql: &mut wdm::AtMostDispatch) {
///     door.end(irql);
/// }
/// ```
pub struct Door<S> {
    gate: Gate,
    empty: S,
}

impl<S: Signal> Door<S> {
    /// A door that is closed, without users. `empty` is not set.
    pub const fn new(empty: S) -> Self {
        Self { gate: Gate::new(), empty }
    }

    /// Lets users in from here on.
    pub fn open(&self) {
        self.gate.open();
    }

    /// True if users are let in at this moment.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.gate.is_open()
    }

    /// Enters with `count` users, all or none. True if they were let in: each has to [leave](Self::leave).
    #[must_use]
    pub fn enter(&self, count: usize) -> bool {
        self.gate.enter(count)
    }

    /// Takes off `count` users who entered. The door may not exist any more after this.
    pub fn leave(&self, count: usize) {
        if self.gate.leave(count) {
            self.empty.set();
        }
    }

    /// Keeps new users out, and waits until all are gone. One thread at a time may do this or [open](Self::open) it.
    ///
    /// IRQL: `PASSIVE_LEVEL`. Not for a user.
    pub fn end(&self, irql: &Passive) {
        if self.gate.close() {
            self.empty.wait(irql);
        }
    }
}
