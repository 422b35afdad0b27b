//! Errors of the machine as NTSTATUS values.
//!
//! WSK's pages name few of them; these are those that Windows has for the same errors of Winsock.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wsk/nc-wsk-pfn_wsk_bind)

use std::io;

use crate::nt::{
    NTSTATUS, STATUS_ACCESS_DENIED, STATUS_ADDRESS_ALREADY_EXISTS, STATUS_HOST_UNREACHABLE,
    STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_ADDRESS_COMPONENT, STATUS_INVALID_BUFFER_SIZE,
    STATUS_INVALID_PARAMETER, STATUS_NETWORK_UNREACHABLE, STATUS_NOT_SUPPORTED,
    STATUS_PORT_UNREACHABLE, STATUS_TOO_MANY_ADDRESSES, STATUS_UNSUCCESSFUL,
};

/// The status of an error.
pub(super) fn of(error: &io::Error) -> NTSTATUS {
    match error.raw_os_error() {
        Some(libc::EADDRINUSE) => STATUS_ADDRESS_ALREADY_EXISTS,
        Some(libc::EADDRNOTAVAIL | libc::ENODEV) => STATUS_INVALID_ADDRESS_COMPONENT,
        Some(libc::EACCES | libc::EPERM) => STATUS_ACCESS_DENIED,
        Some(libc::ENOMEM | libc::ENOBUFS | libc::EMFILE | libc::ENFILE) => {
            STATUS_INSUFFICIENT_RESOURCES
        }
        Some(libc::EMSGSIZE) => STATUS_INVALID_BUFFER_SIZE,
        Some(libc::ENETUNREACH | libc::ENETDOWN) => STATUS_NETWORK_UNREACHABLE,
        Some(libc::EHOSTUNREACH) => STATUS_HOST_UNREACHABLE,
        Some(libc::ECONNREFUSED) => STATUS_PORT_UNREACHABLE,
        Some(libc::EINVAL) => STATUS_INVALID_PARAMETER,
        Some(libc::EAFNOSUPPORT | libc::EOPNOTSUPP | libc::ENOPROTOOPT) => STATUS_NOT_SUPPORTED,
        Some(libc::ETOOMANYREFS) => STATUS_TOO_MANY_ADDRESSES,
        _ => STATUS_UNSUCCESSFUL,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use super::of;
    use crate::nt::{STATUS_ACCESS_DENIED, STATUS_UNSUCCESSFUL};

    #[test]
    fn errors_have_statuses_and_unknown_ones_have_a_common_one() {
        assert_eq!(of(&Error::from_raw_os_error(libc::EACCES)), STATUS_ACCESS_DENIED);
        assert_eq!(of(&Error::other("unknown")), STATUS_UNSUCCESSFUL);
    }
}
