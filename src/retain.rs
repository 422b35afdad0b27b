//! Lists that are kept for a short time, so that reads can copy from them directly.
//!
//! A datagram that is kept has a record in the queue as all others, with room for its payload; but what
//! lies there is a [`Reference`] to the list. A read copies the payload from the list. A list that gets too
//! old is copied into the room in the queue.

use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use rx_abi::{Bind, RecordHeader, RecordKind};
use rx_sink::{Batch, PoolMemory, Queued, Reader, Table, Vacancy};
use wdm::{PoolBox, PoolBytes, Read, Result, Status, time};
use wsk::{Datagram, Indication, Retained};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::{TAG, queue::Queue};

/// Limits where the program leaves them to the driver.
const DATAGRAMS: u32 = 64;
const BYTES: u32 = 256 << 10;
const MICROSECONDS: u32 = 1000;

/// Kind of the record of a datagram that is kept. Programs never see it.
const KEPT: u16 = 0x8000;

/// What to do with lists that are kept.
const NOTHING: u8 = 0;
const COPY_OLD: u8 = 1;
const COPY_ALL: u8 = 2;

const FRONT: usize = RecordHeader::DATAGRAM_OFFSET as usize;

/// What lies in the place of a payload.
#[repr(C)]
#[derive(Clone, Copy, FromBytes, Immutable, IntoBytes, KnownLayout)]
struct Reference {
    /// Number of the list.
    list: u32,
    /// How many of its datagrams are passed over before this one.
    pass: u32,
    /// One for the last of its datagrams that is kept.
    last: u32,
    reserved: u32,
}

const REFERENCE: usize = size_of::<Reference>();

/// The lists that are kept, and how many there may be.
pub struct Retention {
    lists: Table<Kept, PoolMemory>,
    datagrams: AtomicU64,
    datagrams_most: AtomicU64,
    bytes: AtomicU64,
    most_datagrams: u64,
    most_bytes: u64,
    /// In nanoseconds.
    oldest: u64,
    to_do: AtomicU8,
}

/// A list that is kept.
struct Kept {
    list: Retained,
    /// Where its records are.
    batch: Batch,
    /// When it arrived.
    time: u64,
}

/// Leave to keep a list: it counts what is kept, unless it is dropped before [`Admission::keep`].
pub struct Admission<'a> {
    retention: &'a Retention,
    vacancy: Vacancy<'a, Kept, PoolMemory>,
    load: Load,
}

/// How much is kept.
#[derive(Clone, Copy, Default)]
struct Load {
    datagrams: u64,
    bytes: u64,
}

/// The references of one list, as they are written.
pub struct References {
    list: u32,
    left: u64,
    /// Payload of those that are kept so far.
    bytes: u64,
    /// Since the last one that is kept, with this one.
    passed: u32,
}

impl Retention {
    /// The stack of the kernel is small: what is large is made in functions of its own.
    #[inline(never)]
    pub fn new(settings: &Bind) -> Result<PoolBox<Self>> {
        let or = |value, default| if value == 0 { default } else { value };
        let count = or(settings.retain_datagrams, DATAGRAMS);
        let size =
            Table::<Kept, PoolMemory>::memory_size(count).ok_or(Status::INVALID_PARAMETER)?;
        let memory = PoolMemory::new(PoolBytes::try_new(size, TAG)?);
        let oldest = or(settings.retain_microseconds, MICROSECONDS);
        let this = Self {
            lists: Table::new(count, memory).ok_or(Status::INVALID_PARAMETER)?,
            datagrams: AtomicU64::new(0),
            datagrams_most: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            most_datagrams: count.into(),
            most_bytes: or(settings.retain_bytes, BYTES).into(),
            oldest: u64::from(oldest).saturating_mul(1000),
            to_do: AtomicU8::new(NOTHING),
        };
        PoolBox::try_new(this, TAG)
    }

    /// How many datagrams are kept, and the most that were.
    pub fn datagrams(&self) -> (u64, u64) {
        let most = self.datagrams_most.load(Ordering::Relaxed);
        (self.datagrams.load(Ordering::Acquire), most)
    }

