//! What the slots of out-of-band information hold.
//!
//! A slot is as wide as a pointer; only its lower 32 bits are used here, but for time stamps.

use ndis_sys as sys;
use sys::{
    NDIS_NET_BUFFER_LIST_8021Q_INFO as Tag, NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO as Sum,
};

/// The tag control information of an 802.1Q tag as it was on the wire: priority in the upper three bits, the
/// drop eligible bit, and the number of the VLAN.
///
/// `None` for a slot without a tag, which a tag of all zero looks like. What a wireless network adds in the
/// upper bits is left out.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl8021q/ns-nbl8021q-ndis_net_buffer_list_8021q_info)
#[must_use]
pub const fn vlan(slot: usize) -> Option<u16> {
    let priority = slot & Tag::USER_PRIORITY_MASK as usize;
    let drop_eligible = (slot & Tag::CANONICAL_FORMAT_ID_MASK as usize) >> 3;
    let id = (slot & Tag::VLAN_ID_MASK as usize) >> 4;
    let wire = priority << 13 | drop_eligible << 12 | id;
    if wire == 0 { None } else { Some(low(wire)) }
}

/// The lower 16 bits.
#[expect(clippy::cast_possible_truncation, reason = "the other bits are not wanted")]
const fn low(slot: usize) -> u16 {
    slot as u16
}

/// The 16 bits above the lower 16.
const fn high(slot: usize) -> u16 {
    low(slot >> 16)
}

/// The lower 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the other bits are not wanted")]
const fn bits(slot: usize) -> u32 {
    slot as u32
}

/// What the adapter found when it checked one checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It was not checked, or there is none.
    No,
    /// It is right.
    Right,
    /// It is wrong.
    Wrong,
}

/// What the adapter says of the checksums of a frame.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblchecksum/ns-nblchecksum-ndis_tcp_ip_checksum_net_buffer_list_info)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum(u32);

impl Checksum {
    pub(crate) const fn new(slot: usize) -> Self {
        Self(bits(slot))
    }

    /// The bits as they are in the slot.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    const fn checked(self, right: u32, wrong: u32) -> Checked {
        // Who says both says the worse.
        if self.0 & wrong != 0 {
            Checked::Wrong
        } else if self.0 & right != 0 {
            Checked::Right
        } else {
            Checked::No
        }
    }

    /// That of the IPv4 header.
    #[must_use]
    pub const fn ip(self) -> Checked {
        self.checked(Sum::IP_CHECKSUM_SUCCEEDED_MASK, Sum::IP_CHECKSUM_FAILED_MASK)
    }

    /// That of TCP.
    #[must_use]
    pub const fn tcp(self) -> Checked {
        self.checked(Sum::TCP_CHECKSUM_SUCCEEDED_MASK, Sum::TCP_CHECKSUM_FAILED_MASK)
    }

    /// That of UDP.
    #[must_use]
    pub const fn udp(self) -> Checked {
        self.checked(Sum::UDP_CHECKSUM_SUCCEEDED_MASK, Sum::UDP_CHECKSUM_FAILED_MASK)
    }

    /// The frame came from this computer.
    #[must_use]
    pub const fn loopback(self) -> bool {
        self.0 & Sum::LOOPBACK_MASK != 0
    }

    /// The checksums in the bytes of the frame mean nothing: it was put together from several, or never was
    /// on a wire.
    #[must_use]
    pub const fn values_invalid(self) -> bool {
        self.0 & (Sum::TCP_CHECKSUM_VALUE_INVALID_MASK | Sum::IP_CHECKSUM_VALUE_INVALID_MASK) != 0
    }
}

/// The hash by which the adapter chose a processor for a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash {
    /// Its value.
    pub value: u32,
    /// Its function and type, `NDIS_HASH_…`.
    pub info: u32,
}

impl Hash {
    /// From the two slots; `None` if no function is named.
    pub(crate) const fn new(value: usize, info: usize) -> Option<Self> {
        let (value, info) = (bits(value), bits(info));
        if info & sys::NDIS_HASH_FUNCTION_MASK == 0 { None } else { Some(Self { value, info }) }
    }
}

/// TCP segments that the adapter put together to one.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblrsc/ns-nblrsc-ndis_rsc_nbl_info)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// How many.
    pub count: u16,
    /// Duplicate acknowledgements among them.
    pub duplicate_acks: u16,
}

impl Segments {
    /// `None` if none were put together.
    pub(crate) const fn new(slot: usize) -> Option<Self> {
        let (count, duplicate_acks) = (low(slot), high(slot));
        if count == 0 { None } else { Some(Self { count, duplicate_acks }) }
    }
}

/// UDP datagrams that the adapter put together to one.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/network/udp-rsc-offload)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datagrams {
    /// How many.
    pub count: u16,
    /// Bytes of payload in each of them; the last may have fewer.
    pub size: u16,
}

impl Datagrams {
    /// `None` if none were put together.
    pub(crate) const fn new(slot: usize) -> Option<Self> {
        let (count, size) = (low(slot), high(slot));
        if count == 0 { None } else { Some(Self { count, size }) }
    }
}

/// The type of a frame, such as 0x0800 for IPv4, from a slot that holds it in the order of the network.
pub(crate) const fn frame_type(slot: usize) -> u16 {
    u16::from_be(low(slot))
}

/// The receive queue, from the slot that holds a filter and the queue.
pub(crate) const fn queue(slot: usize) -> u16 {
    high(slot)
}

/// A time stamp; `None` for a slot that has none.
pub(crate) const fn stamp(slot: usize) -> Option<u64> {
    if slot == 0 { None } else { Some(slot as u64) }
}
