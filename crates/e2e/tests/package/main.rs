//! Packages for Windows: a good one passes, and whatever is done to it is found.

mod made;
mod passwords;
mod tampered;
