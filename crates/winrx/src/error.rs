//! What can go wrong with a receiver.

use std::net::SocketAddr;

use rx_abi::{ABI_VERSION, InvalidRecord};

use crate::{
    DeviceError, InvalidAdapter, InvalidCapture, InvalidDatagram, InvalidFrame, InvalidReceiver,
    InvalidSettings, OpenError,
};

/// Why a receiver or a capture cannot go on. The text is a sentence with the cause and, where there is one, the cure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The driver cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The settings do not go together.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// The settings of a capture do not go together.
    #[error(transparent)]
    Capture(#[from] InvalidCapture),
    /// The device is another driver's.
    #[error("The device answers as {name:?}, not as {driver}. Open the device of {driver}.")]
    ForeignDriver {
        /// The driver that it should be.
        driver: &'static str,
        /// What it calls itself.
        name: String,
    },
    /// The driver is of a version that this library does not know.
    #[error(
        "{driver} speaks version {version} of the protocol, and this winrx version {ABI_VERSION}. Build \
         both from the same source."
    )]
    Version {
        /// The driver.
        driver: &'static str,
        /// Its version.
        version: u32,
    },
    /// The driver refused to bind.
    #[error("wskrx cannot receive at {local}: {error}.")]
    Bind {
        /// The address that it was to receive at.
        local: SocketAddr,
        /// What it answered.
        error: DeviceError,
    },
    /// Another request failed.
    #[error("{driver} {request}: {error}.")]
    Request {
        /// The driver.
        driver: &'static str,
        /// What it failed to do.
        request: &'static str,
        /// What it answered.
        error: DeviceError,
    },
    /// An answer of the driver is not as long as it should be.
    #[error(
        "{driver} answered with {length} bytes in place of {expected}. Build driver and program from the \
         same source."
    )]
    Answer {
        /// The driver.
        driver: &'static str,
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
        "What the driver handed over cannot be read: {0}. Build driver and program from the same source."
    )]
    Record(#[from] InvalidRecord),
    /// A record describes no datagram.
    #[error(
        "What wskrx handed over makes no sense: {0}. Build driver and program from the same source."
    )]
    Datagram(#[from] InvalidDatagram),
    /// A record describes no frame.
    #[error(
        "What ndisrx handed over makes no sense: {0}. Build driver and program from the same source."
    )]
    Frame(#[from] InvalidFrame),
    /// What the driver tells of an adapter makes no sense.
    #[error(
        "What ndisrx tells of its adapters makes no sense: {0}. Build driver and program from the same \
         source."
    )]
    Adapter(#[from] InvalidAdapter),
    /// What the driver tells of a receiver makes no sense.
    #[error(
        "What wskrx tells of its receivers makes no sense: {0}. Build driver and program from the same source."
    )]
    Receiver(#[from] InvalidReceiver),
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
