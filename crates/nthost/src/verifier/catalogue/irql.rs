//! Rules of interrupt request levels.

use crate::verifier::check::checks;

checks! {}
