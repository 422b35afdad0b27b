//! Control codes.

/// An I/O control code with `METHOD_BUFFERED`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/defining-i-o-control-codes)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ControlCode(u32);

/// `FILE_DEVICE_NETWORK`, the type of both devices.
const DEVICE_TYPE: u32 = 0x12;

/// The first function code that is not Microsoft's.
const FIRST_FUNCTION: u32 = 0x800;

/// What the handle must have been opened for.
#[derive(Clone, Copy)]
enum Access {
    /// `FILE_ANY_ACCESS`
    Any = 0,
    /// `FILE_READ_ACCESS`
    Read = 1,
}

/// Asks which driver this is. No input; the output is an [`Info`](crate::Info).
///
/// Every request can fail with `STATUS_INVALID_BUFFER_SIZE`, if the input does not have the size that it
/// must have, and `STATUS_BUFFER_TOO_SMALL`, if the output has no room for the answer; nothing is done
/// then. A code that is none of these is answered with `STATUS_INVALID_DEVICE_REQUEST`.
pub const IOCTL_INFO: ControlCode = ControlCode::new(0, Access::Any);

/// Makes the handle a receiver. The input is a [`Bind`](crate::Bind), the output a
/// [`Bound`](crate::Bound). A handle is bound at most once; after a failure it can be tried again.
///
/// | status | because |
/// |---|---|
/// | `STATUS_REVISION_MISMATCH` | `abi_version` is not the driver's |
/// | `STATUS_INVALID_PARAMETER` | [`Bind::check`](crate::Bind::check) finds a field that is not valid |
/// | `STATUS_INVALID_DEVICE_STATE` | the handle is, was or is being bound |
/// | `STATUS_INSUFFICIENT_RESOURCES` | there is no memory for it |
/// | `STATUS_DEVICE_NOT_READY` | Winsock Kernel has not started after a few seconds |
/// | `STATUS_NOINTERFACE` | it does not speak the driver's version |
/// | `STATUS_ADDRESS_ALREADY_EXISTS`, `STATUS_SHARING_VIOLATION` | another has the address |
/// | `STATUS_INVALID_ADDRESS_COMPONENT` | this machine does not have the address |
/// | `STATUS_FILE_CLOSED` | the handle was closed meanwhile |
/// | others | the transport returned them for the address, an option or a group |
pub const IOCTL_BIND: ControlCode = ControlCode::new(1, Access::Read);

/// Asks for the counters of the receiver. No input; the output is a [`Stats`](crate::Stats).
///
/// `STATUS_INVALID_DEVICE_STATE` if the handle is not bound.
pub const IOCTL_STATS: ControlCode = ControlCode::new(2, Access::Read);

/// Ends reception; what is queued can still be read. No input, no output. Once more does no harm.
///
/// `STATUS_INVALID_DEVICE_STATE` if the handle is not bound.
pub const IOCTL_UNBIND: ControlCode = ControlCode::new(3, Access::Read);

impl ControlCode {
    const fn new(function: u32, access: Access) -> Self {
        Self(DEVICE_TYPE << 16 | (access as u32) << 14 | (FIRST_FUNCTION + function) << 2)
    }

    /// The number that `DeviceIoControl` takes.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{ControlCode, IOCTL_BIND, IOCTL_INFO, IOCTL_STATS, IOCTL_UNBIND};

    #[test]
    fn codes_are_what_ctl_code_makes() {
        let codes = [IOCTL_INFO, IOCTL_BIND, IOCTL_STATS, IOCTL_UNBIND].map(ControlCode::value);
        assert_eq!(codes, [0x0012_2000, 0x0012_6004, 0x0012_6008, 0x0012_600C]);
    }
}
