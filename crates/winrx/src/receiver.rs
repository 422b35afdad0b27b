//! Receivers: open handles of wskrx.

use std::{net::SocketAddr, ops::ControlFlow};

use rx_abi::{
    ABI_VERSION, ControlCode, IOCTL_BIND, IOCTL_INFO, IOCTL_STATS, IOCTL_UNBIND, Info, Records,
    Stats,
};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

use crate::{Datagram, Device, Error, ErrorKind, Settings, address};

/// The name that the driver gives itself.
const DRIVER: &str = "wskrx";

/// An open handle of wskrx, known to speak this library's language.
#[derive(Debug)]
pub struct Receiver<D> {
    device: D,
    info: Info,
}

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
    /// Takes an open handle and asks the driver which one it is.
    ///
    /// # Errors
    ///
    /// If it is not wskrx, not of this version, or does not answer.
    pub fn new(device: D) -> Result<Self, Error> {
        let mut info = Info::new_zeroed();
        ask(&device, IOCTL_INFO, &[], &mut info, "does not tell its version")?;
        let name = info.name().unwrap_or_default();
        if name != DRIVER {
            return Err(Error::ForeignDriver(name.to_owned()));
        }
        if info.abi_version != ABI_VERSION {
            return Err(Error::Version(info.abi_version));
        }
        Ok(Self { device, info })
    }

    /// What the driver said about itself.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> &D {
        &self.device
    }

    /// Begins to receive. A receiver can be bound once.
    ///
    /// # Errors
    ///
    /// If the settings are wrong, or the driver refuses.
    pub fn bind(&self, settings: &Settings) -> Result<Bound, Error> {
        let input = settings.to_bind()?;
        let mut bound = rx_abi::Bound::default();
        let request = "does not begin to receive";
        ask(&self.device, IOCTL_BIND, input.as_bytes(), &mut bound, request).map_err(|error| {
            match error {
                Error::Request { error, .. } => Error::Bind { local: settings.local, error },
                other => other,
            }
        })?;
        Ok(Bound {
            local: address::from_endpoint(&bound.local).ok_or(Error::BoundAddress)?,
            receive_buffer: Some(bound.receive_buffer).filter(|&bytes| bytes != 0),
            queue_bytes: Some(bound.queue_bytes).filter(|&bytes| bytes != 0),
        })
    }

    /// The counters since the receiver was bound.
    ///
    /// # Errors
    ///
    /// If the driver does not answer.
    pub fn stats(&self) -> Result<Stats, Error> {
        let mut stats = Stats::default();
        ask(&self.device, IOCTL_STATS, &[], &mut stats, "does not tell its counters")?;
        Ok(stats)
    }

    /// Ends reception. What is queued can still be read; after that reads say that there is no more.
    ///
    /// # Errors
    ///
    /// If the driver refuses.
    pub fn unbind(&self) -> Result<(), Error> {
        self.device
            .control(IOCTL_UNBIND, &[], &mut [])
            .map(drop)
            .map_err(|error| Error::Request { request: "does not end reception", error })
    }

    /// Ends all reads of this receiver that wait, with an error of [`ErrorKind::Cancelled`].
    pub fn cancel(&self) {
        self.device.cancel();
    }

    /// Reads with a buffer of its own, of [`Reader::DEFAULT_BYTES`].
    #[must_use]
    pub fn reader(&self) -> Reader<'_, D> {
        self.reader_with(Reader::<D>::DEFAULT_BYTES)
    }

    /// Reads with a buffer of this many bytes. In [`Mode::Direct`](crate::Mode::Direct) a datagram that
    /// does not fit is cut; in the other modes it fails the read.
    #[must_use]
    pub fn reader_with(&self, bytes: usize) -> Reader<'_, D> {
        Reader { receiver: self, buffer: vec![0; bytes.div_ceil(size_of::<u64>())] }
    }

    /// All datagrams, each with memory of its own.
    #[must_use]
    pub fn records(&self) -> Datagrams<'_, D> {
        Datagrams { reader: self.reader(), queue: Vec::new().into_iter() }
    }

    /// Hands each datagram to `take`, until it breaks off or there are no more. This does not allocate
    /// per datagram. What was read together with the last one is lost when `take` breaks off.
    ///
    /// # Errors
    ///
    /// The first error of a read.
    pub fn for_each(
        &self,
        mut take: impl FnMut(Datagram<'_>) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let mut reader = self.reader();
        while let Some(batch) = reader.next_batch()? {
            for datagram in batch {
                if take(datagram?).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// Sends a request whose answer is one structure; `request` says what the driver does that refuses it.
fn ask<T: FromBytes + IntoBytes>(
    device: &impl Device,
    code: ControlCode,
    input: &[u8],
    answer: &mut T,
    request: &'static str,
) -> Result<(), Error> {
    let length = device
        .control(code, input, answer.as_mut_bytes())
        .map_err(|error| Error::Request { request, error })?;
    let expected = size_of::<T>();
    if length == expected { Ok(()) } else { Err(Error::Answer { length, expected }) }
}

/// Reads of a receiver, with one buffer for all of them.
#[derive(Debug)]
pub struct Reader<'r, D> {
    receiver: &'r Receiver<D>,
    /// Words, so that records are aligned.
    buffer: Vec<u64>,
}

impl<D: Device> Reader<'_, D> {
    /// Size of the buffer unless another one is asked for: room for at least 3 of the largest datagrams,
    /// or more than a thousand small ones. The system maps all of it for each read.
    pub const DEFAULT_BYTES: usize = 256 << 10;

    /// Waits for datagrams and returns as many as there are and fit; `None` when reception has ended and
    /// there are no more.
    ///
    /// # Errors
    ///
    /// What the driver answered; [`ErrorKind::Cancelled`] after [`Receiver::cancel`].
    pub fn next_batch(&mut self) -> Result<Option<Batch<'_>>, Error> {
        let buffer = self.buffer.as_mut_bytes();
        match self.receiver.device.read(buffer) {
            Ok(0) => Ok(None),
            Ok(length) => {
                let expected = buffer.len();
                let bytes = buffer.get(..length).ok_or(Error::Answer { length, expected })?;
                Ok(Some(Batch { records: Records::new(bytes) }))
            }
            Err(error) if error.kind() == ErrorKind::EndOfData => Ok(None),
            Err(error) => Err(Error::Request { request: "has stopped delivering", error }),
        }
    }
}

/// The datagrams that one read returned. Ends after the first one that is not valid.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    records: Records<'a>,
}

