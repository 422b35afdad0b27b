//! How requests end.

use crate::{Status, io::request::Outcome};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the driver completed it with.
    pub status: Status,
    /// What goes with the status: as a rule, a number of bytes.
    pub information: usize,
}

impl Completion {
    /// The information of a request that succeeded.
    ///
    /// # Errors
    ///
    /// The status, if it is an error, or a warning such as `STATUS_BUFFER_OVERFLOW`, which may have data
    /// with it all the same.
    pub const fn ok(self) -> Result<usize, Status> {
        if self.status.is_success() { Ok(self.information) } else { Err(self.status) }
    }
}

impl From<Outcome> for Completion {
    fn from(outcome: Outcome) -> Self {
        Self { status: Status::new(outcome.status), information: outcome.information }
    }
}
