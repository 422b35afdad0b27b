//! Faults of pool.

use crate::{
    fault::{Fault, entry},
    kernel::{ExFreePoolWithTag, TAG, allocate, free},
};

/// All of them.
pub(crate) const FAULTS: &[Fault] = &[
    Fault::at_entry("pool-size", entry!(no_bytes)),
    Fault::at_entry("pool-free", entry!(not_a_block)),
    Fault::at_entry("pool-tag", entry!(other_tag)),
];

/// Allocates a block of no bytes.
fn no_bytes(wrong: bool) {
    free(allocate(u64::from(!wrong)));
}

/// Frees a part of a block.
fn not_a_block(wrong: bool) {
    let block = allocate(64);
    if wrong {
        free(block.wrapping_byte_add(16));
    }
    free(block);
}

/// Frees a block with a tag that it was not allocated with.
fn other_tag(wrong: bool) {
    ExFreePoolWithTag(allocate(64), if wrong { TAG + 1 } else { TAG });
}
