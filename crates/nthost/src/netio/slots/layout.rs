//! How the bytes of a datagram lie in MDLs.

use fastrand::Rng;

use crate::{netio::settings::Shape, nt::PAGE_SIZE};

/// The most MDLs of a datagram.
pub(in super::super) const PIECES: usize = 8;

/// The most bytes of a datagram: what the length field of UDP can say.
pub(super) const MAXIMUM: usize = 65_535;

/// Bytes of a slot for a datagram and the gaps between its pieces: an odd number of pages.
pub(super) const ROOM: usize = 27 * PAGE_SIZE;

/// One MDL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Piece {
    /// Where it begins in the room of the slot.
    pub start: usize,
    /// Its bytes.
    pub bytes: usize,
}

/// How the bytes of a datagram lie in MDLs: one after the other, with gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Layout {
    pieces: [Piece; PIECES],
    count: usize,
    /// Bytes of the first MDL before the datagram.
    offset: usize,
}

impl Layout {
    /// One MDL for a datagram of any length. `color` moves its beginning, so that the datagrams of
    /// different slots use different lines of the cache.
    pub fn single(color: usize) -> Self {
        let mut pieces = [Piece::default(); PIECES];
        pieces[0] = Piece { start: color % 61 * 64, bytes: MAXIMUM };
        Self { pieces, count: 1, offset: 0 }
    }

    /// MDLs of these lengths, with the datagram beginning `offset` bytes into the first.
    ///
    /// Each but the first begins just before the end of a page. `None` if they are none, too many or
    /// too long, or the first is shorter than the offset.
    pub fn of(offset: usize, lengths: &[usize]) -> Option<Self> {
        let first = *lengths.first()?;
        if lengths.len() > PIECES || offset > first {
            return None;
        }
        let mut pieces = [Piece::default(); PIECES];
        let mut start = 24;
        for (piece, &bytes) in pieces.iter_mut().zip(lengths) {
            *piece = Piece { start, bytes };
            let end = start.checked_add(bytes)?;
            start = end.next_multiple_of(PAGE_SIZE) + PAGE_SIZE - 7;
            if end > ROOM {
                return None;
            }
        }
        Some(Self { pieces, count: lengths.len(), offset })
    }

    /// As `shape` says, for a datagram of any length.
    pub fn shaped(shape: Shape, color: usize, rng: &mut Rng) -> Self {
        let count = match shape {
            Shape::Single => return Self::single(color),
            Shape::Pieces(count) => usize::from(count).clamp(1, PIECES),
            Shape::Random => rng.usize(1..=PIECES),
        };
        let offset = rng.usize(0..40);
        let mut lengths = [0; PIECES];
        let lengths = &mut lengths[..count];
        for length in lengths.iter_mut() {
            *length = rng.usize(1..100);
        }
        lengths[0] += offset;
        if count > 2 {
            lengths[rng.usize(1..count - 1)] = 0;
        }
        lengths[count - 1] += MAXIMUM;
        Self::of(offset, lengths).unwrap_or_else(|| Self::single(color))
    }

    /// The MDLs.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces[..self.count]
    }

    /// Bytes of the first MDL before the datagram.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Where the bytes of a datagram of `length` bytes lie in the room of the slot.
    pub fn spans(&self, length: usize) -> impl Iterator<Item = Piece> {
        let mut skip = self.offset;
        let mut left = length;
        self.pieces().iter().map_while(move |piece| {
            let bytes = (piece.bytes - skip).min(left);
            let span = Piece { start: piece.start + skip, bytes };
            skip = 0;
            left -= bytes;
            (bytes > 0 || left > 0).then_some(span)
        })
    }

    /// The most bytes that a datagram can have.
    pub fn capacity(&self) -> usize {
        let bytes: usize = self.pieces().iter().map(|piece| piece.bytes).sum();
        bytes - self.offset
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{Layout, MAXIMUM, PIECES, Piece, ROOM};
    use crate::netio::settings::Shape;

    #[test]
    fn spans_are_the_bytes_behind_the_offset() {
        let layout = Layout::of(3, &[5, 0, 10]).unwrap();
        let [first, _, last] = *layout.pieces() else { panic!("three pieces") };
        let spans: Vec<_> = layout.spans(6).collect();
        assert_eq!(spans.first(), Some(&Piece { start: first.start + 3, bytes: 2 }));
        assert_eq!(spans.last(), Some(&Piece { start: last.start, bytes: 4 }));
        assert_eq!(layout.capacity(), 12);
    }

    #[test]
    fn every_shape_has_room_for_the_longest_datagram() {
        let mut rng = Rng::with_seed(7);
        for color in 0..500 {
            let layout = Layout::shaped(Shape::Random, color, &mut rng);
            assert!(layout.capacity() >= MAXIMUM);
            assert_eq!(layout.spans(MAXIMUM).map(|span| span.bytes).sum::<usize>(), MAXIMUM);
            assert!(layout.pieces().iter().all(|piece| piece.start + piece.bytes <= ROOM));
        }
    }

    #[test]
    fn impossible_layouts_are_refused() {
        assert_eq!(Layout::of(0, &[]), None);
        assert_eq!(Layout::of(0, &[1; PIECES + 1]), None);
        assert_eq!(Layout::of(2, &[1, 5]), None);
        assert_eq!(Layout::of(0, &[ROOM + 1]), None);
    }
}
