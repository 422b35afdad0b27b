//! What devices answer when a request fails, and what it means.

use std::{fmt, path::PathBuf};

/// Why a request to a driver failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceError {
    /// An NTSTATUS.
    ///
    /// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/using-ntstatus-values)
    Nt(u32),
    /// A Win32 error, where Windows did not tell the NTSTATUS that it stands for.
    Win32(u32),
}

/// What the cause of a [`DeviceError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request was cancelled.
    Cancelled,
    /// Reception has ended and all that was received has been read.
    EndOfData,
    /// The buffer cannot hold a single record.
    BufferTooSmall,
    /// Somebody else has the address.
    AddressInUse,
    /// The account may not do that.
    NotPermitted,
    /// The machine has no such address.
    NoSuchAddress,
    /// The driver knows no such adapter.
    NoSuchAdapter,
    /// The network stack has not started yet.
    NotReady,
    /// Memory or the like has run out.
    NoResources,
    /// A value in the request is not valid.
    InvalidParameter,
    /// The handle is bound already, or not yet.
    InvalidState,
    /// The driver or the network stack cannot do that.
    NotSupported,
    /// Driver and program are of different versions.
    Version,
    /// There is no such device.
    NoSuchDevice,
    /// The network stack has closed the socket.
    Closed,
    /// None of the others.
    Other,
}

/// A cause of failure: how it is told apart, its symbol, the numbers that stand for it, and a sentence
/// with the cause and the cure.
struct Known(ErrorKind, &'static str, u32, u32, &'static str);

const IN_USE: &str =
    "another program has this port; end it, choose another port, or have both programs share it";
const NO_ADDRESS: &str = "this machine has no such address or interface; 0.0.0.0 and [::] stand for all addresses it has";
const NO_MEMORY: &str =
    "memory has run out; choose smaller buffers, or end programs that are not needed";
const STATE: &str = "the receiver is bound already, or not yet; bind each receiver once";
const UNKNOWN: &str =
    "the driver does not know this request; build driver and program from the same source";
const NO_DEVICE: &str = "there is no such device; install the driver with `winrx install` and start it with `winrx start`";
const NO_ROUTE: &str = "the network cannot be reached; check that its interface is up";

/// All causes with a meaning of their own. The Win32 numbers are those that RtlNtStatusToDosError gives;
/// where several rows have the same one, the first row counts.
#[rustfmt::skip]
const KNOWN: &[Known] = &[
    Known(ErrorKind::Cancelled, "STATUS_CANCELLED", 0xC000_0120, 995, "the request was cancelled"),
    Known(ErrorKind::EndOfData, "STATUS_END_OF_FILE", 0xC000_0011, 38, "reception has ended and all that was received has been read"),
    Known(ErrorKind::BufferTooSmall, "STATUS_BUFFER_TOO_SMALL", 0xC000_0023, 122, "the buffer cannot hold a single record; read with a larger one"),
    Known(ErrorKind::AddressInUse, "STATUS_ADDRESS_ALREADY_EXISTS", 0xC000_020A, 52, IN_USE),
    Known(ErrorKind::AddressInUse, "STATUS_SHARING_VIOLATION", 0xC000_0043, 32, IN_USE),
    Known(ErrorKind::NotPermitted, "STATUS_ACCESS_DENIED", 0xC000_0022, 5, "this account may not do that; use an administrator's, which ports below 1024 may need, too"),
    Known(ErrorKind::NotPermitted, "STATUS_PRIVILEGE_NOT_HELD", 0xC000_0061, 1314, "this account may not do that; use an administrator's"),
    Known(ErrorKind::NoSuchAddress, "STATUS_INVALID_ADDRESS_COMPONENT", 0xC000_0207, 1214, NO_ADDRESS),
    Known(ErrorKind::NoSuchAddress, "STATUS_INVALID_ADDRESS", 0xC000_0141, 59, NO_ADDRESS),
    Known(ErrorKind::NoSuchAdapter, "STATUS_NOT_FOUND", 0xC000_0225, 1168, "the driver knows no such adapter; list those it knows with `winrx adapters`"),
    Known(ErrorKind::NotReady, "STATUS_DEVICE_NOT_READY", 0xC000_00A3, 21, "the network stack is not ready yet; try again in a moment"),
    Known(ErrorKind::NotReady, "STATUS_NOINTERFACE", 0xC000_02B9, 632, "the network stack has no Winsock Kernel that the driver could use; run it on a newer system"),
    Known(ErrorKind::NoResources, "STATUS_INSUFFICIENT_RESOURCES", 0xC000_009A, 1450, NO_MEMORY),
    Known(ErrorKind::NoResources, "STATUS_NO_MEMORY", 0xC000_0017, 8, NO_MEMORY),
    Known(ErrorKind::NoResources, "STATUS_QUOTA_EXCEEDED", 0xC000_0044, 1816, NO_MEMORY),
    Known(ErrorKind::NoResources, "STATUS_TOO_MANY_ADDRESSES", 0xC000_0209, 68, "there is no free port left; end programs that are not needed"),
    Known(ErrorKind::InvalidParameter, "STATUS_INVALID_PARAMETER", 0xC000_000D, 87, "the driver takes a setting for wrong; check addresses, filters and sizes"),
    Known(ErrorKind::InvalidState, "STATUS_INVALID_DEVICE_STATE", 0xC000_0184, 22, STATE),
    Known(ErrorKind::NotSupported, "STATUS_INVALID_DEVICE_REQUEST", 0xC000_0010, 1, UNKNOWN),
    Known(ErrorKind::NotSupported, "STATUS_NOT_IMPLEMENTED", 0xC000_0002, 1, UNKNOWN),
    Known(ErrorKind::NotSupported, "STATUS_NOT_SUPPORTED", 0xC000_00BB, 50, "the network stack of this machine cannot do that; leave the option out, or try another mode"),
    Known(ErrorKind::Version, "STATUS_REVISION_MISMATCH", 0xC000_0059, 1306, "driver and program are of different versions; build both from the same source"),
    Known(ErrorKind::Version, "STATUS_INVALID_BUFFER_SIZE", 0xC000_0206, 1784, UNKNOWN),
    Known(ErrorKind::NoSuchDevice, "STATUS_OBJECT_NAME_NOT_FOUND", 0xC000_0034, 2, NO_DEVICE),
    Known(ErrorKind::NoSuchDevice, "STATUS_OBJECT_PATH_NOT_FOUND", 0xC000_003A, 3, NO_DEVICE),
    Known(ErrorKind::NoSuchDevice, "STATUS_NO_SUCH_DEVICE", 0xC000_000E, 433, NO_DEVICE),
    Known(ErrorKind::NoSuchDevice, "STATUS_DEVICE_DOES_NOT_EXIST", 0xC000_00C0, 55, NO_DEVICE),
    Known(ErrorKind::Closed, "STATUS_FILE_FORCED_CLOSED", 0xC000_00B6, 38, "the network stack has closed the socket; start again"),
    Known(ErrorKind::Closed, "STATUS_FILE_CLOSED", 0xC000_0128, 6, "the handle was closed meanwhile; start again"),
    Known(ErrorKind::Other, "STATUS_NETWORK_UNREACHABLE", 0xC000_023C, 1231, NO_ROUTE),
    Known(ErrorKind::Other, "STATUS_HOST_UNREACHABLE", 0xC000_023D, 1232, NO_ROUTE),
    Known(ErrorKind::Other, "STATUS_UNSUCCESSFUL", 0xC000_0001, 31, "the driver failed without a reason; its debug output may tell more"),
];

