//! Rules of MDLs.

use crate::verifier::check::checks;

checks! {
    /// What an MDL for nonpaged pool describes is no paged pool.
    BUILD_PAGED = 64, "mdl-build-paged", windows(0xC4, 0x7F),
        "ddi/wdm/nf-wdm-mmbuildmdlfornonpagedpool";
}
