//! Rules of unloading.

use crate::verifier::check::checks;

checks! {}
