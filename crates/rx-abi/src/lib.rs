//! What crosses the boundary between the winrx drivers and programs: device names, control codes, and
//! the structures that go with them.
//!
//! All structures are little-endian, as all Windows machines are, have no padding, and may be read from
//! and written to plain bytes. Neither side trusts the other: [`Bind::check`] and [`OpenFrames::check`] are
//! what the drivers do with what a program sends, [`RecordsOf`] what a program does with what it reads.

#![no_std]

mod bind;
mod bits;
mod control;
mod frame;
mod info;
mod receiver;
mod record;
mod stats;
mod trace;

pub use bind::{
    Bind, BindOptions, Bound, CheckedBind, Endpoint, Family, InvalidBind, MAX_GROUPS, Mode,
    QUEUE_BYTES,
};
pub use control::{
    ControlCode, IOCTL_ADAPTER_STATS, IOCTL_ADAPTERS, IOCTL_BIND, IOCTL_FRAME_STATS, IOCTL_INFO,
    IOCTL_OPEN, IOCTL_RECEIVERS, IOCTL_STATS, IOCTL_UNBIND,
};
pub use frame::{
    Adapter, AdapterList, AdapterState, AdapterStats, CheckedOpen, Checksums, Connection,
    Direction, FRIENDLY_NAME_LENGTH, FrameHeader, FrameMode, FrameStats, Guid, InvalidOpen,
    MAC_LENGTH, MAX_ADAPTERS, MAX_ETHER_TYPES, MAX_INSTRUCTIONS, NAME_LENGTH, OpenFrames,
    OpenOptions, Opened, PacketFilter,
};
pub use info::Info;
pub use receiver::{Receiver, ReceiverList};
pub use record::{
    DatagramHeader, Detail, FrameRecord, FrameRecords, InvalidRecord, RECORD_ALIGNMENT, Record,
    RecordFlags, RecordHeader, RecordKind, RecordOf, Records, RecordsOf,
};
pub use stats::Stats;
pub use trace::{NDISRX_TRACE, TraceProvider, WSKRX_TRACE, keyword};

/// Version of everything in this crate. A program and a driver understand each other only if theirs
/// are the same.
pub const ABI_VERSION: u32 = 1;

/// The name by which programs open the datagram receiver.
pub const WSKRX_DEVICE: &str = r"\\.\wskrx";

/// The name by which programs open the frame receiver.
pub const NDISRX_DEVICE: &str = r"\\.\ndisrx";
