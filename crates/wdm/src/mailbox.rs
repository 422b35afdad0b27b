//! Values that wait for reads, and reads that wait for values.

use core::sync::atomic::{AtomicI32, Ordering};

use crate::{
    Answer, Irql, PoolVec, Read, ReadQueue, ReadRequest, Result, SpinLock, Status, Tag, fifo::Fifo,
};

/// What a read can be answered with.
pub trait Deliver: Send {
    /// Writes it for the program.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// What the program gets instead, or beside what fits: `STATUS_BUFFER_OVERFLOW` if not all does.
    fn deliver(&self, read: &mut Read) -> Result;
}

impl Deliver for PoolVec<u8> {
    fn deliver(&self, read: &mut Read) -> Result {
        read.append(self)
    }
}

/// Values that wait for reads, as many as there is room for, and reads that wait for values. Each read is
/// answered with one value, in the order in which they came.
///
/// IRQL: `DISPATCH_LEVEL` or below for everything, unless that of the values asks for less.
pub struct Mailbox<T> {
    values: SpinLock<Fifo<PoolVec<Option<T>>>>,
    tag: Tag,
    reads: ReadQueue,
    /// What reads get from now on; zero as long as there may be values for them.
    end: AtomicI32,
}

impl<T: Deliver> Mailbox<T> {
    /// An empty one, with room for so many values.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it.
    pub fn new(room: usize, tag: Tag) -> Result<Self> {
        let mut places = PoolVec::with_room(room, tag)?;
        for _ in 0..room {
            places.try_push(None)?;
        }
        let values = SpinLock::new(Fifo::new(places));
        Ok(Self { values, tag, reads: ReadQueue::new(tag)?, end: AtomicI32::new(0) })
    }

    /// Adds a value, with which a read is answered that waits, or one that comes.
    ///
    /// # Errors
    ///
    /// Gives the value back if there is no room for it, or after [`end`](Self::end).
    pub fn put(&self, value: T, irql: &mut impl Irql) -> core::result::Result<(), T> {
        let mut values = self.values.lock(irql);
        if self.reason().is_some() {
            return Err(value);
        }
        values.push(value)?;
        drop(values);
        self.serve(irql);
        Ok(())
    }

    /// Adds a copy of bytes.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory or no room for it, or after [`end`](Self::end).
    pub fn put_copy(&self, bytes: &[u8], irql: &mut impl Irql) -> Result
    where
        T: From<PoolVec<u8>>,
    {
        let copy = PoolVec::copied(bytes, self.tag)?;
        self.put(copy.into(), irql).map_err(|_| Status::INSUFFICIENT_RESOURCES)
    }

    /// Answers a read with a value, now or when there is one. It can be cancelled meanwhile.
    pub fn read(&self, request: ReadRequest<'_>, irql: &mut impl Irql) -> Answer {
        let answer = request.pend(&self.reads);
        self.serve(irql);
        answer
    }

    /// Throws away the values that wait.
    pub fn clear(&self, irql: &mut impl Irql) {
        // Those that others add meanwhile are not among them.
        for _ in 0..self.waiting(irql) {
            // Not under the lock: the drop of a value may call the kernel.
            let value = self.values.lock(irql).pop();
            drop(value);
        }
    }

    /// How many values wait for reads.
    #[must_use]
    pub fn waiting(&self, irql: &mut impl Irql) -> usize {
        self.values.lock(irql).len()
    }

    /// Throws away the values that wait, takes no more, and answers all reads with `reason`, also those that
    /// come later; with `STATUS_END_OF_FILE` if that is no error. The first reason stays.
    pub fn end(&self, reason: Status, irql: &mut impl Irql) {
        // Under the lock: a value that is being added is thrown away below, or not taken.
        let values = self.values.lock(irql);
        let reason = if reason.is_success() { Status::END_OF_FILE } else { reason };
        let (none, reason) = (0, reason.to_raw());
        let _ = self.end.compare_exchange(none, reason, Ordering::SeqCst, Ordering::SeqCst);
        drop(values);
        self.clear(irql);
        self.serve(irql);
    }

    fn reason(&self) -> Option<Status> {
        let end = self.end.load(Ordering::SeqCst);
        (end != 0).then_some(Status::from_raw(end))
    }

    /// Answers reads. Whoever has added a value or a read calls it, so that none is overlooked.
    fn serve(&self, irql: &mut impl Irql) {
        while let Some((mut read, value)) = self.pair(irql) {
            let delivered = value.deliver(&mut read);
            read.complete(delivered);
        }
        if let Some(reason) = self.reason() {
            self.reads.fail_all(reason);
        }
    }

    /// Takes a read and the value for it, if both are there.
    fn pair(&self, irql: &mut impl Irql) -> Option<(Read, T)> {
        let mut values = self.values.lock(irql);
        if values.is_empty() {
            return None;
        }
        let read = self.reads.take()?;
        values.pop().map(|value| (read, value))
    }
}
