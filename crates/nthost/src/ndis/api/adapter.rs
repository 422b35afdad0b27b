//! What an adapter is told to be.

use ndis_sys::{
    NDIS_MEDIUM, NDIS_PACKET_TYPE_ALL_LOCAL, NDIS_PACKET_TYPE_ALL_MULTICAST,
    NDIS_PACKET_TYPE_BROADCAST, NDIS_PACKET_TYPE_DIRECTED, NDIS_PACKET_TYPE_MULTICAST,
    NDIS_PACKET_TYPE_PROMISCUOUS, NdisMedium802_3, NdisMediumIP, NdisMediumLoopback,
    NdisMediumNative802_11, NdisMediumWirelessWan,
};

use crate::ndis::Settings;

/// An adapter that can be plugged in.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// The name that users know it by, such as `veth0`.
    pub name: String,
    /// What it is known by as long as it is the same adapter.
    pub guid: u128,
    /// Its address.
    pub mac: [u8; 6],
    /// What its frames look like.
    pub medium: Medium,
    /// The greatest payload of a frame, in bytes, without the link header.
    pub mtu: u32,
    /// The speed of the link in both directions, in bits per second.
    pub speed: u64,
    /// The packet filters that it knows, `NDIS_PACKET_TYPE_…`.
    pub packet_filters: u32,
    /// The most groups that it can receive.
    pub multicast_list: u32,
    /// How many lists of received frames it has.
    pub descriptors: u32,
    /// With fewer lists left than that, it lends them only.
    pub low_mark: u32,
    /// How it, NDIS and filters behave where they have a choice.
    pub settings: Settings,
}

impl Adapter {
    /// An Ethernet adapter of 1 Gbit/s, whose identity and address follow from its name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let hash = fnv(name.as_bytes());
        let mut mac = [0x02; 6];
        mac[1..].copy_from_slice(&hash.to_be_bytes()[11..]);
        Self {
            name,
            guid: random_guid(hash),
            mac,
            medium: Medium::Ethernet,
            mtu: 1500,
            speed: 1_000_000_000,
            packet_filters: NDIS_PACKET_TYPE_DIRECTED
                | NDIS_PACKET_TYPE_MULTICAST
                | NDIS_PACKET_TYPE_ALL_MULTICAST
                | NDIS_PACKET_TYPE_BROADCAST
                | NDIS_PACKET_TYPE_PROMISCUOUS
                | NDIS_PACKET_TYPE_ALL_LOCAL,
            multicast_list: 32,
            descriptors: 512,
            low_mark: 64,
            settings: Settings::default(),
        }
    }
}

/// The hash FNV-1a of 128 bits.
fn fnv(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

/// Marks a number as a GUID of version 4, that of numbers by chance.
const fn random_guid(bits: u128) -> u128 {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0x3 << 62;
    bits & !(VERSION | VARIANT) | 0x4 << 76 | 0x2 << 62
}

/// What frames look like, which NDIS calls the medium.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Medium {
    /// Ethernet.
    #[default]
    Ethernet,
    /// IP packets without a link header.
    Ip,
    /// Wireless frames, 802.11.
    Native80211,
    /// Mobile broadband.
    WirelessWan,
    /// Loopback.
    Loopback,
    /// One of the others, by its number.
    Other(i32),
}

impl Medium {
    /// The number that NDIS has for it.
    #[must_use]
    pub const fn number(self) -> NDIS_MEDIUM {
        match self {
            Self::Ethernet => NdisMedium802_3,
            Self::Ip => NdisMediumIP,
            Self::Native80211 => NdisMediumNative802_11,
            Self::WirelessWan => NdisMediumWirelessWan,
            Self::Loopback => NdisMediumLoopback,
            Self::Other(number) => number,
        }
    }
}

/// The state of the link of an adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkState {
    /// Whether there is a link, if that is known.
    pub connected: Option<bool>,
    /// Whether it goes both ways at once, if that is known.
    pub full_duplex: Option<bool>,
    /// Its speed in both directions, in bits per second, if that is known.
    pub speed: Option<u64>,
}

impl LinkState {
    /// A link of this speed, in bits per second.
    #[must_use]
    pub const fn up(speed: u64) -> Self {
        Self { connected: Some(true), full_duplex: Some(true), speed: Some(speed) }
    }

    /// Nothing is known, as in low power.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { connected: None, full_duplex: None, speed: None }
    }

    /// No link.
    #[must_use]
    pub const fn down() -> Self {
        Self { connected: Some(false), full_duplex: None, speed: None }
    }
}

/// What protocol drivers are told when an adapter runs again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restart {
    /// They are told nothing at all: the event has no buffer.
    pub without_parameters: bool,
    /// The adapter has another MTU from now on.
    pub mtu: Option<u32>,
    /// The link has another speed from now on, in bits per second.
    pub speed: Option<u64>,
    /// The adapter knows other packet filters from now on.
    pub packet_filters: Option<u32>,
    /// The names of the filter modules between adapter and protocols.
    pub filters: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::Adapter;

    #[test]
    fn identities_follow_from_names() {
        let [first, second, other] = ["veth0", "veth0", "veth1"].map(Adapter::new);
        assert_eq!((first.guid, first.mac), (second.guid, second.mac));
        assert_ne!(first.guid, other.guid);
        assert_ne!(first.mac, other.mac);
        assert_eq!(first.mac[0] & 3, 2, "locally administered, and no group");
        assert_eq!(first.guid >> 76 & 0xf, 4);
        assert_eq!(first.guid >> 62 & 3, 2);
    }
}
