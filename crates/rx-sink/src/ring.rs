//! A byte ring of records, filled by several processors at once and emptied by one reader.
//!
//! A processor reserves room for all records of a batch with one atomic exchange, writes them, and then
//! publishes the batch with one store. Nobody waits: the reader stops at the first batch that is not
//! published yet.
//!
//! What tells published batches from others lies apart from the records, so that no sender of data can
//! forge it.

use core::{
    ptr::{self, NonNull},
    slice,
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
};

use rx_abi::{RECORD_ALIGNMENT, RecordHeader};
use zerocopy::{FromZeros, IntoBytes};

/// Bytes of ring for each batch that can be under way; no record is smaller.
const BYTES_PER_BATCH: usize = 64;

/// Bytes of a unit.
const UNIT: u32 = 8;

const _: () = assert!(UNIT as usize == RECORD_ALIGNMENT);

/// Units of the header of a record, which is the smallest record.
const HEADER: u32 = 4;

const _: () = assert!((HEADER * UNIT) as usize == size_of::<RecordHeader>());

/// Number of the kind of a record that is passed over. Its first unit says its size; the rest is not
/// written.
const SKIP: u16 = 0;

/// Memory for a ring.
///
/// # Safety
///
/// `base` is the address of `len` bytes, initialised and aligned to eight, that stay where they are and
/// that nobody else uses as long as the value exists. Both functions always return the same.
pub unsafe trait Memory {
    /// The address of the bytes.
    fn base(&self) -> NonNull<u8>;
    /// How many bytes there are.
    fn len(&self) -> usize;
    /// True if there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A ring of records.
///
/// A place in it is a count of units of eight bytes that wraps around, as does the number of a batch.
///
/// # Invariants
///
/// - The memory holds `units` units of records, a power of two, and behind them `batches` words, also a
///   power of two.
/// - What lies from `head` to `tail` belongs to those who reserved it until they publish it, and then to
///   the one reader. All else belongs to nobody.
/// - A published batch is filled with records whose headers say their right size, unless a writer was
///   leaked.
pub struct Ring<M> {
    memory: M,
    units: u32,
    batches: u32,
    tail: Padded<AtomicU64>,
    head: Padded<AtomicU64>,
    reading: AtomicBool,
    used_most: AtomicU32,
}

/// Keeps what it holds away from the cache lines of its neighbours.
#[repr(align(128))]
struct Padded<T>(T);

// SAFETY: by the invariants each part of the memory belongs to one thread at a time.
unsafe impl<M: Send> Send for Ring<M> {}
// SAFETY: as above.
unsafe impl<M: Sync> Sync for Ring<M> {}

/// The next batch and the next unit, packed into the value of `tail` or `head`.
#[derive(Clone, Copy)]
struct Place {
    batch: u32,
    unit: u32,
}

impl Place {
    const fn pack(self) -> u64 {
        (self.batch as u64) << 32 | self.unit as u64
    }

    #[expect(clippy::cast_possible_truncation, reason = "the halves are taken apart")]
    const fn unpack(value: u64) -> Self {
        Self { batch: (value >> 32) as u32, unit: value as u32 }
    }
}

/// How many units a record of so many bytes takes: none is smaller than its header.
const fn units_of(bytes: u32) -> u32 {
    let units = bytes.div_ceil(UNIT);
    if units < HEADER { HEADER } else { units }
}

impl<M: Memory> Ring<M> {
    /// How much memory a ring of `bytes` bytes needs, which must be a power of two of at least 4096 and at
    /// most 2^30; `None` for others.
    #[must_use]
    pub const fn memory_size(bytes: usize) -> Option<usize> {
        if !bytes.is_power_of_two() || bytes < 4096 || bytes > 1 << 30 {
            return None;
        }
        Some(bytes + bytes / BYTES_PER_BATCH * size_of::<AtomicU64>())
    }

