//! Lists of net buffers.

use core::ffi::c_void;

use crate::{MaxNetBufferListInfo, NDIS_HANDLE, NDIS_STATUS, NET_BUFFER, SLIST_HEADER};

/// Bits of a list's `Flags` that protocols may use while they own it. Bits 0 and 1 are NDIS' own
/// before NDIS 6.30.
pub const NBL_FLAGS_PROTOCOL_RESERVED: u32 = 0xFFF0_0003;
/// Bits of a list's `Flags` that the miniport may use.
pub const NBL_FLAGS_MINIPORT_RESERVED: u32 = 0x0000_F000;
/// Bits of a list's `Flags` that whoever owns the list may use.
pub const NBL_FLAGS_SCRATCH: u32 = 0x000F_0000;
/// Bits of a list's `Flags` that are NDIS' own. Before NDIS 6.30 bits 0 and 1 were, too.
pub const NBL_FLAGS_NDIS_RESERVED: u32 = 0x0000_0FFC;

/// The data to send must not be changed.
pub const NDIS_NBL_FLAGS_SEND_READ_ONLY: u32 = 0x0000_0001;
/// The received data must not be changed.
pub const NDIS_NBL_FLAGS_RECV_READ_ONLY: u32 = 0x0000_0002;
/// Headers and data are in different buffers. From NDIS 6.1.
///
/// The buffer of the headers may be taken back when the indication returns, even where the list is
/// kept.
pub const NDIS_NBL_FLAGS_HD_SPLIT: u32 = 0x0000_0100;
/// The frame holds an IPv4 packet. From NDIS 6.1.
pub const NDIS_NBL_FLAGS_IS_IPV4: u32 = 0x0000_0200;
/// The frame holds an IPv6 packet. From NDIS 6.1.
pub const NDIS_NBL_FLAGS_IS_IPV6: u32 = 0x0000_0400;
/// The frame holds a TCP segment. From NDIS 6.1.
pub const NDIS_NBL_FLAGS_IS_TCP: u32 = 0x0000_0800;
/// The frame holds a UDP datagram. From NDIS 6.1.
pub const NDIS_NBL_FLAGS_IS_UDP: u32 = 0x0000_1000;
/// The data begins with the header of TCP or UDP. From NDIS 6.1.
pub const NDIS_NBL_FLAGS_SPLIT_AT_UPPER_LAYER_PROTOCOL_HEADER: u32 = 0x0000_2000;
/// The data begins with the payload of TCP or UDP. From NDIS 6.1.
pub const NDIS_NBL_FLAGS_SPLIT_AT_UPPER_LAYER_PROTOCOL_PAYLOAD: u32 = 0x0000_4000;
/// The list was sent by this computer and looped back by NDIS.
pub const NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET: u32 = 0x0000_8000;
/// The sender wants to know when the frame went out. From NDIS 6.82.
pub const NDIS_NBL_FLAGS_CAPTURE_TIMESTAMP_ON_TRANSMIT: u32 = 0x0001_0000;

/// Bug check code: out-of-band information was handed from one list to another in a way that is not
/// allowed.
pub const NDIS_NET_BUFFER_LIST_INFO_ILLEGALLY_TRANSFERRED: u32 = 0x0146;

/// One or more net buffers with what is to be known of them: the unit that is sent, indicated and
/// returned.
///
/// Lists come from a pool of NDIS and are linked through `Next`. At any time one driver owns a
/// list; only it may touch the list, and a protocol that owns a received one writes nothing but
/// `ProtocolReserved`, its bits of `Flags`, `Scratch` and `Next`.
///
/// `NetBufferListInfo` is as long as the version of NDIS that *runs* has it, not as this
/// declaration: on an older one the list ends earlier, and to read a later slot, or to copy or
/// refer to the list as a whole, is to reach past its end. See
/// [`MAX_NET_BUFFER_LIST_INFO_630`](crate::MAX_NET_BUFFER_LIST_INFO_630) and the like.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_list)
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct NET_BUFFER_LIST {
    /// Links and buffers; an unnamed union in C.
    pub u: NET_BUFFER_LIST_HEADER,
    /// Context areas that drivers have attached, or NULL.
    pub Context: *mut NET_BUFFER_LIST_CONTEXT,
    /// List that this one was derived from, or NULL.
    pub ParentNetBufferList: *mut Self,
    /// Pool of the list.
    pub NdisPoolHandle: NDIS_HANDLE,
    /// Aligns what follows to 16 bytes.
    pub Padding: usize,
    /// For NDIS.
    pub NdisReserved: [*mut c_void; 2],
    /// For the protocol that owns the list.
    pub ProtocolReserved: [*mut c_void; 4],
    /// For the miniport that owns the list.
    pub MiniportReserved: [*mut c_void; 2],
    /// For whoever owns the list.
    pub Scratch: *mut c_void,
    /// Handle of the driver that began the send or indication; by it NDIS finds the way back.
    pub SourceHandle: NDIS_HANDLE,
    /// `NDIS_NBL_FLAGS_…`.
    pub NblFlags: u32,
    /// Lists derived from this one that still exist.
    pub ChildRefCount: i32,
    /// Bits of NDIS and of the drivers that own the list, `NBL_FLAGS_…`.
    pub Flags: u32,
    /// Result of a send; also named `NdisReserved2` in C.
    pub Status: NDIS_STATUS,
    /// Out-of-band information: a slot each, by `…NetBufferListInfo` and the like.
    pub NetBufferListInfo: [*mut c_void; MaxNetBufferListInfo],
}

/// Links of a list to the next and to its buffers.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_list_data)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_BUFFER_LIST_DATA {
    /// Next list of the chain, or NULL.
    pub Next: *mut NET_BUFFER_LIST,
    /// First buffer of the list.
    pub FirstNetBuffer: *mut NET_BUFFER,
}

/// Beginning of a list.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_list_header)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NET_BUFFER_LIST_HEADER {
    /// Members of an unnamed structure in C.
    pub s: NET_BUFFER_LIST_DATA,
    /// For NDIS, while the list is free.
    pub Link: SLIST_HEADER,
}

/// Context area of a list, one of a stack of them.
///
/// `NdisAllocateNetBufferListContext` gives a driver the `ContextData` from `Offset` on.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_list_context)
#[repr(C, align(16))]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_BUFFER_LIST_CONTEXT {
    /// Next area, or NULL.
    pub Next: *mut Self,
    /// Bytes of `ContextData`.
    pub Size: u16,
    /// Bytes of `ContextData` that are free, from its beginning.
    pub Offset: u16,
    /// Aligns what follows to 16 bytes.
    pub Padding: u32,
    /// The area.
    pub ContextData: [u8; 0],
}

default_is_zero!(NET_BUFFER_LIST, NET_BUFFER_LIST_HEADER);
