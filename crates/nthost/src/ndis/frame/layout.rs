//! Where the bytes of a net buffer lie.

use fastrand::Rng;

use super::geometry::{Geometry, Malformed};
use crate::{
    mm::PAGE,
    nt::{MDL, PFN_NUMBER},
};

/// The most MDLs that chance makes.
const MOST_PIECES: usize = 96;

/// What lies behind an MDL in memory, and before the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// So many bytes behind the one before.
    After(usize),
    /// At the next multiple of so many bytes.
    Aligned(usize),
    /// So many bytes before the end of a page.
    BeforePage(usize),
}

impl Place {
    fn at(self, free: usize) -> usize {
        match self {
            Self::After(gap) => free + gap,
            Self::Aligned(multiple) => free.next_multiple_of(multiple),
            Self::BeforePage(bytes) => (free + bytes).next_multiple_of(PAGE) - bytes,
        }
    }
}

/// An MDL and its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Bytes.
    pub bytes: usize,
    place: Place,
    /// Where the MDL lies in the region.
    pub mdl: usize,
    /// Where the bytes lie in the region.
    pub data: usize,
}

/// How the bytes of a net buffer lie in MDLs, and these in a region.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The MDLs.
    pub pieces: Vec<Piece>,
    /// Bytes of the chain before the data.
    pub offset: usize,
    /// Bytes of data.
    pub length: usize,
    /// Where data begins with an MDL, it is said to begin at the end of the one before.
    at_end: bool,
    /// The first MDL is for headers.
    pub is_split: bool,
    /// What is wrong with it.
    pub malformed: Option<Malformed>,
    /// Where the net buffer lies in the region.
    pub buffer: usize,
}

impl Layout {
    /// Decides how `length` bytes lie in MDLs.
    pub fn plan(&mut self, geometry: &Geometry, length: usize, rng: &mut Rng) {
        self.pieces.clear();
        (self.offset, self.length) = (0, length);
        (self.at_end, self.is_split, self.malformed) = (false, false, None);
        match geometry {
            Geometry::Single => self.push(length, Place::Aligned(64)),
            Geometry::Offset(offset) => {
                self.offset = *offset as usize;
                self.push(self.offset + length, Place::Aligned(64));
            }
            Geometry::Pieces(pieces) => {
                (self.offset, self.at_end) = (pieces.offset as usize, pieces.at_end);
                for &bytes in &pieces.lengths {
                    self.push(bytes as usize, Place::After(8));
                }
                self.complete();
            }
            Geometry::Split { header } => {
                let header = (*header as usize).min(length);
                self.is_split = header > 0;
                if self.is_split {
                    self.push(header, Place::Aligned(64));
                }
                if length > header || !self.is_split {
                    self.push(length - header, Place::Aligned(64));
                }
            }
            Geometry::Random => self.by_chance(rng),
            Geometry::Malformed(malformed) => {
                self.malformed = Some(*malformed);
                self.push(length, Place::Aligned(64));
            }
        }
    }

    fn push(&mut self, bytes: usize, place: Place) {
        self.pieces.push(Piece { bytes, place, mdl: 0, data: 0 });
    }

    /// Adds an MDL for what does not fit into those that are there.
    fn complete(&mut self) {
        let there = self.pieces.iter().map(|piece| piece.bytes).sum::<usize>();
        let missing = (self.offset + self.length).saturating_sub(there);
        if missing > 0 || self.pieces.is_empty() {
            self.push(missing, Place::After(0));
        }
    }

    fn by_chance(&mut self, rng: &mut Rng) {
        let count = match rng.u8(..12) {
            0..=3 => 1,
            4..=9 => rng.usize(2..=6),
            10 => rng.usize(7..=20),
            _ => rng.usize(65..=MOST_PIECES),
        };
        self.offset = if rng.bool() { rng.usize(..=80) } else { 0 };
        self.at_end = rng.bool();
        if rng.u8(..4) == 0 {
            self.push(self.offset, place(rng));
        }
        let tail = if rng.u8(..4) == 0 { rng.usize(..200) } else { 0 };
        let before = self.pieces.iter().map(|piece| piece.bytes).sum::<usize>();
        let mut left = self.offset + self.length + tail - before;
        for behind in (1..count).rev() {
            let bytes = match rng.u8(..8) {
                0 => 0,
                1 | 2 => 1,
                _ => rng.usize(..=left.min(2 * left / behind + 1)),
            };
            let bytes = bytes.min(left);
            left -= bytes;
            self.push(bytes, place(rng));
        }
        self.push(left, place(rng));
        if rng.u8(..8) == 0 {
            self.push(rng.usize(..40), place(rng));
        }
    }

    /// Gives everything its place in a region, from `free` on; returns what is free behind it.
    pub fn place(&mut self, free: usize) -> usize {
        let mut free = free;
        for piece in &mut self.pieces {
            piece.mdl = free.next_multiple_of(align_of::<MDL>());
            // The bytes begin anywhere in a page.
            let pages = piece.bytes.div_ceil(PAGE) + 1;
            free = piece.mdl + size_of::<MDL>() + pages * size_of::<PFN_NUMBER>();
        }
        for piece in &mut self.pieces {
            piece.data = piece.place.at(free);
            free = piece.data + piece.bytes;
        }
        free
    }

    /// The number of the MDL that data begins in, and the bytes of it before.
    pub fn current(&self) -> (usize, usize) {
        let (mut index, mut offset) = (0, self.offset);
        while let Some(piece) = self.pieces.get(index)
            && index + 1 < self.pieces.len()
            && (offset > piece.bytes || offset == piece.bytes && !self.at_end)
        {
            offset -= piece.bytes;
            index += 1;
        }
        (index, offset)
    }

    /// Where the data lies in the region, piece by piece: from where, and how many bytes.
    pub fn spans(&self) -> impl Iterator<Item = (usize, usize)> {
        let (mut skip, mut left) = (self.offset, self.length);
        self.pieces.iter().filter_map(move |piece| {
            let skipped = skip.min(piece.bytes);
            let bytes = (piece.bytes - skipped).min(left);
            skip -= skipped;
            left -= bytes;
            (bytes > 0).then_some((piece.data + skipped, bytes))
        })
    }
}

fn place(rng: &mut Rng) -> Place {
    match rng.u8(..8) {
        0 => Place::BeforePage(rng.usize(1..16)),
        1..=3 => Place::Aligned(64),
        _ => Place::After(rng.usize(..64)),
    }
}
