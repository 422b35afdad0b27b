//! Reading the bytes that a chain of MDLs describes.
//!
//! This is plain code over the trait [`Mdl`], so that it can be tested with every geometry on any host.

use core::fmt;

use crate::Status;

/// One MDL of a chain.
pub trait Mdl: Copy {
    /// The next MDL of the chain.
    fn next(self) -> Option<Self>;

    /// How many bytes it describes.
    fn byte_count(self) -> usize;

    /// The bytes, in memory that can be read; `None` if they cannot be mapped.
    fn bytes(self) -> Option<*const [u8]>;
}

/// Why a chain cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainError {
    /// It is shorter than it should be, or begins behind the end of its first MDL.
    Malformed,
    /// The memory of an MDL cannot be mapped.
    Unmapped,
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "a chain of MDLs is shorter than its length says",
            Self::Unmapped => "the memory of an MDL cannot be mapped",
        })
    }
}

impl core::error::Error for ChainError {}

impl From<ChainError> for Status {
    fn from(error: ChainError) -> Self {
        match error {
            ChainError::Malformed => Self::DATA_ERROR,
            ChainError::Unmapped => Self::INSUFFICIENT_RESOURCES,
        }
    }
}

/// How many MDLs without bytes are passed over at most.
pub const MAX_EMPTY: usize = 4096;

/// The pieces of memory that the bytes of a WSK_BUF, a NET_BUFFER or the like lie in, in their order.
///
/// The offset counts from the beginning of the first MDL; the others are read from theirs. MDLs without
/// bytes are passed over. The length may end within an MDL, and the chain may go on behind it. MDLs that
/// hold none of the bytes are not mapped.
///
/// Ends after the first error. A chain with more than [`MAX_EMPTY`] MDLs that hold none of the bytes before
/// the last of them is malformed.
#[derive(Clone, Debug)]
pub struct Pieces<M> {
    next: Option<M>,
    offset: usize,
    left: usize,
    empty: usize,
}

impl<M: Mdl> Pieces<M> {
    /// The pieces of `length` bytes that begin `offset` bytes into the chain `first`.
    #[must_use]
    pub const fn new(first: Option<M>, offset: usize, length: usize) -> Self {
        Self { next: first, offset, left: length, empty: MAX_EMPTY }
    }

    /// True if more than one MDL holds bytes.
    #[must_use]
    pub fn scattered(&self) -> bool {
        let (mut next, mut skip) = (self.next, self.offset);
        for _ in 0..=MAX_EMPTY {
            let Some(mdl) = next else { return false };
            let here = mdl.byte_count().saturating_sub(skip);
            if here > 0 {
                return here < self.left;
            }
            (next, skip) = (mdl.next(), 0);
        }
        false
    }

    fn fail(&mut self, error: ChainError) -> Result<*const [u8], ChainError> {
        self.left = 0;
        Err(error)
    }

    /// The next piece; the bytes of it stay valid as long as the chain does.
    fn piece(&mut self) -> Result<*const [u8], ChainError> {
        loop {
            let Some(mdl) = self.next else { return self.fail(ChainError::Malformed) };
            let count = mdl.byte_count();
            let Some(here) = count.checked_sub(self.offset) else {
                return self.fail(ChainError::Malformed);
            };
            let (skip, take) = (self.offset, here.min(self.left));
            self.next = mdl.next();
            self.offset = 0;
            if take == 0 {
                // A chain that leads back to itself would be passed over for ever.
                let Some(empty) = self.empty.checked_sub(1) else {
                    return self.fail(ChainError::Malformed);
                };
                self.empty = empty;
                continue;
            }
            let Some(bytes) = mdl.bytes().filter(|bytes| bytes.len() >= skip + take) else {
                return self.fail(ChainError::Unmapped);
            };
            self.left -= take;
            let start = bytes.cast::<u8>().wrapping_add(skip);
            return Ok(core::ptr::slice_from_raw_parts(start, take));
        }
    }
}

impl<M: Mdl> Iterator for Pieces<M> {
    type Item = Result<*const [u8], ChainError>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.left > 0).then(|| self.piece())
    }
}
