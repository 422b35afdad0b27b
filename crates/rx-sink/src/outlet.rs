//! Bringing records and the reads of programs together.

use core::{
    ptr::NonNull,
    sync::atomic::{AtomicU64, Ordering, fence},
};

use rx_abi::RecordHeader;
use wdm::{PoolBytes, Read, ReadQueue, Result, Status, Tag};

use crate::{Combiner, Memory, Queued, Reader, Ring};

/// Nonpaged pool, as memory of a ring or a table.
pub struct PoolMemory(PoolBytes);

impl PoolMemory {
    /// The memory `bytes`.
    #[must_use]
    pub const fn new(bytes: PoolBytes) -> Self {
        Self(bytes)
    }
}

// SAFETY: it owns a block of pool, which is aligned to 16.
unsafe impl Memory for PoolMemory {
    fn base(&self) -> NonNull<u8> {
        self.0.start()
    }

    fn len(&self) -> usize {
        self.0.length()
    }
}

/// Records that wait for reads, and reads that wait for records.
pub struct Outlet {
    /// The records.
    pub ring: Ring<PoolMemory>,
    /// The reads.
    pub reads: ReadQueue,
    /// Lets one at a time bring both together.
    serving: Combiner,
    /// Dropped since the last record was written.
    lost: AtomicU64,
}

/// Who puts records into an outlet.
pub trait Origin {
    /// True if there is something to do for [`prepare`](Self::prepare).
    fn has_work(&self) -> bool;

    /// Called before reads are served.
    fn prepare(&self, reader: &mut Reader<'_, PoolMemory>);

    /// True for a record whose payload is kept elsewhere.
    fn is_kept(header: &RecordHeader) -> bool;

    /// Writes such a record to a read. `None` if its payload cannot be read: nothing is written.
    fn write_kept(&self, record: &Queued<'_, '_, PoolMemory>, read: &mut Read) -> Option<()>;

    /// Counts what a read has taken, before it is completed.
    fn taken(&self, taken: &Taken);

    /// What reads get once the outlet is empty, if nothing will come any more.
    fn end(&self) -> Option<Status>;
}

/// What a read has taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    /// Records that it returns.
    pub records: u64,
    /// Their captured payload in bytes.
    pub bytes: u64,
    /// Records that could not be read.
    pub unreadable: u64,
}

impl Outlet {
    /// An outlet for `bytes` bytes of records, which are rounded up to a power of two.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_PARAMETER` if a ring cannot have that size, `STATUS_INSUFFICIENT_RESOURCES` if there is
    /// no memory for it.
    pub fn new(bytes: u32, tag: Tag) -> Result<Self> {
        let bytes = bytes.checked_next_power_of_two().ok_or(Status::INVALID_PARAMETER)? as usize;
        let size = Ring::<PoolMemory>::memory_size(bytes).ok_or(Status::INVALID_PARAMETER)?;
        let memory = PoolMemory(PoolBytes::try_new(size, tag)?);
        Ok(Self {
            ring: Ring::new(bytes, memory).ok_or(Status::INVALID_PARAMETER)?,
            reads: ReadQueue::new(tag)?,
            serving: Combiner::new(),
            lost: AtomicU64::new(0),
        })
    }

    /// Completes reads with the records that there are for them, and lets others do it that ask for it at
    /// the same time. False if there was nothing to do.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below. Hold no spin lock.
    #[inline]
    pub fn serve(&self, origin: &impl Origin) -> bool {
        // Of one who adds a record and one who adds a read at the same time, at least one sees what the
        // other added.
        fence(Ordering::SeqCst);
        if self.reads.is_empty() && !origin.has_work() {
            return false;
        }
        self.serve_always(origin);
        true
    }

    /// As [`serve`](Self::serve), also if nobody reads: room of what is passed over is given back.
    pub fn serve_always(&self, origin: &impl Origin) {
        self.serving.run(|| {
            if let Some(mut reader) = self.ring.reader() {
                self.serve_as(&mut reader, origin);
            }
        });
    }

    fn serve_as<O: Origin>(&self, reader: &mut Reader<'_, PoolMemory>, origin: &O) {
        // What comes to its end after this look is served once more by whoever ends it.
        let end = origin.end();
        origin.prepare(reader);
        while reader.first().is_some() {
            let Some(read) = self.reads.take() else { return };
            self.fill(reader, origin, read);
        }
        if let Some(reason) = end {
            self.reads.fail_all(reason);
        }
    }

    /// Completes a read with as many records as fit.
    fn fill<O: Origin>(&self, reader: &mut Reader<'_, PoolMemory>, origin: &O, mut read: Read) {
        let mut taken = Taken::default();
        let mut small = false;
        loop {
            while let Some(run) = reader.run(read.left(), |header| !O::is_kept(header)) {
                read.write(run.bytes());
                taken.records += run.records();
                taken.bytes += run.captured();
                run.remove();
            }
            let Some(record) = reader.first() else { break };
            small = record.size() > read.left();
            if small {
                break;
            }
            if write(&record, origin, &mut read).is_some() {
                taken.records += 1;
                taken.bytes += u64::from(record.header().captured);
            } else {
                taken.unreadable += 1;
            }
            record.remove();
        }
        origin.taken(&taken);
        if taken.records > 0 {
            read.complete(Ok(()));
        } else if small {
            read.complete(Err(Status::BUFFER_TOO_SMALL));
        } else {
            // It waits on for what comes after those that could not be read.
            self.reads.insert(read);
        }
    }

    /// Notes that so many were dropped.
    pub fn add_lost(&self, count: u64) {
        if count > 0 {
            self.lost.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// How many were dropped since this was asked for last.
    #[inline]
    pub fn take_lost(&self) -> u32 {
        if self.lost.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        u32::try_from(self.lost.swap(0, Ordering::Relaxed)).unwrap_or(u32::MAX)
    }
}

/// Writes a record to a read. `None` if its payload cannot be read: nothing is written.
fn write<O: Origin>(
    record: &Queued<'_, '_, PoolMemory>,
    origin: &O,
    read: &mut Read,
) -> Option<()> {
    if O::is_kept(record.header()) {
        return origin.write_kept(record, read);
    }
    for piece in record.pieces() {
        read.write(piece);
    }
    Some(())
}
