//! Frames that outlive the call that they were indicated by.

use wdm::{Deliver, PoolVec, Read, Result, Tag};

use crate::{BufferView, ListView, Owned, Received, Retained};

/// A frame that outlives the call that it was indicated by.
///
/// IRQL: `DISPATCH_LEVEL` or below for everything.
pub enum Frame {
    /// In its list, which is returned when this is dropped.
    Kept(Retained),
    /// In a copy.
    Copied(PoolVec<u8>),
}

/// A read gets its bytes; those of all frames, one behind the other, if the list has several.
impl Deliver for Frame {
    fn deliver(&self, read: &mut Read) -> Result {
        match self {
            Self::Copied(bytes) => bytes.deliver(read),
            Self::Kept(lists) => {
                let frames = lists.lists().flat_map(ListView::buffers);
                for piece in frames.flat_map(BufferView::pieces) {
                    read.append(piece?)?;
                }
                Ok(())
            }
        }
    }
}

impl Owned<'_> {
    /// Takes off the lists of one frame each, to keep them, `most` at the most: the adapter lacks them until they are
    /// returned. Others, and those with [split headers](ListView::is_split), are left.
    ///
    /// As for [`retain`](Self::retain), lists that are not kept any more are returned.
    pub fn keep_frames(&mut self, most: usize) -> impl Iterator<Item = Frame> + use<> {
        let mut left = most;
        let mut kept = self.retain(|list| {
            let wanted = left > 0 && list.buffers().take(2).count() == 1;
            left = left.saturating_sub(usize::from(wanted));
            wanted
        });
        core::iter::from_fn(move || kept.as_mut()?.take_first().map(Frame::Kept))
    }
}

impl Received<'_> {
    /// Copies of the frames of all lists: of those that are lent, and of those that are left of ours.
    ///
    /// # Errors
    ///
    /// As for [`BufferView::to_frame`].
    pub fn copies(&self, tag: Tag) -> impl Iterator<Item = Result<Frame>> {
        self.lists().flat_map(ListView::buffers).map(move |frame| frame.to_frame(tag))
    }
}

impl BufferView<'_> {
    /// A copy of the frame.
    ///
    /// IRQL: `DISPATCH_LEVEL` or below.
    ///
    /// # Errors
    ///
    /// `STATUS_INSUFFICIENT_RESOURCES` if there is no memory for it, or one of its MDLs cannot be mapped;
    /// `STATUS_DATA_ERROR` if its MDLs hold less than they should.
    pub fn to_frame(self, tag: Tag) -> Result<Frame> {
        let mut bytes = PoolVec::with_room(self.length(), tag)?;
        for piece in self.pieces() {
            bytes.try_extend(piece?)?;
        }
        Ok(Frame::Copied(bytes))
    }
}
