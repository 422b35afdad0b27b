//! Putting the frames of an indication into the queue of a reader.

use core::sync::atomic::Ordering;

use rx_abi::{FrameHeader, RecordFlags, RecordHeader, RecordKind};
use rx_sink::{FrameCounter, PoolMemory, Reservation};
use wdm::chain::ChainError;

use crate::{
    batch::Batch,
    events,
    frame::{Class, Frame, Frames, Glance},
    reader::Reader,
    retain::{self, References},
};

/// So many frames are delivered at once: room for them is reserved together.
pub const GROUP: usize = 32;

/// What a reader does with a frame, if it does not take so many bytes of it.
pub const FILTERED: u32 = u32::MAX;
const UNMAPPED: u32 = u32::MAX - 1;
const MALFORMED: u32 = u32::MAX - 2;
/// No frame is that long.
const MOST: u32 = MALFORMED - 1;

/// What became of frames.
#[derive(Default)]
pub struct Tally {
    pub offered: u64,
    pub filtered: u64,
    /// Neither filtered out nor unreadable.
    pub wanted: u64,
    accepted: u64,
    bytes: u64,
    queue_full: u64,
    too_large: u64,
    pub unmapped: u64,
    pub malformed: u64,
    truncated: u64,
    scattered: u64,
}

/// Frames, and what a reader decided on each of them.
pub struct Chances<'a, 'b> {
    pub frames: &'b Frames<'a>,
    pub glances: &'b [Glance<'a>],
    pub verdicts: &'b [u32; GROUP],
    pub batch: &'b Batch,
}

/// A frame that a reader takes.
struct Chosen<'a, 'b> {
    frame: Frame<'a, 'b>,
    captured: u32,
    sequence: u64,
}

impl Reader {
    /// Puts those of the frames into the queue that are wanted; there is a glance for each of them.
    pub fn offer(&self, frames: &Frames<'_>, glances: &[Glance<'_>], batch: &Batch) {
        if !self.is_attached() {
            return;
        }
        let mut verdicts = [FILTERED; GROUP];
        let mut tally = Tally::default();
        let wanted = self.judge(frames, glances, batch, &mut verdicts, &mut tally);
        if wanted == 0 {
            return self.count(&tally);
        }
        let capacity = self.outlet.ring.capacity();
        let sizes = verdicts.iter().filter_map(|&verdict| size(verdict, capacity));
        let mut room = self.outlet.ring.reserve(&sizes);
        let chances = Chances { frames, glances, verdicts: &verdicts, batch };
        self.store(&chances, wanted, room.as_mut(), None, &mut tally);
        // Counted before anybody can read them.
        self.count(&tally);
        self.tell(&tally, batch);
    }

    /// Decides on each frame. Returns how many are not filtered out.
    pub fn judge(
        &self,
        frames: &Frames<'_>,
        glances: &[Glance<'_>],
        batch: &Batch,
        verdicts: &mut [u32; GROUP],
        tally: &mut Tally,
    ) -> u64 {
        for (((list, buffer), glance), verdict) in frames.clone().zip(glances).zip(verdicts) {
            let Some(buffer) = buffer.filter(|_| glance.class != Class::Empty) else { continue };
            tally.offered += 1;
            *verdict = match glance.class {
                Class::Unmapped => UNMAPPED,
                Class::Malformed => MALFORMED,
                _ => {
                    let frame = Frame { list, buffer, glance, batch };
                    self.wants.judge(&frame).map_or(FILTERED, |captured| captured.min(MOST))
                }
            };
            tally.filtered += u64::from(*verdict == FILTERED);
        }
        tally.offered - tally.filtered
    }

    /// Writes the records of those frames that are not filtered out, of which there are `wanted`; references instead
    /// of frames, if there are such.
    pub fn store(
        &self,
        chances: &Chances<'_, '_>,
        wanted: u64,
        mut room: Option<&mut Reservation<'_, PoolMemory>>,
        mut references: Option<&mut References>,
        tally: &mut Tally,
    ) {
        let &Chances { frames, glances, verdicts, batch } = chances;
        let mut sequence = self.sequence.fetch_add(wanted, Ordering::Relaxed);
        for (((list, buffer), glance), &captured) in frames.clone().zip(glances).zip(verdicts) {
            if let Some(references) = &mut references {
                references.advance();
            }
            let Some(buffer) = buffer.filter(|_| captured != FILTERED) else { continue };
            let frame = Frame { list, buffer, glance, batch };
            let chosen = Chosen { frame, captured, sequence };
            match self.put(room.as_deref_mut(), references.as_deref_mut(), &chosen) {
                Ok(flags) => tally.accept(&chosen, flags),
                Err(cause) => {
                    tally.drop(cause);
                    self.outlet.add_lost(1);
                }
            }
            sequence = sequence.wrapping_add(1);
        }
    }

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// What counts the cause why the frame is dropped.
    fn put(
        &self,
        room: Option<&mut Reservation<'_, PoolMemory>>,
        references: Option<&mut References>,
        chosen: &Chosen<'_, '_>,
    ) -> Result<RecordFlags, FrameCounter> {
        let Chosen { frame, captured, sequence } = chosen;
        match *captured {
            UNMAPPED => return Err(FrameCounter::DroppedUnmapped),
            MALFORMED => return Err(FrameCounter::DroppedMalformed),
            _ => {}
        }
        let size = size(*captured, self.outlet.ring.capacity());
        let size = size.ok_or(FrameCounter::DroppedTooLarge)?;
        let mut record =
            room.and_then(|room| room.record(size)).ok_or(FrameCounter::DroppedQueueFull)?;
        let said = frame.batch.describe(frame.list, frame.glance.class, *sequence);
        let detail: [u8; size_of::<FrameHeader>()] = zerocopy::transmute!(said.detail);
        record.write_array(detail);
        let length = *captured as usize;
        let mut kind = RecordKind::Frame as u16;
        let references = references.filter(|_| retain::is_worth_keeping(*captured, frame.buffer));
        if let Some((reference, kept)) = references.and_then(|all| all.next(frame.buffer.length()))
        {
            record.write(&reference);
            kind = kept;
        } else if let Some(bytes) = frame.glance.first.get(..length) {
            record.write(bytes);
        } else {
            copy(frame, length, |bytes| record.write(bytes)).map_err(cause)?;
        }
        let original = u32::try_from(frame.buffer.length()).unwrap_or(u32::MAX);
        let cut =
            if *captured < original { RecordFlags::TRUNCATED } else { RecordFlags::default() };
        let flags = said.flags.with(cut);
        record.finish(&RecordHeader {
            size,
            payload_offset: RecordHeader::FRAME_OFFSET,
            kind,
            captured: *captured,
            original,
            flags: flags.bits(),
            lost: self.outlet.take_lost(),
            time: said.time,
        });
        Ok(flags)
    }

    /// Tells those who trace of what was dropped and counted.
    pub fn tell(&self, tally: &Tally, batch: &Batch) {
        let dropped = tally.queue_full.saturating_add(tally.too_large);
        if dropped.saturating_add(tally.unreadable()) > 0 {
            events::dropped(self, batch.time);
        }
    }

    pub fn count(&self, tally: &Tally) {
        for (counter, count) in [
            (FrameCounter::Offered, tally.offered),
            (FrameCounter::Filtered, tally.filtered),
            (FrameCounter::Accepted, tally.accepted),
            (FrameCounter::Held, tally.accepted),
            (FrameCounter::AcceptedBytes, tally.bytes),
            (FrameCounter::DroppedQueueFull, tally.queue_full),
            (FrameCounter::DroppedTooLarge, tally.too_large),
            (FrameCounter::DroppedUnmapped, tally.unmapped),
            (FrameCounter::DroppedMalformed, tally.malformed),
            (FrameCounter::Truncated, tally.truncated),
            (FrameCounter::Scattered, tally.scattered),
        ] {
            self.counters.add(counter, count);
        }
    }
}

