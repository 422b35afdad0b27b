//! A byte ring of records, filled by several processors at once and emptied by one reader.
//!
//! A processor reserves room for all records of a batch with one atomic exchange, writes them, and then
//! publishes the batch with one store. Nobody waits: the reader stops at the first batch that is not
//! published yet.
//!
//! What tells published batches from others lies apart from the records, so that no sender of data can
//! forge it.

mod read;
mod write;

use core::{
    ptr::{self, NonNull},
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
};

use rx_abi::{RECORD_ALIGNMENT, RecordHeader};

pub use read::{Queued, Reader, Run};
pub use write::{Batch, RecordWriter, Reservation};

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

    /// Where bytes of a place lie: the address of the first, and how many are there; the rest are at the
    /// beginning of the memory.
    fn bytes(&self, unit: u32, offset: usize, length: usize) -> (NonNull<u8>, usize) {
        let capacity = self.capacity();
        let start = (unit as usize * RECORD_ALIGNMENT + offset) & (capacity - 1);
        // SAFETY: by the invariant the memory is longer than any offset below the capacity.
        let start_address = unsafe { self.memory.base().add(start) };
        (start_address, length.min(capacity - start))
    }

    /// Writes bytes at the unit, plus an offset in bytes.
    ///
    /// A copy whose length is known when this is compiled is not a call: hence the hint.
    ///
    /// # Safety
    ///
    /// The place belongs to the caller.
    #[inline]
    unsafe fn write(&self, unit: u32, offset: usize, bytes: &[u8]) {
        let (start, length) = self.bytes(unit, offset, bytes.len());
        if length == bytes.len() {
            // SAFETY: by the contract the place belongs to the caller. The bytes lie elsewhere: they are
            // borrowed from other memory than that of the ring.
            return unsafe { copy(bytes, start) };
        }
        // SAFETY: the contract is the same.
        unsafe { self.write_in_two(unit, offset, bytes) };
    }

    /// As [`write`](Self::write), for headers: a value that goes from registers to the ring without being put
    /// together elsewhere before.
    ///
    /// # Safety
    ///
    /// The place belongs to the caller.
    #[inline]
    unsafe fn write_array<const N: usize>(&self, unit: u32, offset: usize, bytes: [u8; N]) {
        let (start, length) = self.bytes(unit, offset, N);
        if length == N {
            // SAFETY: by the contract the place belongs to the caller.
            return unsafe { start.cast::<[u8; N]>().write(bytes) };
        }
        // SAFETY: the contract is the same.
        unsafe { self.write_in_two(unit, offset, &bytes) };
    }

    /// As [`write`](Self::write), where the place goes on at the beginning of the ring.
    ///
    /// # Safety
    ///
    /// The place belongs to the caller.
    #[cold]
    #[inline(never)]
    unsafe fn write_in_two(&self, unit: u32, offset: usize, bytes: &[u8]) {
        let (start, length) = self.bytes(unit, offset, bytes.len());
        let (first, rest) = bytes.split_at_checked(length).unwrap_or_default();
        // SAFETY: by the contract the place belongs to the caller; the bytes are borrowed from other memory.
        unsafe { ptr::copy_nonoverlapping(first.as_ptr(), start.as_ptr(), first.len()) };
        // SAFETY: as above; the place goes on at the beginning of the memory.
        unsafe { ptr::copy_nonoverlapping(rest.as_ptr(), self.memory.base().as_ptr(), rest.len()) };
    }
}

/// Copies bytes. Few of them, as short frames have, are not worth a call: they are copied as two blocks of a fixed
/// length, which may overlap.
///
/// # Safety
///
/// There is room for them at `to`, which is not where they are.
#[inline]
unsafe fn copy(bytes: &[u8], to: NonNull<u8>) {
    match bytes.len() {
        // SAFETY: the contract is the same.
        33..=64 => unsafe { copy_as_two::<32>(bytes, to) },
        // SAFETY: the contract is the same.
        65..=128 => unsafe { copy_as_two::<64>(bytes, to) },
        // SAFETY: by the contract.
        length => unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to.as_ptr(), length) },
    }
}

/// Copies bytes, which are not fewer than `N` and not more than twice as many.
///
/// # Safety
///
/// As for [`copy`].
#[inline]
unsafe fn copy_as_two<const N: usize>(bytes: &[u8], to: NonNull<u8>) {
    let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) else {
        return;
    };
    // SAFETY: by the contract there is room for all bytes, which are not fewer.
    unsafe { to.cast::<[u8; N]>().write(*first) };
    // SAFETY: as above.
    let to = unsafe { to.add(bytes.len() - N) };
    // SAFETY: as above; the last ones end where all end.
    unsafe { to.cast::<[u8; N]>().write(*last) };
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
