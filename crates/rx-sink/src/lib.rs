//! Where the drivers put records: the queue, the reads that wait for records, and the accounting.
//!
//! It is plain code over memory and atomics, which any host compiles and tests; the drivers give it
//! memory from nonpaged pool and their read IRPs.

#![no_std]

mod combine;
mod counters;
mod ring;
mod table;

pub use combine::Combiner;
pub use counters::{Counter, Counters};
pub use ring::{Batch, Memory, Queued, Reader, RecordWriter, Reservation, Ring, Run};
pub use table::{Entry, Table, Vacancy};
