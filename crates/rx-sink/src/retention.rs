//! Lists that are kept for a short time, so that reads can copy from them directly.
//!
//! A payload that is kept has a record in the ring as all others, with room for it; but what lies there is a
//! reference to the list. A read copies the payload from the list. A list that gets too old is copied into the
//! room in the ring.

use core::{
    marker::PhantomData,
    sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering, fence},
};

use rx_abi::{Detail, RecordHeader};
use wdm::{PoolBox, PoolBytes, Read, Result, Status, Tag, time};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::{Batch, PoolMemory, Queued, Reader, Table, Vacancy};

/// Limits where the program leaves them to the driver.
const PAYLOADS: u32 = 64;
const BYTES: u32 = 256 << 10;
const MICROSECONDS: u32 = 1000;

/// Kind of the record of a payload that is kept. Programs never see it.
const KEPT: u16 = 0x8000;

/// What to do with lists that are kept.
const NOTHING: u8 = 0;
const COPY_OLD: u8 = 1;
const COPY_ALL: u8 = 2;

/// Room for all that comes before a payload.
const FRONT: usize = 96;

/// What lies in the place of a payload.
#[repr(C)]
#[derive(Clone, Copy, FromBytes, Immutable, IntoBytes, KnownLayout)]
struct Reference {
    /// Number of the list.
    list: u32,
    /// How many of its payloads are passed over before this one.
    pass: u32,
}

/// A payload needs so many bytes to be kept.
pub const LEAST_KEPT: usize = size_of::<Reference>();

/// A list that can be kept. Dropping it gives it back.
pub trait Keepable: Send {
    /// What records of its payloads have to tell.
    type Detail: Detail;

    /// Passes so many payloads over, and hands the next one to `write`, piece by piece. `None` if it cannot be
    /// read. Payloads are asked for in their order, each once.
    fn read(&mut self, pass: u32, write: &mut dyn FnMut(&[u8])) -> Option<()>;
}

/// How much may be kept, and how long; zero stands for what is usual.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Payloads, up to 4096.
    pub payloads: u32,
    /// Their bytes, captured or not.
    pub bytes: u32,
    /// How long, in microseconds.
    pub microseconds: u32,
}

/// The lists that are kept, and how many there may be.
pub struct Retention<L> {
    lists: Table<Entry<L>, PoolMemory>,
    payloads: AtomicU64,
    payloads_most: AtomicU64,
    bytes: AtomicU64,
    most_payloads: u64,
    most_bytes: u64,
    /// How many payloads may be kept now.
    allowed: AtomicU64,
    /// In nanoseconds.
    oldest: u64,
    to_do: AtomicU8,
    /// Lists are being copied: those whose records are published now may be left out.
    copying: AtomicBool,
    /// No more are kept.
    stopped: AtomicBool,
    /// Who looks after old lists has found none, and sleeps until it is woken.
    idle: AtomicBool,
}

/// A list that is kept.
struct Entry<L> {
    list: L,
    /// Where its records are.
    batch: Batch,
    /// When it arrived.
    time: u64,
    /// What is still to be read.
    left: Load,
}

/// How much is kept, or is to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    /// Payloads.
    pub payloads: u64,
    /// Their bytes, captured or not.
    pub bytes: u64,
}

/// Leave to keep a list: it counts what is kept, unless [`give_up`](Self::give_up) is called.
#[must_use]
pub struct Admission<'a, L> {
    retention: &'a Retention<L>,
    vacancy: Vacancy<'a, Entry<L>, PoolMemory>,
    load: Load,
}

/// The references of one list, as they are written.
pub struct References<L> {
    list: u32,
    left: u64,
    /// Bytes of those that are kept so far.
    bytes: u64,
    /// Since the last one that is kept, with this one.
    passed: u32,
    of: PhantomData<fn(L)>,
}

