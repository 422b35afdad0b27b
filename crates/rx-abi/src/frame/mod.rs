//! The frame receiver: what a program asks of ndisrx, and what it gets.

mod adapter;
mod header;
mod open;
mod stats;

pub use adapter::{
    Adapter, AdapterList, AdapterState, Connection, FRIENDLY_NAME_LENGTH, Guid, MAC_LENGTH,
    NAME_LENGTH,
};
pub use header::{Checksums, FrameHeader};
pub use open::{
    CheckedOpen, Direction, FrameMode, InvalidOpen, MAX_ADAPTERS, MAX_ETHER_TYPES,
    MAX_INSTRUCTIONS, OpenFrames, OpenOptions, Opened, PacketFilter,
};
pub use stats::{AdapterStats, FrameStats};
