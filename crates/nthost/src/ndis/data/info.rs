//! Handing out-of-band information from list to list.

use std::mem::offset_of;

use ndis_sys::{
    IPsecOffloadV1NetBufferListInfo, IPsecOffloadV2HeaderNetBufferListInfo,
    IPsecOffloadV2TunnelNetBufferListInfo, Ieee8021QNetBufferListInfo, MediaSpecificInformation,
    NDIS_NET_BUFFER_LIST_INFO, NET_BUFFER_LIST, NetBufferListCancelId, NetBufferListFilteringInfo,
    NetBufferListFrameType, NetBufferListHashInfo, NetBufferListHashValue, NetBufferListProtocolId,
    TcpIpChecksumNetBufferListInfo, TcpLargeSendNetBufferListInfo, TcpReceiveNoPush,
    VirtualSubnetInfo,
};

use crate::{
    export::{Export, exports},
    ndis::frame,
    nt::{DISPATCH_LEVEL, HIGH_LEVEL, PASSIVE_LEVEL},
    thread,
};

/// What goes up with received data, as the page lists it. (The time stamp, for one, does not.)
const RECEIVED: &[NDIS_NET_BUFFER_LIST_INFO] = &[
    TcpIpChecksumNetBufferListInfo,
    IPsecOffloadV1NetBufferListInfo,
    TcpReceiveNoPush,
    Ieee8021QNetBufferListInfo,
    MediaSpecificInformation,
    NetBufferListFrameType,
    NetBufferListHashValue,
    NetBufferListHashInfo,
    IPsecOffloadV2TunnelNetBufferListInfo,
    IPsecOffloadV2HeaderNetBufferListInfo,
    VirtualSubnetInfo,
    NetBufferListFilteringInfo,
];

/// What goes down with data to send, as the page lists it.
const SENT: &[NDIS_NET_BUFFER_LIST_INFO] = &[
    TcpIpChecksumNetBufferListInfo,
    IPsecOffloadV1NetBufferListInfo,
    TcpLargeSendNetBufferListInfo,
    Ieee8021QNetBufferListInfo,
    MediaSpecificInformation,
    NetBufferListCancelId,
    NetBufferListProtocolId,
    IPsecOffloadV2TunnelNetBufferListInfo,
    IPsecOffloadV2HeaderNetBufferListInfo,
    VirtualSubnetInfo,
    NetBufferListFilteringInfo,
];

/// Where a slot of a list is.
fn slot(list: *const NET_BUFFER_LIST, index: NDIS_NET_BUFFER_LIST_INFO) -> *mut usize {
    let first = offset_of!(NET_BUFFER_LIST, NetBufferListInfo) / size_of::<usize>();
    list.cast_mut().cast::<usize>().wrapping_add(first + index)
}

/// Copies slots, as far as this version of NDIS has them.
///
/// # Safety
///
/// Both lists are valid.
unsafe fn copy(to: *mut NET_BUFFER_LIST, from: *const NET_BUFFER_LIST, which: &[usize]) {
    let count = frame::slots(thread::current(|thread| thread.system.ndis.version));
    for &index in which.iter().filter(|&&index| index < count) {
        // SAFETY: by the contract; the list has the slot.
        let value = unsafe { slot(from, index).read() };
        // SAFETY: as above.
        unsafe { slot(to, index).write(value) };
    }
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopyreceivenetbufferlistinfo)
unsafe extern "efiapi" fn NdisCopyReceiveNetBufferListInfo(
    to: *mut NET_BUFFER_LIST,
    from: *const NET_BUFFER_LIST,
) {
    // SAFETY: the caller passed two lists.
    unsafe { copy(to, from, RECEIVED) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopysendnetbufferlistinfo)
unsafe extern "efiapi" fn NdisCopySendNetBufferListInfo(
    to: *mut NET_BUFFER_LIST,
    from: *const NET_BUFFER_LIST,
) {
    // SAFETY: the caller passed two lists.
    unsafe { copy(to, from, SENT) };
}

/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetnetbufferlistprotocolid)
unsafe extern "efiapi" fn NdisGetNetBufferListProtocolId(list: *const NET_BUFFER_LIST) -> u8 {
    /// The bits of the slot that are the protocol.
    const MASK: usize = 0x0f;
    // SAFETY: the caller passed a list; each version has the slot.
    let value = unsafe { slot(list, NetBufferListProtocolId).read() };
    u8::try_from(value & MASK).unwrap_or_default()
}

pub(super) const EXPORTS: &[Export] = exports! {
    NdisCopyReceiveNetBufferListInfo: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisCopySendNetBufferListInfo: PASSIVE_LEVEL..=DISPATCH_LEVEL;
    NdisGetNetBufferListProtocolId: PASSIVE_LEVEL..=HIGH_LEVEL;
};
