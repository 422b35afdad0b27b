//! Net buffers: where the data of one frame is.

use core::ffi::c_void;

use crate::{MDL, NDIS_HANDLE, PHYSICAL_ADDRESS, SCATTER_GATHER_LIST, SLIST_HEADER};

/// The data of one frame, or of one part of what is sent.
///
/// The frame is the `DataLength` bytes that begin `CurrentMdlOffset` bytes into `CurrentMdl` and go
/// on along the chain of memory descriptor lists. What is before and after them in the buffers is
/// not part of it. Counted from the beginning of `MdlChain` the frame starts at `DataOffset`.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer)
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct NET_BUFFER {
    /// Link and data; an unnamed union in C.
    pub u: NET_BUFFER_HEADER,
    /// Number that a checksum over the data has to be corrected by.
    pub ChecksumBias: u16,
    /// Reserved.
    pub Reserved: u16,
    /// Pool of the buffer.
    pub NdisPoolHandle: NDIS_HANDLE,
    /// For NDIS.
    pub NdisReserved: [*mut c_void; 2],
    /// For the protocol that owns the list.
    pub ProtocolReserved: [*mut c_void; 6],
    /// For the miniport that owns the list.
    pub MiniportReserved: [*mut c_void; 4],
    /// Physical address of the data, for miniports.
    pub DataPhysicalAddress: PHYSICAL_ADDRESS,
    /// Memory of the data, for miniports; an unnamed union in C. From NDIS 6.20.
    pub u2: NET_BUFFER_MEMORY,
}

/// Beginning of a net buffer.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_header)
#[repr(C)]
#[derive(Clone, Copy)]
pub union NET_BUFFER_HEADER {
    /// Members of an unnamed structure in C.
    pub s: NET_BUFFER_DATA,
    /// For NDIS, while the buffer is free.
    pub Link: SLIST_HEADER,
}

/// Link of a net buffer to the next, and its data.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_data)
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NET_BUFFER_DATA {
    /// Next buffer of the list, or NULL.
    pub Next: *mut NET_BUFFER,
    /// Memory descriptor list that the data begins in.
    pub CurrentMdl: *mut MDL,
    /// Bytes from its beginning to the data.
    pub CurrentMdlOffset: u32,
    /// Bytes of data; an unnamed union in C.
    pub u: NET_BUFFER_DATA_LENGTH,
    /// First memory descriptor list of the chain.
    pub MdlChain: *mut MDL,
    /// Bytes from the beginning of the chain to the data.
    pub DataOffset: u32,
}

/// Length of the data of a net buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub union NET_BUFFER_DATA_LENGTH {
    /// Bytes.
    pub DataLength: u32,
    /// Bytes, as wide as a pointer.
    pub stDataLength: usize,
}

/// Memory of the data of a net buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub union NET_BUFFER_MEMORY {
    /// Segments of memory that is shared with a virtual machine.
    pub SharedMemoryInfo: *mut NET_BUFFER_SHARED_MEMORY,
    /// Physical fragments.
    pub ScatterGatherList: *mut SCATTER_GATHER_LIST,
}

/// Segment of shared memory that holds data of a net buffer.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/nbl/ns-nbl-net_buffer_shared_memory)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NET_BUFFER_SHARED_MEMORY {
    /// Next segment, or NULL.
    pub NextSharedMemorySegment: *mut Self,
    /// Reserved.
    pub SharedMemoryFlags: u32,
    /// Memory that the segment is in.
    pub SharedMemoryHandle: NDIS_HANDLE,
    /// Bytes from its beginning to the segment.
    pub SharedMemoryOffset: u32,
    /// Bytes of the segment.
    pub SharedMemoryLength: u32,
}

default_is_zero!(
    NET_BUFFER,
    NET_BUFFER_DATA,
    NET_BUFFER_DATA_LENGTH,
    NET_BUFFER_HEADER,
    NET_BUFFER_MEMORY,
);