    /// Makes a ring of `bytes` bytes in `memory`; `None` unless the memory has the size that
    /// [`memory_size`](Self::memory_size) tells.
    #[must_use]
    pub fn new(bytes: usize, memory: M) -> Option<Self> {
        if Self::memory_size(bytes)? != memory.len() {
            return None;
        }
        let units = u32::try_from(bytes / RECORD_ALIGNMENT).ok()?;
        let batches = u32::try_from(bytes / BYTES_PER_BATCH).ok()?;
        // INVARIANT: both are powers of two, and the memory is as large as both need. It is empty.
        let ring = Self {
            memory,
            units,
            batches,
            tail: Padded(AtomicU64::new(0)),
            head: Padded(AtomicU64::new(0)),
            reading: AtomicBool::new(false),
            used_most: AtomicU32::new(0),
        };
        for batch in 0..batches {
            let word = ring.published(batch);
            // As if each had been published one round earlier.
            let earlier = Place { batch: batch.wrapping_sub(batches), unit: 0 };
            // SAFETY: the word lies in the memory, which nobody else uses yet.
            unsafe { word.as_ptr().write(AtomicU64::new(earlier.pack())) };
        }
        Some(ring)
    }

    /// How many bytes of records it holds at most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.units as usize * RECORD_ALIGNMENT
    }

    /// How many bytes are reserved or wait for the reader.
    #[must_use]
    pub fn used(&self) -> usize {
        let tail = Place::unpack(self.tail.0.load(Ordering::Relaxed));
        let head = Place::unpack(self.head.0.load(Ordering::Relaxed));
        tail.unit.wrapping_sub(head.unit).min(self.units) as usize * RECORD_ALIGNMENT
    }

    /// The most bytes that were in use at once.
    #[must_use]
    pub fn used_most(&self) -> usize {
        self.used_most.load(Ordering::Relaxed) as usize * RECORD_ALIGNMENT
    }

    /// Reserves room for records of the given sizes in bytes, as many from the first on as fit. Returns
    /// `None` if not even one does, or there are none.
    ///
    /// Whoever reserves publishes soon: the reader waits for it.
    pub fn reserve(
        &self,
        sizes: &(impl Iterator<Item = u32> + Clone),
    ) -> Option<Reservation<'_, M>> {
        loop {
            // What the reader gave back is read no more. The head is looked at first: the tail is never
            // behind it then.
            let before = self.head.0.load(Ordering::Acquire);
            let head = Place::unpack(before);
            let tail = self.tail.0.load(Ordering::Relaxed);
            let at = Place::unpack(tail);
            let used = at.unit.wrapping_sub(head.unit);
            let has_batch = at.batch.wrapping_sub(head.batch) < self.batches;
            let free = if has_batch { self.units.saturating_sub(used) } else { 0 };
            let (records, units) = prefix(sizes.clone(), free);
            if records == 0 {
                // Between the two looks others may have filled what the reader has given back since.
                if self.head.0.load(Ordering::Relaxed) != before {
                    continue;
                }
                return None;
            }
            let next = Place { batch: at.batch.wrapping_add(1), unit: at.unit.wrapping_add(units) };
            let exchanged = self.tail.0.compare_exchange_weak(
                tail,
                next.pack(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
            if exchanged.is_ok() {
                self.used_most.fetch_max(used + units, Ordering::Relaxed);
                // INVARIANT: the exchange made the units this caller's.
                return Some(Reservation { ring: self, records, at, end: next.unit });
            }
        }
    }

    /// Becomes the reader, unless there is one.
    pub fn reader(&self) -> Option<Reader<'_, M>> {
        let free = self.reading.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        // INVARIANT: of all who try, one exchanges the flag.
        free.ok().map(|_| Reader { ring: self })
    }

    /// The word that tells whether a batch is published.
    fn published(&self, batch: u32) -> NonNull<AtomicU64> {
        let index = (batch & (self.batches - 1)) as usize;
        let words = self.memory.base().cast::<AtomicU64>();
        // SAFETY: by the invariant the words lie behind the units, and there are `batches` of them.
        unsafe { words.add(self.units as usize + index) }
    }

    /// Calls `piece` for the memory from `unit` on, in one or two pieces with `length` bytes together:
    /// address, bytes before it, bytes.
    fn pieces(&self, unit: u32, length: usize, mut piece: impl FnMut(NonNull<u8>, usize, usize)) {
        let start = (unit & (self.units - 1)) as usize * RECORD_ALIGNMENT;
        let first = length.min(self.capacity() - start);
        // SAFETY: by the invariant the memory is longer than the offset of any unit.
        piece(unsafe { self.memory.base().add(start) }, 0, first);
        if first < length {
            piece(self.memory.base(), first, length - first);
        }
    }

