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

/// Ends reception of a receiver or a reader; what is queued can still be read. No input, no output. Once
/// more does no harm.
///
/// `STATUS_INVALID_DEVICE_STATE` if the handle is not bound or opened.
pub const IOCTL_UNBIND: ControlCode = ControlCode::new(3, Access::Read);

/// Asks for all receivers of the driver, whoever bound them. No input; the output is a
/// [`ReceiverList`](crate::ReceiverList) and as many [`Receiver`](crate::Receiver)s as fit. The handle need
/// not be bound.
pub const IOCTL_RECEIVERS: ControlCode = ControlCode::new(4, Access::Read);

/// Asks for the adapters that the frame receiver is or was bound to. No input; the output is an
/// [`AdapterList`](crate::AdapterList) and as many [`Adapter`](crate::Adapter)s as fit.
pub const IOCTL_ADAPTERS: ControlCode = ControlCode::new(16, Access::Read);

/// Makes the handle a reader of frames. The input is an [`OpenFrames`](crate::OpenFrames) and the
/// instructions of a filter program, the output an [`Opened`](crate::Opened). A handle is opened so at most
/// once; after a failure it can be tried again.
///
/// | status | because |
/// |---|---|
/// | `STATUS_REVISION_MISMATCH` | `abi_version` is not the driver's |
/// | `STATUS_INVALID_BUFFER_SIZE` | the length of the input is not what the number of instructions makes |
/// | `STATUS_INVALID_PARAMETER` | [`OpenFrames::check`](crate::OpenFrames::check) finds a field that is not valid, or the filter program is not |
/// | `STATUS_NOT_FOUND` | the driver has never been bound to an adapter that is named |
/// | `STATUS_INVALID_DEVICE_STATE` | the handle is, was or is being opened |
/// | `STATUS_INSUFFICIENT_RESOURCES` | there is no memory for it |
/// | `STATUS_FILE_CLOSED` | the handle was closed meanwhile |
///
/// An adapter that refuses the packet filter is no error: the reader gets what comes, and
/// [`FrameStats::filter_failures`](crate::FrameStats::filter_failures) tells.
pub const IOCTL_OPEN: ControlCode = ControlCode::new(17, Access::Read);

/// Asks for the counters of the reader. No input; the output is a [`FrameStats`](crate::FrameStats).
///
/// `STATUS_INVALID_DEVICE_STATE` if the handle is no reader.
pub const IOCTL_FRAME_STATS: ControlCode = ControlCode::new(18, Access::Read);

/// Asks for the counters of an adapter. The input is its [`Guid`](crate::Guid), the output an
/// [`AdapterStats`](crate::AdapterStats).
///
/// `STATUS_NOT_FOUND` if the driver has never been bound to it.
pub const IOCTL_ADAPTER_STATS: ControlCode = ControlCode::new(19, Access::Read);

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
    use super::*;

    #[test]
    fn codes_are_what_ctl_code_makes() {
        let codes = [IOCTL_INFO, IOCTL_BIND, IOCTL_STATS, IOCTL_UNBIND, IOCTL_RECEIVERS];
        let codes = codes.map(ControlCode::value);
        assert_eq!(codes, [0x0012_2000, 0x0012_6004, 0x0012_6008, 0x0012_600C, 0x0012_6010]);
        let codes = [IOCTL_ADAPTERS, IOCTL_OPEN, IOCTL_FRAME_STATS, IOCTL_ADAPTER_STATS];
        let codes = codes.map(ControlCode::value);
        assert_eq!(codes, [0x0012_6040, 0x0012_6044, 0x0012_6048, 0x0012_604C]);
    }
}