impl<L: Keepable> Retention<L> {
    /// Nothing is kept yet.
    ///
    /// The stack of the kernel is small: what is large is made in functions of its own.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_PARAMETER` for a limit that is too high, `STATUS_INSUFFICIENT_RESOURCES` if there is no
    /// memory.
    #[inline(never)]
    pub fn new(limits: Limits, tag: Tag) -> Result<PoolBox<Self>> {
        const { assert!(L::Detail::OFFSET as usize <= FRONT) };
        let or = |value, default| if value == 0 { default } else { value };
        let count = or(limits.payloads, PAYLOADS);
        let size = Table::<Entry<L>, PoolMemory>::memory_size(count);
        let size = size.ok_or(Status::INVALID_PARAMETER)?;
        let memory = PoolMemory::new(PoolBytes::try_new(size, tag)?);
        let oldest = or(limits.microseconds, MICROSECONDS);
        let this = Self {
            lists: Table::new(count, memory).ok_or(Status::INVALID_PARAMETER)?,
            payloads: AtomicU64::new(0),
            payloads_most: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            most_payloads: count.into(),
            most_bytes: or(limits.bytes, BYTES).into(),
            allowed: AtomicU64::new(count.into()),
            oldest: u64::from(oldest).saturating_mul(1000),
            to_do: AtomicU8::new(NOTHING),
            copying: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            idle: AtomicBool::new(true),
        };
        PoolBox::try_new(this, tag)
    }

    /// How many payloads are kept, and the most that were.
    pub fn payloads(&self) -> (u64, u64) {
        let most = self.payloads_most.load(Ordering::Relaxed);
        (self.payloads.load(Ordering::Acquire), most)
    }

    /// True if something is kept, or about to be. If not, whoever looks after old lists may sleep: who keeps
    /// one [is told](Admission::keep) to wake it.
    pub fn is_keeping(&self) -> bool {
        self.idle.store(true, Ordering::Relaxed);
        // Either this sees what is counted, or who counted it sees that nobody looks.
        fence(Ordering::SeqCst);
        let keeping = self.payloads.load(Ordering::Acquire) > 0;
        if keeping {
            self.idle.store(false, Ordering::Relaxed);
        }
        keeping
    }

    /// How long to wait before lists are looked at, in milliseconds.
    pub fn interval(&self) -> u32 {
        u32::try_from(self.oldest.div_ceil(1_000_000)).unwrap_or(u32::MAX)
    }

