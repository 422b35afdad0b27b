//! Rules of MDLs.

use crate::verifier::check::checks;

checks! {}
