//! NTSTATUS values, as far as the drivers and the I/O manager answer with them.

use std::fmt;

/// An NTSTATUS, which prints as its symbol.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-ntstatus-values)
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Status(pub u32);

/// Makes the constants and the table of their names.
macro_rules! statuses {
    ($($name:ident = $value:literal;)*) => {
        impl Status {
            $(
                #[doc = concat!("`STATUS_", stringify!($name), "`")]
                pub const $name: Self = Self($value);
            )*

            /// The symbol in Microsoft's headers, if it is one of those that are known here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some(concat!("STATUS_", stringify!($name))),)*
                    _ => None,
                }
            }
        }
    };
}

statuses! {
    SUCCESS = 0x0000_0000;
    PENDING = 0x0000_0103;
    BUFFER_OVERFLOW = 0x8000_0005;
    DATATYPE_MISALIGNMENT = 0x8000_0002;
    NO_MORE_FILES = 0x8000_0006;
    EA_LIST_INCONSISTENT = 0x8000_0014;
    INVALID_EA_NAME = 0x8000_0013;
    UNSUCCESSFUL = 0xC000_0001;
    NOT_IMPLEMENTED = 0xC000_0002;
    INVALID_INFO_CLASS = 0xC000_0003;
    INFO_LENGTH_MISMATCH = 0xC000_0004;
    ACCESS_VIOLATION = 0xC000_0005;
    INVALID_HANDLE = 0xC000_0008;
    INVALID_PARAMETER = 0xC000_000D;
    NO_SUCH_DEVICE = 0xC000_000E;
    INVALID_DEVICE_REQUEST = 0xC000_0010;
    END_OF_FILE = 0xC000_0011;
    NO_MEMORY = 0xC000_0017;
    INVALID_FILE_FOR_SECTION = 0xC000_0020;
    ACCESS_DENIED = 0xC000_0022;
    BUFFER_TOO_SMALL = 0xC000_0023;
    OBJECT_TYPE_MISMATCH = 0xC000_0024;
    OBJECT_NAME_INVALID = 0xC000_0033;
    OBJECT_NAME_NOT_FOUND = 0xC000_0034;
    OBJECT_PATH_INVALID = 0xC000_0039;
    OBJECT_PATH_NOT_FOUND = 0xC000_003A;
    OBJECT_PATH_SYNTAX_BAD = 0xC000_003B;
    SHARING_VIOLATION = 0xC000_0043;
    EAS_NOT_SUPPORTED = 0xC000_004F;
    REVISION_MISMATCH = 0xC000_0059;
    INVALID_OWNER = 0xC000_005A;
    PRIVILEGE_NOT_HELD = 0xC000_0061;
    INVALID_ACL = 0xC000_0077;
    INVALID_SID = 0xC000_0078;
    INVALID_SECURITY_DESCR = 0xC000_0079;
    RANGE_NOT_LOCKED = 0xC000_007E;
    INSUFFICIENT_RESOURCES = 0xC000_009A;
    MEDIA_WRITE_PROTECTED = 0xC000_00A2;
    DEVICE_NOT_READY = 0xC000_00A3;
    NOT_SUPPORTED = 0xC000_00BB;
    INVALID_PARAMETER_MIX = 0xC000_0030;
    NOT_A_DIRECTORY = 0xC000_0103;
    NAME_TOO_LONG = 0xC000_0106;
    CANCELLED = 0xC000_0120;
    FILE_CLOSED = 0xC000_0128;
    INVALID_DEVICE_STATE = 0xC000_0184;
    INVALID_BUFFER_SIZE = 0xC000_0206;
    INVALID_ADDRESS_COMPONENT = 0xC000_0207;
    ADDRESS_ALREADY_EXISTS = 0xC000_020A;
    NOT_FOUND = 0xC000_0225;
    PORT_UNREACHABLE = 0xC000_023F;
    FILE_FORCED_CLOSED = 0xC000_00B6;
    NO_SUCH_FILE = 0xC000_000F;
    QUOTA_EXCEEDED = 0xC000_0044;
    WORKING_SET_QUOTA = 0xC000_00A1;
    INVALID_USER_BUFFER = 0xC000_00E8;
    NO_EAS_ON_FILE = 0xC000_0052;
    BAD_NETWORK_PATH = 0xC000_00BE;
    NDIS_NOT_SUPPORTED = 0xC023_00BB;
    NOINTERFACE = 0xC000_02B9;
    NETWORK_UNREACHABLE = 0xC000_023C;
}

impl Status {
    /// True for errors; warnings and successes are none.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.0 >> 30 == 3
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#010X}", self.0),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
