//! Records of frames.

use ndis::{
    Arrival, ListView,
    oob::Checked,
    version::{Running, Since},
};
use ndis_sys::NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO as Bits;
use rx_abi::{Checksums, FrameHeader, RecordFlags};

use crate::{clock::Clock, frame::Class};

/// What all frames of an indication have in common.
pub struct Batch {
    /// Number of the adapter.
    pub adapter: u32,
    /// In nanoseconds since 1970.
    pub time: u64,
    arrival: Arrival,
    clock: Clock,
    ndis: Slots,
}

/// Which slots of out-of-band information the lists have.
#[derive(Clone, Copy)]
pub struct Slots {
    segments: Option<Since<30>>,
    datagrams: Option<Since<84>>,
    timestamp: Option<Since<82>>,
}

impl Slots {
    pub fn new(ndis: Running) -> Self {
        Self { segments: ndis.since(), datagrams: ndis.since(), timestamp: ndis.since() }
    }
}

/// What a record says of a frame beside its bytes.
pub struct Description {
    pub detail: FrameHeader,
    pub flags: RecordFlags,
    pub time: u64,
}

impl Batch {
    pub const fn new(adapter: u32, time: u64, arrival: Arrival, clock: Clock, ndis: Slots) -> Self {
        Self { adapter, time, arrival, clock, ndis }
    }

    #[inline]
    pub fn describe(&self, list: ListView<'_>, class: Class, sequence: u64) -> Description {
        let mut flags = match class {
            Class::Multicast => RecordFlags::MULTICAST,
            Class::Broadcast => RecordFlags::BROADCAST,
            _ => RecordFlags::default(),
        };
        let (vlan, hash) = (list.vlan(), list.hash());
        let (segments, segment_size) = self.coalesced(list);
        let stamp = self.ndis.timestamp.and_then(|ndis| list.timestamp(ndis));
        let stamp = stamp.and_then(|ticks| self.clock.nanoseconds(ticks));
        for (said, flag) in [
            (vlan.is_some(), RecordFlags::VLAN),
            (hash.is_some(), RecordFlags::HASH),
            (stamp.is_some(), RecordFlags::ADAPTER_TIME),
            (list.is_loopback(), RecordFlags::LOOPBACK),
            (segments > 0, RecordFlags::COALESCED),
            (list.is_split(), RecordFlags::HEADER_SPLIT),
            (self.arrival.lent(), RecordFlags::LOANED),
        ] {
            if said {
                flags = flags.with(flag);
            }
        }
        let detail = FrameHeader {
            sequence,
            system_time: self.time,
            adapter: self.adapter,
            hash: hash.map_or(0, |hash| hash.value),
            hash_info: hash.map_or(0, |hash| hash.info),
            checksums: checksums(list).bits(),
            receive_flags: self.arrival.flags,
            list_flags: list.flags(),
            vlan: vlan.unwrap_or(0),
            queue: list.queue(),
            segments,
            segment_size,
        };
        Description { detail, flags, time: stamp.unwrap_or(self.time) }
    }

    /// From how many segments the adapter made a frame, and their size where it tells.
    fn coalesced(&self, list: ListView<'_>) -> (u16, u16) {
        let segments = self.ndis.segments.and_then(|ndis| list.segments(ndis));
        if let Some(segments) = segments {
            return (segments.count, 0);
        }
        let datagrams = self.ndis.datagrams.and_then(|ndis| list.datagrams(ndis));
        datagrams.map_or((0, 0), |datagrams| (datagrams.count, datagrams.size))
    }
}

fn checksums(list: ListView<'_>) -> Checksums {
    let said = list.checksum();
    if said.bits() == 0 {
        return Checksums::default();
    }
    let mut checksums = Checksums::default();
    for (checked, right, wrong) in [
        (said.ip(), Checksums::IP_RIGHT, Checksums::IP_WRONG),
        (said.tcp(), Checksums::TCP_RIGHT, Checksums::TCP_WRONG),
        (said.udp(), Checksums::UDP_RIGHT, Checksums::UDP_WRONG),
    ] {
        checksums = match checked {
            Checked::No => checksums,
            Checked::Right => checksums.with(right),
            Checked::Wrong => checksums.with(wrong),
        };
    }
    for (bit, not_updated) in [
        (Bits::IP_CHECKSUM_VALUE_INVALID_MASK, Checksums::IP_NOT_UPDATED),
        (Bits::TCP_CHECKSUM_VALUE_INVALID_MASK, Checksums::TCP_NOT_UPDATED),
    ] {
        if said.bits() & bit != 0 {
            checksums = checksums.with(not_updated);
        }
    }
    checksums
}
