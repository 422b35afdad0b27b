//! Emptying a ring.

use core::{ptr, slice, sync::atomic::Ordering};

use rx_abi::{RECORD_ALIGNMENT, RecordHeader};
use zerocopy::{FromZeros, IntoBytes};

use super::{Batch, HEADER, Memory, Place, Ring, SKIP, UNIT, units_of};

/// The one who empties the ring.
///
/// # Invariants
///
/// There is no other reader of the ring.
pub struct Reader<'r, M: Memory> {
    pub(super) ring: &'r Ring<M>,
}

/// The oldest record of a ring, which stays in it until it is removed.
pub struct Queued<'a, 'r, M: Memory> {
    reader: &'a mut Reader<'r, M>,
    at: Place,
    end: u32,
    header: RecordHeader,
}

/// Records that lie one behind the other, which stay in the ring until they are removed.
///
/// # Invariants
///
/// The units from `from` to `to.unit` are of published batches, and do not go around the end of the ring.
pub struct Run<'a, 'r, M: Memory> {
    reader: &'a mut Reader<'r, M>,
    from: u32,
    to: Place,
    records: u64,
    captured: u64,
}

impl<M: Memory> Run<'_, '_, M> {
    /// How many records there are.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The sum of their captured bytes.
    #[must_use]
    pub fn captured(&self) -> u64 {
        self.captured
    }

    /// Their bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        let length = self.to.unit.wrapping_sub(self.from) as usize * RECORD_ALIGNMENT;
        // SAFETY: by the invariant they were published, and they are not given back.
        let [bytes, _] = unsafe { self.reader.pieces(self.from, length) };
        bytes
    }

    /// Removes them from the ring.
    pub fn remove(self) {
        self.reader.give_back_to(self.to);
    }
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

    /// The oldest records, as many as lie one behind the other, are no longer than `most` bytes together,
    /// and are `wanted`. `None` if not even the first one is such a record.
    pub fn run(
        &mut self,
        most: usize,
        wanted: impl Fn(&RecordHeader) -> bool,
    ) -> Option<Run<'_, 'r, M>> {
        let from = Place::unpack(self.ring.head.0.load(Ordering::Relaxed));
        let to_end = self.ring.units - (from.unit & (self.ring.units - 1));
        let most = u32::try_from(most / RECORD_ALIGNMENT).unwrap_or(u32::MAX).min(to_end);
        let (mut at, mut records, mut captured) = (from, 0, 0);
        while let Some(done) = self.published(at.batch) {
            let header = self.header(at.unit, done.wrapping_sub(at.unit));
            let end = at.unit.wrapping_add(units_of(header.size));
            if header.kind == SKIP || !wanted(&header) || end.wrapping_sub(from.unit) > most {
                break;
            }
            records += 1;
            captured += u64::from(header.captured);
            at.unit = end;
            if end == done {
                at.batch = at.batch.wrapping_add(1);
            }
        }
        (records > 0).then_some(Run { reader: self, from: from.unit, to: at, records, captured })
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

    /// The bytes from the unit on, in one piece, or in two where they go on at the beginning of the ring.
    ///
    /// # Safety
    ///
    /// They are the reader's, to whom they were published, and are not given back as long as they are
    /// borrowed.
    unsafe fn pieces(&self, unit: u32, length: usize) -> [&[u8]; 2] {
        let (start, first) = self.ring.bytes(unit, 0, length);
        // SAFETY: by the contract nobody writes to them.
        let first = unsafe { slice::from_raw_parts(start.as_ptr(), first) };
        let (base, rest) = (self.ring.memory.base(), length - first.len());
        // SAFETY: as above.
        [first, unsafe { slice::from_raw_parts(base.as_ptr(), rest) }]
    }

    /// Copies from the unit on.
    ///
    /// # Safety
    ///
    /// The place is the reader's.
    #[inline]
    unsafe fn copy(&self, unit: u32, to: &mut [u8]) {
        // SAFETY: the contract is the same; they are borrowed for this call only.
        let [first, rest] = unsafe { self.pieces(unit, to.len()) };
        if rest.is_empty() {
            // SAFETY: what is borrowed mutably lies elsewhere, and the piece is as long.
            return unsafe {
                ptr::copy_nonoverlapping(first.as_ptr(), to.as_mut_ptr(), to.len());
            };
        }
        if let Some((to_first, to_rest)) = to.split_at_mut_checked(first.len()) {
            to_first.copy_from_slice(first);
            to_rest.copy_from_slice(rest);
        }
    }

    fn give_back(&mut self, at: Place, units: u32, end: u32) {
        let unit = at.unit.wrapping_add(units);
        let batch = if unit == end { at.batch.wrapping_add(1) } else { at.batch };
        self.give_back_to(Place { batch, unit });
    }

    fn give_back_to(&mut self, place: Place) {
        // Those who reserve next write only after they have seen this.
        self.ring.head.0.store(place.pack(), Ordering::Release);
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
        // SAFETY: the record is in a published batch and was not given back.
        unsafe { self.reader.pieces(self.at.unit, self.size()) }
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

/// How many units of a batch, which has `left` units left, a record with this header takes.
fn units_to_skip(header: &RecordHeader, left: u32) -> u32 {
    (header.size / UNIT).min(left).max(1)
}
