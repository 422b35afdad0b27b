//! Where the drivers put records: the queue, the reads that wait for records, and the accounting.
//!
//! The ring, the table and the counters are plain code over memory and atomics, which any host compiles and
//! tests. `Outlet`, which puts them into nonpaged pool and answers read IRPs, is for Windows targets only.

#![no_std]

mod combine;
mod counters;
mod frames;
mod losses;
#[cfg(windows)]
mod outlet;
#[cfg(windows)]
pub mod parameters;
#[cfg(windows)]
pub mod retention;
mod ring;
mod table;
mod tallies;
#[cfg(windows)]
mod trace;

pub use combine::Combiner;
pub use counters::{Counter, Counters};
pub use frames::{AdapterCounter, AdapterCounters, FrameCounter, FrameCounters};
pub use losses::Losses;
#[cfg(windows)]
pub use outlet::{Origin, Outlet, PoolMemory, Taken};
#[cfg(windows)]
pub use parameters::Parameters;
pub use ring::{Batch, Memory, Queued, Reader, RecordWriter, Reservation, Ring, Run};
pub use table::{Entry, Table, Vacancy};
#[cfg(windows)]
pub use trace::{Dropped, Trace};
