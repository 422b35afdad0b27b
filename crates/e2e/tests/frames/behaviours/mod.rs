//! What NDIS, miniports and filters may do, and what the driver makes of it.
//!
//! Each test has the number of a behaviour. The tests of the hosted NDIS show that it behaves so, and
//! that it notices drivers that do wrong then. Here the driver has to do right: what it delivers is what
//! was sent, the counters of readers and adapters say what became of the rest, nothing stays behind, and
//! no rule is broken.

mod binding;
mod chance;
pub mod frames;
pub mod lab;
mod memory;
mod requests;
mod sharing;
mod stack;
