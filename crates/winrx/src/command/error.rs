//! What went wrong, for the person at the terminal.

use std::{fmt, process::ExitCode};

use crate::{Error, ErrorKind};

/// Why the command stopped. The text is a sentence with the cause and the cure.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It could not start: wrong arguments, or something that the machine lacks.
    #[error("{0}")]
    Setup(String),
    /// It failed while it ran.
    #[error("{0}")]
    Failed(String),
}

impl CommandError {
    pub(super) fn setup(message: impl fmt::Display) -> Self {
        Self::Setup(message.to_string())
    }

    pub(super) fn failed(message: impl fmt::Display) -> Self {
        Self::Failed(message.to_string())
    }

    /// An error that came before the first datagram could have: what the machine lacks, unless the driver
    /// itself failed.
    pub(super) fn before_receiving(error: Error) -> Self {
        let failed = [ErrorKind::Other, ErrorKind::Closed, ErrorKind::Cancelled];
        match error.device_error() {
            Some(cause) if failed.contains(&cause.kind()) => Self::failed(error),
            _ => Self::setup(error),
        }
    }

    /// 2 for [`CommandError::Setup`], as for wrong arguments, and 1 for [`CommandError::Failed`].
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Setup(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
        }
    }
}