    /// How long to wait before lists are looked at, in milliseconds.
    pub fn interval(&self) -> u32 {
        u32::try_from(self.oldest.div_ceil(1_000_000)).unwrap_or(u32::MAX)
    }

    /// Asks for leave to keep a list, of which the first `room` datagrams fit into the queue.
    ///
    /// # Errors
    ///
    /// How many datagrams would have been kept, if a limit is against it.
    pub fn admit(
        &self,
        queue: &Queue,
        indication: &Indication<'_>,
        room: u32,
    ) -> core::result::Result<Admission<'_>, u64> {
        let mut load = Load::default();
        let fitting =
            indication.datagrams().filter(|one| queue.record_size(one.length()).is_some());
        for datagram in fitting.take(room as usize).filter(is_worth_keeping) {
            load.datagrams += 1;
            load.bytes += datagram.length() as u64;
        }
        if load.datagrams == 0 || self.to_do.load(Ordering::Acquire) == COPY_ALL {
            return Err(0);
        }
        let vacancy = self.lists.vacancy().ok_or(load.datagrams)?;
        let datagrams = self.datagrams.fetch_add(load.datagrams, Ordering::AcqRel) + load.datagrams;
        let bytes = self.bytes.fetch_add(load.bytes, Ordering::AcqRel) + load.bytes;
        let admission = Admission { retention: self, vacancy, load };
        if datagrams > self.most_datagrams || bytes > self.most_bytes {
            admission.give_up();
            return Err(load.datagrams);
        }
        self.datagrams_most.fetch_max(datagrams, Ordering::Relaxed);
        Ok(admission)
    }

    fn release(&self, load: Load) {
        self.datagrams.fetch_sub(load.datagrams, Ordering::AcqRel);
        self.bytes.fetch_sub(load.bytes, Ordering::AcqRel);
    }

    pub fn has_lists_to_copy(&self) -> bool {
        self.to_do.load(Ordering::Acquire) != NOTHING
    }

    /// Has lists that are too old copied when reads are served next.
    pub fn copy_old(&self) {
        let _ = self.to_do.compare_exchange(NOTHING, COPY_OLD, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// Has all lists copied when reads are served next, and no more kept.
    pub fn copy_all(&self) {
        self.to_do.store(COPY_ALL, Ordering::Release);
    }

    /// Copies what is to be copied into the queue. Returns how many datagrams were, and how many could not
    /// be and are dropped.
    pub fn copy(&self, reader: &mut Reader<'_, PoolMemory>) -> (u64, u64) {
        let to_do = self.to_do.load(Ordering::Acquire);
        if to_do == NOTHING {
            return (0, 0);
        }
        let _ = self.to_do.compare_exchange(COPY_OLD, NOTHING, Ordering::AcqRel, Ordering::Relaxed);
        let (now, mut copied, mut dropped) = (time::now(), 0, 0);
        for number in self.lists.numbers() {
            let Some(mut entry) = self.lists.entry(number) else { continue };
            // A clock that was set back makes it old, too.
            if to_do == COPY_OLD && now.wrapping_sub(entry.time) <= self.oldest {
                continue;
            }
            let Kept { list, batch, .. } = &mut *entry;
            let found = reader.visit(*batch, |record| {
                if record.header().kind != KEPT {
                    return;
                }
                let load = Load { datagrams: 1, bytes: record.header().captured.into() };
                if copy_into(record, list).is_some() {
                    copied += 1;
                } else {
                    dropped += 1;
                }
                self.release(load);
            });
            // A list whose records are not published yet has its turn later.
            if found {
                drop(entry.remove());
            }
        }
        (copied, dropped)
    }

    /// Writes a record whose payload is kept to a read. `None` if that cannot be read: nothing is written.
    pub fn write(&self, record: &Queued<'_, '_, PoolMemory>, read: &mut Read) -> Option<()> {
        let mut front = [0; FRONT];
        record.copy_to(0, &mut front);
        let reference = reference(record)?;
        let mut entry = self.lists.entry(reference.list)?;
        let before = read.written();
        let header = RecordHeader { kind: RecordKind::Datagram as u16, ..*record.header() };
        read.write(header.as_bytes());
        read.write(front.get(size_of::<RecordHeader>()..)?);
        let written = pass(&mut entry.list, reference).and_then(|datagram| {
            datagram.pieces().try_for_each(|piece| piece.map(|piece| read.write(piece)).ok())
        });
        let padding = record.size().saturating_sub(read.written().saturating_sub(before));
        read.write([0; 8].get(..padding).unwrap_or_default());
        if written.is_none() {
            read.truncate(before);
        }
        if reference.last != 0 {
            drop(entry.remove());
        }
        self.release(Load { datagrams: 1, bytes: record.header().captured.into() });
        written
    }
}

/// True for the record of a datagram that is kept.
pub fn is_kept(header: &RecordHeader) -> bool {
    header.kind == KEPT
}

/// True if a datagram can be read, and is not so short that its reference has no room.
fn is_worth_keeping(datagram: &Datagram<'_>) -> bool {
    datagram.length() >= REFERENCE && datagram.pieces().all(|piece| piece.is_ok())
}

fn reference(record: &Queued<'_, '_, PoolMemory>) -> Option<Reference> {
    let mut bytes = [0; REFERENCE];
    record.copy_to(FRONT, &mut bytes);
    Reference::read_from_bytes(&bytes).ok()
}

/// The datagram that a reference means.
fn pass(list: &mut Retained, reference: Reference) -> Option<Datagram<'_>> {
    for _ in 0..reference.pass {
        list.pass()?;
    }
    list.pass()
}