/// Size of the record of a frame of which so many bytes are captured, if the queue can ever hold it.
#[inline]
pub fn size(verdict: u32, capacity: usize) -> Option<u32> {
    let size = RecordHeader::frame_size(verdict as usize);
    size.filter(|&size| verdict <= MOST && size as usize <= capacity)
}

/// Passes the first `length` bytes of a frame on, piece by piece.
fn copy(
    frame: &Frame<'_, '_>,
    length: usize,
    mut write: impl FnMut(&[u8]),
) -> Result<(), ChainError> {
    let mut left = length;
    let mut pieces = frame.buffer.pieces();
    while left > 0 {
        let piece = pieces.next().ok_or(ChainError::Malformed)??;
        let piece = piece.get(..left).unwrap_or(piece);
        left = left.saturating_sub(piece.len());
        write(piece);
    }
    Ok(())
}

/// What counts frames that cannot be read.
const fn cause(error: ChainError) -> FrameCounter {
    match error {
        ChainError::Malformed => FrameCounter::DroppedMalformed,
        ChainError::Unmapped => FrameCounter::DroppedUnmapped,
    }
}

impl Tally {
    /// Those that could not be read.
    pub const fn unreadable(&self) -> u64 {
        self.unmapped.saturating_add(self.malformed)
    }

    fn accept(&mut self, chosen: &Chosen<'_, '_>, flags: RecordFlags) {
        self.accepted += 1;
        self.bytes += u64::from(chosen.captured);
        self.truncated += u64::from(flags.contains(RecordFlags::TRUNCATED));
        let frame = &chosen.frame;
        let whole = frame.glance.first.len() >= frame.buffer.length();
        self.scattered += u64::from(!whole && frame.buffer.is_scattered());
    }

    fn drop(&mut self, cause: FrameCounter) {
        match cause {
            FrameCounter::DroppedTooLarge => self.too_large += 1,
            FrameCounter::DroppedUnmapped => self.unmapped += 1,
            FrameCounter::DroppedMalformed => self.malformed += 1,
            _ => self.queue_full += 1,
        }
    }
}
