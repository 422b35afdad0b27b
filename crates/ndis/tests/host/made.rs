//! Lists that are written down, or made up.

use ndis_sys as sys;
use proptest::prelude::*;

use crate::built::{Buffer, Part, Spec};

impl Buffer {
    /// A frame that lies in these parts, and fills them.
    pub fn of(parts: &[&str]) -> Self {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        Self {
            parts: parts.iter().map(|part| Ok(part.as_bytes().to_vec())).collect(),
            offset: 0,
            length: length.try_into().unwrap(),
        }
    }
}

impl Spec {
    /// A list with one frame in one piece.
    pub fn frame(text: &str) -> Self {
        Self { buffers: vec![Buffer::of(&[text])], ..Self::default() }
    }
}

/// Frames of any geometry, well formed or not.
pub fn buffers() -> impl Strategy<Value = Buffer> {
    let bytes = prop::collection::vec(any::<u8>(), 0..20);
    let part = prop_oneof![9 => bytes.prop_map(Ok), 1 => (0_usize..20).prop_map(Err)];
    let parts = prop::collection::vec(part, 0..8);
    (parts, 0_u32..24, 0_u32..120).prop_map(|(parts, offset, length)| {
        let all: usize =
            parts.iter().map(|part: &Part| part.as_ref().map_or_else(|&n| n, Vec::len)).sum();
        // Half of them end where the memory does, or before.
        let inside = u32::try_from(all).unwrap().saturating_sub(offset);
        let length = if length % 2 == 0 { length.min(inside) } else { length };
        Buffer { parts, offset, length }
    })
}

/// Lists of such frames.
pub fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let flags = prop_oneof![3 => Just(0), 1 => Just(sys::NDIS_NBL_FLAGS_HD_SPLIT)];
    let list = (prop::collection::vec(buffers(), 0..4), flags).prop_map(|(buffers, flags)| Spec {
        buffers,
        flags,
        slots: vec![],
    });
    prop::collection::vec(list, 1..10)
}
