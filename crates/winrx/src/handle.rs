//! Open handles of the drivers.

use std::{fmt, marker::PhantomData, ops::ControlFlow};

use rx_abi::{
    ABI_VERSION, ControlCode, Detail, IOCTL_INFO, IOCTL_UNBIND, Info, RecordOf, RecordsOf,
};
use zerocopy::{FromBytes, FromZeros, IntoBytes};

use crate::{Device, Error, ErrorKind};

/// So many entries of a list are asked for at first; if there are more, the request is made again.
const FIRST_ENTRIES: usize = 16;

/// A list of more entries is none of our drivers'.
const MOST_ENTRIES: usize = 1 << 20;

/// What sets the drivers apart: their names, what they hand out, and what they count.
pub trait Service: Sized + 'static {
    /// The name that the driver gives itself.
    const DRIVER: &'static str;
    /// Asks for the counters of a handle.
    const STATS: ControlCode;
    /// These counters.
    type Stats: Clone + Copy + Default + fmt::Debug + Send + FromBytes + IntoBytes;
    /// What its records tell.
    type Detail: Detail;
    /// What its records are made into.
    type Item<'a>: TryFrom<RecordOf<'a, Self::Detail>, Error: Into<Error>>;

    /// The same item with memory of its own.
    fn own(item: Self::Item<'_>) -> Self::Item<'static>;
}

/// An open handle of a driver, known to speak this library's language. A
/// [`Receiver`](crate::Receiver) is one of wskrx, a [`Capture`](crate::Capture) one of ndisrx.
pub struct Handle<D, S> {
    device: D,
    info: Info,
    service: PhantomData<fn() -> S>,
}

impl<D: Device, S: Service> Handle<D, S> {
    /// Takes an open handle and asks the driver which one it is.
    ///
    /// # Errors
    ///
    /// If it is another driver, not of this version, or does not answer.
    pub fn new(device: D) -> Result<Self, Error> {
        let handle = Self { device, info: Info::new_zeroed(), service: PhantomData };
        let info: Info = handle.ask(IOCTL_INFO, &[], "does not tell its version")?;
        let name = info.name().unwrap_or_default();
        if name != S::DRIVER {
            return Err(Error::ForeignDriver { driver: S::DRIVER, name: name.to_owned() });
        }
        if info.abi_version != ABI_VERSION {
            return Err(Error::Version { driver: S::DRIVER, version: info.abi_version });
        }
        Ok(Self { info, ..handle })
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

    /// The counters since reception began.
    ///
    /// # Errors
    ///
    /// If the driver does not answer.
    pub fn stats(&self) -> Result<S::Stats, Error> {
        self.ask(S::STATS, &[], "does not tell its counters")
    }

    /// Ends reception. What is queued can still be read; after that reads say that there is no more.
    ///
    /// # Errors
    ///
    /// If the driver refuses.
    pub fn unbind(&self) -> Result<(), Error> {
        self.control(IOCTL_UNBIND, &[], &mut [], "does not end reception").map(drop)
    }

    /// Ends all reads of this handle that wait, with an error of [`ErrorKind::Cancelled`].
    pub fn cancel(&self) {
        self.device.cancel();
    }

    /// Reads with a buffer of its own, of [`Reader::DEFAULT_BYTES`].
    #[must_use]
    pub fn reader(&self) -> Reader<'_, D, S> {
        self.reader_with(Reader::<D, S>::DEFAULT_BYTES)
    }

