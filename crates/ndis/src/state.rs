//! The states of a binding, and what may happen in each.

use core::sync::atomic::{AtomicU8, Ordering};

/// State of a binding.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/binding-states-of-a-protocol-driver)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// There is no binding yet, or no more.
    Unbound,
    /// The adapter is being opened.
    Opening,
    /// Nothing is received.
    Paused,
    /// The stack below runs again; the binding is about to.
    Restarting,
    /// Frames are received.
    Running,
    /// What is held is given back.
    Pausing,
    /// The binding is being closed.
    Closing,
}

/// What NDIS tells a binding, or the binding answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// NDIS offers the adapter.
    Bind,
    /// The adapter could not be opened, or is of no use.
    BindFailed,
    /// The adapter is open.
    BindComplete,
    /// NDIS restarts the binding.
    Restart,
    /// The binding runs.
    RestartComplete,
    /// The binding could not be restarted.
    RestartFailed,
    /// NDIS pauses the binding.
    Pause,
    /// All is given back.
    PauseComplete,
    /// NDIS ends the binding.
    Unbind,
    /// The adapter is closed.
    UnbindComplete,
}

impl State {
    const ALL: [Self; 7] = [
        Self::Unbound,
        Self::Opening,
        Self::Paused,
        Self::Restarting,
        Self::Running,
        Self::Pausing,
        Self::Closing,
    ];

    /// The state after an event; `None` if it may not happen in this state.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/protocol-binding-states-and-operations)
    #[must_use]
    pub const fn after(self, event: Event) -> Option<Self> {
        Some(match (self, event) {
            (Self::Unbound, Event::Bind) => Self::Opening,
            (Self::Opening, Event::BindFailed) | (Self::Closing, Event::UnbindComplete) => {
                Self::Unbound
            }
            (Self::Opening, Event::BindComplete)
            | (Self::Restarting, Event::RestartFailed)
            | (Self::Pausing, Event::PauseComplete) => Self::Paused,
            (Self::Paused, Event::Restart) => Self::Restarting,
            (Self::Restarting, Event::RestartComplete) => Self::Running,
            (Self::Running, Event::Pause) => Self::Pausing,
            (Self::Paused, Event::Unbind) => Self::Closing,
            _ => return None,
        })
    }

    /// True if the binding may make requests.
    #[must_use]
    pub const fn may_request(self) -> bool {
        !matches!(self, Self::Unbound | Self::Opening)
    }

    /// True if frames may be received, though not necessarily kept.
    #[must_use]
    pub const fn may_receive(self) -> bool {
        matches!(self, Self::Running | Self::Pausing)
    }
}

/// The state of one binding. NDIS tells it one thing at a time; others only look.
pub struct Machine(AtomicU8);

impl Machine {
    /// A binding that does not exist yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU8::new(State::Unbound as u8))
    }

    /// The state at this moment.
    #[must_use]
    pub fn state(&self) -> State {
        let now = usize::from(self.0.load(Ordering::Acquire));
        State::ALL.get(now).copied().unwrap_or(State::Unbound)
    }

    /// Goes on to the state after `event`. False, and nothing changes, if that may not happen now.
    #[must_use]
    pub fn advance(&self, event: Event) -> bool {
        let Some(next) = self.state().after(event) else { return false };
        self.0.store(next as u8, Ordering::Release);
        true
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}
