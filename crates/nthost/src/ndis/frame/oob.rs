//! Out-of-band information.

use ndis_sys::{
    Ieee8021QNetBufferListInfo, MAX_NET_BUFFER_LIST_INFO_60, MAX_NET_BUFFER_LIST_INFO_61,
    MAX_NET_BUFFER_LIST_INFO_620, MAX_NET_BUFFER_LIST_INFO_630, MAX_NET_BUFFER_LIST_INFO_650,
    MAX_NET_BUFFER_LIST_INFO_680, NDIS_NET_BUFFER_LIST_8021Q_INFO, NDIS_RUNTIME_VERSION_61,
    NDIS_RUNTIME_VERSION_620, NDIS_RUNTIME_VERSION_630, NDIS_RUNTIME_VERSION_650,
    NDIS_RUNTIME_VERSION_680, NDIS_RUNTIME_VERSION_682, NDIS_RUNTIME_VERSION_684, NET_BUFFER_LIST,
    NetBufferListFilteringInfo, NetBufferListFrameType, NetBufferListHashInfo,
    NetBufferListHashValue, NetBufferListInfoReserved3, TcpIpChecksumNetBufferListInfo,
    TcpRecvSegCoalesceInfo, UdpRecvSegCoalesceOffloadInfo,
};

use super::{Coalesced, Frame};

/// The number of slots that lists have with a version of NDIS.
pub(in crate::ndis) fn slots(version: u32) -> usize {
    const LENGTHS: [(u32, usize); 5] = [
        (NDIS_RUNTIME_VERSION_680, MAX_NET_BUFFER_LIST_INFO_680),
        (NDIS_RUNTIME_VERSION_650, MAX_NET_BUFFER_LIST_INFO_650),
        (NDIS_RUNTIME_VERSION_630, MAX_NET_BUFFER_LIST_INFO_630),
        (NDIS_RUNTIME_VERSION_620, MAX_NET_BUFFER_LIST_INFO_620),
        (NDIS_RUNTIME_VERSION_61, MAX_NET_BUFFER_LIST_INFO_61),
    ];
    let found = LENGTHS.iter().find(|(since, _)| version >= *since);
    found.map_or(MAX_NET_BUFFER_LIST_INFO_60, |(_, length)| *length)
}

/// Bytes of a list with a version of NDIS, without what fills them up to a multiple of 16.
pub(in crate::ndis) fn list_bytes(version: u32) -> usize {
    std::mem::offset_of!(NET_BUFFER_LIST, NetBufferListInfo) + slots(version) * size_of::<usize>()
}

/// What the slots of a list hold for a frame, as far as a version of NDIS knows it.
pub(super) fn of(frame: &Frame, version: u32) -> [u64; MAX_NET_BUFFER_LIST_INFO_680] {
    let mut slots = [0; MAX_NET_BUFFER_LIST_INFO_680];
    slots[TcpIpChecksumNetBufferListInfo] = u64::from(frame.checksum);
    slots[Ieee8021QNetBufferListInfo] = u64::from(frame.vlan.map_or(0, tag));
    slots[NetBufferListFrameType] = frame_type(&frame.data);
    if let Some(hash) = frame.hash {
        slots[NetBufferListHashValue] = u64::from(hash.value);
        slots[NetBufferListHashInfo] = u64::from(hash.info);
    }
    if version >= NDIS_RUNTIME_VERSION_620 {
        slots[NetBufferListFilteringInfo] = u64::from(frame.queue) << 16;
    }
    match frame.coalesced {
        Some(Coalesced::Tcp { segments, duplicate_acks })
            if version >= NDIS_RUNTIME_VERSION_630 =>
        {
            slots[TcpRecvSegCoalesceInfo] = u64::from(segments) | u64::from(duplicate_acks) << 16;
        }
        Some(Coalesced::Udp { segments, size }) if version >= NDIS_RUNTIME_VERSION_684 => {
            slots[UdpRecvSegCoalesceOffloadInfo] = u64::from(segments) | u64::from(size) << 16;
        }
        _ => {}
    }
    if version >= NDIS_RUNTIME_VERSION_682 {
        slots[NetBufferListInfoReserved3] = frame.timestamp.unwrap_or_default();
    }
    slots
}

/// Tag control information as NDIS has it, whose fields are in another order than on the wire.
fn tag(control: u16) -> u32 {
    let (priority, format, id) = (control >> 13, control >> 12 & 1, control & 0xfff);
    let field = |value: u16, mask: u32| u32::from(value) << mask.trailing_zeros();
    field(priority, NDIS_NET_BUFFER_LIST_8021Q_INFO::USER_PRIORITY_MASK)
        | field(format, NDIS_NET_BUFFER_LIST_8021Q_INFO::CANONICAL_FORMAT_ID_MASK)
        | field(id, NDIS_NET_BUFFER_LIST_8021Q_INFO::VLAN_ID_MASK)
}

/// The type of an Ethernet frame, in the order of the wire; 0 if the frame is too short to have one.
fn frame_type(data: &[u8]) -> u64 {
    match data.get(12..14) {
        Some(&[high, low]) => u64::from(u16::from_ne_bytes([high, low])),
        _ => 0,
    }
}
