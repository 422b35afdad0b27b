//! A received datagram.

use std::{
    borrow::Cow,
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rx_abi::{Record, RecordFlags};

use crate::address;

/// A UDP datagram and what is known of its arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram<'a> {
    /// When it arrived, in nanoseconds since 1970-01-01 00:00 UTC.
    pub time: u64,
    /// Who sent it.
    pub from: SocketAddr,
    /// The address and port that it was sent to, if the driver was told.
    pub to: Option<SocketAddr>,
    /// Index of the interface that it came through, if the driver was told.
    pub interface: Option<u32>,
    /// Type of service (IPv4) or traffic class (IPv6), if the driver was told.
    pub traffic_class: Option<u8>,
    /// Its properties.
    pub flags: RecordFlags,
    /// How many datagrams were dropped between the one before and this one.
    pub lost: u32,
    /// Bytes of payload that it had when it was sent. Where it was cut and nobody knows, the length of
    /// [`payload`](Self::payload), with [`RecordFlags::TRUNCATED`].
    pub original: u32,
    /// The payload, or the beginning of it.
    pub payload: Cow<'a, [u8]>,
}

/// A record of the driver describes no datagram; holds what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDatagram {
    /// The address of the sender is none.
    #[error("a record does not tell who sent the datagram")]
    Sender,
    /// The address that it was sent to is none, though it is said to be known.
    #[error("a record does not tell where the datagram was sent to, though it claims to")]
    Destination,
    /// More was captured than there was.
    #[error("a record has more payload than the datagram had")]
    Length,
}

impl Datagram<'_> {
    /// When it arrived. Windows counts in steps of 100 nanoseconds here.
    #[must_use]
    pub fn system_time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(self.time)
    }

    /// True if part of the payload is missing.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.flags.contains(RecordFlags::TRUNCATED) || self.original as usize > self.payload.len()
    }

    /// The same datagram with a payload of its own.
    #[must_use]
    pub fn into_owned(self) -> Datagram<'static> {
        let Self { time, from, to, interface, traffic_class, flags, lost, original, payload } =
            self;
        let payload = Cow::Owned(payload.into_owned());
        Datagram { time, from, to, interface, traffic_class, flags, lost, original, payload }
    }
}

impl<'a> TryFrom<Record<'a>> for Datagram<'a> {
    type Error = InvalidDatagram;

    fn try_from(record: Record<'a>) -> Result<Self, InvalidDatagram> {
        let flags = record.flags();
        let Record { header, detail: datagram, payload } = record;
        let from = address::from_endpoint(&datagram.from).ok_or(InvalidDatagram::Sender)?;
        let known = flags.contains(RecordFlags::PACKET_INFO);
        let to =
            known.then(|| address::from_endpoint(&datagram.to).ok_or(InvalidDatagram::Destination));
        if header.original < header.captured {
            return Err(InvalidDatagram::Length);
        }
        let classed = flags.contains(RecordFlags::TRAFFIC_CLASS);
        Ok(Self {
            time: header.time,
            from,
            to: to.transpose()?,
            interface: known.then_some(datagram.interface),
            traffic_class: classed.then_some(datagram.traffic_class),
            flags,
            lost: header.lost,
            original: header.original,
            payload: Cow::Borrowed(payload),
        })
    }
}