impl DeviceError {
    /// What the cause is.
    #[must_use]
    pub fn kind(self) -> ErrorKind {
        self.known().map_or(ErrorKind::Other, |known| known.0)
    }

    /// True if the request was cancelled.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }

    fn known(self) -> Option<&'static Known> {
        KNOWN.iter().find(|&&Known(_, _, status, error, _)| match self {
            Self::Nt(number) => number == status,
            Self::Win32(number) => number == error,
        })
    }
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known();
        f.write_str(
            known.map_or("the request failed for a reason that winrx does not know", |k| k.4),
        )?;
        match (self, known) {
            (Self::Nt(_), Some(known)) => write!(f, " ({})", known.1),
            (Self::Nt(number), None) => write!(f, " (NTSTATUS {number:#010X})"),
            (Self::Win32(number), _) => write!(f, " (Windows error {number})"),
        }
    }
}

impl std::error::Error for DeviceError {}

/// Why a driver cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file that was named is not there.
    #[error(
        "There is no driver file {}. Build it with `cargo xtask build`, or name another one.",
        .0.display()
    )]
    NoSuchFile(PathBuf),
    /// No file was named, and there is none where one is looked for.
    #[error(
        "There is no {name}; looked for it as {}. Build it with `cargo xtask build`, or name one \
         with --driver PATH.",
        list(.places)
    )]
    NotFound {
        /// The name of the file.
        name: &'static str,
        /// Where it was looked for.
        places: Vec<PathBuf>,
    },
    /// The file cannot be loaded, or the driver does not start; holds why.
    #[error("The driver cannot be run here: {0}. Build driver and program from the same source.")]
    Load(String),
    /// The driver is there, but does not let itself be opened.
    #[error("{name} cannot be opened: {error}.")]
    Refused {
        /// The name of the device.
        name: String,
        /// What it answered.
        error: DeviceError,
    },
    /// Windows runs drivers itself.
    #[error(
        "On Windows the driver is run by the system, so {} cannot be named here. Install it, start it \
         with `winrx start {driver}`, and leave out --driver.",
        .file.display()
    )]
    FileOnWindows {
        /// The driver.
        driver: &'static str,
        /// The file that was named.
        file: PathBuf,
    },
    /// No system runs drivers here.
    #[error(
        "Only Windows runs drivers whose counters others can look at; here each winrx loads one into \
         itself, and shows its counters with `winrx udp --stats` or `winrx capture --stats`."
    )]
    NotRunning,
    /// Nothing here can run a driver.
    #[error("This system cannot run {}. Use winrx on Windows or Linux.", .0.display())]
    NotHosted(PathBuf),
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(", ")
}
