//! Frames, and how they lie in memory as lists.

mod geometry;
mod layout;
mod list;
mod oob;
mod region;
mod snapshot;
#[cfg(test)]
mod tests;

pub use geometry::{Geometry, Malformed, Pieces};
pub use list::Poison;
pub(super) use list::{List, Style};
pub(super) use oob::{list_bytes, slots};
pub(super) use snapshot::{Change, Lists, Snapshot};

/// A frame as an adapter receives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Its bytes.
    pub data: Vec<u8>,
    /// The tag control information of its VLAN tag, as on the wire, which is not among its bytes.
    pub vlan: Option<u16>,
    /// The hash that the adapter made of it.
    pub hash: Option<Hash>,
    /// What the adapter found of its checksums, as NDIS has the bits.
    pub checksum: u32,
    /// When it arrived, by the adapter's clock, in nanoseconds.
    pub timestamp: Option<u64>,
    /// What it was put together of.
    pub coalesced: Option<Coalesced>,
    /// The receive queue that it came through.
    pub queue: u16,
    /// More flags of its list, `NDIS_NBL_FLAGS_…`.
    pub flags: u32,
    /// How its bytes lie in memory.
    pub geometry: Geometry,
    /// The bytes of more net buffers of the same list, if there are any.
    pub more_buffers: Vec<Vec<u8>>,
}

impl Frame {
    /// The address that it is for; what it is too short for is zero.
    pub(super) fn destination(&self) -> [u8; 6] {
        let mut address = [0; 6];
        for (into, byte) in address.iter_mut().zip(&self.data) {
            *into = *byte;
        }
        address
    }

    /// Its bytes with its tag.
    pub(super) fn on_the_wire(&self) -> Vec<u8> {
        const ADDRESSES: usize = 12;
        const TAGGED: [u8; 2] = [0x81, 0x00];
        let mut bytes = self.data.clone();
        if let Some(tag) = self.vlan
            && bytes.len() >= ADDRESSES
        {
            let tag = TAGGED.into_iter().chain(tag.to_be_bytes());
            bytes.splice(ADDRESSES..ADDRESSES, tag);
        }
        bytes
    }
}

impl From<Vec<u8>> for Frame {
    fn from(data: Vec<u8>) -> Self {
        Self { data, ..Self::default() }
    }
}

/// A hash of a frame, for receive side scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hash {
    /// The hash.
    pub value: u32,
    /// How it was made: function and type, as NDIS has the bits.
    pub info: u32,
}

/// What a frame was put together of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coalesced {
    /// Segments of TCP.
    Tcp {
        /// How many.
        segments: u16,
        /// How many acknowledgements were repeated.
        duplicate_acks: u16,
    },
    /// Datagrams of UDP.
    Udp {
        /// How many.
        segments: u16,
        /// The bytes of each but the last one.
        size: u16,
    },
}