    /// Reads with a buffer of this many bytes. What does not fit fails the read; only with
    /// [`Mode::Direct`](crate::Mode::Direct) of wskrx it is cut.
    #[must_use]
    pub fn reader_with(&self, bytes: usize) -> Reader<'_, D, S> {
        Reader { handle: self, buffer: vec![0; bytes.div_ceil(size_of::<u64>())] }
    }

    /// All that is received, each with memory of its own.
    #[must_use]
    pub fn records(&self) -> Items<'_, D, S> {
        Items { reader: self.reader(), queue: Vec::new().into_iter() }
    }

    /// Hands each datagram or frame to `take`, until it breaks off or there are no more. This does not
    /// allocate for each. What was read together with the last one is lost when `take` breaks off.
    ///
    /// # Errors
    ///
    /// The first error of a read.
    pub fn for_each(
        &self,
        mut take: impl FnMut(S::Item<'_>) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let mut reader = self.reader();
        while let Some(batch) = reader.next_batch()? {
            for item in batch {
                if take(item?).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Sends a request whose answer is one structure; `request` says what the driver does that refuses it.
    pub(crate) fn ask<T: FromBytes + IntoBytes>(
        &self,
        code: ControlCode,
        input: &[u8],
        request: &'static str,
    ) -> Result<T, Error> {
        let mut answer = T::new_zeroed();
        let length = self.control(code, input, answer.as_mut_bytes(), request)?;
        let expected = size_of::<T>();
        if length == expected { Ok(answer) } else { Err(Self::strange_answer(length, expected)) }
    }

    /// Sends a request whose answer is a list, again and again until all entries fit. Of the header `counts`
    /// tells how many entries follow, and how many there are.
    pub(crate) fn list<L, E>(
        &self,
        code: ControlCode,
        request: &'static str,
        counts: impl Fn(&L) -> (u32, u32),
    ) -> Result<(L, Vec<E>), Error>
    where
        L: FromBytes,
        E: FromBytes,
    {
        let mut room = FIRST_ENTRIES;
        loop {
            let mut answer = vec![0; size_of::<L>() + room * size_of::<E>()];
            let length = self.control(code, &[], &mut answer, request)?;
            let strange = || Self::strange_answer(length, answer.len());
            let bytes = answer.get(..length).ok_or_else(strange)?;
            let (list, bytes) = L::read_from_prefix(bytes).map_err(|_| strange())?;
            let (count, total) = counts(&list);
            if bytes.len() != count as usize * size_of::<E>() || count > total {
                return Err(strange());
            }
            if count == total {
                let entries = bytes.chunks_exact(size_of::<E>()).map(E::read_from_bytes);
                let entries = entries.collect::<Result<_, _>>().map_err(|_| strange())?;
                return Ok((list, entries));
            }
            if total as usize > MOST_ENTRIES {
                return Err(strange());
            }
            room = (total as usize).max(room + 1);
        }
    }

    /// Sends a request; returns the length of its answer.
    pub(crate) fn control(
        &self,
        code: ControlCode,
        input: &[u8],
        output: &mut [u8],
        request: &'static str,
    ) -> Result<usize, Error> {
        let driver = S::DRIVER;
        let answer = self.device.control(code, input, output);
        answer.map_err(|error| Error::Request { driver, request, error })
    }

    pub(crate) fn strange_answer(length: usize, expected: usize) -> Error {
        Error::Answer { driver: S::DRIVER, length, expected }
    }
}

impl<D: fmt::Debug, S> fmt::Debug for Handle<D, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("device", &self.device).field("info", &self.info).finish()
    }
}

/// Reads of a handle, with one buffer for all of them.
#[derive(Debug)]
pub struct Reader<'h, D, S> {
    handle: &'h Handle<D, S>,
    /// Words, so that records are aligned.
    buffer: Vec<u64>,
}

impl<D: Device, S: Service> Reader<'_, D, S> {
    /// Size of the buffer unless another one is asked for: room for at least 3 of the largest datagrams
    /// or frames, or more than a thousand small ones. The system maps all of it for each read.
    pub const DEFAULT_BYTES: usize = 256 << 10;

    /// Waits for records and returns as many as there are and fit; `None` when reception has ended and
    /// there are no more.
    ///
    /// # Errors
    ///
    /// What the driver answered; [`ErrorKind::Cancelled`] after [`Handle::cancel`].
    pub fn next_batch(&mut self) -> Result<Option<Batch<'_, S>>, Error> {
        let buffer = self.buffer.as_mut_bytes();
        match self.handle.device.read(buffer) {
            Ok(0) => Ok(None),
            Ok(length) => {
                let expected = buffer.len();
                let bytes = buffer.get(..length);
                let bytes =
                    bytes.ok_or_else(|| Handle::<D, S>::strange_answer(length, expected))?;
                Ok(Some(Batch { records: RecordsOf::new(bytes) }))
            }
            Err(error) if error.kind() == ErrorKind::EndOfData => Ok(None),
            Err(error) => {
                let request = "has stopped delivering";
                Err(Error::Request { driver: S::DRIVER, request, error })
            }
        }
    }
}

/// What one read returned. Ends after the first record that is not valid.
#[derive(Clone)]
pub struct Batch<'a, S: Service> {
    records: RecordsOf<'a, S::Detail>,
}

impl<'a, S: Service> Iterator for Batch<'a, S> {
    type Item = Result<S::Item<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.records.next()?;
        let item =
            record.map_err(Error::from).and_then(|record| record.try_into().map_err(Into::into));
        if item.is_err() {
            self.records = RecordsOf::new(&[]);
        }
        Some(item)
    }
}

impl<S: Service> fmt::Debug for Batch<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").finish_non_exhaustive()
    }
}

/// All that a handle receives, each with memory of its own. Ends with the first error.
pub struct Items<'h, D, S: Service> {
    reader: Reader<'h, D, S>,
    queue: std::vec::IntoIter<Result<S::Item<'static>, Error>>,
}

impl<D: Device, S: Service> Items<'_, D, S> {
    fn refill(&mut self) -> Option<Result<(), Error>> {
        let batch = match self.reader.next_batch().transpose()? {
            Ok(batch) => batch,
            Err(error) => return Some(Err(error)),
        };
        let items: Vec<_> = batch.map(|item| item.map(S::own)).collect();
        self.queue = items.into_iter();
        Some(Ok(()))
    }
}

impl<D: Device, S: Service> Iterator for Items<'_, D, S> {
    type Item = Result<S::Item<'static>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.queue.next() {
                return Some(item);
            }
            if let Err(error) = self.refill()? {
                return Some(Err(error));
            }
        }
    }
}
