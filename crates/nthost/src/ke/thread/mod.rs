//! Threads and processes, as drivers see them.

mod call;
mod create;
mod exports;
mod object;
mod tasks;
mod workers;

pub(crate) use call::{Role, ask, ask_as, call};
pub(super) use create::DriverThreads;
pub(super) use exports::EXPORTS;
pub(crate) use exports::process;
pub(crate) use object::ThreadObject;
pub(crate) use tasks::Tasks;
pub(super) use workers::Workers;
pub(crate) use workers::spawn;
