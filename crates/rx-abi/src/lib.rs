//! What crosses the boundary between the winrx drivers and programs: device names, control codes, and
//! the structures that go with them.
//!
//! All structures are little-endian, as all Windows machines are, have no padding, and may be read from
//! and written to plain bytes. Neither side trusts the other: [`Bind::check`] is what the driver does
//! with what a program sends, [`Records`] what a program does with what it reads.

#![no_std]

mod bind;
mod control;
mod info;
mod record;
mod stats;

pub use bind::{
    Bind, BindOptions, Bound, CheckedBind, Endpoint, Family, InvalidBind, MAX_GROUPS, Mode,
};
pub use control::{ControlCode, IOCTL_BIND, IOCTL_INFO, IOCTL_STATS, IOCTL_UNBIND};
pub use info::Info;
pub use record::{
    DatagramHeader, InvalidRecord, RECORD_ALIGNMENT, Record, RecordFlags, RecordHeader, RecordKind,
    Records,
};
pub use stats::Stats;

/// Version of everything in this crate. A program and a driver understand each other only if theirs
/// are the same.
pub const ABI_VERSION: u32 = 1;

/// The name by which programs open the datagram receiver.
pub const WSKRX_DEVICE: &str = r"\\.\wskrx";

/// The name by which programs open the frame receiver.
pub const NDISRX_DEVICE: &str = r"\\.\ndisrx";
