//! What is known of a frame.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::bits::bits;

/// The second header of a record of a frame.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct FrameHeader {
    /// Counts the frames that the reader was offered and its filter took, those that were dropped after
    /// that with them. The first one has the number zero.
    pub sequence: u64,
    /// When the driver was called with it, in nanoseconds since 1970-01-01 00:00 UTC. The record's own
    /// time is the adapter's where that stamps frames
    /// ([`RecordFlags::ADAPTER_TIME`](crate::RecordFlags::ADAPTER_TIME)), else this one.
    pub system_time: u64,
    /// Number of the [`Adapter`](crate::Adapter).
    pub adapter: u32,
    /// Hash over its addresses, as the adapter computed it; zero without
    /// [`RecordFlags::HASH`](crate::RecordFlags::HASH).
    pub hash: u32,
    /// Type and function of the hash, `NDIS_HASH_…`.
    pub hash_info: u32,
    /// Bits of [`Checksums`].
    pub checksums: u32,
    /// Flags of the indication that brought it, `NDIS_RECEIVE_FLAGS_…`.
    pub receive_flags: u32,
    /// Flags of its list, `NDIS_NBL_FLAGS_…`.
    pub list_flags: u32,
    /// Tag control information of the VLAN tag that the adapter took out of the frame, as on the wire:
    /// priority, drop eligibility, VLAN; zero without [`RecordFlags::VLAN`](crate::RecordFlags::VLAN).
    pub vlan: u16,
    /// Receive queue of the adapter, if it has several.
    pub queue: u16,
    /// From how many segments the adapter made it; zero if it is as it was on the wire.
    pub segments: u16,
    /// Payload of each segment in bytes, where the adapter tells.
    pub segment_size: u16,
}

/// What the adapter says of checksums in a frame, as bits. A checksum that is neither right nor wrong was
/// not looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksums(u32);

impl Checksums {
    /// That of the IPv4 header is right.
    pub const IP_RIGHT: Self = Self(1);
    /// That of the IPv4 header is wrong.
    pub const IP_WRONG: Self = Self(1 << 1);
    /// That of TCP is right.
    pub const TCP_RIGHT: Self = Self(1 << 2);
    /// That of TCP is wrong.
    pub const TCP_WRONG: Self = Self(1 << 3);
    /// That of UDP is right.
    pub const UDP_RIGHT: Self = Self(1 << 4);
    /// That of UDP is wrong.
    pub const UDP_WRONG: Self = Self(1 << 5);
    /// That in the IPv4 header of a frame made of several was not computed anew.
    pub const IP_NOT_UPDATED: Self = Self(1 << 6);
    /// That of TCP in a frame made of several was not computed anew.
    pub const TCP_NOT_UPDATED: Self = Self(1 << 7);

    const NAMES: [(Self, &'static str); 8] = [
        (Self::IP_RIGHT, "ip-right"),
        (Self::IP_WRONG, "ip-wrong"),
        (Self::TCP_RIGHT, "tcp-right"),
        (Self::TCP_WRONG, "tcp-wrong"),
        (Self::UDP_RIGHT, "udp-right"),
        (Self::UDP_WRONG, "udp-wrong"),
        (Self::IP_NOT_UPDATED, "ip-not-updated"),
        (Self::TCP_NOT_UPDATED, "tcp-not-updated"),
    ];

    /// What these bits say.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The names of what is said, as commands print them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |&(bit, _)| self.contains(bit)).map(|(_, name)| name)
    }
}

bits!(Checksums);