    /// Asks for leave to keep a list with so much in it.
    ///
    /// # Errors
    ///
    /// How many payloads would have been kept, if a limit is against it.
    pub fn admit(&self, load: Load) -> core::result::Result<Admission<'_, L>, u64> {
        if load.payloads == 0 || self.is_stopped() {
            return Err(0);
        }
        let vacancy = self.lists.vacancy().ok_or(load.payloads)?;
        let payloads = self.payloads.fetch_add(load.payloads, Ordering::AcqRel) + load.payloads;
        let bytes = self.bytes.fetch_add(load.bytes, Ordering::AcqRel) + load.bytes;
        let admission = Admission { retention: self, vacancy, load };
        if payloads > self.allowed.load(Ordering::Relaxed) || bytes > self.most_bytes {
            admission.give_up();
            return Err(load.payloads);
        }
        self.payloads_most.fetch_max(payloads, Ordering::Relaxed);
        Ok(admission)
    }

    /// Memory is short below: half as much may be kept from now on. With each list that is kept it becomes one
    /// payload more again.
    pub fn shrink(&self) {
        let half = |allowed: u64| Some((allowed / 2).max(1));
        // It always has half of something.
        let _ = self.allowed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, half);
    }

    fn grow(&self) {
        if self.allowed.load(Ordering::Relaxed) < self.most_payloads {
            self.allowed.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn release(&self, load: Load) {
        self.payloads.fetch_sub(load.payloads, Ordering::AcqRel);
        self.bytes.fetch_sub(load.bytes, Ordering::AcqRel);
    }

    /// True if there is something to [copy](Self::copy).
    pub fn has_lists_to_copy(&self) -> bool {
        // In this order: what is left out is to be done before the copying is over.
        self.copying.load(Ordering::SeqCst)
            || self.to_do.load(Ordering::SeqCst) != NOTHING
            || self.is_stopped() && self.payloads.load(Ordering::Acquire) > 0
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// Has lists that are too old copied when reads are served next.
    pub fn copy_old(&self) {
        let _ = self.to_do.compare_exchange(NOTHING, COPY_OLD, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// Has all lists copied when reads are served next.
    pub fn copy_all(&self) {
        self.to_do.store(COPY_ALL, Ordering::Release);
    }

    /// Has all lists copied when reads are served next, and no more kept.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.copy_all();
    }

    /// Gives all lists back, which nobody will read.
    pub fn give_back(&self) {
        self.stopped.store(true, Ordering::Release);
        for number in self.lists.numbers() {
            if let Some(entry) = self.lists.entry(number) {
                self.release(entry.remove().left);
            }
        }
    }

    /// Copies what is to be copied into the ring. Returns how many payloads were, and how many could not be and
    /// are dropped.
    pub fn copy(&self, reader: &mut Reader<'_, PoolMemory>) -> (u64, u64) {
        if self.to_do.load(Ordering::Acquire) == NOTHING && !self.is_stopped() {
            return (0, 0);
        }
        self.copying.store(true, Ordering::SeqCst);
        let asked = self.to_do.swap(NOTHING, Ordering::SeqCst);
        // Whoever publishes records at the same time sees that lists are being copied, or the records are seen here.
        fence(Ordering::SeqCst);
        let counts = self.copy_lists(reader, if self.is_stopped() { COPY_ALL } else { asked });
        self.copying.store(false, Ordering::SeqCst);
        counts
    }

    fn copy_lists(&self, reader: &mut Reader<'_, PoolMemory>, to_do: u8) -> (u64, u64) {
        let (now, mut copied, mut dropped) = (time::now(), 0, 0);
        for number in self.lists.numbers() {
            let Some(mut entry) = self.lists.entry(number) else { continue };
            // A clock that was set back makes it old, too.
            if to_do == COPY_OLD && now.wrapping_sub(entry.time) <= self.oldest {
                continue;
            }
            let Entry { list, batch, .. } = &mut *entry;
            let found = reader.visit(*batch, |record| {
                if record.header().kind != KEPT {
                    return;
                }
                if copy_into(record, list).is_some() {
                    copied += 1;
                } else {
                    dropped += 1;
                }
            });
            if found {
                self.release(entry.remove().left);
            } else {
                // Its records are not published yet. Whoever publishes them has reads served again.
                self.to_do.fetch_max(to_do, Ordering::SeqCst);
            }
        }
        (copied, dropped)
    }

    /// Writes a record whose payload is kept to a read. `None` if that cannot be read: nothing is written.
    pub fn write(&self, record: &Queued<'_, '_, PoolMemory>, read: &mut Read) -> Option<()> {
        let mut front = [0; FRONT];
        record.copy_to(0, &mut front);
        let reference = reference::<L>(record)?;
        let mut entry = self.lists.entry(reference.list)?;
        let before = read.written();
        let header = RecordHeader { kind: L::Detail::KIND as u16, ..*record.header() };
        read.write(header.as_bytes());
        read.write(front.get(size_of::<RecordHeader>()..L::Detail::OFFSET.into())?);
        let end = before.saturating_add(L::Detail::OFFSET.into());
        let end = end.saturating_add(record.header().captured as usize);
        // The end of a payload may not be wanted.
        let mut write = |piece: &[u8]| {
            let left = end.saturating_sub(read.written());
            read.write(piece.get(..left).unwrap_or(piece));
        };
        let written = entry.list.read(reference.pass, &mut write);
        let padding = record.size().saturating_sub(read.written().saturating_sub(before));
        read.write([0; 8].get(..padding).unwrap_or_default());
        if written.is_none() {
            read.truncate(before);
        }
        let read = Load { payloads: 1, bytes: record.header().original.into() };
        entry.left.payloads = entry.left.payloads.saturating_sub(read.payloads);
        entry.left.bytes = entry.left.bytes.saturating_sub(read.bytes);
        if entry.left.payloads == 0 {
            drop(entry.remove());
        }
        self.release(read);
        written
    }
}

/// True for the record of a payload that is kept.
#[must_use]
pub fn is_kept(header: &RecordHeader) -> bool {
    header.kind == KEPT
}

fn reference<L: Keepable>(record: &Queued<'_, '_, PoolMemory>) -> Option<Reference> {
    let mut bytes = [0; LEAST_KEPT];
    record.copy_to(L::Detail::OFFSET.into(), &mut bytes);
    Reference::read_from_bytes(&bytes).ok()
}

/// Copies a kept payload into its record; a record that cannot be filled is passed over.
fn copy_into<L: Keepable>(record: &mut Queued<'_, '_, PoolMemory>, list: &mut L) -> Option<()> {
    let header = RecordHeader { kind: L::Detail::KIND as u16, ..*record.header() };
    let reference = reference::<L>(record)?;
    let mut offset = usize::from(L::Detail::OFFSET);
    let end = offset.saturating_add(header.captured as usize);
    let copied = list.read(reference.pass, &mut |piece| {
        let piece = piece.get(..end.saturating_sub(offset)).unwrap_or(piece);
        record.overwrite(offset, piece);
        offset = offset.saturating_add(piece.len());
    });
    if copied.is_some() {
        record.set_header(&header);
    } else {
        record.skip();
    }
    copied
}

impl<L: Keepable> Admission<'_, L> {
    /// Nothing is kept after all.
    pub fn give_up(self) {
        self.retention.release(self.load);
    }

    /// What the records of the list refer to it with.
    #[must_use]
    pub fn references(&self) -> References<L> {
        let list = self.vacancy.number();
        References { list, left: self.load.payloads, bytes: 0, passed: 0, of: PhantomData }
    }

    /// Keeps the list, before its records are published. True if whoever looks after old lists sleeps, and is to be
    /// woken.
    #[must_use]
    pub fn keep(self, list: L, batch: Batch, time: u64, references: &References<L>) -> bool {
        let retention = self.retention;
        // These need not be the payloads that were counted: more can be mapped by now, and less.
        let kept = self.load.payloads.saturating_sub(references.left);
        retention.bytes.fetch_add(references.bytes, Ordering::AcqRel);
        retention.release(Load { payloads: references.left, bytes: self.load.bytes });
        if kept > 0 {
            let left = Load { payloads: kept, bytes: references.bytes };
            self.vacancy.fill(Entry { list, batch, time, left });
            retention.grow();
        }
        fence(Ordering::SeqCst);
        kept > 0 && retention.idle.swap(false, Ordering::AcqRel)
    }
}

impl<L> References<L> {
    /// The list goes on to its next payload.
    pub const fn advance(&mut self) {
        self.passed = self.passed.saturating_add(1);
    }

    /// What to write in the place of that payload, which has a record, is not shorter than [`LEAST_KEPT`], and can
    /// be read; and the kind of the record. `None` if no more are to be kept. Its whole length is held, however much
    /// of it is captured.
    pub fn next(&mut self, original: usize) -> Option<([u8; LEAST_KEPT], u16)> {
        self.left = self.left.checked_sub(1)?;
        self.bytes += original as u64;
        let pass = core::mem::take(&mut self.passed).saturating_sub(1);
        let reference = Reference { list: self.list, pass };
        Some((zerocopy::transmute!(reference), KEPT))
    }
}
