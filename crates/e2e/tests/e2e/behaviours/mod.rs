//! What a provider of WSK may do, and what the driver makes of it.
//!
//! Each test has the number of a behaviour. The provider's own tests, in nthost, show that it behaves
//! so, and that it notices drivers that do wrong then. Here the driver has to do right: what it delivers
//! is what came, the counters say what became of the rest, nothing stays behind, and no rule is broken.

mod callbacks;
mod chance;
mod control;
mod end;
mod lab;
mod lists;
mod memory;
mod requests;
