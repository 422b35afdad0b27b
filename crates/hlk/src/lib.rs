//! What the Windows Hardware Lab Kit does to a driver, done to wskrx and ndisrx: its Device Fundamentals
//! jobs under their own names, on whatever system there is.
//!
//! A [`layer::System`] runs the drivers: the hosted kernel on Linux, Windows itself there. [`jobs`] are what
//! is done to them, [`run`] does it, and [`report`] tells how it went.

pub mod call;
pub mod cli;
pub mod coverage;
pub mod job;
pub mod jobs;
pub mod layer;
pub mod report;
pub mod run;
pub mod status;
pub mod target;

pub use call::{Buffer, Call, OpenCall, OpenKind};
pub use status::Status;
