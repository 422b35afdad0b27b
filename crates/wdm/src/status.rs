//! NTSTATUS as an error type.

use core::fmt;

use zerocopy::{Immutable, IntoBytes};

/// An NTSTATUS value.
///
/// As an error it names its value: it prints as `STATUS_…` where the value is one that this crate
/// knows, else in hexadecimal.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-ntstatus-values)
#[derive(Clone, Copy, PartialEq, Eq, Hash, Immutable, IntoBytes)]
#[repr(transparent)]
pub struct Status(i32);

/// Result of a call that can fail with an NTSTATUS.
pub type Result<T = ()> = core::result::Result<T, Status>;

macro_rules! statuses {
    ($( $(#[$doc:meta])* $name:ident, $symbol:literal, $value:literal; )*) => {
        impl Status {
            $( $(#[$doc])* pub const $name: Self = Self($value.cast_signed()); )*

            /// The symbol of the value in Microsoft's headers, if this crate knows it.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $( Self::$name => Some($symbol), )*
                    _ => None,
                }
            }
        }

        #[cfg(test)]
        const ALL: &[(Status, &str)] = &[$((Status::$name, stringify!($name))),*];
    };
}

statuses! {
    /// The call succeeded.
    SUCCESS, "STATUS_SUCCESS", 0x0000_0000_u32;
    /// A wait ended because its time was over.
    TIMEOUT, "STATUS_TIMEOUT", 0x0000_0102_u32;
    /// The call goes on and will complete later.
    PENDING, "STATUS_PENDING", 0x0000_0103_u32;
    /// There was more data than room for it; what fits was delivered.
    BUFFER_OVERFLOW, "STATUS_BUFFER_OVERFLOW", 0x8000_0005_u32;
    /// The call failed for a reason that no other status names.
    UNSUCCESSFUL, "STATUS_UNSUCCESSFUL", 0xC000_0001_u32;
    /// The function is not implemented.
    NOT_IMPLEMENTED, "STATUS_NOT_IMPLEMENTED", 0xC000_0002_u32;
    /// A length given to the system is not the length of the structure.
    INFO_LENGTH_MISMATCH, "STATUS_INFO_LENGTH_MISMATCH", 0xC000_0004_u32;
    /// A handle is not valid.
    INVALID_HANDLE, "STATUS_INVALID_HANDLE", 0xC000_0008_u32;
    /// A parameter is not valid.
    INVALID_PARAMETER, "STATUS_INVALID_PARAMETER", 0xC000_000D_u32;
    /// There is no such device.
    NO_SUCH_DEVICE, "STATUS_NO_SUCH_DEVICE", 0xC000_000E_u32;
    /// The device does not know the request.
    INVALID_DEVICE_REQUEST, "STATUS_INVALID_DEVICE_REQUEST", 0xC000_0010_u32;
    /// There is nothing more to read.
    END_OF_FILE, "STATUS_END_OF_FILE", 0xC000_0011_u32;
    /// A completion routine keeps the IRP; completion stops there.
    MORE_PROCESSING_REQUIRED, "STATUS_MORE_PROCESSING_REQUIRED", 0xC000_0016_u32;
    /// The caller may not do this.
    ACCESS_DENIED, "STATUS_ACCESS_DENIED", 0xC000_0022_u32;
    /// A buffer is too small for what belongs in it; nothing was written.
    BUFFER_TOO_SMALL, "STATUS_BUFFER_TOO_SMALL", 0xC000_0023_u32;
    /// An object is not of the type that the call wants.
    OBJECT_TYPE_MISMATCH, "STATUS_OBJECT_TYPE_MISMATCH", 0xC000_0024_u32;
    /// A name is not a valid object name.
    OBJECT_NAME_INVALID, "STATUS_OBJECT_NAME_INVALID", 0xC000_0033_u32;
    /// No object has this name.
    OBJECT_NAME_NOT_FOUND, "STATUS_OBJECT_NAME_NOT_FOUND", 0xC000_0034_u32;
    /// Another object has this name already.
    OBJECT_NAME_COLLISION, "STATUS_OBJECT_NAME_COLLISION", 0xC000_0035_u32;
    /// What was read is damaged.
    DATA_ERROR, "STATUS_DATA_ERROR", 0xC000_003E_u32;
    /// Another has opened it, and does not share it.
    SHARING_VIOLATION, "STATUS_SHARING_VIOLATION", 0xC000_0043_u32;
    /// The quota of the caller is used up.
    QUOTA_EXCEEDED, "STATUS_QUOTA_EXCEEDED", 0xC000_0044_u32;
    /// An object is being deleted.
    DELETE_PENDING, "STATUS_DELETE_PENDING", 0xC000_0056_u32;
    /// There are no extended attributes here.
    EAS_NOT_SUPPORTED, "STATUS_EAS_NOT_SUPPORTED", 0xC000_004F_u32;
    /// Two revisions do not go together.
    REVISION_MISMATCH, "STATUS_REVISION_MISMATCH", 0xC000_0059_u32;
    /// There was no memory, or none of another resource.
    INSUFFICIENT_RESOURCES, "STATUS_INSUFFICIENT_RESOURCES", 0xC000_009A_u32;
    /// The device is not ready.
    DEVICE_NOT_READY, "STATUS_DEVICE_NOT_READY", 0xC000_00A3_u32;
    /// The file was closed by the system: it is of no more use.
    FILE_FORCED_CLOSED, "STATUS_FILE_FORCED_CLOSED", 0xC000_00B6_u32;
    /// The request is not supported.
    NOT_SUPPORTED, "STATUS_NOT_SUPPORTED", 0xC000_00BB_u32;
    /// What is to be a directory is none.
    NOT_A_DIRECTORY, "STATUS_NOT_A_DIRECTORY", 0xC000_0103_u32;
    /// The request was cancelled.
    CANCELLED, "STATUS_CANCELLED", 0xC000_0120_u32;
    /// The file object was closed while the request was under way.
    FILE_CLOSED, "STATUS_FILE_CLOSED", 0xC000_0128_u32;
    /// The device is not in a state in which it can do this.
    INVALID_DEVICE_STATE, "STATUS_INVALID_DEVICE_STATE", 0xC000_0184_u32;
    /// A buffer has a size that the request does not allow.
    INVALID_BUFFER_SIZE, "STATUS_INVALID_BUFFER_SIZE", 0xC000_0206_u32;
    /// An address is not one of this machine, or not one at all.
    INVALID_ADDRESS_COMPONENT, "STATUS_INVALID_ADDRESS_COMPONENT", 0xC000_0207_u32;
    /// Another has this address already.
    ADDRESS_ALREADY_EXISTS, "STATUS_ADDRESS_ALREADY_EXISTS", 0xC000_020A_u32;
    /// What was asked for is not there.
    NOT_FOUND, "STATUS_NOT_FOUND", 0xC000_0225_u32;
    /// The provider does not speak the version of the interface.
    NOINTERFACE, "STATUS_NOINTERFACE", 0xC000_02B9_u32;
}

impl Status {
    /// The status with this value.
    #[must_use]
    pub const fn from_raw(value: i32) -> Self {
        Self(value)
    }

    /// The value, as calls return it.
    #[must_use]
    pub const fn to_raw(self) -> i32 {
        self.0
    }

    /// True for what `NT_SUCCESS` is true for: success and informational values.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 >= 0
    }

    /// True for what `NT_WARNING` is true for: a call that did not do all, but something that counts.
    #[must_use]
    pub const fn is_warning(self) -> bool {
        self.0.cast_unsigned() >> 30 == 2
    }

    /// The value that a call returned, as a [`Result`].
    ///
    /// # Errors
    ///
    /// The value itself where `NT_SUCCESS` is false for it: warnings and errors.
    pub const fn check(value: i32) -> Result {
        let status = Self(value);
        if status.is_success() { Ok(()) } else { Err(status) }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "NTSTATUS {:#010X}", self.0),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl core::error::Error for Status {}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{format, string::String};

    use super::{ALL, Status};

    #[test]
    fn symbols_are_those_of_the_headers() {
        for (status, constant) in ALL {
            assert_eq!(status.name(), Some(String::from("STATUS_") + constant).as_deref());
        }
    }

    #[test]
    fn values_differ() {
        let unique: std::collections::HashSet<_> = ALL.iter().map(|(status, _)| status).collect();
        assert_eq!(unique.len(), ALL.len());
    }

    #[test]
    fn warnings_and_errors_are_errors() {
        assert_eq!(Status::check(0), Ok(()));
        assert_eq!(Status::check(Status::PENDING.to_raw()), Ok(()));
        for status in [Status::BUFFER_OVERFLOW, Status::CANCELLED] {
            assert_eq!(Status::check(status.to_raw()), Err(status));
        }
    }

    #[test]
    fn prints_the_symbol_or_the_value() {
        assert_eq!(format!("{}", Status::DEVICE_NOT_READY), "STATUS_DEVICE_NOT_READY");
        assert_eq!(format!("{}", Status::from_raw(-0x3fff_0001)), "NTSTATUS 0xC000FFFF");
    }
}
