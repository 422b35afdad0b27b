//! A small driver.

mod irp;
mod machine;
mod receive;
mod seen;
mod socket;

pub(super) use irp::{Irp, cancel};
pub(super) use machine::{Driver, Machine, dispatch as version};
pub(super) use receive::Receive;
pub(super) use seen::{Context, Got};
pub(super) use socket::{LOCAL_V4, Socket};
