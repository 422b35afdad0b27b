//! Data that is sent and received.

use crate::{CMSGHDR, MDL, SOCKADDR};

/// Part of a chain of MDLs.
///
/// The bytes begin `Offset` bytes into the first MDL, which has to contain that place, and go on
/// for `Length` bytes through the chain; later MDLs count from their own start. MDLs of no bytes
/// may occur, and the chain may be longer than `Length`. The pages are locked or non-paged.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_buf)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_BUF {
    /// First MDL of the chain; null only where `Length` is zero.
    pub Mdl: *mut MDL,
    /// Bytes of the first MDL to skip.
    pub Offset: u32,
    /// Bytes to send, bytes received, or the most to receive.
    pub Length: usize,
}

/// List of datagrams to send at once. Windows 8 and later.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-wsk_buf_list)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct WSK_BUF_LIST {
    /// Next datagram, or null.
    pub Next: *mut WSK_BUF_LIST,
    /// Payload of this one.
    pub Buffer: WSK_BUF,
}

/// List of buffers that a connection has received.
///
/// Owned by WSK; a client that answers `STATUS_PENDING` keeps it until it is released.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_data_indication)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_DATA_INDICATION {
    /// Next buffer, or null.
    pub Next: *mut WSK_DATA_INDICATION,
    /// The bytes.
    pub Buffer: WSK_BUF,
}

/// List of datagrams that a socket has received.
///
/// Owned by WSK with all that it points to; a client that answers `STATUS_PENDING` keeps it until
/// it is released.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/ns-wsk-_wsk_datagram_indication)
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct WSK_DATAGRAM_INDICATION {
    /// Next datagram, or null.
    pub Next: *mut WSK_DATAGRAM_INDICATION,
    /// Payload; may be empty.
    pub Buffer: WSK_BUF,
    /// First control message, or null.
    pub ControlInfo: *mut CMSGHDR,
    /// Bytes of all control messages; zero where there are none.
    pub ControlInfoLength: u32,
    /// Sender, in the struct of the socket's address family.
    pub RemoteAddress: *mut SOCKADDR,
}
