//! Filling a ring.

use core::sync::atomic::Ordering;

use rx_abi::{RECORD_ALIGNMENT, RecordHeader};
use zerocopy::{FromZeros, IntoBytes};

use super::{Memory, Place, Ring, SKIP, UNIT, units_of};

/// Reserved room for records; publishes them when it is dropped.
///
/// # Invariants
///
/// The units from `at.unit` to `end` belong to this value. They are what is left of the batch `at.batch`,
/// and those of it before are filled with records.
pub struct Reservation<'r, M: Memory> {
    pub(super) ring: &'r Ring<M>,
    pub(super) records: u32,
    pub(super) at: Place,
    pub(super) end: u32,
}

/// The number of a batch, by which its records are found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch(pub(super) u32);

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
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) {
        let left = (self.length as usize * RECORD_ALIGNMENT).saturating_sub(self.end);
        if bytes.len() > left {
            return self.write_cut(bytes.get(..left).unwrap_or_default());
        }
        // SAFETY: by the invariant the place belongs to this value, and so many bytes are left in it.
        unsafe { self.ring.write(self.start, self.end, bytes) };
        self.end += bytes.len();
    }

    /// Appends a value of a known length, such as a header; nothing of it if it does not fit.
    #[inline]
    pub fn write_array<const N: usize>(&mut self, bytes: [u8; N]) {
        let left = (self.length as usize * RECORD_ALIGNMENT).saturating_sub(self.end);
        if N <= left {
            // SAFETY: by the invariant the place belongs to this value, and so many bytes are left in it.
            unsafe { self.ring.write_array(self.start, self.end, bytes) };
            self.end += N;
        }
    }

    /// Appends what is left of bytes that do not fit.
    #[cold]
    fn write_cut(&mut self, bytes: &[u8]) {
        self.write(bytes);
    }

    /// Ends the record. Its header must say the size that the record was begun with; otherwise it is
    /// passed over.
    pub fn finish(self, header: &RecordHeader) {
        let this = core::mem::ManuallyDrop::new(self);
        let size = this.length.saturating_mul(UNIT);
        if header.size == size && header.kind != SKIP {
            let bytes: [u8; size_of::<RecordHeader>()] = zerocopy::transmute!(*header);
            // SAFETY: by the invariant the place belongs to this value; a record is not smaller than
            // its header.
            unsafe { this.ring.write_array(this.start, 0, bytes) };
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