    /// Writes bytes at the unit, plus an offset in bytes.
    ///
    /// # Safety
    ///
    /// The place belongs to the caller.
    unsafe fn write(&self, unit: u32, offset: usize, bytes: &[u8]) {
        let (units, within) = (offset / RECORD_ALIGNMENT, offset % RECORD_ALIGNMENT);
        let Ok(units) = u32::try_from(units) else { return };
        let unit = unit.wrapping_add(units);
        // The first piece of a place always has the rest of its unit.
        let mut done = 0;
        self.pieces(unit, within + bytes.len(), |address, before, length| {
            let skip = within.saturating_sub(before).min(length);
            let Some(part) = bytes.get(done..done + (length - skip)) else { return };
            done += part.len();
            // SAFETY: the piece is `length` bytes long, and `skip` not more.
            let to = unsafe { address.add(skip) };
            // SAFETY: the piece belongs to the caller, and the bytes lie elsewhere: they are borrowed
            // from other memory than that of the ring.
            unsafe { ptr::copy_nonoverlapping(part.as_ptr(), to.as_ptr(), part.len()) };
        });
    }
}

/// How many sizes from the first on fit into `free` units, and how many units they take.
fn prefix(sizes: impl Iterator<Item = u32>, free: u32) -> (u32, u32) {
    let (mut records, mut units) = (0, 0_u32);
    for size in sizes {
        match units.checked_add(units_of(size)) {
            Some(more) if more <= free => (records, units) = (records + 1, more),
            _ => break,
        }
    }
    (records, units)
}

/// How many units of a batch, which has `left` units left, a record with this header takes.
fn units_to_skip(header: &RecordHeader, left: u32) -> u32 {
    units_of(header.size).min(left).max(1)
}

/// Reserved room for records; publishes them when it is dropped.
///
/// # Invariants
///
/// The units from `at.unit` to `end` belong to this value. They are what is left of the batch `at.batch`,
/// and those of it before are filled with records.
pub struct Reservation<'r, M: Memory> {
    ring: &'r Ring<M>,
    records: u32,
    at: Place,
    end: u32,
}

/// The number of a batch, by which its records are found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch(u32);

impl<M: Memory> Reservation<'_, M> {
    /// The number of the batch that it becomes.
    #[must_use]
    pub const fn batch(&self) -> Batch {
        Batch(self.at.batch)
    }

    /// For how many records there is room.
    #[must_use]
    pub fn records(&self) -> u32 {
        self.records
    }

    /// Begins the next record; `size` is what was given for it when the room was reserved. Returns
    /// `None` if so much is not left.
    pub fn record(&mut self, size: u32) -> Option<RecordWriter<'_, M>> {
        let units = units_of(size);
        if units > self.end.wrapping_sub(self.at.unit) {
            return None;
        }
        let start = self.at.unit;
        self.at.unit = start.wrapping_add(units);
        // INVARIANT: these units were the reservation's. The writer fills them with a record.
        Some(RecordWriter { ring: self.ring, start, length: units, end: size_of::<RecordHeader>() })
    }

    /// Fills units with a record that is passed over.
    ///
    /// # Safety
    ///
    /// The units belong to the caller, and there is at least one.
    unsafe fn skip(ring: &Ring<M>, start: u32, units: u32) {
        let mut header = RecordHeader::new_zeroed();
        header.size = units.saturating_mul(UNIT);
        header.kind = SKIP;
        let header = header.as_bytes().get(..RECORD_ALIGNMENT).unwrap_or_default();
        // SAFETY: the contract is the same, and what is written is no longer than a unit.
        unsafe { ring.write(start, 0, header) };
    }
}

impl<M: Memory> Drop for Reservation<'_, M> {
    fn drop(&mut self) {
        let left = self.end.wrapping_sub(self.at.unit);
        if left > 0 {
            // SAFETY: by the invariant they belong to this value.
            unsafe { Self::skip(self.ring, self.at.unit, left) };
        }
        let done = Place { batch: self.at.batch, unit: self.end };
        // SAFETY: the word was made when the ring was, and exists as long as the ring.
        let word = unsafe { self.ring.published(self.at.batch).as_ref() };
        // INVARIANT: all units of the batch are filled with records.
        word.store(done.pack(), Ordering::Release);
    }
}

/// Writes one record. A record that is dropped before [`finish`](Self::finish) is passed over by the
/// reader.
///
/// # Invariants
///
/// `length` units from `start` on belong to this value. `end` is where the next bytes go, in bytes from
/// the beginning of the record.
pub struct RecordWriter<'r, M: Memory> {
    ring: &'r Ring<M>,
    start: u32,
    length: u32,
    end: usize,
}

