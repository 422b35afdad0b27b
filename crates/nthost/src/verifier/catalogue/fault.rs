//! Faults of the processor, and what stops Windows at once.

use crate::verifier::check::checks;

checks! {}
