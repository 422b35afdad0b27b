//! From a slot of the ring to a frame of an adapter.

use ndis_sys::{
    NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET, NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO as Checksum,
    NdisHashFunctionReserved1,
};

use super::{
    super::{
        super::{Frame, Hash},
        spare, vlan,
    },
    ring::Slot,
};

/// A frame as the interface received it.
pub(super) fn read(slot: &Slot<'_>) -> Frame {
    let header = &slot.header;
    let has = |status: u32| header.tp_status & status != 0;
    let mut frame = Frame {
        timestamp: Some(nanoseconds(header.tp_sec, header.tp_nsec)),
        hash: hash(header.hv1.tp_rxhash),
        ..Frame::default()
    };
    if slot.kind == libc::PACKET_OUTGOING {
        frame.flags |= NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET;
    }
    if has(libc::TP_STATUS_CSUMNOTREADY) {
        frame.checksum |= Checksum::LOOPBACK_MASK;
    }
    if !has(libc::TP_STATUS_VLAN_VALID) {
        frame.data = spare::copy(slot.data);
        return frame;
    }
    let protocol =
        if has(libc::TP_STATUS_VLAN_TPID_VALID) { header.hv1.tp_vlan_tpid } else { vlan::CUSTOMER };
    // Tags have 16 bits, which the kernel keeps in 32.
    let tag = u16::try_from(header.hv1.tp_vlan_tci).unwrap_or_default();
    if vlan::goes_out_of_band(protocol, tag) {
        frame.vlan = Some(tag);
        frame.data = spare::copy(slot.data);
    } else {
        frame.data = vlan::insert(slot.data, protocol, tag);
    }
    frame
}

/// Linux does not tell how a hash was made; it is none of the functions that NDIS knows.
fn hash(value: u32) -> Option<Hash> {
    (value != 0).then_some(Hash { value, info: NdisHashFunctionReserved1 })
}

fn nanoseconds(seconds: u32, nanoseconds: u32) -> u64 {
    u64::from(seconds) * 1_000_000_000 + u64::from(nanoseconds)
}
