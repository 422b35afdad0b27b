//! Lists, buffers and MDLs as a driver reads them.

use std::{iter, slice};

use ndis_sys::{NET_BUFFER, NET_BUFFER_DATA, NET_BUFFER_LIST, NET_BUFFER_LIST_DATA};

use crate::nt::MDL;

/// A list that the driver may look at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct List(pub *mut NET_BUFFER_LIST);

// SAFETY: a driver uses its lists in any thread.
unsafe impl Send for List {}

impl List {
    /// The lists of the chain that begins here.
    pub fn chain(self) -> impl Iterator<Item = Self> {
        let some = |list: *mut NET_BUFFER_LIST| (!list.is_null()).then_some(Self(list));
        iter::successors(some(self.0), move |list| some(list.links().Next))
    }

    /// Its net buffers.
    pub fn buffers(self) -> impl Iterator<Item = Buffer> {
        let some = |buffer: *mut NET_BUFFER| (!buffer.is_null()).then_some(Buffer(buffer));
        iter::successors(some(self.links().FirstNetBuffer), move |buffer| some(buffer.data().Next))
    }

    fn links(self) -> NET_BUFFER_LIST_DATA {
        // SAFETY: that is what a list begins with.
        unsafe { self.0.cast::<NET_BUFFER_LIST_DATA>().read() }
    }
}

/// A net buffer.
#[derive(Clone, Copy)]
pub struct Buffer(*mut NET_BUFFER);

impl Buffer {
    /// Where its data is.
    pub fn data(self) -> NET_BUFFER_DATA {
        // SAFETY: that is what a net buffer begins with.
        unsafe { self.0.cast::<NET_BUFFER_DATA>().read() }
    }

    /// Bytes of its data.
    pub fn length(self) -> usize {
        // SAFETY: this member of the union has the same bytes.
        unsafe { self.data().u.DataLength as usize }
    }

    /// The bytes of its data, copied as is right.
    pub fn frame(self) -> Vec<u8> {
        let data = self.data();
        let mut left = self.length();
        let mut skip = data.CurrentMdlOffset as usize;
        let mut frame = Vec::with_capacity(left);
        for piece in pieces(data.CurrentMdl.cast()) {
            let from = skip.min(piece.len());
            let to = piece.len().min(from + left);
            frame.extend_from_slice(&piece[from..to]);
            left -= to - from;
            skip -= from;
        }
        frame
    }
}

/// The bytes of each MDL of a chain, from one on.
pub fn pieces(first: *mut MDL) -> impl Iterator<Item = &'static [u8]> {
    let read = |mdl: *mut MDL| {
        // SAFETY: the driver may look at the chain.
        (!mdl.is_null()).then(|| unsafe { mdl.read() })
    };
    iter::successors(read(first), move |mdl| read(mdl.Next)).map(|mdl| {
        let start = mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize).cast::<u8>();
        // SAFETY: the MDL describes so many bytes, which stay while the driver may look at them.
        unsafe { slice::from_raw_parts(start, mdl.ByteCount as usize) }
    })
}
