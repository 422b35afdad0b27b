//! Receivers: open handles of wskrx.

use std::net::SocketAddr;

use rx_abi::{ControlCode, DatagramHeader, IOCTL_BIND, IOCTL_STATS, Stats};
use zerocopy::IntoBytes;

use crate::{Datagram, Device, Error, Handle, Settings, address, handle::Service};

/// What wskrx does: it receives datagrams.
#[derive(Clone, Copy, Debug)]
pub enum Datagrams {}

impl Service for Datagrams {
    const DRIVER: &'static str = "wskrx";
    const STATS: ControlCode = IOCTL_STATS;
    type Stats = Stats;
    type Detail = DatagramHeader;
    type Item<'a> = Datagram<'a>;

    fn own(datagram: Datagram<'_>) -> Datagram<'static> {
        datagram.into_owned()
    }
}

/// An open handle of wskrx, known to speak this library's language.
pub type Receiver<D> = Handle<D, Datagrams>;

/// What the settings of a receiver became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The local address, with the port that was taken.
    pub local: SocketAddr,
    /// Size of the transport's buffer in bytes, if the transport tells.
    pub receive_buffer: Option<u32>,
    /// Size of the driver's queue in bytes, if the mode has one.
    pub queue_bytes: Option<u32>,
}

impl<D: Device> Receiver<D> {
    /// Begins to receive. A receiver can be bound once.
    ///
    /// # Errors
    ///
    /// If the settings are wrong, or the driver refuses.
    pub fn bind(&self, settings: &Settings) -> Result<Bound, Error> {
        let input = settings.to_bind()?;
        let request = "does not begin to receive";
        let bound: rx_abi::Bound =
            self.ask(IOCTL_BIND, input.as_bytes(), request).map_err(|error| match error {
                Error::Request { error, .. } => Error::Bind { local: settings.local, error },
                other => other,
            })?;
        Ok(Bound {
            local: address::from_endpoint(&bound.local).ok_or(Error::BoundAddress)?,
            receive_buffer: Some(bound.receive_buffer).filter(|&bytes| bytes != 0),
            queue_bytes: Some(bound.queue_bytes).filter(|&bytes| bytes != 0),
        })
    }
}
