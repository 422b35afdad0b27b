//! NTSTATUS for programs.

use std::fmt;

use crate::nt::status;

/// An NTSTATUS value, which prints as its symbol.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-ntstatus-values)
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(i32);

impl Status {
    /// The status with this value.
    #[must_use]
    pub const fn new(value: i32) -> Self {
        Self(value)
    }

    /// The value.
    #[must_use]
    pub const fn value(self) -> i32 {
        self.0
    }

    /// The value as it is usually written, such as `0xC000009A`.
    #[must_use]
    pub const fn code(self) -> u32 {
        self.0.cast_unsigned()
    }

    /// True for success and informational values.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }

    /// The symbol in Microsoft's headers, if it is known.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        status::name(self.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "NTSTATUS {:#010X}", self.code()),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Status {}
