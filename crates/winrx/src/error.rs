//! What can go wrong with a receiver.

use std::net::SocketAddr;

use rx_abi::{ABI_VERSION, InvalidRecord};

use crate::{DeviceError, InvalidDatagram, InvalidSettings, OpenError};

/// Why a receiver cannot go on. The text is a sentence with the cause and, where there is one, the cure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The driver cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The settings do not go together.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// The device is not that of wskrx.
    #[error("The device answers as {0:?}, not as wskrx. Open the device of wskrx.")]
    ForeignDriver(String),
    /// The driver is of a version that this library does not know.
    #[error(
        "wskrx speaks version {0} of the protocol, and this winrx version {ABI_VERSION}. Build both from \
         the same source."
    )]
    Version(u32),
    /// The driver refused to bind.
    #[error("wskrx cannot receive at {local}: {error}.")]
    Bind {
        /// The address that it was to receive at.
        local: SocketAddr,
        /// What it answered.
        error: DeviceError,
    },
    /// Another request failed.
    #[error("wskrx {request}: {error}.")]
    Request {
        /// What it failed to do.
        request: &'static str,
        /// What it answered.
        error: DeviceError,
    },
    /// An answer of the driver is not as long as it should be.
    #[error(
        "wskrx answered with {length} bytes in place of {expected}. Build driver and program from the same \
         source."
    )]
    Answer {
        /// Bytes of the answer.
        length: usize,
        /// Bytes that it should have had.
        expected: usize,
    },
    /// The driver gave an address that is none.
    #[error(
        "wskrx does not tell the address that it receives at. Build driver and program from the same source."
    )]
    BoundAddress,
    /// What a read returned is not a record.
    #[error(
        "What wskrx handed over cannot be read: {0}. Build driver and program from the same source."
    )]
    Record(#[from] InvalidRecord),
    /// A record describes no datagram.
    #[error(
        "What wskrx handed over makes no sense: {0}. Build driver and program from the same source."
    )]
    Datagram(#[from] InvalidDatagram),
}

impl Error {
    /// What a device answered, if that is the cause.
    #[must_use]
    pub fn device_error(&self) -> Option<DeviceError> {
        match self {
            Self::Bind { error, .. }
            | Self::Request { error, .. }
            | Self::Open(OpenError::Refused { error, .. }) => Some(*error),
            _ => None,
        }
    }
}
