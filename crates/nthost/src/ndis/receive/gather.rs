//! Reading frames out of lists.

use std::slice;

use ndis_sys::{
    Ieee8021QNetBufferListInfo, NDIS_NBL_FLAGS_HD_SPLIT, NDIS_NET_BUFFER_LIST_8021Q_INFO,
    NDIS_RUNTIME_VERSION_620, NDIS_RUNTIME_VERSION_630, NDIS_RUNTIME_VERSION_682,
    NDIS_RUNTIME_VERSION_684, NET_BUFFER, NET_BUFFER_LIST, NetBufferListFilteringInfo,
    NetBufferListHashInfo, NetBufferListHashValue, NetBufferListInfoReserved3,
    TcpIpChecksumNetBufferListInfo, TcpRecvSegCoalesceInfo, UdpRecvSegCoalesceOffloadInfo,
};

use super::raw;
use crate::{
    mm,
    ndis::frame::{Coalesced, Frame, Hash},
    nt::MDL,
};

/// The most buffers of a list, and MDLs of a buffer, that are followed.
const MOST: usize = 65_536;

/// The frame that is in a list of this version; `None` if it is malformed.
///
/// # Safety
///
/// The list, its buffers, MDLs and bytes are valid, and not written to meanwhile.
pub(in crate::ndis) unsafe fn frame(list: *const NET_BUFFER_LIST, version: u32) -> Option<Frame> {
    // SAFETY: the contract is the same.
    let first = unsafe { raw::first_buffer(list) };
    // SAFETY: the contract is the same.
    let flags = unsafe { raw::flags(list) };
    // SAFETY: the contract is the same.
    let slots = unsafe { raw::slots(list, version) };
    // SAFETY: the contract is the same.
    let mut buffers = unsafe { buffers(first) }?.into_iter();
    let data = buffers.next()?;
    let mut frame = described(slots, version);
    frame.data = data;
    frame.more_buffers = buffers.collect();
    frame.flags = flags & !NDIS_NBL_FLAGS_HD_SPLIT;
    Some(frame)
}

/// What the slots say of a frame.
fn described(slots: &[u64], version: u32) -> Frame {
    let low = |slot: usize| (slots[slot] & 0xffff_ffff) as u32;
    let pair = |slot: usize| ((slots[slot] & 0xffff) as u16, (slots[slot] >> 16 & 0xffff) as u16);
    let mut frame = Frame {
        vlan: (low(Ieee8021QNetBufferListInfo) & 0xffff != 0)
            .then(|| tag_control(low(Ieee8021QNetBufferListInfo))),
        checksum: low(TcpIpChecksumNetBufferListInfo),
        ..Frame::default()
    };
    let hash = Hash { value: low(NetBufferListHashValue), info: low(NetBufferListHashInfo) };
    frame.hash = (hash != Hash::default()).then_some(hash);
    if version >= NDIS_RUNTIME_VERSION_620 {
        frame.queue = pair(NetBufferListFilteringInfo).1;
    }
    if version >= NDIS_RUNTIME_VERSION_630 && slots[TcpRecvSegCoalesceInfo] != 0 {
        let (segments, duplicate_acks) = pair(TcpRecvSegCoalesceInfo);
        frame.coalesced = Some(Coalesced::Tcp { segments, duplicate_acks });
    }
    if version >= NDIS_RUNTIME_VERSION_684 && slots[UdpRecvSegCoalesceOffloadInfo] != 0 {
        let (segments, size) = pair(UdpRecvSegCoalesceOffloadInfo);
        frame.coalesced = Some(Coalesced::Udp { segments, size });
    }
    if version >= NDIS_RUNTIME_VERSION_682 {
        let time = slots[NetBufferListInfoReserved3];
        frame.timestamp = (time != 0).then_some(time);
    }
    frame
}

/// Tag control information in the order of the wire.
fn tag_control(word: u32) -> u16 {
    let field = |mask: u32| (word & mask) >> mask.trailing_zeros();
    let priority = field(NDIS_NET_BUFFER_LIST_8021Q_INFO::USER_PRIORITY_MASK);
    let format = field(NDIS_NET_BUFFER_LIST_8021Q_INFO::CANONICAL_FORMAT_ID_MASK);
    let id = field(NDIS_NET_BUFFER_LIST_8021Q_INFO::VLAN_ID_MASK);
    ((priority << 13 | format << 12 | id) & 0xffff) as u16
}

/// # Safety
///
/// The buffers are valid, and not written to meanwhile.
unsafe fn buffers(first: *const NET_BUFFER) -> Option<Vec<Vec<u8>>> {
    let (mut all, mut at) = (Vec::new(), first);
    while !at.is_null() && all.len() < MOST {
        // SAFETY: by the contract.
        let data = unsafe { raw::data(at) };
        // SAFETY: as above.
        let length = unsafe { data.u.DataLength };
        let (mdl, offset) = (data.CurrentMdl.cast::<MDL>(), data.CurrentMdlOffset as usize);
        // SAFETY: the contract is the same.
        all.push(unsafe { bytes(mdl, offset, length as usize) }?);
        at = data.Next;
    }
    Some(all)
}

/// # Safety
///
/// The MDLs are valid, and not written to meanwhile.
unsafe fn bytes(first: *const MDL, offset: usize, length: usize) -> Option<Vec<u8>> {
    let (mut all, mut at, mut skip) = (Vec::with_capacity(length.min(1 << 20)), first, offset);
    for _ in 0..MOST {
        if all.len() == length {
            return Some(all);
        }
        // SAFETY: by the contract it is null, or an MDL.
        let mdl = unsafe { at.as_ref() }?;
        let count = mdl.ByteCount as usize;
        if skip > count {
            return None;
        }
        let wanted = (count - skip).min(length - all.len());
        let from = (mm::address(mdl) + skip) as *const u8;
        // SAFETY: by the contract the bytes of an MDL are there.
        all.extend_from_slice(unsafe { slice::from_raw_parts(from, wanted) });
        skip = 0;
        at = mdl.Next;
    }
    None
}
