//! Which thread goes on, and what time it is.
//!
//! Unless it is told otherwise, a hosted kernel leaves both to the host. With [`Schedule::Seeded`] one
//! thread of the kernel runs at a time, and at each call into the kernel a seed decides which one goes on.
//! All that blocks in this crate blocks through this module, so that the scheduler knows who waits.

mod address;
mod condvar;
mod latch;
mod lock;
mod member;
mod park;
mod plan;
mod report;
mod rw_lock;
mod scheduler;
mod spin;
mod state;
mod thread;
mod time;
mod trace;

pub(crate) use address::{park_on, unpark_all};
pub(crate) use condvar::Condvar;
pub(crate) use latch::Latch;
pub(crate) use lock::{Mutex, MutexGuard, RawMutex};
pub(crate) use member::{Guest, is_seeded, point};
pub(crate) use park::{Parker, park};
pub use plan::{Schedule, Strategy};
pub(crate) use rw_lock::RwLock;
pub(crate) use scheduler::Scheduler;
pub(crate) use spin::{released, spin, yield_now};
pub use thread::Task;
pub(crate) use thread::{Ending, Ticket, adopt_maker, release_maker, run_task};
pub(crate) use time::{doze, now, since_start, sleep, unix_time};
pub use trace::{Decision, Trace};

#[cfg(test)]
mod tests;
