//! Rules of pool.

use crate::verifier::check::checks;

checks! {
    /// A block of pool has at least one byte.
    ZERO_SIZE = 1, "pool-size", windows(0xC4, 0x00),
        "ddi/wdm/nf-wdm-exallocatepool2";
    /// Only blocks of pool are freed, each once.
    FREE = 4, "pool-free", windows(0xC4, 0x10),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// Nothing is written behind a block of pool.
    OVERRUN = 11, "pool-overrun", windows(0xC4, 0x51),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
    /// A block of pool is freed with the tag that it was allocated with.
    TAG = 16, "pool-tag", windows_any(0xC2),
        "ddi/wdm/nf-wdm-exfreepoolwithtag";
}
