//! What went wrong, in a sentence for the person at the terminal.

use std::{fmt, process::ExitCode};

/// Why a command stopped. The text says the cause and the cure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command could not start: wrong arguments, or something that the machine lacks.
    #[error("{0}")]
    Setup(String),
    /// The command ran and found what it checks for, or a step of it failed.
    #[error("{0}")]
    Failed(String),
}

/// Result of a command or a step of it.
pub type Result<T = ()> = std::result::Result<T, Error>;

impl Error {
    /// An [`Error::Setup`].
    pub fn setup(message: impl fmt::Display) -> Self {
        Self::Setup(message.to_string())
    }

    /// An [`Error::Failed`].
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::Failed(message.to_string())
    }

    /// 2 for [`Error::Setup`], as for wrong arguments, and 1 for [`Error::Failed`].
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Setup(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }
}
