//! Rules of locks, waits and threads.

use crate::verifier::check::checks;

checks! {}