/// Copies the payload of a kept datagram into its record; a record that cannot be filled is passed over.
fn copy_into(record: &mut Queued<'_, '_, PoolMemory>, list: &mut Retained) -> Option<()> {
    let header = RecordHeader { kind: RecordKind::Datagram as u16, ..*record.header() };
    let reference = reference(record)?;
    let mut offset = FRONT;
    let copied = pass(list, reference).and_then(|datagram| {
        datagram.pieces().try_for_each(|piece| {
            let piece = piece.ok()?;
            record.overwrite(offset, piece);
            offset += piece.len();
            Some(())
        })
    });
    if copied.is_some() {
        record.set_header(&header);
    } else {
        record.skip();
    }
    copied
}

impl Admission<'_> {
    /// Nothing is kept after all.
    pub fn give_up(self) {
        self.retention.release(self.load);
    }

    /// What the records of the list refer to it with.
    pub fn references(&self) -> References {
        References { list: self.vacancy.number(), left: self.load.datagrams, bytes: 0, passed: 0 }
    }

    /// Keeps the list, before its records are published. True if nothing was kept before.
    pub fn keep(self, list: Retained, batch: Batch, time: u64, references: &References) -> bool {
        // These need not be the datagrams that were counted: more can be mapped by now.
        self.retention.bytes.fetch_add(references.bytes, Ordering::AcqRel);
        self.retention.bytes.fetch_sub(self.load.bytes, Ordering::AcqRel);
        self.vacancy.fill(Kept { list, batch, time });
        self.retention.datagrams.load(Ordering::Acquire) == self.load.datagrams
    }
}

impl References {
    /// The list goes on to its next datagram.
    pub const fn advance(&mut self) {
        self.passed = self.passed.saturating_add(1);
    }

    /// What to write in the place of the payload of that datagram, which has a record, and the kind of the
    /// record; `None` if the payload itself is written.
    pub fn next(&mut self, datagram: &Datagram<'_>) -> Option<([u8; REFERENCE], u16)> {
        if self.left == 0 || !is_worth_keeping(datagram) {
            return None;
        }
        self.left -= 1;
        self.bytes += datagram.length() as u64;
        let pass = core::mem::take(&mut self.passed).saturating_sub(1);
        let last = u32::from(self.left == 0);
        let reference = Reference { list: self.list, pass, last, reserved: 0 };
        Some((zerocopy::transmute!(reference), KEPT))
    }
}
