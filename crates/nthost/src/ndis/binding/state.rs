//! Where a binding is in its life.

/// Where a binding is in its life.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/protocol-binding-states-and-operations)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum BindingState {
    /// It is being opened.
    Opening,
    /// Nothing is sent, and what is received is returned at once.
    Paused,
    /// It is about to run.
    Restarting,
    /// It sends and receives.
    Running,
    /// It is about to be paused.
    Pausing,
    /// It is being closed.
    Closing,
    /// It is closed.
    Unbound,
}

impl BindingState {
    /// In the order of their numbers.
    pub(super) const ALL: [Self; 7] = [
        Self::Opening,
        Self::Paused,
        Self::Restarting,
        Self::Running,
        Self::Pausing,
        Self::Closing,
        Self::Unbound,
    ];

    /// What it is called in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Running => "running",
            Self::Pausing => "pausing",
            Self::Closing => "closing",
            Self::Unbound => "unbound",
        }
    }
}