impl<M: Memory> RecordWriter<'_, M> {
    /// Appends bytes to what follows the header; what does not fit is cut off.
    pub fn write(&mut self, bytes: &[u8]) {
        let left = (self.length as usize * RECORD_ALIGNMENT).saturating_sub(self.end);
        let bytes = bytes.get(..bytes.len().min(left)).unwrap_or_default();
        // SAFETY: by the invariant the place belongs to this value, and so many bytes are left in it.
        unsafe { self.ring.write(self.start, self.end, bytes) };
        self.end += bytes.len();
    }

    /// Ends the record. Its header must say the size that the record was begun with; otherwise it is
    /// passed over.
    pub fn finish(self, header: &RecordHeader) {
        let this = core::mem::ManuallyDrop::new(self);
        let size = this.length.saturating_mul(UNIT);
        if header.size == size && header.kind != SKIP {
            // SAFETY: by the invariant the place belongs to this value; a record is not smaller than
            // its header.
            unsafe { this.ring.write(this.start, 0, header.as_bytes()) };
        } else {
            // SAFETY: by the invariant the units belong to this value.
            unsafe { Reservation::skip(this.ring, this.start, this.length) };
        }
    }
}

impl<M: Memory> Drop for RecordWriter<'_, M> {
    fn drop(&mut self) {
        // SAFETY: by the invariant the units belong to this value.
        unsafe { Reservation::skip(self.ring, self.start, self.length) };
    }
}

/// The one who empties the ring.
///
/// # Invariants
///
/// There is no other reader of the ring.
pub struct Reader<'r, M: Memory> {
    ring: &'r Ring<M>,
}

/// The oldest record of a ring, which stays in it until it is removed.
pub struct Queued<'a, 'r, M: Memory> {
    reader: &'a mut Reader<'r, M>,
    at: Place,
    end: u32,
    header: RecordHeader,
}

impl<'r, M: Memory> Reader<'r, M> {
    /// The oldest record, if it is published.
    pub fn first(&mut self) -> Option<Queued<'_, 'r, M>> {
        loop {
            let at = Place::unpack(self.ring.head.0.load(Ordering::Relaxed));
            let done = self.published(at.batch)?;
            let left = done.wrapping_sub(at.unit);
            let header = self.header(at.unit, left);
            if header.kind != SKIP {
                return Some(Queued { reader: self, at, end: done, header });
            }
            self.give_back(at, units_to_skip(&header, left), done);
        }
    }

    /// Calls `visit` for the records of a batch that are not removed. False if the batch is not published
    /// yet, or not in the ring any more.
    pub fn visit(&mut self, batch: Batch, mut visit: impl FnMut(&mut Queued<'_, 'r, M>)) -> bool {
        let head = Place::unpack(self.ring.head.0.load(Ordering::Relaxed));
        let Some(done) = self.published(batch.0) else { return false };
        let mut at = Place { batch: batch.0, unit: head.unit };
        if head.batch != batch.0 {
            // Batches before it are in the ring, too; it begins where the last of them ends.
            let Some(before) = self.published(batch.0.wrapping_sub(1)) else { return false };
            at.unit = before;
        }
        while at.unit != done {
            let left = done.wrapping_sub(at.unit);
            let header = self.header(at.unit, left);
            if header.kind != SKIP {
                visit(&mut Queued { reader: self, at, end: done, header });
            }
            at.unit = at.unit.wrapping_add(units_to_skip(&header, left));
        }
        true
    }

    /// The unit at which a batch ends, if it is published and in the ring.
    fn published(&self, batch: u32) -> Option<u32> {
        let head = Place::unpack(self.ring.head.0.load(Ordering::Relaxed));
        // SAFETY: the word was made when the ring was, and exists as long as the ring.
        let word = unsafe { self.ring.published(batch).as_ref() };
        let done = Place::unpack(word.load(Ordering::Acquire));
        let here = batch.wrapping_sub(head.batch) < self.ring.batches && done.batch == batch;
        here.then_some(done.unit)
    }

