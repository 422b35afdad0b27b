//! Rules of objects, handles and security.

use crate::verifier::check::checks;

checks! {}
