//! Where the frames of adapters come from.

mod feed;

use super::Frame;

pub(super) use feed::{Feed, start};

/// Something that frames come from: an interface of the machine, a file, a generator.
pub trait Source: Send {
    /// Waits for frames, at most 100 ms, and appends them.
    ///
    /// # Errors
    ///
    /// Why no more frames come.
    fn next(&mut self, frames: &mut Vec<Frame>) -> Result<Progress, SourceError>;
}

/// Whether more frames may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// They may.
    More,
    /// Those were the last ones.
    End,
}

/// Why a source gives no more frames.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SourceError(pub String);