    /// The header of the record at `unit`, where a batch has `left` units left.
    fn header(&self, unit: u32, left: u32) -> RecordHeader {
        let mut header = RecordHeader::new_zeroed();
        let first = header.as_mut_bytes().get_mut(..RECORD_ALIGNMENT).unwrap_or_default();
        // SAFETY: the unit is one of a published batch, which is the reader's.
        unsafe { self.copy(unit, first) };
        if header.kind == SKIP {
            return header;
        }
        if header.size < HEADER * UNIT || header.size.div_ceil(UNIT) > left {
            // A writer was leaked: what lies there is left over from earlier records.
            header.size = left.saturating_mul(UNIT);
            header.kind = SKIP;
            return header;
        }
        // SAFETY: as above; the header lies in what is left of the batch.
        unsafe { self.copy(unit, header.as_mut_bytes()) };
        header
    }

    /// Copies from the unit on.
    ///
    /// # Safety
    ///
    /// The place is the reader's.
    unsafe fn copy(&self, unit: u32, to: &mut [u8]) {
        self.ring.pieces(unit, to.len(), |start, before, length| {
            let Some(part) = to.get_mut(before..before + length) else { return };
            // SAFETY: by the contract the piece is the reader's, to whom it was published.
            part.copy_from_slice(unsafe { slice::from_raw_parts(start.as_ptr(), length) });
        });
    }

    fn give_back(&mut self, at: Place, units: u32, end: u32) {
        let unit = at.unit.wrapping_add(units);
        let batch = if unit == end { at.batch.wrapping_add(1) } else { at.batch };
        // Those who reserve next write only after they have seen this.
        self.ring.head.0.store(Place { batch, unit }.pack(), Ordering::Release);
    }
}

impl<M: Memory> Queued<'_, '_, M> {
    /// Its beginning.
    #[must_use]
    pub fn header(&self) -> &RecordHeader {
        &self.header
    }

    /// Bytes of the whole record.
    #[must_use]
    pub fn size(&self) -> usize {
        self.header.size as usize
    }

    /// The bytes of the record: in one piece, or in two where it goes on at the beginning of the ring.
    #[must_use]
    pub fn pieces(&self) -> [&[u8]; 2] {
        let (mut pieces, mut next) = ([&[][..]; 2], 0);
        self.reader.ring.pieces(self.at.unit, self.size(), |start, _, length| {
            if let Some(piece) = pieces.get_mut(next) {
                // SAFETY: the record is in a published batch and was not given back, so that nobody
                // writes to it as long as this value is borrowed.
                *piece = unsafe { slice::from_raw_parts(start.as_ptr(), length) };
                next += 1;
            }
        });
        pieces
    }

    /// Copies the record from `offset` on; `to` is filled as far as the record goes. Returns how many
    /// bytes that are.
    pub fn copy_to(&self, offset: usize, to: &mut [u8]) -> usize {
        let (mut skip, mut done) = (offset, 0);
        for piece in self.pieces() {
            let from = piece.get(skip.min(piece.len())..).unwrap_or_default();
            skip = skip.saturating_sub(piece.len());
            let to = to.get_mut(done..).unwrap_or_default();
            let length = from.len().min(to.len());
            if let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) {
                to.copy_from_slice(from);
                done += length;
            }
        }
        done
    }

    /// Overwrites its header, but for the size.
    pub fn set_header(&mut self, header: &RecordHeader) {
        self.header = RecordHeader { size: self.header.size, ..*header };
        // SAFETY: the record is the reader's until it is given back, and not smaller than its header.
        unsafe { self.reader.ring.write(self.at.unit, 0, self.header.as_bytes()) };
    }

    /// Makes it a record that is passed over from now on.
    pub fn skip(&mut self) {
        self.set_header(&RecordHeader { kind: SKIP, ..self.header });
    }

    /// Overwrites part of what follows the header; `offset` is from the beginning of the record.
    pub fn overwrite(&mut self, offset: usize, bytes: &[u8]) {
        let offset = offset.max(size_of::<RecordHeader>());
        let length = bytes.len().min(self.size().saturating_sub(offset));
        let bytes = bytes.get(..length).unwrap_or_default();
        // SAFETY: the record is the reader's until it is given back.
        unsafe { self.reader.ring.write(self.at.unit, offset, bytes) };
    }

    /// Removes it from the ring.
    pub fn remove(self) {
        let (at, units, end) = (self.at, units_of(self.header.size), self.end);
        self.reader.give_back(at, units, end);
    }
}

impl<M: Memory> Drop for Reader<'_, M> {
    fn drop(&mut self) {
        self.ring.reading.store(false, Ordering::Release);
    }
}