impl<'a> Iterator for Batch<'a> {
    type Item = Result<Datagram<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.records.next()?;
        let datagram = record.map_err(Error::from).and_then(|record| Ok(record.try_into()?));
        if datagram.is_err() {
            self.records = Records::new(&[]);
        }
        Some(datagram)
    }
}

/// All datagrams of a receiver, each with memory of its own. Ends with the first error.
#[derive(Debug)]
pub struct Datagrams<'r, D> {
    reader: Reader<'r, D>,
    queue: std::vec::IntoIter<Result<Datagram<'static>, Error>>,
}

impl<D: Device> Datagrams<'_, D> {
    fn refill(&mut self) -> Option<Result<(), Error>> {
        let batch = match self.reader.next_batch().transpose()? {
            Ok(batch) => batch,
            Err(error) => return Some(Err(error)),
        };
        let datagrams: Vec<_> = batch.map(|datagram| datagram.map(Datagram::into_owned)).collect();
        self.queue = datagrams.into_iter();
        Some(Ok(()))
    }
}

impl<D: Device> Iterator for Datagrams<'_, D> {
    type Item = Result<Datagram<'static>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(datagram) = self.queue.next() {
                return Some(datagram);
            }
            if let Err(error) = self.refill()? {
                return Some(Err(error));
            }
        }
    }
}
